import ProxyTerms
import SplitScheduler

/// The draft as it was written (docs/protocol.md#the-draft): every 600 s an open-loop plan with 25 % buffers, first
/// p2pool, then XvB.
///
/// What p2pool and XvB say of this wallet beyond its own work is taken off the two needs. The draft leaves open over which
/// time its own work is averaged; here it is the last hour.
struct DraftPolicy: TurningPolicy {
    private let settings: SplitSettings
    private static let window = 600
    var clock = TurnClock(period: Double(window))
    private var plan: WindowPlan?
    private var reading: P2PoolReading?
    private var ledger = WorkLedger()
    private var outside = PerUpstream(p2pool: 0.0, xvb: 0.0)
    let reconnects = false

    init(world: ModelWorld) {
        settings = SplitSettings(
            mode: .default, window: Self.window, p2poolBuffer: 25, xvbBuffer: 25,
            tier: world.choosesTier ? nil : world.tier,
            minSlice: 0)
    }

    var promisedRisk: Double? { plan?.noShareProbability }
    var aimedAt: Tier? { plan?.tier }

    mutating func credited(work: Double, to upstream: Upstream, at now: Instant) {
        ledger.credit(work, to: upstream, at: now)
    }

    @discardableResult
    mutating func observed(p2pool reading: P2PoolReading, at now: Instant) -> P2PoolReadingFault? {
        self.reading = reading
        let estimate = (reading.rewardSharePercent ?? 0) / 100 * reading.poolHashrate
        outside.p2pool = max(0, estimate - ledger.average(.p2pool, last: 3_600, at: now))
        return nil
    }

    @discardableResult
    mutating func observed(xvb reading: XvBReading, at now: Instant) -> XvBReadingFault? {
        guard reading.fault == nil else { return reading.fault }
        // A second that is only partly inside counts as ours, not as somebody else's.
        outside.xvb = max(0, reading.credited1h - ledger.work(.xvb, last: 3_601, at: now) / 3_600)
        return nil
    }

    @discardableResult
    mutating func advance(now: Instant, hashrate: HashrateInputs) -> SchedulerStep {
        guard let reading else { return .none }
        if clock.begins(at: now) {
            plan = Planner.plan(
                settings,
                PlanInputs(
                    hashrate: hashrate.total, sidechainDifficulty: reading.sidechainDifficulty,
                    pplnsWindow: reading.pplnsWindow, blockTime: reading.blockTime,
                    shareInWindow: reading.shareInWindow,
                    externalP2Pool: outside.p2pool, externalXvB: outside.xvb))
        }
        if let plan { clock.follow(.p2pool, seconds: Double(plan.switchSecond), now: now) }
        return .none
    }

    mutating func restarted(died: Instant, now: Instant, in world: ModelWorld) {
        plan = nil
        outside = PerUpstream(p2pool: 0, xvb: 0)
        clock.restarted(at: now)
    }
}
