import EventLoop
import History
import ProxyCore
import ProxyTerms
import SplitScheduler
import Store

/// Keeps the daemon's store: restores the schedule from it at the start, and hands over what happens every two seconds, and at once what a
/// restart must know of. The store's own thread writes it.
final class StoreKeeper {
    /// Seconds from one time that rows are handed over to the next.
    static let secondsBetween = 2
    /// Seconds after which the schedule's state, and what it knows of the last days, are handed over again.
    private static let secondsBetweenStates: Int64 = 10
    private static let secondsBetweenDays: Int64 = 600

    private let loop: EventLoop
    private let directory: String
    private let log: any DaemonLog
    private let lock = StateLock()
    private var store: Store?
    private var timer: LoopTimer?
    private var complaints: StoreComplaints
    private var suspends = SuspendClock()
    private var clock = WallStamp()
    /// What is handed over with the next turn.
    private var rows = PendingRows()
    private var farm: FarmRows?
    private var events = EventRows()
    /// The first second that this process has stamped.
    private var since: Int64 = 0
    private var stateDue = Int64.min
    private var daysDue = Int64.min
    /// New files that all was handed over to.
    private var begun = 0
    /// What the schedule knows is not in the store's file yet.
    private var owesAll = false
    private var journal = JournalFate.none
    /// No proxy ran for a day before this one.
    private var hasPaused = false

    /// What is to become of the journal of a proxy before the store.
    private enum JournalFate: Equatable {
        /// There is none.
        case none
        /// It was read, and is renamed when what it told is in the store.
        case isRead
        /// What it told is handed over: it is in the store when so much was written.
        case isHandedOver(written: Int)
    }

    /// A memory in `directory`.
    init(loop: EventLoop, directory: String, log: any DaemonLog) {
        self.loop = loop
        self.directory = directory
        self.log = log
        complaints = StoreComplaints(Self.path(directory))
    }

    /// What keeps the store from being written; nil if nothing does.
    var trouble: String? { complaints.trouble }

    /// Where the store of a state directory is.
    static func path(_ directory: String) -> String { "\(directory)/store.db" }

    // MARK: Start

    /// The schedule that goes on where the last run left off, or a new one.
    func restore(_ settings: SplitSettings) -> SplitScheduler {
        // Where there can be no directory the store says so, and there may be one later.
        try? DirectoryMaker.make(directory)
        guard lock.take(directory) else {
            log.line(.warning, .plan, StoreWords.taken(directory))
            return SplitScheduler(settings: settings, start: loop.now)
        }
        let directory = directory
        let store = Store(Self.path(directory)) { try? DirectoryMaker.make(directory) }
        self.store = store
        let stored = store.restore()
        events = EventRows(win: stored.lastWin)
        var memory = StampedMemory(stored)
        if let replay = OldJournal.read(directory) {
            journal = .isHandedOver(written: 0)
            // One torn line at the end is what a power cut leaves.
            if replay.skipped > 1 { log.line(.warning, .plan, StoreWords.skipped(lines: replay.skipped)) }
            if replay.found.newest ?? .min > memory.newest ?? .min {
                memory = replay.found
                journal = .isRead
                owesAll = true
            }
        }
        let now = WallStamp.second(loop.now)
        guard let newest = memory.newest else { return SplitScheduler(settings: settings, start: loop.now) }
        hasPaused = now - newest > JournalReplay.longestPause
        guard let known = memory.memory(now: now) else {
            log.line(.warning, .plan, StoreWords.useless)
            return SplitScheduler(settings: settings, start: loop.now)
        }
        log.line(.info, .plan, StoreWords.restored(seconds: Double(min(known.coverage, 86_400))))
        return SplitScheduler(settings: settings, remembering: known, start: loop.now)
    }

    /// Begins to write. Upstreams of `awaited` are to be connected to.
    func start(_ core: ProxyCore, awaited: [Upstream]) throws {
        guard let store else { return }
        let upstream = core.currentUpstream
        since = WallStamp.second(loop.now)
        // After a day without a proxy nobody knows whether the clock is the same.
        if hasPaused { rows.set(MemoryRow(.knownSince, at: since)) }
        farm = FarmRows(core, now: loop.now)
        add(events.started(at: moment(), upstream, work: work(core)[upstream], awaited: awaited))
        store.start()
        let timer = try LoopTimer(loop) { [weak self, weak core] in
            guard let self, let core else { return }
            turn(core)
            self.timer?.arm(at: loop.now.adding(seconds: Double(Self.secondsBetween)))
        }
        timer.arm(at: loop.now.adding(seconds: Double(Self.secondsBetween)))
        self.timer = timer
        handOver(core)
    }

    // MARK: While it runs

    /// Keeps what happened, and hands over at once what a restart must know of.
    func noticed(_ notice: Notice, _ core: ProxyCore) {
        guard store != nil else { return }
        let happened = events.noticed(notice, now: loop.now, at: { moment() }, work: { work(core) })
        guard !happened.isEmpty else { return }
        add(happened)
        guard happened.contains(where: { $0.table == .switches || $0.table == .plans }) else { return }
        stateDue = .min
        farm?.plannedAnew()
        handOver(core)
    }

    /// Keeps what statistics say that the schedule has taken.
    func observed(_ observation: Observation) {
        if store != nil { add(events.observed(observation, at: moment())) }
    }

    /// If the machine has slept since the last look, the schedule is told; what was mined before is handed over with its own time first.
    func heedSleep(_ core: ProxyCore, now: Instant) {
        guard let seconds = suspends.slept() else { return }
        let ahead = WallStamp.ahead - seconds
        let second = now.milliseconds / 1000
        if store != nil {
            // The second that is running, too: the schedule counts anew from here.
            farm?.take(core, through: second, now: now, ahead: ahead, into: &rows)
            rows.set(MemoryRow(core.schedule.journalState(at: now), at: second + ahead))
        }
        core.slept(seconds, now: now)
        farm?.rebase(core, now: now)
        log.line(.info, .plan, ScheduleWords.slept(seconds: seconds, usesXvB: core.uses(.xvb)))
    }

    private func turn(_ core: ProxyCore) {
        // The directory may not have been there at the start.
        _ = lock.take(directory)
        heedSleep(core, now: loop.now)
        add(events.passed(at: moment()))
        handOver(core)
        guard let state = store?.state else { return }
        for line in complaints.news(state, seconds: Self.secondsBetween) { log.line(line.level, .plan, line.text) }
        putJournalAway(state)
    }

    /// Hands over what came since the last time. Nobody waits for the disk.
    private func handOver(_ core: ProxyCore, isLast: Bool = false) {
        guard let store else { return }
        heedClock()
        let second = loop.now.milliseconds / 1000
        let ahead = WallStamp.ahead
        farm?.take(core, through: second - 1, now: loop.now, ahead: ahead, into: &rows)
        let state = store.state
        if owesAll || state.begun != begun {
            owesAll = false
            begun = state.begun
            farm?.replaceAll(core, ahead: ahead, into: &rows)
            rows.set(MemoryRow(.knownSince, at: second + ahead - core.schedule.coverage(at: loop.now)))
            (stateDue, daysDue) = (.min, .min)
            // One transaction may be under way that doesn't have it yet.
            if journal == .isRead { journal = .isHandedOver(written: state.written + 2) }
        }
        if isLast || second >= stateDue {
            rows.set(MemoryRow(core.schedule.journalState(at: loop.now), at: second + ahead))
            stateDue = second + Self.secondsBetweenStates
        }
        if isLast || second >= daysDue {
            rows.set(MemoryRow(core.schedule.journalDays(at: loop.now), at: second + ahead))
            daysDue = second + Self.secondsBetweenDays
        }
        let rows = rows
        store.post { $0.merge(rows) }
        self.rows = PendingRows()
    }

    /// Writes the rest, at the end of the process; waits three seconds for the disk at most.
    func finish(_ core: ProxyCore) {
        timer?.cancel()
        add(events.ended(at: moment(), work: work(core)))
        handOver(core, isLast: true)
        store?.finish()
        if case .isHandedOver = journal, store?.state.fault == nil { OldJournal.putAway(directory) }
        lock.release()
    }

    // MARK: Parts

    private func add(_ happened: [Row]) { for row in happened { rows.add(row) } }

    private func work(_ core: ProxyCore) -> PerUpstream<Double> { core.schedule.acceptedInAll(through: .max) }

    private func moment() -> Int64 {
        heedClock()
        return WallStamp.milliseconds(loop.now)
    }

    /// Where the clock was set, what this process has stamped is put right.
    private func heedClock() {
        guard let seconds = clock.change() else { return }
        let shift = ClockShift(by: seconds, from: since, through: WallStamp.second(loop.now) - seconds)
        rows.shift(shift)
        events.shift(shift)
        since += seconds
    }

    private func putJournalAway(_ state: Store.State) {
        guard case .isHandedOver(let written) = journal, state.fault == nil, state.written >= written else { return }
        journal = .none
        let directory = directory
        loop.inThreadPool {
            OldJournal.putAway(directory)
        } done: { [log] _ in
            log.line(.info, .plan, StoreWords.fromJournal)
        }
    }
}
