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
        return [
            "speed 10s/60s/15m \(speeds.joined(separator: " ")) ±\(Quantity.percent(error)), rigs online \(snapshot.rigs)",
            "now \(snapshot.whereabouts(at: now)); plan: \(snapshot.plan?.reason ?? "none yet")",
        ] + upstreams(snapshot, report)
    }

    /// What the whole run came to.
    static func totals(_ snapshot: Snapshot, _ report: WindowReport?, uptime: Double) -> [String] {
        let local = snapshot.local
        let faulty = local.malformed + local[.unknownJob] + local[.wrongNonceRange]
        let answered =
            "answered here: \(local.belowPoolTarget) below the pool's difficulty, \(local[.duplicate]) duplicate, "
            + "\(local[.lowDifficulty]) too easy, \(local[.expiredJob]) expired, \(local[.tooMany]) over the pool's rate, \(faulty) faulty"
            + (local[.stopping] > 0 ? ", \(local[.stopping]) during the stop" : "")
        return [ProxyWords.stopped(after: uptime)] + upstreams(snapshot, report) + [answered]
    }

    private static func upstreams(_ snapshot: Snapshot, _ report: WindowReport?) -> [String] {
        Upstream.allCases.compactMap { line(snapshot.upstreams[$0], report) }
    }

    private static func line(_ upstream: UpstreamSnapshot, _ report: WindowReport?) -> String? {
        guard let endpoint = upstream.endpoint else { return nil }
        let state =
            upstream.readyLanes > 0
            ? "up, \(Quantity.count(upstream.readyLanes, "lane")), \(Quantity.count(upstream.miningRigs, "rig"))\(upstream.waitingText)"
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
