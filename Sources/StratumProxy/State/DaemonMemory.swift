import EventLoop
import ProxyCore
import ProxyTerms
import SplitScheduler

/// Keeps the daemon's journal: restores the schedule from it at the start, and writes it each minute and at each event.
final class DaemonMemory {
    /// Seconds between two lines when nothing happens; what a `kill -9` loses at most.
    static let secondsBetween = 60.0

    private let loop: EventLoop
    private let directory: String
    private let log: any DaemonLog
    private var journal: Journal?
    private var timer: LoopTimer?

    /// A memory in `directory`.
    init(loop: EventLoop, directory: String, log: any DaemonLog) {
        self.loop = loop
        self.directory = directory
        self.log = log
    }

    /// The schedule that goes on where the last run left off, or a new one.
    func restore(_ settings: SplitSettings) -> SplitScheduler {
        guard let found = Journal.restore(directory: directory) else {
            return SplitScheduler(settings: settings, start: loop.now)
        }
        // One torn line at the end is what a power cut leaves.
        if found.skippedLines > 1 {
            log.line(.warning, .plan, "journal: \(found.skippedLines) lines could not be read and are left out")
        }
        guard let memory = found.memory else {
            log.line(
                .warning, .plan,
                "journal: nothing in it can be gone on with (is the clock right?), the accepted work of before is forgotten"
            )
            return SplitScheduler(settings: settings, start: loop.now)
        }
        let hours = LogText.duration(Double(min(memory.coverage, 86_400)))
        log.line(.info, .plan, "journal: going on with the accepted work of the last \(hours)")
        return SplitScheduler(settings: settings, remembering: memory, start: loop.now)
    }

    /// Begins to write. The proxy mines without a journal where there can be none.
    func start(_ core: ProxyCore) throws {
        do {
            try DirectoryMaker.make(directory)
        } catch {
            log.line(.warning, .plan, "no journal, a restart will forget the accepted work: \(error)")
            return
        }
        let journal = Journal(loop, directory: directory)
        journal.changed = { [weak self] fault in
            guard let self else { return }
            if let fault {
                // Somebody may have cleared the directory away: the next lines find a new one.
                if fault == "ENOENT" { try? DirectoryMaker.make(directory) }
                log.line(
                    .warning, .plan,
                    "the journal in \(directory) can't be written (\(fault)): a restart will forget what is mined now")
            } else {
                log.line(.info, .plan, "the journal is written again")
            }
        }
        self.journal = journal
        let timer = try LoopTimer(loop) { [weak self, weak core] in
            guard let self, let core else { return }
            journal.write(core.schedule)
            self.timer?.arm(at: loop.now.adding(seconds: Self.secondsBetween))
        }
        timer.arm(at: loop.now.adding(seconds: Self.secondsBetween))
        self.timer = timer
    }

    /// Writes at the events that a restart must know of.
    func noticed(_ notice: Notice, _ core: ProxyCore) {
        guard let journal else { return }
        switch notice {
        case .switched(let upstream, let cause, let moved, _, _):
            journal.note("switch", "\(upstream.name), \(cause.text), \(LogText.count(moved, "rig"))")
            journal.write(core.schedule)
        case .windowClosed(let report):
            journal.note(
                "window",
                "XvB planned \(LogText.percent(report.plannedXvBShare)), delivered \(LogText.percent(report.deliveredXvBShare))"
            )
        case .planned(let plan):
            journal.note("plan", plan.reason)
            journal.write(core.schedule)
        case .sidechainShare(_, let difficulty, _):
            journal.note("share", "p2pool share found, difficulty \(LogText.difficulty(difficulty))")
        case .upstreamDown(let upstream):
            journal.note("outage", "\(upstream.name) is down")
        case .upstreamUp(let upstream, _):
            journal.note("outage", "\(upstream.name) is up")
        case .rigJoined, .rigLeft, .connectionDropped, .rigRefused, .exclusiveNotSent, .fingerprint, .laneReady,
            .laneLost,
            .endpointChanged, .newJob, .jobRefused, .accepted, .rejected, .bothDown, .stopping:
            break
        }
    }

    /// Writes the last lines, at the end of the process.
    func finish(_ core: ProxyCore) {
        timer?.cancel()
        journal?.write(core.schedule)
        journal?.finish()
    }
}
