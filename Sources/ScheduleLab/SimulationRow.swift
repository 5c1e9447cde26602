import ProxyTerms
import SplitScheduler
import StrictJSON

/// One policy's row in a table.
public struct SimulationRow: Equatable, Sendable {
    /// The policy.
    public var policy: PolicyName
    /// Percent of the time that the credited 1 h average was below the tier.
    public var below1hPercent: Double
    /// Percent of the time that the credited 24 h average was below the tier.
    public var below24hPercent: Double
    /// Percent of the time that the tier was not held: one of both averages, or both, below it
    /// (docs/protocol.md#xvb-tiers).
    public var belowTierPercent: Double
    /// Percent of the time that the 1 h average was below the tier wanted with a share in p2pool's window for the hour before.
    public var belowWithSharePercent: Double
    /// Work accepted at XvB over the work that the tier is.
    public var sentRatio: Double
    /// Work accepted at XvB, in H/s on average.
    public var sentHashrate: Double
    /// What the tiers held are worth, in H/s on average (see `SimulationJudge`).
    public var worthHashrate: Double
    /// The two outside of won rounds.
    public var sentElsewhere: Double
    /// What the tiers held outside of won rounds are worth, in H/s on average.
    public var worthElsewhere: Double
    /// Percent of the time that donor, VIP, whale and mega were held, whatever was wanted.
    public var heldPercent: [Double]
    /// Hours of 24 in which the tier wanted was held.
    public var heldHours: Double
    /// How often a day the 1 h average fell below the tier wanted.
    public var dipsPerDay: Double
    /// Percent of the farm's work that went to XvB on days on which nothing was held for half of them.
    public var forNothingPercent: Double
    /// Percent of the time without a share in p2pool's window.
    public var noSharePercent: Double
    /// The same as the plans promised it (e^−λ, averaged over time); `nil` if the policy promises nothing.
    public var promisedNoSharePercent: Double?
    /// Changes of the upstream in an hour.
    public var switchesPerHour: Double
    /// Moves to XvB, and those of them that moved every rig.
    public var slices: Double
    /// Moves to XvB that moved every rig.
    public var wholeSlices: Double
    /// Percent of the work that nobody counted.
    public var lostPercent: Double
    /// The highest 1 h average credited over the tier.
    public var highestHourRatio: Double
    /// The shortest time on one upstream, in seconds; infinite without a switch.
    public var shortestStay: Double
    /// How often a day the policy aimed at another tier.
    public var tierChangesPerDay: Double
    /// Won rounds.
    public var rounds: Double
    /// Rounds that lived to their end where XvB looks each second, minute and five minutes.
    public var survivedRounds: [Double]

    init(_ policy: PolicyName, world: ModelWorld, tally: SimulationTally) {
        self.policy = policy
        let time = max(1e-9, tally.time)
        let seconds = time / 1000
        let rank = Int(world.tier.rawValue)
        func percent(_ part: Double) -> Double { part / time * 100 }
        below1hPercent = percent(SimulationTally.below(rank, tally.hourAt))
        below24hPercent = percent(SimulationTally.below(rank, tally.dayAt))
        belowTierPercent = percent(SimulationTally.below(rank, tally.heldAt))
        belowWithSharePercent = percent(tally.belowWithShare)
        sentRatio = tally.sent / max(1e-9, world.tier.hashrate * seconds)
        sentHashrate = tally.sent / seconds
        worthHashrate = tally.worth / seconds
        sentElsewhere = (tally.sent - tally.sentInRounds) / seconds
        worthElsewhere = (tally.worth - tally.worthInRounds) / seconds
        heldPercent = (1..<Tiers.count).map { 100 - percent(SimulationTally.below($0, tally.heldAt)) }
        heldHours = tally.held / time * 24
        dipsPerDay = Double(tally.dips) / (seconds / 86_400)
        forNothingPercent = tally.work > 0 ? tally.sentForNothing / tally.work * 100 : 0
        noSharePercent = percent(tally.noShare)
        promisedNoSharePercent = tally.promisedTime > 0 ? tally.promised / tally.promisedTime * 100 : nil
        switchesPerHour = Double(tally.switches) / (seconds / 3_600)
        slices = Double(tally.slices)
        wholeSlices = Double(tally.wholeSlices)
        lostPercent = tally.work > 0 ? tally.lost / tally.work * 100 : 0
        highestHourRatio = tally.highestHour / max(1e-9, world.tier.hashrate * 3_600)
        shortestStay = tally.shortestStay
        tierChangesPerDay = Double(tally.tierChanges) / (seconds / 86_400)
        rounds = Double(tally.rounds)
        survivedRounds = (0..<SimulatedRounds.looks.count).map { tally.survived[$0] }
    }

    /// The mean of `rows`, which are one policy's in one world with different seeds; `nil` if there are none.
    public init?(mean rows: [SimulationRow]) {
        guard let first = rows.first else { return nil }
        self = first
        let fields: [WritableKeyPath<SimulationRow, Double>] = [
            \.below1hPercent, \.below24hPercent, \.belowTierPercent, \.belowWithSharePercent, \.sentRatio,
            \.sentHashrate, \.worthHashrate, \.sentElsewhere, \.worthElsewhere, \.heldHours, \.dipsPerDay,
            \.forNothingPercent, \.noSharePercent, \.switchesPerHour, \.slices, \.wholeSlices, \.lostPercent,
            \.highestHourRatio, \.tierChangesPerDay, \.rounds,
        ]
        func mean(_ value: (SimulationRow) -> Double) -> Double {
            rows.reduce(0) { $0 + value($1) } / Double(rows.count)
        }
        for field in fields { self[keyPath: field] = mean { $0[keyPath: field] } }
        heldPercent = heldPercent.indices.map { index in mean { $0.heldPercent[index] } }
        survivedRounds = survivedRounds.indices.map { index in mean { $0.survivedRounds[index] } }
        promisedNoSharePercent = first.promisedNoSharePercent.map { _ in mean { $0.promisedNoSharePercent ?? 0 } }
        shortestStay = rows.reduce(.infinity) { min($0, $1.shortestStay) }
    }
}

extension SimulationRow {
    /// What was sent over what was held: 1 is the least. Infinite where something was sent and nothing held, `nil` where nothing
    /// was sent.
    public var price: Double? {
        sentHashrate > 0 ? sentHashrate / max(0, worthHashrate) : nil
    }

    /// The same outside of won rounds.
    public var priceElsewhere: Double? {
        sentElsewhere > 0 ? sentElsewhere / max(0, worthElsewhere) : nil
    }

    /// Percent of the moves to XvB that moved every rig; `nil` where there were none.
    public var wholeSlicesPercent: Double? {
        slices > 0 ? wholeSlices / slices * 100 : nil
    }

    /// Percent of the won rounds that lived to their end where XvB looks each second, minute and five minutes; empty where none was won.
    public var survivalPercent: [Double] {
        rounds > 0 ? survivedRounds.map { $0 / rounds * 100 } : []
    }

    /// Percent of the time that `tier` was held, whatever was wanted.
    public func held(_ tier: Tier) -> Double {
        tier == .none ? 100 : heldPercent[Int(tier.rawValue) - 1]
    }

    /// The row as a JSON object.
    public var json: String {
        var json = JSONObject()
        fill(&json)
        return json.text
    }

    func fill(_ json: inout JSONObject) {
        func set(_ name: String, _ value: Double?) { json.set(name, value.map { Quantity.rounded($0, 4) }) }
        json.set("policy", policy.rawValue)
        set("below_1h_percent", below1hPercent)
        set("below_24h_percent", below24hPercent)
        set("sent_ratio", sentRatio)
        set("no_share_percent", noSharePercent)
        set("switches_per_hour", switchesPerHour)
        set("lost_percent", lostPercent)
        // JSON knows no infinity: a price without a tier held is null, and held_hours says why.
        set("price", price)
        set("held_hours_per_day", heldHours)
        json.set("held_percent_by_tier", heldPercent.map { Quantity.rounded($0, 4) })
        set("below_1h_with_share_percent", belowWithSharePercent)
        set("dips_per_day", dipsPerDay)
        set("for_nothing_percent", forNothingPercent)
        set("whole_slices_percent", wholeSlicesPercent)
        set("won_rounds", rounds)
        json.set("survival_percent_1_60_300", survivalPercent.map { Quantity.rounded($0, 4) })
        set("price_outside_rounds", priceElsewhere)
    }
}
