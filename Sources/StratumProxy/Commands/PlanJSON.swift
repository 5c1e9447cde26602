import ProxyTerms
import SplitScheduler
import StrictJSON

/// A window's plan for programs.
enum PlanJSON {
    /// One line of JSON. Numbers are rounded to thousandths.
    static func line(_ plan: WindowPlan, _ prospects: [SteadyProspect] = []) -> String {
        var json = JSONObject()
        json.set("p2pool_seconds", Quantity.rounded(plan.p2poolSeconds, 3))
        json.set("xvb_seconds", Quantity.rounded(plan.xvbSeconds, 3))
        json.set("tier", plan.tier.key)
        json.set("required_p2pool_hs", Quantity.rounded(plan.requiredP2PoolHashrate, 3))
        json.object("forecast") { json in
            for prospect in prospects {
                json.object(prospect.tier.key) {
                    $0.set("held_hours", Quantity.rounded(prospect.outcome.held * 24, 3))
                    $0.set("price", Quantity.rounded(prospect.outcome.price, 3))
                    $0.set("income_cost", prospect.incomeCost.map { Quantity.rounded($0, 3) })
                }
            }
        }
        json.set("reason", plan.reason)
        return json.text
    }
}
