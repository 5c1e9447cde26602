import ProxyTerms

/// What is remembered of a schedule by a clock that goes on while the proxy doesn't: moments in seconds since 1970. The store's rows and an
/// old journal's lines are read into it.
public struct StampedMemory: Equatable, Sendable {
    /// Work accepted in one second.
    public struct Second: Equatable, Sendable {
        /// When.
        public var time: Int64
        /// In hashes.
        public var work: Double

        /// Work of one second.
        public init(time: Int64, work: Double) {
            self.time = time
            self.work = work
        }
    }

    /// Something and when it was so.
    public struct Stamped<Value: Equatable & Sendable>: Equatable, Sendable {
        /// What was so.
        public var value: Value
        /// When.
        public var time: Int64

        /// `value` was so at `time`.
        public init(_ value: Value, time: Int64) {
            self.value = value
            self.time = time
        }
    }

    /// Accepted work, in the order in which it was written.
    public var work = PerUpstream<[Second]>(p2pool: [], xvb: [])
    /// What the schedule has to remember besides; its `work`, `coverage` and `days` are not looked at.
    public var state: Stamped<SchedulerMemory>?
    /// What is known of the last days.
    public var days: Stamped<SchedulerMemory.Days>?
    /// Since when the work is known without a gap; nil where nothing is known.
    public var beginning: Int64?

    /// Nothing.
    public init() {}

    /// The newest moment that something is known of.
    public var newest: Int64? {
        [state?.time, days?.time, work.p2pool.last?.time, work.xvb.last?.time].compactMap { $0 }.max()
    }

    /// What is remembered, as of `now` (seconds since 1970); `nil` if nothing is. What lies in the future of `now` (a clock that was set
    /// back) or more than 24 h in the past is left out.
    public func memory(now: Int64) -> SchedulerMemory? {
        guard let beginning, beginning <= now else { return nil }
        var memory = SchedulerMemory()
        if let state, state.time <= now { memory = state.value.aged(by: now - state.time) }
        if let days, days.time <= now {
            memory.days = days.value
            memory.days?.hoursEnded += now - days.time
            memory.days?.heldEnded += now - days.time
        }
        for upstream in Upstream.allCases {
            memory.work[upstream] = work[upstream].compactMap {
                $0.time <= now && $0.time > now - 86_400 ? SchedulerMemory.Work(age: now - $0.time, work: $0.work) : nil
            }.sorted { $0.age > $1.age }
        }
        memory.coverage = now - beginning
        return memory
    }

    /// All that is known so far was stamped `seconds` too low.
    mutating func shift(by seconds: Int64) {
        for upstream in Upstream.allCases {
            for index in work[upstream].indices { work[upstream][index].time += seconds }
        }
        state?.time += seconds
        days?.time += seconds
        beginning? += seconds
    }

    /// Nothing is known of later than `time`: what is stamped so is not known to be of any time, and what is known begins anew.
    mutating func beginAnew(at time: Int64) {
        for upstream in Upstream.allCases { work[upstream].removeAll { $0.time > time } }
        if let state, state.time > time { self.state = nil }
        if let days, days.time > time { self.days = nil }
        beginning = time
    }

    /// Keeps a little more than a day, so that a long file needs little memory.
    mutating func trim(_ upstream: Upstream, now: Int64) {
        guard let first = work[upstream].first, first.time < now - 2 * 86_400 else { return }
        work[upstream].removeAll { $0.time < now - 86_400 - 900 }
    }
}

// What is to be remembered. Seconds here are those of the schedule's own clock, which begins anew with each process.
extension SplitScheduler {
    /// Work of one second.
    public struct AcceptedSecond: Equatable, Sendable {
        /// When.
        public var second: Int64
        /// In hashes.
        public var work: PerUpstream<Double>
    }

    /// The work accepted after the end of second `start` up to the end of `end`, oldest first.
    public func accepted(after start: Int64, through end: Int64) -> [AcceptedSecond] {
        var merged: [AcceptedSecond] = []
        ledger.forEach(.p2pool, after: start) { entry in
            guard entry.second <= end else { return false }
            merged.append(AcceptedSecond(second: entry.second, work: PerUpstream(p2pool: entry.work, xvb: 0)))
            return true
        }
        let p2pool = merged
        merged = []
        var next = 0
        ledger.forEach(.xvb, after: start) { entry in
            guard entry.second <= end else { return false }
            while next < p2pool.count, p2pool[next].second < entry.second {
                merged.append(p2pool[next])
                next += 1
            }
            var second = AcceptedSecond(second: entry.second, work: PerUpstream(p2pool: 0, xvb: entry.work))
            if next < p2pool.count, p2pool[next].second == entry.second {
                second.work.p2pool = p2pool[next].work.p2pool
                next += 1
            }
            merged.append(second)
            return true
        }
        return merged + p2pool[next...]
    }

    /// All work accepted up to the end of second `end`, as far back as the ledger counts, in hashes.
    public func acceptedInAll(through end: Int64) -> PerUpstream<Double> {
        PerUpstream(
            p2pool: ledger.total(.p2pool) - ledger.work(.p2pool, after: end),
            xvb: ledger.total(.xvb) - ledger.work(.xvb, after: end))
    }

    /// For how many seconds before `now` all accepted work is known.
    public func coverage(at now: Instant) -> Int64 { now.wholeSeconds - ledgerBeginning }

    /// What is known of the last days, as a line.
    public func journalDays(at now: Instant) -> JournalEntry {
        .days(rememberedDays(at: now))
    }

    /// The state besides the work, as a line.
    public func journalState(at now: Instant) -> JournalEntry {
        var memory = rememberedState(at: now)
        memory.work = PerUpstream(p2pool: [], xvb: [])
        memory.coverage = 0
        return .state(memory)
    }
}
