import ProxyCore
import ProxyTerms
import SplitScheduler
import StrictJSON

// What people ask first, ready to be shown: the page's part of the JSON.
extension StatusReport {
    /// Where and who it is.
    func fillSurroundings(_ json: inout JSONObject) {
        json.set("time", surroundings.time)
        json.set("host", surroundings.host)
        json.set("wallet", surroundings.wallet)
        json.set("mode", surroundings.mode.key)
        json.object("connect") {
            $0.set("port", port.map(Int.init))
            $0.set("tls", surroundings.takesTLS)
            $0.set("tls_fingerprint", surroundings.fingerprint)
        }
    }

    /// The answers: is all well, where is mined, can the wallet win.
    func fillAnswers(_ json: inout JSONObject) {
        let verdict = Verdict(self)
        json.object("verdict") {
            $0.set("level", verdict.level.rawValue)
            $0.set("text", verdict.text)
            $0.set("why", verdict.why)
        }
        json.objects("signs", Sign.all(self)) {
            $0.set("level", $1.level.rawValue)
            $0.set("name", $1.name)
            $0.set("word", $1.word)
            $0.set("text", $1.text)
        }
        json.set("now", snapshot.whereabouts(at: now))
        json.object("window") {
            $0.set("start", time(of: snapshot.windowStart))
            $0.set("end", time(of: snapshot.windowEnd))
            $0.objects("slices", past.slices(since: snapshot.windowStart)) {
                $0.set("upstream", $1.upstream.key)
                $0.set("from", time(of: $1.from))
                $0.set("until", $1.until.map(time(of:)))
            }
        }
        let chance = RaffleChance(self)
        json.object("can_win") {
            $0.set("answer", chance.answer)
            $0.set("text", chance.text)
            $0.objects("checks", chance.checks) {
                $0.set("name", $1.name)
                $0.set("ok", $1.isMet)
                $0.set("text", $1.text)
            }
        }
        json.objects("tiers", Tier.all(), fill)
        json.object("words") {
            $0.set("price", schedule.price?.text)
            $0.set("forecast", forecastText)
            $0.set("p2pool", p2poolFigures)
            $0.set("xvb", xvbFigures)
            $0.set("outside", outsideText)
            $0.set("raffle", raffleText)
        }
    }

    /// What a tier would cost: p2pool pays by the work that it gets, so what goes to XvB is that part of its income.
    private func fill(_ json: inout JSONObject, _ tier: Tier) {
        // The forecast knows the farm's day, but only of tiers that may be aimed at.
        let outcome =
            schedule.forecast.first { $0.tier == tier }?.outcome ?? tierCosts.first { $0.tier == tier }?.outcome
        let prospect = outcome.map {
            SteadyProspect(tier, $0, hashrate: snapshot.plan?.hashrate ?? 0)
        }
        TierCosts.fill(&json, tier, prospect)
    }

    /// Seconds since 1970 of a moment.
    private func time(of instant: Instant) -> Double {
        Quantity.rounded(surroundings.time - now.seconds(since: instant), 3)
    }
}
