import ProxyTerms

/// How far an input can be trusted.
public enum InputHealth: Equatable, Sendable {
    /// Nothing came yet.
    case missing
    /// It is new enough.
    case fresh
    /// It stopped coming (or changing); the last good value is held.
    case held
    /// It is too old: p2pool gets everything, or XvB's figures fade out of the plan.
    case stale
    /// XvB says that it doesn't know the wallet.
    case unregistered

    /// Whether plans may rest on it.
    public var isTrusted: Bool {
        switch self {
        case .fresh, .held: true
        case .missing, .stale, .unregistered: false
        }
    }

    /// The word for logs and JSON.
    public var name: String {
        switch self {
        case .missing: "missing"
        case .fresh: "fresh"
        case .held: "held"
        case .stale: "stale"
        case .unregistered: "unregistered"
        }
    }
}

/// The schedule at one moment, for people and for `status`.
public struct SchedulerStatus: Equatable, Sendable {
    /// Where work goes.
    public var upstream: Upstream
    /// Until when, if nothing changes; `nil` means at least until the window ends.
    public var expectedSwitch: Instant?
    /// A slice is due and waits until XvB has a job that the rigs haven't searched.
    public var waitsForJob: Bool
    /// The window's plan.
    public var plan: WindowPlan?
    /// When the window ends.
    public var windowEnd: Instant
    /// How far p2pool's figures can be trusted, and their age in seconds.
    public var p2poolHealth: InputHealth
    /// Age of p2pool's figures in seconds.
    public var p2poolAge: Double?
    /// How far XvB's figures can be trusted.
    public var xvbHealth: InputHealth
    /// Age of XvB's figures in seconds.
    public var xvbAge: Double?
    /// Seconds since XvB's figures changed, where they come but stand still for so long that they count no more.
    public var xvbStandsStill: Double?
    /// Accepted work as averages over 10 min, 1 h and 24 h, in H/s.
    public var routed: PerUpstream<Averages>
    /// The tier that our own accepted work holds: by the lower of its 1 h and 24 h averages.
    public var routedTier: Tier
    /// What XvB says that it counts; `nil` before it said so.
    public var credited: CreditedAverages?
    /// The tier by what XvB says; `nil` before it said so.
    public var creditedTier: Tier?
    /// What was paid for the tiers of the last 24 h, by our own count; `nil` at the beginning.
    public var price: TierPrice?
    /// What is to be expected of each tier that may be aimed at, in their order; empty where the mode aims at none.
    public var forecast: [TierForecast]
    /// Days of the schedule, counted over restarts: a new one is a good moment for what is told once a day.
    public var day: Int64
    /// Hashrate of others that is reckoned with, in H/s.
    public var outside: PerUpstream<Double>
    /// What XvB is thought to count of our accepted work, 0.9 … 1.
    public var creditRatio: Double
    /// By which part of the tier XvB's hour is held above it because its own figures were below.
    public var lift: Double
    /// The tier of the round that this wallet has won and that is on; `nil` while there is none.
    public var wonRound: Tier?
    /// Seconds to the next sidechain share on average, with what the plan leaves to p2pool; `nil` means unknown.
    public var secondsToNextShare: Double?
    /// Seconds until our newest share leaves p2pool's window; `nil` means unknown.
    public var secondsUntilShareLeaves: Double?

    /// What comes of aiming at a tier.
    public struct TierForecast: Equatable, Sendable {
        /// The tier.
        public var tier: Tier
        /// For how long it would be held and at which price.
        public var outcome: DayForecast.Outcome
    }

    /// Averages in H/s.
    public struct Averages: Equatable, Sendable {
        /// Over 10 minutes.
        public var tenMinutes: Double
        /// Over an hour.
        public var hour: Double
        /// Over 24 hours.
        public var day: Double
    }
}

extension SplitScheduler {
    /// XvB's figures count as fresh up to this age, in seconds; they are asked for each minute.
    static let xvbFresh = 300.0
    /// p2pool's figures count as fresh up to this age, in seconds; it writes them with every new template.
    static let p2poolFresh = 180.0

    /// The schedule at `now`.
    public func status(at now: Instant) -> SchedulerStatus {
        let second = now.wholeSeconds
        let outlook = outlook(second: second)
        let routed = PerUpstream(p2pool: averages(.p2pool, at: now), xvb: averages(.xvb, at: now))
        let credited = xvbReading.map { CreditedAverages(hour: $0.value.credited1h, day: $0.value.credited24h) }
        let reading = p2pool.reading?.value
        return SchedulerStatus(
            upstream: upstream, expectedSwitch: expectedSwitch, waitsForJob: isWaitingForJob, plan: plan,
            windowEnd: windowEnd,
            p2poolHealth: p2poolHealth(at: now), p2poolAge: p2pool.reading?.age(at: now),
            xvbHealth: xvbHealth(at: now), xvbAge: xvbReading?.age(at: now),
            xvbStandsStill: xvbStandsStill(at: now) ? credit.secondsSinceNews(at: second) : nil, routed: routed,
            routedTier: Tier.highest(within: min(routed.xvb.hour, routed.xvb.day)), credited: credited,
            creditedTier: credited.map { Tier.highest(within: min($0.hour, $0.day)) }, price: tierPrice(at: now),
            forecast: prospects.map { SchedulerStatus.TierForecast(tier: $0.tier, outcome: $0.outcome) },
            day: history.hour(of: second) / 24,
            outside: PerUpstream(p2pool: outsideP2Pool(at: now), xvb: outlook.foreign.hashrate),
            creditRatio: outlook.creditRatio, lift: credit.lift(.hour, at: second),
            wonRound: wonRound.isOn(at: second) ? wonRound.tier : nil,
            secondsToNextShare: reading.flatMap {
                let hashrate = plan?.p2poolHashrate ?? routed.p2pool.hour
                return hashrate > 0 ? $0.sidechainDifficulty / hashrate : nil
            },
            secondsUntilShareLeaves: p2pool.secondsUntilShareLeaves(at: now))
    }

    /// How far p2pool's figures can be trusted.
    public func p2poolHealth(at now: Instant) -> InputHealth {
        guard let age = p2pool.reading?.age(at: now) else { return .missing }
        return age <= Self.p2poolFresh ? .fresh : age <= settings.hold ? .held : .stale
    }

    /// How far XvB's figures can be trusted.
    public func xvbHealth(at now: Instant) -> InputHealth {
        guard isRegistered else { return .unregistered }
        guard let age = xvbReading?.age(at: now) else { return .missing }
        if xvbStandsStill(at: now) { return .stale }
        return age <= Self.xvbFresh ? .fresh : age <= CreditModel.hold ? .held : .stale
    }

    /// Whether figures come that don't change any more. That nothing is credited where nothing is sent is no news, and right.
    private func xvbStandsStill(at now: Instant) -> Bool {
        guard let dated = xvbReading, dated.age(at: now) <= CreditModel.hold, credit.isFrozen(at: now.wholeSeconds)
        else { return false }
        return dated.value.credited1h > 0 || dated.value.credited24h > 0 || ledger.work(.xvb, last: 3_600, at: now) > 0
    }

    private func averages(_ upstream: Upstream, at now: Instant) -> SchedulerStatus.Averages {
        SchedulerStatus.Averages(
            tenMinutes: ledger.average(upstream, last: 600, at: now),
            hour: ledger.average(upstream, last: 3_600, at: now),
            day: ledger.average(upstream, last: 86_400, at: now))
    }
}
