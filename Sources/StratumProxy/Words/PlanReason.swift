import ProxyTerms
import SplitScheduler

extension WindowPlan {
    /// Why the window is divided so, in one sentence for a miner.
    var reason: String {
        let length = Quantity.seconds(window)
        let head = xvbSeconds > 0 ? "XvB \(Quantity.seconds(sliceSeconds)) s of \(length): " : "all p2pool: "
        return head + why + creditedText + tail
    }

    /// XvB's seconds as they will be: whole ones where the slice follows the clock.
    private var sliceSeconds: Double {
        followsClock ? window - Double(switchSecond) : xvbSeconds
    }

    private var why: String {
        let need = Quantity.hashrate(requiredP2PoolHashrate)
        let have = Quantity.hashrate(hashrate)
        switch cause {
        case .noHashrate:
            return "no rig has shown a hashrate yet"
        case .vagueHashrate:
            return "the rigs have not found enough shares yet to know their hashrate"
        case .noP2PoolReading:
            return "p2pool's figures have not been read yet"
        case .staleP2PoolReading(let age):
            return "p2pool's figures are \(Quantity.duration(age)) old, too old to send anything to XvB"
        case .insaneInputs:
            return "the rigs' hashrate and p2pool's figures make no sense together"
        case .p2poolMode:
            return "mode p2pool"
        case .noShare:
            return "no share of ours in p2pool's window, XvB would skip a win without one"
        case .shareUnknown:
            return
                "p2pool's API doesn't say whether we have a share in its window, and our own work makes none likely yet"
        case .shareLeaving(let seconds):
            let when =
                seconds > 0 ? "leaves p2pool's window in \(Quantity.duration(seconds))" : "is leaving p2pool's window"
            return "our newest share " + when
        case .hashrateTooLow:
            return "p2pool needs \(need) to have a share in its window, the rigs have \(have)"
        case .noTierInReach:
            let spare = Quantity.hashrate(max(0, hashrate - requiredP2PoolHashrate))
            return "\(described(.donor)) is out of reach, p2pool needs \(need) of \(have), that leaves \(spare)"
        case .tierNotHeld(let tier, let outcome, let limit):
            return "not aiming at \(described(tier)): it would be \(outcome.text), \(taken(upTo: limit))"
        case .tierHeldOutside(let tier):
            return "others with this wallet already hold \(described(tier))"
        case .holdTier(let tier):
            if xvbSeconds > 0 { return "hold \(described(tier))" }
            return mostXvBSeconds > 0
                ? "hold \(described(tier)) without more work in this window"
                : "p2pool needs \(need) of \(have) now, \(described(tier)) waits"
        case .hero:
            return "hero: everything p2pool doesn't need" + (tier == .none ? "" : ", enough for " + described(tier))
        case .manual:
            return xvbSeconds > 0 ? "manual, fixed seconds" : "manual-xvb-seconds is 0"
        case .xvbConnecting:
            return "connecting to XvB"
        case .xvbDown:
            return "XvB can't be reached"
        case .seedsDiffer:
            return
                "p2pool's jobs and XvB's have different RandomX seeds, each switch would cost every rig a new dataset"
        case .xvbFails(let count):
            return "XvB counts \(Quantity.count(count, "fail")); at 3 it removes the wallet from the raffle"
        case .notRegistered:
            return "XvB doesn't know this wallet, register it at https://xmrvsbeast.com/cgi-bin/p2pool_bonus_submit.cgi"
        }
    }

    private var tail: String {
        var text = ""
        if isLimitedByLanes {
            let movable = Quantity.hashrate(movableHashrate)
            text += "; connections to XvB carry only \(movable) of \(Quantity.hashrate(hashrate))"
        }
        if xvbSeconds > 0 {
            text += "; p2pool keeps \(Quantity.hashrate(p2poolHashrate))"
            if p2poolHashrate < requiredP2PoolHashrate * 0.999 {
                text += " of the \(Quantity.hashrate(requiredP2PoolHashrate)) it needs"
            }
        }
        if tellsRisk {
            text += (xvbSeconds > 0 ? ", " : "; ") + "risk of no share \(Quantity.percent(noShareProbability))"
        }
        if let higher { text += "; " + sentence(higher) }
        if xvbSeconds > 0, reckonsShare { text += "; share in the window estimated from our own work" }
        return text
    }

    private func sentence(_ higher: HigherTier) -> String {
        switch higher {
        case .waitsAgain(let tier, let seconds):
            return "\(described(tier)), given up before, waits until it has been worth its price for "
                + "\(Quantity.duration(seconds)) more"
        case .waitsForDay(let tier, let seconds):
            return "\(described(tier)) waits until the rigs are known for a day, \(Quantity.duration(seconds)) more "
                + "(set \"tier\" to skip the wait)"
        case .outOfReach(let tier):
            return "\(described(tier)) is out of reach"
        case .tooDear(let tier, let price, let limit):
            guard price < 100 else { return "\(described(tier)) would be held for no hour of the day" }
            return "\(described(tier)) would cost \(Quantity.decimal(price, 2)) times its work, \(taken(upTo: limit))"
        }
    }

    private func taken(upTo limit: Double) -> String {
        "tiers are taken up to \(Quantity.decimal(limit, 2)) (see \"max-tier-price\")"
    }

    /// Whether the chance of having no share is worth telling: where the plan weighs it, or p2pool has less than it needs.
    private var tellsRisk: Bool {
        guard expectedShares > 0 else { return false }
        switch cause {
        case .hashrateTooLow, .noTierInReach, .tierNotHeld: return true
        case .holdTier, .hero, .manual: return xvbSeconds > 0
        case .noHashrate, .vagueHashrate, .noP2PoolReading, .staleP2PoolReading, .insaneInputs, .p2poolMode, .noShare,
            .shareUnknown, .shareLeaving, .tierHeldOutside, .xvbConnecting, .xvbDown, .seedsDiffer, .xvbFails,
            .notRegistered:
            return false
        }
    }

    /// What counts at XvB, in kH/s (at mega in MH/s, as its name is read): "credited" where XvB's own figures are part of it,
    /// "counted" where it is our ledger alone.
    private var creditedText: String {
        guard let credited else { return "" }
        switch cause {
        case .noHashrate, .vagueHashrate, .noP2PoolReading, .xvbConnecting, .p2poolMode, .xvbFails, .notRegistered:
            // Nothing hangs on it, or it is the beginning.
            return ""
        case .staleP2PoolReading, .insaneInputs, .noShare, .shareUnknown, .shareLeaving, .hashrateTooLow,
            .noTierInReach, .tierNotHeld, .tierHeldOutside, .hero, .manual, .xvbDown, .seedsDiffer:
            guard credited.hour > 0 || credited.day > 0 else { return "" }
            let hour = Quantity.hashrate(credited.hour)
            return ": \(credited.word) 1 h \(hour), 24 h \(Quantity.hashrate(credited.day))"
        case .holdTier:
            let unit = tier.hashrate < 1e6 ? 1e3 : 1e6
            let hour = Quantity.decimal(credited.hour / unit, 2)
            let day = Quantity.decimal(credited.day / unit, 2)
            return ": \(credited.word) \(hour) of \(Quantity.hashrate(tier.hashrate)) in 1 h, \(day) in 24 h"
        }
    }

    private func described(_ tier: Tier) -> String {
        "\(tier.name) (\(Quantity.hashrate(tier.hashrate)))"
    }
}

extension CreditedAverages {
    /// "counted" where it is our ledger alone, "credited" where XvB's own figures are part of it.
    var word: String { isOwnCount ? "counted" : "credited" }
}
