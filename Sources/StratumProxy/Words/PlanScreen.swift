import ProxyTerms
import SplitScheduler

/// A window's plan on a screen, as `stratum-proxy plan` shows it.
enum PlanScreen {
    /// What a miner wants to know, in a few lines.
    static func lines(
        _ plan: WindowPlan, _ settings: SplitSettings, _ inputs: PlanInputs, _ prospects: [SteadyProspect] = []
    ) -> [String] {
        let window = plan.window
        return [
            plan.reason,
            "",
            "p2pool     \(seconds(plan.p2poolSeconds)) of \(Quantity.plain(window)) s   \(Quantity.hashrate(plan.p2poolHashrate))",
            "XvB        \(seconds(plan.xvbSeconds)) of \(Quantity.plain(window)) s   \(Quantity.hashrate(plan.xvbHashrate))",
            "switch     \(turn(plan, settings))",
            "tier       \(plan.tier.name)\(outside(inputs))",
            "needs      p2pool \(Quantity.hashrate(plan.requiredP2PoolHashrate)) of the "
                + "\(Quantity.hashrate(inputs.hashrate)) here; one share per PPLNS window takes "
                + Quantity.hashrate(inputs.oneShareHashrate),
            "shares     expected in p2pool's window: \(Quantity.decimal(plan.expectedShares, 2)); "
                + "chance of none: \(Quantity.percent(plan.noShareProbability))",
            "costs      " + costs(plan, inputs),
        ]
            + prospects.filter { $0.outcome.held > 0 }.enumerated().map { index, prospect in
                let name = index == 0 ? "forecast   " : "           "
                let cost = prospect.incomeCost.map { ", for \(Quantity.percent($0)) of p2pool's income" } ?? ""
                return name + "\(prospect.tier.name) \(prospect.outcome.text)\(cost)"
            }
    }

    /// The same broken to fit `terminal`, what follows a line's first row below its text; one row a line where there is none.
    static func text(_ lines: [String], on terminal: Terminal) -> String {
        let width = terminal.width(usual: nil)
        return lines.enumerated().map { place, line in
            TextLayout.hanging(line, indent: place == 0 ? 0 : indent, width: width)
        }.joined(separator: "\n")
    }

    /// Columns of what stands before each line's text.
    private static let indent = 11

    /// p2pool pays by the work that it gets: what goes to XvB is that part of its income.
    private static func costs(_ plan: WindowPlan, _ inputs: PlanInputs) -> String {
        guard inputs.hashrate > 0 else { return "nothing" }
        let part = plan.xvbHashrate / inputs.hashrate
        return part > 0 ? "\(Quantity.percent(part)) of p2pool's expected income" : "nothing of p2pool's income"
    }

    /// When work moves. A part that is shorter than the least slice waits for a later window.
    private static func turn(_ plan: WindowPlan, _ settings: SplitSettings) -> String {
        let least = Double(settings.minSlice)
        if plan.xvbSeconds > 0, plan.xvbSeconds < least {
            let every = least / plan.xvbSeconds * plan.window
            return
                "XvB's part is too short for one window: one slice of \(Quantity.plain(least)) s about every \(Quantity.duration(every))"
        }
        if plan.switchSecond <= 0 { return "XvB only" }
        return plan.switchSecond >= Int(plan.window)
            ? "p2pool only" : "p2pool until second \(plan.switchSecond), then XvB"
    }

    private static func outside(_ inputs: PlanInputs) -> String {
        inputs.externalXvB > 0 ? " (with \(Quantity.hashrate(inputs.externalXvB)) of others)" : ""
    }

    private static func seconds(_ value: Double) -> String {
        TextLayout.padded(Quantity.decimal(value, 1), 6, isNumber: true)
    }
}
