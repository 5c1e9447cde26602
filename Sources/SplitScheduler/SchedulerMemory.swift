import ProxyTerms

/// What a schedule has to remember over a restart. Every time in it is an age in seconds at the moment of remembering, so that
/// it can be put on another clock.
public struct SchedulerMemory: Equatable, Sendable {
    /// Work accepted in one second.
    public struct Work: Equatable, Sendable {
        /// Seconds ago.
        public var age: Int64
        /// In hashes.
        public var work: Double

        /// Work accepted `age` seconds ago.
        public init(age: Int64, work: Double) {
            self.age = age
            self.work = work
        }
    }

    /// Accepted work of the last 24 h, oldest first.
    public var work = PerUpstream<[Work]>(p2pool: [], xvb: [])
    /// How far back the work is known without a gap, in seconds.
    public var coverage: Int64 = 0
    /// How long ago the window in progress began; `nil` means none was.
    public var windowAge: Int64?
    /// How long ago the XvB slice in progress began, and the work it is to hold in XvB's hour; `nil` means none was.
    public var slice: Slice?
    /// Seconds that p2pool was ahead of its need.
    public var p2poolLead = 0.0
    /// The tier that was held.
    public var tier: Tier?
    /// How that came about.
    public var tierPast = TierPast()
    /// All rigs together, in H/s; 0 while it isn't known well.
    public var hashrate = 0.0
    /// The last good reading of p2pool, its age brought up to the moment of remembering.
    public var p2pool: P2PoolReading?
    /// The last good reading of XvB, its age brought up to the moment of remembering.
    public var xvb: XvBReading?
    /// XvB said that it doesn't know the wallet.
    public var isUnregistered = false
    /// By which part of the tier XvB's hour is held above it because its own figures asked for it.
    public var hourLift = 0.0
    /// The same of XvB's day.
    public var dayLift = 0.0
    /// The round that XvB's public statistics said this wallet has won; `nil` if none is on.
    public var wonRound: WonRound?

    /// The past of the tier that is held.
    public struct TierPast: Equatable, Sendable {
        /// What a tier could cost when it was chosen; `nil` means unknown.
        public var price: Double?
        /// The tier that was asked for then.
        public var asked: Tier?
        /// How many tiers in a row were taken in vain.
        public var setbacks = 0
        /// For how long the present tier is held, in seconds; `nil` means unknown.
        public var heldAge: Int64?
        /// For how long a higher tier has been worth its price, in seconds; `nil` means it isn't.
        public var worthyAge: Int64?
    }

    /// A round that this wallet has won.
    public struct WonRound: Equatable, Sendable {
        /// What it asks for.
        public var tier: Tier
        /// How long ago it was first seen, in seconds.
        public var age: Int64
        /// How long ago it was last seen, in seconds.
        public var seen: Int64

        /// A won round.
        public init(tier: Tier, age: Int64, seen: Int64) {
            self.tier = tier
            self.age = age
            self.seen = seen
        }
    }

    /// What is known of the last days; `nil` means nothing.
    public var days: Days?

    /// The rigs' hashrate over days, and the tiers held in the last 24 h.
    public struct Days: Equatable, Sendable {
        /// Mean hashrates of hours that are over, oldest first, in H/s; below 0: not known.
        public var hours: [Double]
        /// How long ago the last of them ended, in seconds.
        public var hoursEnded: Int64
        /// The tier held in each five minutes, oldest first: its rank's digit, "-" where not known.
        public var held: String
        /// How long ago the last of them ended, in seconds.
        public var heldEnded: Int64

        /// What is known.
        public init(hours: [Double], hoursEnded: Int64, held: String, heldEnded: Int64) {
            self.hours = hours
            self.hoursEnded = hoursEnded
            self.held = held
            self.heldEnded = heldEnded
        }
    }

    /// A slice for XvB that is to be resumed.
    public struct Slice: Equatable, Sendable {
        /// How long ago it began, in seconds.
        public var age: Int64
        /// The work that has to count in XvB's hour, in hashes; 0 where slices follow the clock.
        public var hourLevel: Double
        /// The work that has to count in XvB's day, in hashes; 0 where slices follow the clock.
        public var dayLevel: Double

        /// How long it lasts at most, in seconds; `nil` means until the work is done.
        public var left: Int64?

        /// A slice.
        public init(age: Int64, hourLevel: Double = 0, dayLevel: Double = 0, left: Int64? = nil) {
            self.age = age
            self.left = left
            self.hourLevel = hourLevel
            self.dayLevel = dayLevel
        }
    }

    /// No memory.
    public init() {}

    /// The same, `seconds` later.
    public func aged(by seconds: Int64) -> SchedulerMemory {
        var aged = self
        for upstream in Upstream.allCases {
            for index in aged.work[upstream].indices { aged.work[upstream][index].age += seconds }
        }
        aged.coverage += seconds
        aged.windowAge? += seconds
        aged.tierPast.heldAge? += seconds
        aged.tierPast.worthyAge? += seconds
        aged.days?.hoursEnded += seconds
        aged.days?.heldEnded += seconds
        aged.slice?.age += seconds
        aged.slice?.left? -= seconds
        aged.p2pool?.age += Double(seconds)
        if let share = aged.p2pool?.lastShareAge { aged.p2pool?.lastShareAge = share + Double(seconds) }
        if let told = aged.p2pool?.shareToldAge { aged.p2pool?.shareToldAge = told + Double(seconds) }
        aged.xvb?.age += Double(seconds)
        aged.wonRound?.age += seconds
        aged.wonRound?.seen += seconds
        return aged
    }
}

extension SplitScheduler {
    /// How long a remembered hashrate stands in for one that isn't measured yet, in seconds.
    static let rememberedHashrateLasts = 600.0

    /// What to remember at `now`.
    public func memory(at now: Instant) -> SchedulerMemory {
        let second = now.wholeSeconds
        var memory = rememberedState(at: now)
        for upstream in Upstream.allCases {
            ledger.forEach(upstream, after: second - 86_400) {
                memory.work[upstream].append(SchedulerMemory.Work(age: second - $0.second, work: $0.work))
                return true
            }
        }
        memory.coverage = second - ledgerBeginning
        memory.days = rememberedDays(at: now)
        return memory
    }

    /// What is known of the last days.
    func rememberedDays(at now: Instant) -> SchedulerMemory.Days {
        let second = now.wholeSeconds
        let hours = history.remembered(at: second)
        return SchedulerMemory.Days(
            hours: hours.means.map { $0.rounded() }, hoursEnded: hours.lastEnded, held: record.text,
            heldEnded: max(0, second - record.end))
    }

    /// The same without the work and the days.
    func rememberedState(at now: Instant) -> SchedulerMemory {
        let second = now.wholeSeconds
        var memory = SchedulerMemory()
        // One that is to be gone on with is in progress too, while its plan still waits for an input.
        if resumesWindow || plan.map({ !$0.cause.isWaiting }) ?? false {
            memory.windowAge = second - windowStart.wholeSeconds
        }
        if upstream == .xvb {
            if case .xvb(let since, let goal, let until) = keeper.state {
                memory.slice = SchedulerMemory.Slice(
                    age: max(0, second - since), hourLevel: goal.hour, dayLevel: goal.day,
                    left: until == .max ? nil : until - second)
            } else {
                memory.slice = SchedulerMemory.Slice(age: 0)
            }
        }
        memory.p2poolLead = p2poolLead
        memory.tier = choice.held
        memory.tierPast = choice.past(at: now)
        // After a first share it is a guess (108 H/s of a farm with 5 kH/s), which may not stand in for a measured one.
        memory.hashrate = hashrate.error <= mostHashrateError ? hashrate.total : 0
        if let dated = p2pool.reading {
            memory.p2pool = dated.value
            memory.p2pool?.age = dated.age(at: now)
            // One that we saw found may not stand in p2pool's files yet.
            memory.p2pool?.lastShareAge = p2pool.newestShare.map { max(0, now.seconds(since: $0.at)) }
            if let age = dated.value.shareToldAge { memory.p2pool?.shareToldAge = age + now.seconds(since: dated.at) }
        }
        if let dated = xvbReading {
            memory.xvb = dated.value
            memory.xvb?.age = dated.age(at: now)
        }
        memory.isUnregistered = !isRegistered
        memory.hourLift = credit.lift(.hour, at: second)
        memory.dayLift = credit.lift(.day, at: second)
        memory.wonRound = wonRound.memory(at: second)
        return memory
    }

    /// A schedule that goes on at `start` where `memory` (brought up to `start` with `aged`) left off.
    public init(settings: SplitSettings, remembering memory: SchedulerMemory, start: Instant) {
        self.init(settings: settings, start: start)
        let second = start.wholeSeconds
        for upstream in Upstream.allCases {
            for entry in memory.work[upstream] {
                ledger.credit(entry.work, to: upstream, at: Instant(second: second - max(0, entry.age)))
                if upstream == .xvb { shareSize.add(entry.work) }
            }
        }
        ledgerBeginning = second - max(0, min(memory.coverage, 86_400 * 2))
        credit = CreditModel(ledgerBeginning: ledgerBeginning)
        if let age = memory.windowAge, age >= 0, age < Int64(settings.window) {
            windowStart = Instant(second: second - age)
            resumesWindow = true
            directedSince = start
        }
        if let slice = memory.slice, slice.age >= 0, slice.age < 86_400 {
            let goal = CreditLevels(hour: slice.hourLevel, day: slice.dayLevel)
            let until = slice.left.map { second + min(86_400, max(0, $0)) } ?? .max
            keeper = TierKeeper(state: .xvb(since: second - slice.age, goal: goal, until: until))
        }
        let most = Double(max(1, settings.window))
        p2poolLead = memory.p2poolLead.isFinite ? min(most, max(-most, memory.p2poolLead)) : 0
        choice = TierChoice(held: memory.tier, past: memory.tierPast, at: start)
        if let days = memory.days {
            history = HashrateHistory(means: days.hours, lastEnded: days.hoursEnded, second: second)
            record = TierRecord(text: days.held, age: days.heldEnded, second: second)
        }
        if memory.hashrate > 0, memory.hashrate.isFinite {
            rememberedHashrate = memory.hashrate
            rememberedUntil = start.adding(seconds: Self.rememberedHashrateLasts)
        }
        if let reading = memory.p2pool { observed(p2pool: reading, at: start) }
        if let reading = memory.xvb { observed(xvb: reading, at: start) }
        isRegistered = !memory.isUnregistered
        credit.resumeLift(CreditLevels(hour: memory.hourLift, day: memory.dayLift), second: second)
        wonRound = WonRound(remembering: memory.wonRound, second: second)
    }
}
