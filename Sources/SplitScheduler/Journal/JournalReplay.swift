import ProxyTerms

/// Puts the lines of a journal together again.
///
/// Lines are taken in the order of the file. A line that can't be read is skipped and counted, so a torn last line is nothing
/// special. What lies in the future of `now` (a clock that was set back) or more than 24 h in the past is left out.
public struct JournalReplay: Equatable, Sendable {
    /// Lines that could not be read.
    public private(set) var skipped = 0
    /// Lines that were read.
    public private(set) var taken = 0

    private var work = PerUpstream<[Second]>(p2pool: [], xvb: [])
    private var state: SchedulerMemory?
    private var stateTime: Int64 = 0
    private var beginning: Int64?

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
        case .gap:
            beginning = time
        case .note:
            break
        }
    }

    /// What the journal remembers, as of `now` (seconds since 1970); `nil` if it holds nothing.
    public func memory(now: Int64) -> SchedulerMemory? {
        guard taken > 0, let beginning, beginning <= now else { return nil }
        var memory = SchedulerMemory()
        if let state, stateTime <= now { memory = state.aged(by: now - stateTime) }
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

    /// The state besides the work, for a journal line.
    public func journalState(at now: Instant) -> JournalEntry {
        var memory = rememberedState(at: now)
        memory.work = PerUpstream(p2pool: [], xvb: [])
        memory.coverage = 0
        return .state(memory)
    }
}
