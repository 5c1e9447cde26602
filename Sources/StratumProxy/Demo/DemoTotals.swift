import ProxyTerms
import SplitScheduler
import StrictJSON

/// What a demo came to.
struct DemoTotals {
    /// Windows that ended.
    var windows: [WindowReport] = []
    /// Switches since the first of them began.
    var switches = 0
    /// The longest time from a switch's planned moment to its last job at the kernel.
    var longestSwitch: Int64 = 0
    /// Rigs that a switch left behind, the most of any.
    var mostLeftBehind = 0
    /// Rigs that a switch moved, the fewest of any; nil before the first.
    var fewestMoved: Int?
    /// Difficulty of both pools' shares.
    var shareDifficulty = 0.0

    /// Work that each upstream accepted in these windows, in hashes.
    var work: PerUpstream<Double> {
        windows.reduce(into: PerUpstream(p2pool: 0, xvb: 0)) { sum, report in
            sum.p2pool += report.work.p2pool
            sum.xvb += report.work.xvb
        }
    }

    /// XvB's share of the work as planned, 0 ... 1.
    var plannedShare: Double {
        let all = windows.reduce(0) { $0 + $1.plannedWork }
        let xvb = windows.reduce(0) { $0 + $1.plannedXvBWork }
        return all > 0 ? xvb / all : 0
    }

    /// XvB's share of the accepted work, 0 ... 1.
    var deliveredShare: Double {
        let work = work
        return work.p2pool + work.xvb > 0 ? work.xvb / (work.p2pool + work.xvb) : 0
    }

    /// How far the delivered share may be from the planned one by the luck of finding shares: four standard errors. With n shares, a
    /// part f of which is XvB's, one is √(f(1-f)/n).
    var shareLuck: Double {
        let shares = (work.p2pool + work.xvb) / max(1, shareDifficulty)
        return shares > 0 ? 4 * (plannedShare * (1 - plannedShare) / shares).squareRoot() : 0
    }

    // MARK: Texts

    /// One JSON object in one line, for programs.
    func json(_ audit: DemoAudit) -> String {
        var json = JSONObject()
        json.set("windows", windows.count)
        json.set("switches", switches)
        json.set("submitted", audit.submitted)
        json.set("accepted", audit.accepted)
        json.set("rejected", audit.rejected)
        json.set("stale", audit.stale)
        json.set("after_stop", audit.afterStop)
        json.set("lost", audit.lost)
        json.set("duplicates", audit.duplicates)
        json.set("unanswered", audit.unanswered)
        json.set("max_switch_delay_ms", longestSwitch)
        json.set("p2pool_work", Quantity.rounded(work.p2pool, 0))
        json.set("xvb_work", Quantity.rounded(work.xvb, 0))
        json.set("planned_xvb_share", Quantity.rounded(plannedShare, 4))
        json.set("delivered_xvb_share", Quantity.rounded(deliveredShare, 4))
        return json.text
    }
}
