/// What a run counted. Times in milliseconds unless named otherwise, work in hashes.
struct SimulationTally: Equatable, Sendable {
    var seconds = 0.0
    var below1h = 0.0
    var below24h = 0.0
    /// One of both or both.
    var belowTier = 0.0
    var noShare = 0.0
    /// P(no share) as promised, times time.
    var promised = 0.0
    var promisedTime = 0.0
    var switches = 0
    var sent = 0.0
    var work = 0.0
    var lost = 0.0
    /// The most that ever stood in XvB's hour.
    var highestHour = 0.0
    /// The shortest time on one upstream, in seconds.
    var shortestStay = Double.infinity
    /// Changes of the tier aimed at.
    var tierChanges = 0
}

/// One policy's row in a table.
public struct SimulationRow: Equatable, Sendable {
    /// The policy.
    public var policy: PolicyName
    /// Percent of the time that the credited 1 h average was below the tier.
    public var below1hPercent: Double
    /// Percent of the time that the credited 24 h average was below the tier.
    public var below24hPercent: Double
    /// Percent of the time that the tier was not held: one of both averages, or both, below it (xvb.md §4).
    public var belowTierPercent: Double
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
    /// The highest 1 h average credited over the tier.
    public var highestHourRatio: Double
    /// The shortest time on one upstream, in seconds; infinite without a switch.
    public var shortestStay: Double
    /// How often a day the policy aimed at another tier.
    public var tierChangesPerDay: Double

    init(_ policy: PolicyName, world: ModelWorld, tally: SimulationTally) {
        self.policy = policy
        let time = max(1e-9, tally.seconds * 1000)
        below1hPercent = tally.below1h / time * 100
        below24hPercent = tally.below24h / time * 100
        belowTierPercent = tally.belowTier / time * 100
        sentRatio = tally.sent / max(1e-9, world.tier.hashrate * tally.seconds)
        noSharePercent = tally.noShare / time * 100
        promisedNoSharePercent = tally.promisedTime > 0 ? tally.promised / tally.promisedTime * 100 : nil
        switchesPerHour = Double(tally.switches) / max(1e-9, tally.seconds / 3_600)
        lostPercent = tally.work > 0 ? tally.lost / tally.work * 100 : 0
        highestHourRatio = tally.highestHour / max(1e-9, world.tier.hashrate * 3_600)
        shortestStay = tally.shortestStay
        tierChangesPerDay = Double(tally.tierChanges) / max(1e-9, tally.seconds / 86_400)
    }

    /// The mean of `rows`, which are one policy's in one world with different seeds; `nil` if there are none.
    public init?(mean rows: [SimulationRow]) {
        guard let first = rows.first else { return nil }
        func mean(_ value: (SimulationRow) -> Double) -> Double {
            rows.reduce(0) { $0 + value($1) } / Double(rows.count)
        }
        self = first
        below1hPercent = mean(\.below1hPercent)
        below24hPercent = mean(\.below24hPercent)
        belowTierPercent = mean(\.belowTierPercent)
        sentRatio = mean(\.sentRatio)
        noSharePercent = mean(\.noSharePercent)
        promisedNoSharePercent = first.promisedNoSharePercent.map { _ in mean { $0.promisedNoSharePercent ?? 0 } }
        switchesPerHour = mean(\.switchesPerHour)
        lostPercent = mean(\.lostPercent)
        highestHourRatio = mean(\.highestHourRatio)
        shortestStay = rows.reduce(.infinity) { min($0, $1.shortestStay) }
        tierChangesPerDay = mean(\.tierChangesPerDay)
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
