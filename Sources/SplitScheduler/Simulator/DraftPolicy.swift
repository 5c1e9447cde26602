import ProxyTerms

/// The draft as it was written: every 600 s an open-loop plan with 25 % buffers, first p2pool, then XvB.
struct DraftPolicy: SimulatedPolicy {
    private let settings: SplitSettings
    private(set) var upstream = Upstream.p2pool
    private(set) var nextDeadline = Instant.start
    private var xvbIsUp = true
    private var plan: WindowPlan?
    private var start = Instant.start
    private var reading: P2PoolReading?
    let reconnects = false

    init(world: ModelWorld) {
        settings = SplitSettings(
            mode: .default, window: 600, p2poolBuffer: 25, xvbBuffer: 25, tier: world.choosesTier ? nil : world.tier,
            minSlice: 0)
    }

    var promisedRisk: Double? { plan?.noShareProbability }
    var aimedAt: Tier? { plan?.tier }

    mutating func credited(work: Double, to upstream: Upstream, at now: Instant) {}

    mutating func observed(p2pool reading: P2PoolReading, at now: Instant) {
        self.reading = reading
    }

    mutating func observed(xvb reading: XvBReading, at now: Instant) {}

    mutating func reported(_ upstream: Upstream, usable: Bool, at now: Instant) {
        if upstream == .xvb { xvbIsUp = usable }
        nextDeadline = min(nextDeadline, now)
    }

    mutating func advance(now: Instant, hashrate: HashrateInputs) {
        guard let reading else { return }
        if plan == nil || now >= start.adding(seconds: 600) {
            start = plan == nil ? now : start.adding(seconds: 600)
            plan = Planner.plan(
                settings,
                PlanInputs(
                    hashrate: hashrate.total, sidechainDifficulty: reading.sidechainDifficulty,
                    pplnsWindow: reading.pplnsWindow, blockTime: reading.blockTime, shareInWindow: reading.shareInWindow
                ))
        }
        guard let plan else { return }
        let turn = start.adding(seconds: Double(plan.switchSecond))
        upstream = xvbIsUp && now >= turn ? .xvb : .p2pool
        nextDeadline = now >= turn ? start.adding(seconds: 600) : turn
    }

    mutating func restarted(died: Instant, now: Instant) {
        plan = nil
        upstream = .p2pool
        nextDeadline = now
    }
}
