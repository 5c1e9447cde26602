import ProxyTerms

/// Pithead's controller from its published constants (xvb.md §3.3, ecosystem.md §1.6): each 10 min a fraction for XvB is
/// moved by 0.03 × (reference − credited hour) / hashrate; XvB's slice comes first.
struct PitheadPolicy: SimulatedPolicy {
    private static let cycle = 600.0
    /// The one tier; `nil` if it chooses.
    private let level: Tier?
    private(set) var aimedAt: Tier?
    private(set) var upstream = Upstream.p2pool
    private(set) var nextDeadline = Instant.start
    private var xvbIsUp = true
    private var begin = Instant.start
    private var slice = 0.0
    private var isRunning = false
    private var fraction: Double
    private var reading: P2PoolReading?
    private var averages: XvBReading?
    private var averagesAt = Instant.start
    private var lastNews = Instant.start
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

    mutating func observed(p2pool reading: P2PoolReading, at now: Instant) {
        self.reading = reading
    }

    mutating func observed(xvb reading: XvBReading, at now: Instant) {
        guard reading.fault == nil else { return }
        if averages != reading { lastNews = now }
        averages = reading
        averagesAt = now
    }

    mutating func reported(_ upstream: Upstream, usable: Bool, at now: Instant) {
        if upstream == .xvb { xvbIsUp = usable }
        nextDeadline = min(nextDeadline, now)
    }

    mutating func advance(now: Instant, hashrate: HashrateInputs) {
        if !isRunning || now >= begin.adding(seconds: Self.cycle) {
            begin = isRunning ? begin.adding(seconds: Self.cycle) : now
            isRunning = true
            slice = nextSlice(now: now, hashrate: hashrate.total)
        }
        let turn = begin.adding(seconds: slice)
        upstream = xvbIsUp && now < turn ? .xvb : .p2pool
        nextDeadline = now < turn ? turn : begin.adding(seconds: Self.cycle)
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
            fraction += 0.03 * (Self.reference(tier) - averages.credited1h) / hashrate
        }
        let most = min(0.85, max(0, 1 - reserve / hashrate))
        fraction = min(max(0, fraction), most)
        let seconds = fraction * Self.cycle
        if seconds <= 0 { return 0 }
        // Its shortest slot, its switch overhead, and a remainder too short to be worth a switch.
        let padded = max(15, seconds + 5)
        return Self.cycle - padded < 30 ? Self.cycle : padded
    }

    mutating func restarted(died: Instant, now: Instant) {
        // The fraction is persisted.
        isRunning = false
        upstream = .p2pool
        nextDeadline = now
    }
}
