import ProxyCore
import ProxyTerms
import SplitScheduler

/// The periodic block of the log, and the totals at its end.
enum StatusBlock {
    /// The periodic block: where, until when and why; then each upstream. `report` is the last window's.
    static func lines(_ snapshot: Snapshot, _ report: WindowReport?, now: Instant) -> [String] {
        let speeds = [RateWindow.seconds10, .minute1, .minutes15].map {
            Quantity.hashrate(snapshot.rates[$0.rawValue].hashrate)
        }
        let error = snapshot.rates[RateWindow.minutes15.rawValue].error
        let sure = error < 1 ? " ±\(Quantity.percent(error))" : " (no share yet)"
        return [
            "speed 10s/60s/15m \(speeds.joined(separator: " "))\(sure), rigs online \(snapshot.rigs)",
            "now \(snapshot.whereabouts(at: now)); plan: \(snapshot.plan?.reason ?? "none yet")",
        ] + upstreams(snapshot, report)
    }

    /// What the whole run came to.
    static func totals(_ snapshot: Snapshot, _ report: WindowReport?, uptime: Double) -> [String] {
        return [ProxyWords.stopped(after: uptime)] + upstreams(snapshot, report) + [
            "answered here: \(LocalWords.answered(snapshot.local))"
        ]
    }

    private static func upstreams(_ snapshot: Snapshot, _ report: WindowReport?) -> [String] {
        Upstream.allCases.compactMap { line(snapshot.upstreams[$0], report) }
    }

    private static func line(_ upstream: UpstreamSnapshot, _ report: WindowReport?) -> String? {
        guard let endpoint = upstream.endpoint else { return nil }
        let state =
            upstream.readyLanes > 0
            ? "up, \(Quantity.count(upstream.readyLanes, "connection")), \(Quantity.count(upstream.miningRigs, "rig"))\(upstream.waitingText)"
            : "down"
        let rates = [upstream.routed.tenMinutes, upstream.routed.hour, upstream.routed.day]
            .map { Quantity.hashrate($0) }.joined(separator: " ")
        let counts = upstream.counts
        var line = "\(upstream.upstream.name) \(endpoint) \(state): routed 10m/1h/24h \(rates), "
        line += "accepted \(counts.accepted) rejected \(counts.rejected) stale \(counts.stale) "
        line += "late \(counts.late) lost \(counts.lost)"
        if let difficulty = upstream.difficulty { line += ", diff \(Quantity.difficulty(difficulty))" }
        if let ping = upstream.ping { line += ", ping \(Int(ping.rounded())) ms" }
        if let report {
            let isXvB = upstream.upstream == .xvb
            let planned = isXvB ? report.plannedXvBShare : 1 - report.plannedXvBShare
            let delivered = isXvB ? report.deliveredXvBShare : 1 - report.deliveredXvBShare
            line += ", share \(Quantity.percent(planned)) planned \(Quantity.percent(delivered)) delivered"
        }
        return line
    }
}

/// Shares that were answered here.
enum LocalWords {
    /// What they came to: good ones that no pool wants, and those that were refused.
    static func answered(_ local: LocalCounts) -> String {
        let faulty = local.malformed + local[.unknownJob] + local[.wrongNonceRange]
        let refused: [(UInt64, String)] = [
            (local[.duplicate], "duplicate"), (local[.lowDifficulty], "too easy"), (local[.expiredJob], "expired"),
            (local[.tooMany], "over the pool's rate"), (faulty, "faulty"), (local[.stopping], "during the stop"),
        ]
        let list = refused.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        return "\(local.belowPoolTarget) good but too small for the pool, refused: "
            + (list.isEmpty ? "none" : list)
    }
}
