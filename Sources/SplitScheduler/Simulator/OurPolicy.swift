import ProxyTerms

/// The very scheduler that the daemon runs.
struct OurPolicy: SimulatedPolicy {
    private(set) var scheduler: SplitScheduler
    private let settings: SplitSettings
    private let forgets: Bool
    let reconnects = false
    let countsShares = true

    init(world: ModelWorld) {
        var settings = world.settings
        if settings.tier == nil, settings.mode == .default, !world.choosesTier { settings.tier = world.tier }
        self.settings = settings
        forgets = world.forgets
        scheduler = SplitScheduler(
            settings: settings, start: world.warmth > 0 ? Instant(milliseconds: -86_400_000) : .start)
    }

    var upstream: Upstream { scheduler.upstream }
    var nextDeadline: Instant { scheduler.nextDeadline }
    var promisedRisk: Double? { scheduler.plan?.noShareProbability }
    var aimedAt: Tier? { scheduler.choice.held }

    mutating func credited(work: Double, to upstream: Upstream, at now: Instant) {
        scheduler.credited(work: work, to: upstream, at: now)
    }

    mutating func observed(p2pool reading: P2PoolReading, at now: Instant) {
        scheduler.observed(p2pool: reading, at: now)
    }

    mutating func observed(xvb reading: XvBReading, at now: Instant) {
        scheduler.observed(xvb: reading, at: now)
    }

    mutating func reported(_ upstream: Upstream, usable: Bool, at now: Instant) {
        scheduler.reported(upstream, usable: usable, at: now)
    }

    mutating func observedRound(isOurs: Bool, at now: Instant) {
        scheduler.observedWonRound(isOurs, at: now)
    }

    mutating func slept(_ seconds: Double, now: Instant) {
        scheduler.slept(Int64(seconds.rounded()), now: now)
    }

    mutating func freshWorkArrived(at now: Instant) {
        scheduler.freshWorkArrived(at: now)
    }

    mutating func advance(now: Instant, hashrate: HashrateInputs) {
        _ = scheduler.advance(now: now, hashrate: hashrate)
    }

    /// The journal's last minute is lost with the process.
    mutating func restarted(died: Instant, now: Instant) {
        if forgets {
            scheduler = SplitScheduler(settings: settings, start: now)
            return
        }
        var memory = scheduler.memory(at: died)
        for upstream in Upstream.allCases { memory.work[upstream].removeAll { $0.age < 60 } }
        memory = memory.aged(by: Int64(now.seconds(since: died).rounded()))
        scheduler = SplitScheduler(settings: settings, remembering: memory, start: now)
    }
}
