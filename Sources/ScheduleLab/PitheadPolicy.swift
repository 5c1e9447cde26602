import ProxyTerms
import SplitScheduler

/// Pithead's controller from its published constants (docs/protocol.md#pithead): each 10 min a fraction for XvB moves
/// by 0.03 × (reference − credited hour) / hashrate; XvB's slice comes first. A falling average is projected 20 min on
/// and only ever tightens; after a win nothing is lowered for 90 min.
struct PitheadPolicy: TurningPolicy {
    private static let cycle = 600.0
    /// Cycles that the trend looks back and ahead: 20 min.
    private static let trendCycles = 2
    /// No lowering this long after a win, in seconds.
    private static let afterWin = 5_400.0
    /// Who qualifies wins about once in 30 h here: a round an hour, thirty in the draw.
    private static let betweenWins = 108_000.0
    /// The one tier; `nil` if it chooses.
    private let level: Tier?
    private(set) var aimedAt: Tier?
    var clock = TurnClock(period: cycle)
    private var slice = 0.0
    private var fraction: Double
    private var reading: P2PoolReading?
    private var averages: XvBReading?
    private var lastNews = Instant.start
    /// The credited hour at the last cycles, newest last.
    private var trend: [Double] = []
    private var nextWin = Instant.start.adding(seconds: betweenWins)
    private var lastWin: Instant?
    let reconnects = true

    init(world: ModelWorld) {
        level = world.choosesTier ? nil : world.tier
        fraction = min(0.85, Self.reference(world.tier) * (world.warmth > 0 ? 1 : 0) / world.hashrate)
    }

    var promisedRisk: Double? { nil }

    private static func reference(_ tier: Tier) -> Double {
        tier.hashrate + min(tier.hashrate * 0.05, 5_000)
    }

    mutating func credited(work: Double, to upstream: Upstream, at now: Instant) {}

    @discardableResult
    mutating func observed(p2pool reading: P2PoolReading, at now: Instant) -> P2PoolReadingFault? {
        self.reading = reading
        return nil
    }

    @discardableResult
    mutating func observed(xvb reading: XvBReading, at now: Instant) -> XvBReadingFault? {
        guard reading.fault == nil else { return reading.fault }
        if averages != reading { lastNews = now }
        averages = reading
        return nil
    }

    @discardableResult
    mutating func advance(now: Instant, hashrate: HashrateInputs) -> SchedulerStep {
        if clock.begins(at: now) { slice = nextSlice(now: now, hashrate: hashrate.total) }
        clock.follow(.xvb, seconds: slice, now: now)
        return .none
    }

    private mutating func nextSlice(now: Instant, hashrate: Double) -> Double {
        guard let reading, reading.shareInWindow == true, hashrate > 0, let averages else { return 0 }
        let reserve = 2 * reading.sidechainDifficulty / (reading.pplnsWindow * reading.blockTime)
        let tier = level ?? Tier.highest(within: 0.85 * hashrate)
        aimedAt = tier
        guard tier != .none, 0.85 * hashrate >= tier.hashrate else { return 0 }
        let stale = now.seconds(since: lastNews)
        if stale > 1_800 {
            fraction /= 2
        } else if stale <= 900 {
            let step = 0.03 * (Self.reference(tier) - projected(averages.credited1h)) / hashrate
            noteWin(tier, averages, now: now)
            let mayLower = lastWin.map { now.seconds(since: $0) >= Self.afterWin } ?? true
            fraction += mayLower ? step : max(0, step)
        }
        let most = min(0.85, max(0, 1 - reserve / hashrate))
        fraction = min(max(0, fraction), most)
        let seconds = fraction * Self.cycle
        if seconds <= 0 { return 0 }
        // Its shortest slot, its switch overhead, and a remainder too short to be worth a switch.
        let padded = max(15, seconds + 5)
        return Self.cycle - padded < 30 ? Self.cycle : padded
    }

    /// The credited hour as it will be in 20 min if it goes on falling; a rise is not counted on.
    private mutating func projected(_ hour: Double) -> Double {
        trend.append(hour)
        if trend.count > Self.trendCycles + 1 { trend.removeFirst() }
        guard trend.count > Self.trendCycles else { return hour }
        return min(hour, 2 * hour - trend[0])
    }

    /// A win comes to who holds the tier when its time has come.
    private mutating func noteWin(_ tier: Tier, _ averages: XvBReading, now: Instant) {
        guard now >= nextWin, min(averages.credited1h, averages.credited24h) >= tier.hashrate else { return }
        lastWin = now
        nextWin = now.adding(seconds: Self.betweenWins)
    }

    mutating func restarted(died: Instant, now: Instant, in world: ModelWorld) {
        // The fraction is persisted.
        clock.restarted(at: now)
    }
}
