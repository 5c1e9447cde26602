import ProxyTerms
import SplitScheduler

/// Gupaxx 1.13 (docs/protocol.md#gupaxx), aiming at one level (its ManualDonationLevel) or in its Auto mode. Each 60 s
/// it decides anew, and sends everything to XvB while the averages are low.
struct GupaxxPolicy: TurningPolicy {
    private static let period = 60.0
    /// The one level; `nil` in Auto.
    private let level: Tier?
    private(set) var aimedAt: Tier?
    var clock = TurnClock(period: period)
    /// Seconds of the period that p2pool has; it comes first.
    private var p2poolSeconds = period
    private var shares = false
    private var averages: XvBReading?
    /// The newest reading; a decision sees the one before (defect B8: averages are up to a period old).
    private var newest: XvBReading?
    private var difficulty = 0.0
    /// What p2pool's local stratum saw of us.
    private var ledger = WorkLedger()
    private let nominalWindow = 2_160.0
    private let nominalBlockTime: Double
    /// 60 samples of what p2pool was thought to get, filled with 0 at the start (defect B6).
    private var samples = [Double](repeating: 0, count: 60)
    let reconnects = true

    init(world: ModelWorld) {
        level = world.choosesTier ? nil : world.tier
        nominalBlockTime = world.sidechain.name == "nano" ? 30 : 10
    }

    var promisedRisk: Double? { nil }

    mutating func credited(work: Double, to upstream: Upstream, at now: Instant) {
        ledger.credit(work, to: upstream, at: now)
    }

    @discardableResult
    mutating func observed(p2pool reading: P2PoolReading, at now: Instant) -> P2PoolReadingFault? {
        shares = reading.shareInWindow ?? false
        // Defect B3: ten times the pool's hashrate, on nano too.
        difficulty = reading.poolHashrate * 10
        return nil
    }

    @discardableResult
    mutating func observed(xvb reading: XvBReading, at now: Instant) -> XvBReadingFault? {
        averages = newest
        newest = reading.fault == nil ? reading : XvBReading(credited1h: 0, credited24h: 0)
        return nil
    }

    @discardableResult
    mutating func advance(now: Instant, hashrate: HashrateInputs) -> SchedulerStep {
        if clock.begins(at: now) {
            let tier = level ?? highest(hashrate.total, at: now)
            aimedAt = tier
            let seconds = xvbSeconds(hashrate.total, target: tier.hashrate)
            p2poolSeconds = Self.period - seconds
            samples.removeFirst()
            samples.append(hashrate.total * (1 - seconds / Self.period))
        }
        clock.follow(.p2pool, seconds: p2poolSeconds, now: now)
        return .none
    }

    /// Auto: the highest tier strictly below what p2pool doesn't need (defect B10: no cushion, no hysteresis).
    private func highest(_ hashrate: Double, at now: Instant) -> Tier {
        // Defect B6: right after a start the samples are 0, and all that p2pool has of us looks like somebody else's.
        let total = ledger.average(.p2pool, last: 3_600, at: now)
        var outside = max(0, total - samples.reduce(0, +) / Double(samples.count))
        if outside < 0.02 * total { outside = 0 }
        // Defects B2 and B3: the window is always 2160 blocks.
        let oneShare = (difficulty / (nominalWindow * nominalBlockTime)).rounded(.down)
        let spare = hashrate - max(0, oneShare * 1.25 - outside)
        return Tier.allCases.last { $0 != .none && $0.hashrate < spare } ?? .none
    }

    private func xvbSeconds(_ hashrate: Double, target: Double) -> Double {
        guard shares, hashrate > 0, target > 0, let averages else { return 0 }
        if !(averages.credited24h >= target && averages.credited1h >= 0.8 * target) { return Self.period }
        return min(Self.period, max(0.05, target / hashrate * Self.period))
    }

    mutating func restarted(died: Instant, now: Instant, in world: ModelWorld) {
        clock.restarted(at: now)
        averages = nil
        samples = [Double](repeating: 0, count: 60)
    }
}
