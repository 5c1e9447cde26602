import ProxyCore
import ProxyTerms
import SplitScheduler
import StrictJSON

/// What each tier would cost this farm if its hashrate stayed as it is: also the tiers that are not aimed at, and in the modes that
/// aim at none. It takes some time to reckon, so it is kept for as long as the plan stands.
struct TierCosts {
    private var plan: WindowPlan?
    private var known: [SteadyProspect] = []

    /// By the plan and p2pool's figures of `snapshot`; empty while they are not known.
    mutating func prospects(_ snapshot: Snapshot, _ settings: SplitSettings) -> [SteadyProspect] {
        guard snapshot.plan != plan else { return known }
        plan = snapshot.plan
        known = Self.reckoned(snapshot, settings)
        return known
    }

    private static func reckoned(_ snapshot: Snapshot, _ settings: SplitSettings) -> [SteadyProspect] {
        guard let plan = snapshot.plan, plan.hashrate > 0, var inputs = inputs(snapshot, hashrate: plan.hashrate) else {
            return []
        }
        inputs.movableHashrate = plan.movableHashrate
        return Planner.steadyPlan(Self.settings(settings), inputs).prospects
    }

    /// The settings with which every tier can be compared: none is asked for.
    static func settings(_ settings: SplitSettings) -> SplitSettings {
        var settings = settings
        settings.mode = .default
        settings.tier = nil
        return settings
    }

    /// A plan's inputs with p2pool's figures of now and any hashrate; nil while those figures are not known.
    static func inputs(_ snapshot: Snapshot, hashrate: Double) -> PlanInputs? {
        snapshot.p2poolReading.map { reading in
            PlanInputs(
                hashrate: hashrate, sidechainDifficulty: reading.value.sidechainDifficulty,
                pplnsWindow: reading.value.pplnsWindow, blockTime: reading.value.blockTime, shareInWindow: true,
                externalP2Pool: snapshot.schedule.outside.p2pool, externalXvB: snapshot.schedule.outside.xvb)
        }
    }

    /// A tier's row in documents; what is not known is null.
    static func fill(_ json: inout JSONObject, _ tier: Tier, _ prospect: SteadyProspect?) {
        let outcome = prospect?.outcome
        json.set("tier", tier.key)
        json.set("name", tier.name)
        json.set("needs_hs", tier.hashrate)
        json.set("held_hours", outcome.map { Quantity.rounded($0.held * 24, 3) })
        json.set("price", outcome?.price.isFinite == true ? outcome?.price : nil)
        json.set("income_cost", prospect?.incomeCost.map { min(1, $0) })
    }
}
