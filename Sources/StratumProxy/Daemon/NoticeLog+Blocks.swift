import ProxyTerms

// The blocks for people: the periodic one, and the totals at the end.
extension NoticeLog {
    /// The periodic block.
    func printStatus(now: Instant) {
        guard log.writes(.info) else { return }
        let lines = StatusBlock.lines(daemon.core.snapshot(now: now), lastReport, now: now)
        for line in lines { log.line(.info, .proxy, line) }
    }

    /// What the whole run came to.
    func printTotals(now: Instant) {
        let uptime = now.seconds(since: daemon.startedAt)
        let lines = StatusBlock.totals(daemon.core.snapshot(now: now), lastReport, uptime: uptime)
        for line in lines { log.line(.info, .proxy, line) }
    }
}
