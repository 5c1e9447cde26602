import ProxyTerms

/// Puts the lines of a journal together again.
///
/// Lines are taken in the order of the file. A line that can't be read is skipped and counted, so a torn last line is nothing
/// special. What lies in the future of `now` (a clock that was set back) or more than 24 h in the past is left out.
///
/// The lines' stamps are those of the wall clock, which may be set: where a line says so, all before it is put right. Where they jump
/// without a word (a clock without a battery, set while nobody wrote) nobody knows how long ago the lines before were written, and what is
/// known begins anew.
public struct JournalReplay: Equatable, Sendable {
    /// Lines that could not be read.
    public private(set) var skipped = 0
    /// Lines that were read.
    public private(set) var taken = 0

    private var work = PerUpstream<[Second]>(p2pool: [], xvb: [])
    private var state: SchedulerMemory?
    private var stateTime: Int64 = 0
    private var days: SchedulerMemory.Days?
    private var daysTime: Int64 = 0
    private var beginning: Int64?
    /// The stamp of the line before.
    private var last: Int64?

    /// Stamps of lines that were written in this order may go back by this many seconds: work is stamped when it ended.
    private static let slack: Int64 = 5
    /// Lines with more than this many seconds between them: a proxy that didn't run for a day, or a clock that jumped.
    private static let longestPause: Int64 = 86_400

    private struct Second: Equatable {
        var time: Int64
        var work: Double
    }

    /// An empty journal.
    public init() {}

    /// Takes one line, without its line end.
    public mutating func take(_ line: String) {
        guard let (entry, time) = JournalEntry.read(line) else {
            skipped += 1
            return
        }
        taken += 1
        if case .clock(let seconds) = entry { shift(by: seconds) }
        heed(time)
        if beginning == nil { beginning = time }
        switch entry {
        case .work(let lines):
            for upstream in Upstream.allCases {
                for item in lines[upstream] {
                    work[upstream].append(Second(time: time - item.age, work: item.work))
                    beginning = min(beginning ?? time, time - item.age)
                }
                trim(upstream, now: time)
            }
        case .state(let memory):
            state = memory
            stateTime = time
        case .days(let known):
            days = known
            daysTime = time
        case .gap:
            beginning = time
        case .clock, .note:
            break
        }
    }

    /// All that was taken so far was stamped `seconds` too low.
    private mutating func shift(by seconds: Int64) {
        for upstream in Upstream.allCases {
            for index in work[upstream].indices { work[upstream][index].time += seconds }
        }
        stateTime += seconds
        daysTime += seconds
        beginning = beginning.map { $0 + seconds }
        last = last.map { $0 + seconds }
    }

    /// Compares a line's stamp with the one before.
    private mutating func heed(_ time: Int64) {
        defer { last = time }
        guard let last else { return }
        if time < last - Self.slack {
            // What is stamped later than a later line is not known to be of any time.
            for upstream in Upstream.allCases { work[upstream].removeAll { $0.time > time } }
            if stateTime > time { state = nil }
            if daysTime > time { days = nil }
            beginning = time
        } else if time - last > Self.longestPause {
            beginning = time
        }
    }

    /// What the journal remembers, as of `now` (seconds since 1970); `nil` if it holds nothing.
    public func memory(now: Int64) -> SchedulerMemory? {
        guard taken > 0, let beginning, beginning <= now else { return nil }
        var memory = SchedulerMemory()
        if let state, stateTime <= now { memory = state.aged(by: now - stateTime) }
        if var days, daysTime <= now {
            days.hoursEnded += now - daysTime
            days.heldEnded += now - daysTime
            memory.days = days
        }
        for upstream in Upstream.allCases {
            memory.work[upstream] = work[upstream].compactMap {
                $0.time <= now && $0.time > now - 86_400 ? SchedulerMemory.Work(age: now - $0.time, work: $0.work) : nil
            }.sorted { $0.age > $1.age }
        }
        memory.coverage = now - beginning
        return memory
    }

    /// Keeps a little more than a day, so that a long file needs little memory.
    private mutating func trim(_ upstream: Upstream, now: Int64) {
        guard let first = work[upstream].first, first.time < now - 2 * 86_400 else { return }
        work[upstream].removeAll { $0.time < now - 86_400 - 900 }
    }
}

extension SplitScheduler {
    /// The work accepted in the last `seconds`, for a journal line.
    public func journalWork(last seconds: Int64, at now: Instant) -> JournalEntry {
        let second = now.wholeSeconds
        var work = PerUpstream<[SchedulerMemory.Work]>(p2pool: [], xvb: [])
        for upstream in Upstream.allCases {
            ledger.forEach(upstream, after: second - seconds) {
                work[upstream].append(SchedulerMemory.Work(age: second - $0.second, work: $0.work))
                return true
            }
        }
        return .work(work)
    }

    /// What is known of the last days, for a journal line.
    public func journalDays(at now: Instant) -> JournalEntry {
        .days(rememberedDays(at: now))
    }

    /// The state besides the work, for a journal line.
    public func journalState(at now: Instant) -> JournalEntry {
        var memory = rememberedState(at: now)
        memory.work = PerUpstream(p2pool: [], xvb: [])
        memory.coverage = 0
        return .state(memory)
    }
}
