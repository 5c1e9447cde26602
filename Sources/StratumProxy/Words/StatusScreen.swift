import ProxyCore
import ProxyTerms
import SplitScheduler

// A screen for people.
extension StatusReport {
    /// The report in paragraphs.
    var lines: StatusLines {
        var lines = StatusLines()
        lines.add(
            "Now",
            snapshot.whereabouts(at: now) + "; "
                + "\(Quantity.count(snapshot.rigs, "rig")) online")
        lines.add("Plan", snapshot.plan?.reason ?? "none yet")
        lines.add("Speed", speedText)
        lines.add("Share", shareText, needsAttention: snapshot.p2poolReading?.value.shareInWindow == false)
        if snapshot.upstreams.xvb.isUsed { addTier(to: &lines) }
        lines.add("Figures", p2poolFigures, needsAttention: sources.p2pool.trouble != nil)
        if snapshot.upstreams.xvb.isUsed { lines.add("", xvbFigures, needsAttention: sources.xvb.trouble != nil) }
        lines.add("", outsideText)
        if snapshot.upstreams.xvb.isUsed, let raffleText { lines.add("Raffle", raffleText) }
        for upstream in Upstream.allCases { add(snapshot.upstreams[upstream], to: &lines) }
        lines.add("Here", LocalWords.answered(snapshot.local))
        lines.add("Uptime", "\(Quantity.duration(uptime)), windows completed: \(snapshot.totals.windows)")
        lines.add(RigList.lines(rigs, mostBytes: Self.mostRigBytes.text))
        return lines
    }

    private func addTier(to lines: inout StatusLines) {
        lines.add("Tier", tierText)
        if let knownText { lines.add("", knownText) }
        if let price = schedule.price { lines.add("", price.text) }
        if let forecastText { lines.add("", forecastText) }
    }

    /// The measured hashrate over the windows that are filled, and over the first that isn't: what is longer says no more.
    private var speedText: String {
        let windows: [(RateWindow, String)] = [
            (.minute1, "1 min"), (.minutes15, "15 min"), (.hour1, "1 h"), (.hours24, "24 h"),
        ]
        var texts: [String] = []
        for (window, name) in windows {
            let rate = snapshot.rates[window.rawValue]
            guard rate.hashrate > 0 else { continue }
            let isFull = rate.covered >= 0.99 * window.seconds
            let span = isFull ? name : "\(Quantity.duration(rate.covered)) (since the start)"
            texts.append("\(span) \(Quantity.hashrate(rate.hashrate)) ±\(Quantity.percent(rate.error))")
            if !isFull { break }
        }
        return texts.isEmpty ? "no rig has found a share yet" : texts.joined(separator: ", ")
    }

    private var shareText: String {
        var text =
            switch snapshot.p2poolReading?.value.shareInWindow {
            case true?: "in p2pool's window"
            case false?:
                "none of yours in p2pool's window: "
                    + (snapshot.upstreams.xvb.isUsed ? "XvB would skip your win" : "a block found now pays you nothing")
            case nil: "not known whether one of yours is in p2pool's window"
            }
        if snapshot.p2poolReading?.value.shareInWindow == true, let left = schedule.secondsUntilShareLeaves, left > 0 {
            text += ", the newest leaves in \(Quantity.duration(left))"
        }
        if snapshot.sidechainShares > 0 { text += "; \(snapshot.sidechainShares) found since the start" }
        if let next = schedule.secondsToNextShare { text += "; the next takes \(Quantity.duration(next)) on average" }
        return text
    }

    private var tierText: String {
        let routed = schedule.routed.xvb
        let ours =
            "\(schedule.routedTier.name) by our accepted work (1 h \(Quantity.hashrate(routed.hour)), "
            + "24 h \(Quantity.hashrate(routed.day)))"
        guard snapshot.isRegistered else {
            return ours + "; XvB does not know this wallet: register it at "
                + "https://xmrvsbeast.com/cgi-bin/p2pool_bonus_submit.cgi"
        }
        guard let credited = schedule.credited, let tier = schedule.creditedTier else {
            return ours + "; XvB's credited averages are not known"
        }
        let fails = snapshot.xvbReading?.value.fails.map(String.init) ?? "not known"
        return ours + "; \(tier.name) by what XvB credits (1 h \(Quantity.hashrate(credited.hour)), "
            + "24 h \(Quantity.hashrate(credited.day))), fails \(fails)"
    }

    /// Since when averages are counted, where that is less than the longest of them; nil where it isn't.
    private var knownText: String? {
        guard let span = schedule.price?.span, span < 86_000 else { return nil }
        return
            "routed and counted work is known for the last \(Quantity.duration(span)): what is missing from an average counts as 0, as at XvB"
    }

    /// What tiers would be, by the forecast of the coming days.
    var forecastText: String? {
        let tiers = schedule.forecast.filter { $0.outcome.held > 0 }
        guard !tiers.isEmpty else { return nil }
        return "forecast: " + tiers.map { "\($0.tier.name) \($0.outcome.text)" }.joined(separator: "; ")
    }

    /// How far p2pool's figures can be trusted.
    var p2poolFigures: String {
        figures("p2pool", schedule.p2poolHealth, age: schedule.p2poolAge, sources.p2pool)
    }

    /// How far XvB's figures can be trusted, and what the plan makes of them.
    var xvbFigures: String {
        var text = figures("XvB", schedule.xvbHealth, age: schedule.xvbAge, sources.xvb)
        if let still = schedule.xvbStandsStill { text += "; the same for \(Quantity.duration(still))" }
        if schedule.creditRatio < 1 {
            text += "; XvB credits \(Quantity.percent(schedule.creditRatio)) of the accepted work"
        }
        if schedule.lift >= 0.001 {
            text += "; below the tier: sending \(Quantity.percent(schedule.lift)) more"
        }
        return text
    }

    private func figures(_ name: String, _ health: InputHealth, age: Double?, _ source: StatusSources.Source) -> String
    {
        guard let place = source.place else { return "\(name): not configured" }
        let old = age.map { ", \(Quantity.duration($0)) old" } ?? ""
        let trouble = source.trouble.map { ": \($0)" } ?? ""
        return "\(name)'s \(health.name)\(old), from \(place)\(trouble)"
    }

    /// Hashrate of others with this wallet.
    var outsideText: String {
        let outside = schedule.outside
        guard outside.p2pool >= 1 || outside.xvb >= 1 else {
            return "no hashrate outside this proxy"
        }
        return "outside this proxy: \(Quantity.hashrate(outside.p2pool)) at p2pool"
            + (snapshot.upstreams.xvb.isUsed ? ", \(Quantity.hashrate(outside.xvb)) at XvB" : "")
    }

    /// The raffle as XvB tells it.
    var raffleText: String? {
        guard let (raffle, age) = sources.raffle else { return nil }
        var parts: [String] = []
        if let round = raffle.round { parts.append("\(round.title) round") }
        if let minutes = raffle.minutesLeft {
            parts.append(minutes > 0 ? "\(minutes) min left" : "waiting for its share")
        }
        if let players = raffle.roundPlayers { parts.append("\(players) players") }
        if let bonus = raffle.bonusHashrate { parts.append("bonus \(Quantity.hashrate(bonus))") }
        if let winner = raffle.winner { parts.append("winner \(winner)") }
        if let won = schedule.wonRound { parts.append("you have won a \(won.name) round") }
        guard !parts.isEmpty else { return nil }
        return parts.joined(separator: ", ") + " (\(Quantity.duration(age)) ago)"
    }

    private func add(_ upstream: UpstreamSnapshot, to lines: inout StatusLines) {
        guard let endpoint = upstream.endpoint else { return }
        let state = upstream.readyLanes > 0 ? "up" : "down"
        let lanes = Quantity.count(upstream.readyLanes, "connection")
        let ping = upstream.ping.map { ", ping \(Int($0.rounded())) ms" } ?? ""
        let difficulty = upstream.difficulty.map { ", diff \(Quantity.difficulty($0))" } ?? ""
        let speeds = [upstream.routed.tenMinutes, upstream.routed.hour, upstream.routed.day].map(Quantity.hashrate)
        let counts = upstream.counts
        var shares =
            "accepted \(counts.accepted), stale \(counts.stale), late \(counts.late), rejected \(counts.rejected), "
            + "lost \(counts.lost)"
        if let efficiency = Efficiency(counts) {
            shares += "; efficiency \(Quantity.percent(efficiency.value)) (95 % bounds: "
            shares += "\(Quantity.percent(efficiency.low)) to \(Quantity.percent(efficiency.high)))"
        }
        lines.add(
            upstream.upstream.name,
            "\(endpoint) \(state), \(lanes), \(Quantity.count(upstream.miningRigs, "rig"))\(upstream.waitingText)\(difficulty)\(ping)",
            "routed 10 min \(speeds[0]), 1 h \(speeds[1]), 24 h \(speeds[2])", shares,
            needsAttention: upstream.readyLanes == 0)
        if let shortage = upstream.placeShortage {
            lines.add("", PlaceWords.status(shortage), needsAttention: true)
        }
        if !upstream.regions.isEmpty {
            lines.add("", "by the time of a connection: \(PoolWords.regions(upstream.regions))")
        }
        for trust in trusts[upstream.upstream] {
            if let refusal = trust.refusal {
                lines.add("", "\(trust.endpoint) is not mined at: \(refusal.text)", needsAttention: true)
            }
        }
    }
}
