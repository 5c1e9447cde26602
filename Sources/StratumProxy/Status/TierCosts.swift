import ProxyCore
import SplitScheduler

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
        guard let plan = snapshot.plan, plan.hashrate > 0, let reading = snapshot.p2poolReading?.value else {
            return []
        }
        var settings = settings
        settings.mode = .default
        settings.tier = nil
        let inputs = PlanInputs(
            hashrate: plan.hashrate, movableHashrate: plan.movableHashrate,
            sidechainDifficulty: reading.sidechainDifficulty,
            pplnsWindow: reading.pplnsWindow, blockTime: reading.blockTime, shareInWindow: true,
            externalP2Pool: snapshot.schedule.outside.p2pool, externalXvB: snapshot.schedule.outside.xvb)
        return Planner.steadyPlan(settings, inputs).prospects
    }
}
