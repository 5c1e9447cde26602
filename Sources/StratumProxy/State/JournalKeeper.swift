import EventLoop
import ProxyCore
import ProxyTerms
import SplitScheduler

/// Keeps the daemon's journal: restores the schedule from it at the start, and writes it each minute and at each event.
final class JournalKeeper {
    /// Seconds between two lines when nothing happens; what a `kill -9` loses at most.
    static let secondsBetween = 60.0

    private let loop: EventLoop
    private let directory: String
    private let log: any DaemonLog
    private var journal: Journal?
    private var timer: LoopTimer?
    private let lock = StateLock()
    private var suspends = SuspendClock()

    /// A memory in `directory`.
    init(loop: EventLoop, directory: String, log: any DaemonLog) {
        self.loop = loop
        self.directory = directory
        self.log = log
    }

    /// The schedule that goes on where the last run left off, or a new one.
    func restore(_ settings: SplitSettings) -> SplitScheduler {
        guard lock.take(directory), let found = Journal.restore(directory: directory, now: loop.now) else {
            return SplitScheduler(settings: settings, start: loop.now)
        }
        // One torn line at the end is what a power cut leaves.
        if found.skippedLines > 1 {
            log.line(.warning, .plan, JournalWords.skipped(lines: found.skippedLines))
        }
        guard let memory = found.memory else {
            log.line(.warning, .plan, JournalWords.useless)
            return SplitScheduler(settings: settings, start: loop.now)
        }
        log.line(.info, .plan, JournalWords.restored(seconds: Double(min(memory.coverage, 86_400))))
        return SplitScheduler(settings: settings, remembering: memory, start: loop.now)
    }

    /// Begins to write. The proxy mines without a journal where there can be none.
    func start(_ core: ProxyCore) throws {
        // Where there is no directory the journal says so when it is written, and there may be one later.
        try? DirectoryMaker.make(directory)
        guard lock.take(directory) else {
            return log.line(.warning, .plan, JournalWords.taken(directory))
        }
        let journal = Journal(loop, directory: directory)
        journal.changed = { [weak self] fault in
            guard let self else { return }
            if let fault {
                log.line(.warning, .plan, JournalWords.cantWrite(directory, fault))
            } else {
                log.line(.info, .plan, JournalWords.writesAgain)
            }
        }
        self.journal = journal
        let timer = try LoopTimer(loop) { [weak self, weak core] in
            guard let self, let core else { return }
            write(core, journal)
            self.timer?.arm(at: loop.now.adding(seconds: Self.secondsBetween))
        }
        timer.arm(at: loop.now.adding(seconds: Self.secondsBetween))
        self.timer = timer
    }

    /// Writes at the events that a restart must know of.
    func noticed(_ notice: Notice, _ core: ProxyCore) {
        guard let journal else { return }
        switch notice {
        case .switched(let upstream, let cause, let rigs, _):
            note("switch", JournalWords.switched(to: upstream, cause, rigs), journal)
            write(core, journal)
        case .windowClosed(let report):
            note("window", ScheduleWords.parts(report), journal)
        case .planned(let plan):
            note("plan", plan.reason, journal)
            write(core, journal)
        case .sidechainShare(_, let difficulty, _):
            note("share", JournalWords.share(difficulty: difficulty), journal)
        case .upstreamDown(let upstream):
            note("outage", JournalWords.down(upstream), journal)
        case .upstreamUp(let upstream, _):
            note("outage", JournalWords.up(upstream), journal)
        case .rigJoined, .rigLeft, .connectionDropped, .rigRefused, .addressRefused, .exclusiveNotSent,
            .laneReady,
            .laneLost, .followed,
            .endpointChanged, .newJob, .jobRefused, .accepted, .rejected, .bothDown, .turningAway, .servingAgain,
            .stopping, .seedsDiffer, .seedsAgree, .proxyModeKnown,
            .rigCutOff, .rigUnstable, .proofUnavailable, .cutOffKnocked, .shareRefused, .sharesRefused,
            .furtherRefused, .ignoresNonceRange, .slotsShort:
            break
        }
    }

    /// If the machine has slept since the last look, the schedule is told; what was mined before is written with its own time first.
    func heedSleep(_ core: ProxyCore, now: Instant) {
        guard let seconds = suspends.slept() else { return }
        if let journal {
            mend(journal)
            journal.write(core.schedule, secondsAgo: seconds)
        }
        core.slept(seconds, now: now)
        log.line(.info, .plan, ScheduleWords.slept(seconds: seconds))
    }

    private func write(_ core: ProxyCore, _ journal: Journal) {
        heedSleep(core, now: loop.now)
        mend(journal)
        journal.write(core.schedule)
    }

    private func note(_ event: String, _ text: String, _ journal: Journal) {
        mend(journal)
        journal.note(event, text)
    }

    /// Somebody may have cleared the directory away, or the disk may not have been there at the start.
    private func mend(_ journal: Journal) {
        if journal.isFailing { try? DirectoryMaker.make(directory) }
    }

    /// Writes the last lines, at the end of the process.
    func finish(_ core: ProxyCore) {
        timer?.cancel()
        journal?.write(core.schedule, isLast: true)
        journal?.finish()
        lock.release()
    }
}
