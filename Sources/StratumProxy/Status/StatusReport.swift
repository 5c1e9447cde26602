import ProxyCore
import ProxyTerms
import SplitScheduler

/// What `stratum-proxy status` shows: the proxy at one moment, as one JSON line and as text for people.
struct StatusReport {
    let snapshot: Snapshot
    let now: Instant
    /// Seconds since the daemon's start.
    let uptime: Double

    /// The tier that our own accepted work holds: both the hour and the day count (xvb.md §4).
    private var routedTier: Tier {
        Tier.highest(within: min(snapshot.ledgerHour.xvb, snapshot.ledgerDay.xvb))
    }

    /// The tier by what XvB says it counted; nil where it has not said.
    private var creditedTier: Tier? {
        snapshot.xvbReading.map { Tier.highest(within: min($0.value.credited1h, $0.value.credited24h)) }
    }

    /// Expected seconds to the next p2pool share of ours, by the hashrate that p2pool keeps; nil where unknown.
    private var secondsToShare: Double? {
        guard let reading = snapshot.p2poolReading?.value, let plan = snapshot.plan, plan.p2poolHashrate > 0 else {
            return nil
        }
        return reading.sidechainDifficulty / plan.p2poolHashrate
    }

    // MARK: JSON

    /// One line of JSON.
    var json: String {
        var json = JSONBuilder()
        json.set("version", Version.current)
        json.set("uptime_seconds", uptime)
        json.set("mining_on", snapshot.upstream.name)
        json.set("seconds_left", max(0, snapshot.until.seconds(since: now)))
        json.object("plan") { fillPlan(&$0) }
        json.object("inputs") { fillInputs(&$0) }
        json.object("ledger") { json in
            for upstream in Upstream.allCases {
                json.object(upstream.key) {
                    $0.set("hour_hs", snapshot.ledgerHour[upstream])
                    $0.set("day_hs", snapshot.ledgerDay[upstream])
                }
            }
        }
        json.object("tier") {
            $0.set("routed", routedTier.key)
            $0.set("credited", creditedTier?.key)
        }
        json.set("seconds_to_p2pool_share", secondsToShare)
        json.object("hashrate") { json in
            for window in RateWindow.allCases {
                json.object("\(Int(window.seconds))s") {
                    $0.set("hs", snapshot.rates[window.rawValue].hashrate)
                    $0.set("relative_error", snapshot.rates[window.rawValue].error)
                }
            }
        }
        json.set("rigs", snapshot.rigs)
        json.object("upstreams") { json in
            for upstream in Upstream.allCases {
                json.object(upstream.key) { fill(snapshot.upstreams[upstream], &$0) }
            }
        }
        json.object("answered_here") {
            $0.set("below_pool_difficulty", snapshot.local.belowLane)
            $0.set("low_difficulty", snapshot.local.lowDifficulty)
            $0.set("duplicate", snapshot.local.duplicate)
            $0.set("wrong_nonce_slot", snapshot.local.wrongSlot)
            $0.set("foreign_job", snapshot.local.foreignJob)
            $0.set("expired_job", snapshot.local.expiredJob)
            $0.set("malformed", snapshot.local.malformed)
        }
        return json.object
    }

    private func fillPlan(_ json: inout JSONBuilder) {
        guard let plan = snapshot.plan else { return }
        json.set("reason", plan.reason)
        json.set("tier", plan.tier.key)
        json.set("window_seconds", plan.window)
        json.set("window_elapsed_seconds", max(0, now.seconds(since: snapshot.windowStart)))
        json.set("p2pool_seconds", plan.p2poolSeconds)
        json.set("xvb_seconds", plan.xvbSeconds)
        json.set("required_p2pool_hs", plan.requiredP2PoolHashrate)
        json.set("expected_shares", plan.expectedShares)
        json.set("no_share_probability", plan.noShareProbability)
        json.set("windows", snapshot.totals.windows)
        json.set("switches", snapshot.totals.switches)
    }

    private func fillInputs(_ json: inout JSONBuilder) {
        if let dated = snapshot.p2poolReading {
            json.object("p2pool") {
                $0.set("age_seconds", dated.age(at: now))
                $0.set("sidechain_difficulty", dated.value.sidechainDifficulty)
                $0.set("pplns_window", dated.value.pplnsWindow)
                $0.set("block_time", dated.value.blockTime)
                $0.set("share_in_window", dated.value.shareInWindow)
            }
        }
        if let dated = snapshot.xvbReading {
            json.object("xvb") {
                $0.set("age_seconds", dated.age(at: now))
                $0.set("credited_1h_hs", dated.value.credited1h)
                $0.set("credited_24h_hs", dated.value.credited24h)
                $0.set("fails", dated.value.fails)
            }
        }
        json.set("xvb_registered", snapshot.isRegistered)
    }

    private func fill(_ upstream: UpstreamSnapshot, _ json: inout JSONBuilder) {
        json.set("endpoint", upstream.endpoint)
        json.set("ready_lanes", upstream.readyLanes)
        json.set("mining_rigs", upstream.miningRigs)
        json.set("pool_owns_nonce_byte", upstream.poolOwnsByte)
        json.set("submitted", upstream.counts.submitted)
        json.set("accepted", upstream.counts.accepted)
        json.set("rejected", upstream.counts.rejected)
        json.set("stale", upstream.counts.stale)
        json.set("late", upstream.counts.late)
        json.set("lost", upstream.counts.lost)
        json.set("pending", upstream.counts.pending)
        json.set("accepted_work", upstream.counts.acceptedWork)
        if let efficiency = Efficiency(upstream.counts) {
            json.set("efficiency", efficiency.value)
            json.set("efficiency_low95", efficiency.low)
            json.set("efficiency_high95", efficiency.high)
        }
        json.set("difficulty", upstream.difficulty.map(Double.init))
        json.set("ping_ms", upstream.ping)
    }

    // MARK: Text

    /// A screen for people.
    var text: String {
        var lines: [String] = []
        let left = LogText.duration(max(0, snapshot.until.seconds(since: now)))
        lines.append("Now         mining on \(snapshot.upstream.name), \(left) left; \(snapshot.rigs) rigs online")
        lines.append("Plan        \(snapshot.plan?.reason ?? "none yet")")
        lines.append("Speed       " + speedText)
        lines.append("p2pool      " + p2poolText)
        lines.append("XvB         " + xvbText)
        for upstream in Upstream.allCases { lines += upstreamLines(snapshot.upstreams[upstream]) }
        let local = snapshot.local
        lines.append(
            "Here        \(local.belowLane) shares below the pools' difficulty answered here, \(local.duplicate) duplicate, "
                + "\(local.lowDifficulty) too easy, \(local.expiredJob) expired")
        lines.append("Uptime      \(LogText.duration(uptime)), \(snapshot.totals.windows) windows")
        return lines.joined(separator: "\n") + "\n"
    }

    private var speedText: String {
        let windows: [(RateWindow, String)] = [
            (.minute1, "1 min"), (.minutes15, "15 min"), (.hour1, "1 h"), (.hours24, "24 h"),
        ]
        return windows.map { window, name in
            let rate = snapshot.rates[window.rawValue]
            return "\(name) \(LogText.hashrate(rate.hashrate)) ±\(LogText.percent(rate.error))"
        }.joined(separator: ", ")
    }

    private var p2poolText: String {
        guard let dated = snapshot.p2poolReading else { return "figures not read yet" }
        let share =
            switch dated.value.shareInWindow {
            case true: "a share of yours is in the window"
            case false: "no share of yours is in the window"
            case nil: "whether a share of yours is in the window is not known"
            }
        let next = secondsToShare.map { ", next expected in \(LogText.duration($0))" } ?? ""
        return "\(share)\(next) (figures \(LogText.duration(dated.age(at: now))) old)"
    }

    private var xvbText: String {
        let routed =
            "routed 1 h \(LogText.hashrate(snapshot.ledgerHour.xvb)), 24 h \(LogText.hashrate(snapshot.ledgerDay.xvb)) "
            + "(\(routedTier.name))"
        guard snapshot.isRegistered else {
            return routed + "; XvB does not know this wallet: register it at "
                + "https://xmrvsbeast.com/cgi-bin/p2pool_bonus_submit.cgi"
        }
        guard let dated = snapshot.xvbReading else { return routed + "; XvB has not said what it credits" }
        return routed
            + "; credited 1 h \(LogText.hashrate(dated.value.credited1h)), 24 h "
            + "\(LogText.hashrate(dated.value.credited24h)) (\((creditedTier ?? .none).name)), fails \(dated.value.fails) "
            + "(\(LogText.duration(dated.age(at: now))) old)"
    }

    private func upstreamLines(_ upstream: UpstreamSnapshot) -> [String] {
        guard let endpoint = upstream.endpoint else { return [] }
        let name = upstream.upstream.name + String(repeating: " ", count: 12 - upstream.upstream.name.count)
        let state = upstream.readyLanes > 0 ? "up" : "down"
        let ping = upstream.ping.map { ", ping \(Int($0.rounded())) ms" } ?? ""
        let difficulty = upstream.difficulty.map { ", diff \(LogText.difficulty($0))" } ?? ""
        let counts = upstream.counts
        var shares =
            "accepted \(counts.accepted), stale \(counts.stale), late \(counts.late), rejected \(counts.rejected)"
        shares += ", lost \(counts.lost)"
        if let efficiency = Efficiency(counts) {
            shares += "; efficiency \(LogText.percent(efficiency.value)) "
            shares += "(\(LogText.percent(efficiency.low)) to \(LogText.percent(efficiency.high)))"
        }
        return [
            "\(name)\(endpoint) \(state), \(upstream.readyLanes) lanes, \(upstream.miningRigs) rigs\(difficulty)\(ping)",
            String(repeating: " ", count: 12) + shares,
        ]
    }
}

extension Upstream {
    /// The word in configuration and JSON.
    var key: String {
        switch self {
        case .p2pool: "p2pool"
        case .xvb: "xvb"
        }
    }
}
