import SplitScheduler
import StrictJSON

/// A window's plan as text, for people and for programs.
enum PlanText {
    /// One line of JSON. Numbers are rounded to thousandths.
    static func json(_ plan: WindowPlan, _ prospects: [SteadyProspect] = []) -> String {
        var json = JSONObject()
        json.set("p2pool_seconds", rounded(plan.p2poolSeconds))
        json.set("xvb_seconds", rounded(plan.xvbSeconds))
        json.set("tier", plan.tier.key)
        json.set("required_p2pool_hs", rounded(plan.requiredP2PoolHashrate))
        json.object("forecast") { json in
            for prospect in prospects {
                json.object(prospect.tier.key) {
                    $0.set("held_hours", rounded(prospect.outcome.held * 24))
                    $0.set("price", rounded(prospect.outcome.price))
                    $0.set("income_cost", prospect.incomeCost.map(rounded))
                }
            }
        }
        json.set("reason", plan.reason)
        return json.text
    }

    /// What a miner wants to know, in a few lines.
    static func lines(
        _ plan: WindowPlan, _ settings: SplitSettings, _ inputs: PlanInputs, _ prospects: [SteadyProspect] = []
    ) -> [String] {
        let window = plan.window
        return [
            plan.reason,
            "",
            "p2pool     \(seconds(plan.p2poolSeconds)) of \(plain(window)) s   \(HumanText.hashrate(plan.p2poolHashrate))",
            "XvB        \(seconds(plan.xvbSeconds)) of \(plain(window)) s   \(HumanText.hashrate(plan.xvbHashrate))",
            "switch     \(turn(plan, settings))",
            "tier       \(plan.tier.name)\(outside(inputs))",
            "needs      p2pool \(HumanText.hashrate(plan.requiredP2PoolHashrate)) of the "
                + "\(HumanText.hashrate(inputs.hashrate)) here; one share a PPLNS window takes "
                + HumanText.hashrate(inputs.oneShareHashrate),
            "shares     \(HumanText.decimal(plan.expectedShares, 2)) to expect in p2pool's window, "
                + "none with a chance of \(HumanText.percent(plan.noShareProbability))",
            "costs      " + costs(plan, inputs),
        ]
            + prospects.filter { $0.outcome.held > 0 }.enumerated().map { index, prospect in
                let name = index == 0 ? "forecast   " : "           "
                let cost = prospect.incomeCost.map { ", for \(HumanText.percent($0)) of p2pool's income" } ?? ""
                return name + "\(prospect.tier.name) \(prospect.outcome.text)\(cost)"
            }
    }

    /// p2pool pays by the work that it gets: what goes to XvB is that part of its income.
    private static func costs(_ plan: WindowPlan, _ inputs: PlanInputs) -> String {
        guard inputs.hashrate > 0 else { return "nothing" }
        let part = plan.xvbHashrate / inputs.hashrate
        return part > 0 ? "\(HumanText.percent(part)) of p2pool's expected income" : "nothing of p2pool's income"
    }

    /// When work moves. A part that is shorter than the least slice waits for a later window.
    private static func turn(_ plan: WindowPlan, _ settings: SplitSettings) -> String {
        let least = Double(settings.minSlice)
        if plan.xvbSeconds > 0, plan.xvbSeconds < least {
            let every = least / plan.xvbSeconds * plan.window
            return "XvB's part is saved up for a slice of \(plain(least)) s, one in about \(HumanText.duration(every))"
        }
        if plan.switchSecond <= 0 { return "all of it XvB" }
        return plan.switchSecond >= Int(plan.window)
            ? "all of it p2pool" : "p2pool until second \(plan.switchSecond), then XvB"
    }

    private static func outside(_ inputs: PlanInputs) -> String {
        inputs.externalXvB > 0 ? " (with \(HumanText.hashrate(inputs.externalXvB)) from outside)" : ""
    }

    private static func seconds(_ value: Double) -> String {
        let text = HumanText.decimal(value, 1)
        return String(repeating: " ", count: max(0, 6 - text.count)) + text
    }

    /// A number without `.0`.
    static func plain(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func rounded(_ value: Double) -> Double {
        (value * 1000).rounded() / 1000
    }
}
