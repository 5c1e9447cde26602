import ProxyCore
import ProxyTerms
import SplitScheduler
import StratumCodec

/// What the schedule does and why: windows, switches, tiers.
enum ScheduleWords {
    static func windowClosed(_ report: WindowReport, slices: Int = 1) -> String {
        "window \(report.index + 1) done: \(parts(report))" + (slices > 1 ? ", in \(slices) slices" : "")
    }

    /// What a window gave XvB.
    static func parts(_ report: WindowReport) -> String {
        "XvB planned \(Quantity.percent(report.plannedXvBShare)), delivered \(Quantity.percent(report.deliveredXvBShare))"
    }

    static func switched(to upstream: Upstream, _ cause: SwitchCause, _ rigs: MoveCount) -> String {
        let head = rigs.isNobodyThere && rigs.all > 0 ? "\(upstream.name)'s turn" : "now mining on \(upstream.name)"
        return "\(head), \(cause.text(to: upstream)): \(rigs.text(to: upstream))"
    }

    /// The same and until when: `seconds` to the expected switch back; nil: not before the next plan, in `nextPlan` seconds.
    static func switched(
        to upstream: Upstream, _ cause: SwitchCause, _ rigs: MoveCount, _ seconds: Double?, nextPlan: Double
    ) -> String {
        switched(to: upstream, cause, rigs) + "; " + next(after: upstream, seconds, nextPlan: nextPlan)
    }

    /// What comes after work goes to `upstream`: the other one in so many seconds, or the next plan.
    static func next(after upstream: Upstream, _ seconds: Double?, nextPlan: Double) -> String {
        let what = seconds == nil ? "the next plan in" : "\(upstream.other.name) in about"
        return "\(what) \(Quantity.duration(max(0, seconds ?? nextPlan)))"
    }

    static func followed(to upstream: Upstream, rigs: Int) -> String {
        "\(upstream.name) sent a job: \(rigs) more \(rigs == 1 ? "rig mines" : "rigs mine") it"
    }

    static func wonRound(_ tier: Tier?) -> String {
        guard let tier else { return "the won round is over" }
        return "this wallet has won the \(tier.name) round: XvB gets a few more shares until it ends"
    }

    /// Another tier is held; `forecast` is what would come of the old one, where that was higher.
    static func tierChanged(from old: Tier, to new: Tier, forecast: DayForecast.Outcome?) -> String {
        let text =
            "tier: \(new > old ? "up" : "down") from \(old.name) to \(new.name) (\(Quantity.hashrate(new.hashrate)))"
        guard new < old, let forecast else { return text }
        return text + ": \(old.name) would be \(forecast.text)"
    }

    static func day(_ price: TierPrice) -> String {
        "tier: \(price.text)"
    }

    static func slept(seconds: Int64, usesXvB: Bool) -> String {
        "the machine slept for \(Quantity.duration(Double(seconds)))"
            + (usesXvB ? "; XvB's averages aged as much" : "")
    }

    /// What different seeds cost, and what is the cause after so many seconds.
    static func seedsDiffer(p2pool: SeedHash, xvb: SeedHash, seconds: Double) -> String {
        let seeds = "RandomX seed \(p2pool) at p2pool, \(xvb) at XvB"
        if seconds < 600 {
            return
                "\(seeds): no slice for XvB begins until they agree, since each switch would cost every rig a new dataset "
                + "(seconds to a minute without work). A change of Monero's seed, every 2,048 blocks, takes minutes"
        }
        return
            "\(seeds) for \(Quantity.duration(seconds)), too long for a change of Monero's seed: the rigs stay on "
            + "p2pool. Check that p2pool's monerod is synchronized (its command `status`), and that xvb.pools is XvB's node and "
            + "not a pool for another coin"
    }

    static let seedsAgree = "p2pool and XvB have the same RandomX seed again"
}

extension SwitchCause {
    /// The cause in words, of a switch to `upstream`.
    func text(to upstream: Upstream) -> String {
        switch self {
        case .planned: "as planned"
        case .workDone: "its slice is done"
        case .shareLost: "no share of ours in p2pool's window"
        case .p2poolFirst: "p2pool's need comes first"
        case .upstreamDown: "\(upstream.other.name) is down"
        case .notConnectedYet: "\(upstream.other.name) isn't connected yet"
        case .upstreamBack: "it is back"
        case .upstreamConnected: "it is connected"
        case .planChanged: "the plan changed"
        }
    }
}

extension TierPrice {
    /// In plain words.
    var text: String {
        let known = Quantity.decimal(span / 3_600, span < 86_000 ? 1 : 0)
        let sent = Quantity.hashrate(sentHashrate)
        guard tier != .none, heldSeconds > 0 else { return "no tier held in the last \(known) h, XvB got \(sent)" }
        let held = "\(tier.name) held \(Quantity.decimal(heldSeconds / 3_600, 1)) of the last \(known) h"
        guard let price else { return held + ", XvB got \(sent)" }
        return held + " at \(Quantity.decimal(price, 2)) times its price: XvB got \(sent)"
    }
}

extension DayForecast.Outcome {
    /// In plain words, after "it would be".
    var text: String {
        guard held > 0, price < 100 else { return "held for no hour of the day" }
        return "held for \(Quantity.decimal(held * 24, 1)) of 24 h at \(Quantity.decimal(price, 2)) times its price"
    }
}
