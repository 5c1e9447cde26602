import ProxyTerms
import SplitScheduler

/// The very scheduler that the daemon runs.
extension SplitScheduler: JudgedPolicy {
    var reconnects: Bool { false }
    var countsShares: Bool { true }
    var promisedRisk: Double? { plan?.noShareProbability }

    init(world: ModelWorld) {
        var settings = world.settings
        if settings.tier == nil, settings.mode == .default, !world.choosesTier { settings.tier = world.tier }
        self.init(settings: settings, start: world.warmth > 0 ? Instant(milliseconds: -86_400_000) : .start)
    }

    /// The journal's last minute is lost with the process.
    mutating func restarted(died: Instant, now: Instant, in world: ModelWorld) {
        guard !world.forgets else {
            self = SplitScheduler(settings: settings, start: now)
            return
        }
        var memory = memory(at: died)
        for upstream in Upstream.allCases { memory.work[upstream].removeAll { $0.age < 60 } }
        memory = memory.aged(by: Int64(now.seconds(since: died).rounded()))
        self = SplitScheduler(settings: settings, remembering: memory, start: now)
    }
}
