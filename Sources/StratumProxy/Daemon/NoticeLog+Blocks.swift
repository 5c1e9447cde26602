import ProxyCore
import ProxyTerms

// The blocks for people: the periodic one, and the totals at the end.
extension NoticeLog {
    /// The periodic block: where, until when and why; then each upstream.
    func printStatus(now: Instant) {
        guard log.writes(.info) else { return }
        let snapshot = daemon.core.snapshot(now: now)
        let speeds = [RateWindow.seconds10, .minute1, .minutes15].map {
            Quantity.hashrate(snapshot.rates[$0.rawValue].hashrate)
        }
        let error = snapshot.rates[RateWindow.minutes15.rawValue].error
        log.line(
            .info, .proxy,
            "speed 10s/60s/15m \(speeds.joined(separator: " ")) ±\(Quantity.percent(error)), rigs online \(snapshot.rigs)"
        )
        let whereabouts = snapshot.whereabouts(at: now)
        log.line(.info, .proxy, "now \(whereabouts); plan: \(snapshot.plan?.reason ?? "none yet")")
        for upstream in Upstream.allCases { printUpstream(snapshot.upstreams[upstream]) }
    }

    /// What the whole run came to.
    func printTotals(now: Instant) {
        let snapshot = daemon.core.snapshot(now: now)
        log.line(.info, .proxy, "stopped after \(Quantity.duration(now.seconds(since: daemon.startedAt)))")
        for upstream in Upstream.allCases { printUpstream(snapshot.upstreams[upstream]) }
        let local = snapshot.local
        let faulty = local.malformed + local.foreignJob + local.wrongSlot
        log.line(
            .info, .proxy,
            "answered here: \(local.belowLane) below the pool's difficulty, \(local.duplicate) duplicate, "
                + "\(local.lowDifficulty) too easy, \(local.expiredJob) expired, \(local.tooMany) too many for the pool, \(faulty) faulty"
                + (local.stopping > 0 ? ", \(local.stopping) after the stop had begun" : ""))
    }

    private func printUpstream(_ upstream: UpstreamSnapshot) {
        guard let endpoint = upstream.endpoint else { return }
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
        if let report = lastReport {
            let isXvB = upstream.upstream == .xvb
            let planned = isXvB ? report.plannedXvBShare : 1 - report.plannedXvBShare
            let delivered = isXvB ? report.deliveredXvBShare : 1 - report.deliveredXvBShare
            line += ", share \(Quantity.percent(planned)) planned \(Quantity.percent(delivered)) delivered"
        }
        log.line(.info, .proxy, line)
    }
}
