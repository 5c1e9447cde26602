/// What a run counted. Times in milliseconds unless named otherwise, work in hashes.
struct SimulationTally: Equatable, Sendable {
    var seconds = 0.0
    var below1h = 0.0
    var below24h = 0.0
    var noShare = 0.0
    /// P(no share) as promised, times time.
    var promised = 0.0
    var promisedTime = 0.0
    var switches = 0
    var sent = 0.0
    var work = 0.0
    var lost = 0.0
}

/// One policy's row in a table.
public struct SimulationRow: Equatable, Sendable {
    /// The policy.
    public var policy: PolicyName
    /// Percent of the time that the credited 1 h average was below the tier.
    public var below1hPercent: Double
    /// Percent of the time that the credited 24 h average was below the tier.
    public var below24hPercent: Double
    /// Work accepted at XvB over the work that the tier is.
    public var sentRatio: Double
    /// Percent of the time without a share in p2pool's window.
    public var noSharePercent: Double
    /// The same as the plans promised it (e^−λ, averaged over time); `nil` if the policy promises nothing.
    public var promisedNoSharePercent: Double?
    /// Changes of the upstream in an hour.
    public var switchesPerHour: Double
    /// Percent of the work that nobody counted.
    public var lostPercent: Double

    init(_ policy: PolicyName, world: ModelWorld, tally: SimulationTally) {
        self.policy = policy
        let time = max(1e-9, tally.seconds * 1000)
        below1hPercent = tally.below1h / time * 100
        below24hPercent = tally.below24h / time * 100
        sentRatio = tally.sent / max(1e-9, world.tier.hashrate * tally.seconds)
        noSharePercent = tally.noShare / time * 100
        promisedNoSharePercent = tally.promisedTime > 0 ? tally.promised / tally.promisedTime * 100 : nil
        switchesPerHour = Double(tally.switches) / max(1e-9, tally.seconds / 3_600)
        lostPercent = tally.work > 0 ? tally.lost / tally.work * 100 : 0
    }

    /// The row as a JSON object.
    public var json: String {
        func number(_ value: Double) -> String { HumanText.decimal(value, 4) }
        return "{\"policy\":\"\(policy.rawValue)\",\"below_1h_percent\":\(number(below1hPercent))"
            + ",\"below_24h_percent\":\(number(below24hPercent)),\"sent_ratio\":\(number(sentRatio))"
            + ",\"no_share_percent\":\(number(noSharePercent)),\"switches_per_hour\":\(number(switchesPerHour))"
            + ",\"lost_percent\":\(number(lostPercent))}"
    }
}
