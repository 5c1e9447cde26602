extension WindowPlan {
    /// Why the window is divided so, in one sentence for a miner.
    public var reason: String {
        let length = HumanText.seconds(window)
        let head = xvbSeconds > 0 ? "XvB \(HumanText.seconds(xvbSeconds)) s of \(length): " : "all p2pool: "
        return head + why + tail
    }

    private var why: String {
        let need = HumanText.hashrate(requiredP2PoolHashrate)
        let have = HumanText.hashrate(hashrate)
        switch cause {
        case .noHashrate:
            return "no rig has shown a hashrate yet"
        case .vagueHashrate:
            return "the rigs have not found enough shares yet to know their hashrate"
        case .noP2PoolReading:
            return "p2pool's figures have not been read yet"
        case .staleP2PoolReading(let age):
            return "p2pool's figures are \(HumanText.duration(age)) old"
        case .insaneInputs:
            return "the figures to plan with make no sense together"
        case .p2poolMode:
            return "mode p2pool"
        case .noShare:
            return "no share of ours in p2pool's window"
        case .shareUnknown:
            return
                "p2pool's API doesn't tell whether a share of ours is in its window, and our own work doesn't make it likely yet"
        case .shareLeaving(let seconds):
            let when =
                seconds > 0 ? "leaves p2pool's window in \(HumanText.duration(seconds))" : "is leaving p2pool's window"
            return "our newest share " + when
        case .hashrateTooLow:
            return "p2pool needs \(need), the rigs have \(have)"
        case .noTierInReach(let wanted):
            let name = wanted == .none ? "donor (1 kH/s)" : described(wanted)
            let spare = HumanText.hashrate(max(0, hashrate - requiredP2PoolHashrate))
            return "\(name) is out of reach, p2pool needs \(need) of \(have), that leaves \(spare)"
        case .tierHeldOutside(let tier):
            return "work from outside already holds \(described(tier))"
        case .holdTier(let tier):
            return "hold \(described(tier))" + creditedText
        case .hero:
            return "hero, all that p2pool doesn't need" + (tier == .none ? "" : ", good for " + described(tier))
        case .manual:
            return "manual"
        case .xvbConnecting:
            return "XvB is being connected to"
        case .xvbDown:
            return "XvB can't be reached"
        case .xvbFails(let count):
            return "XvB counts \(count) fails for this wallet and draws it no more at 3"
        case .notRegistered:
            return "XvB doesn't know this wallet, register it at https://xmrvsbeast.com/cgi-bin/p2pool_bonus_submit.cgi"
        }
    }

    private var tail: String {
        var text = ""
        if isLimitedByLanes {
            let movable = HumanText.hashrate(movableHashrate)
            text += "; lanes carry only \(movable) of \(HumanText.hashrate(hashrate)) to XvB"
        }
        if xvbSeconds > 0 {
            text += "; p2pool keeps \(HumanText.hashrate(p2poolHashrate))"
            if expectedShares > 0 { text += ", no-share risk \(HumanText.percent(noShareProbability))" }
            if reckonsShare { text += "; that a share is in its window is reckoned from our own work" }
        }
        return text
    }

    /// What XvB has credited, in the unit of the tier's name.
    private var creditedText: String {
        guard let credited else { return "" }
        let unit = tier.hashrate < 1e6 ? 1e3 : 1e6
        let hour = HumanText.decimal(credited.hour / unit, 2)
        return ": credited 1 h \(hour), 24 h \(HumanText.decimal(credited.day / unit, 2))"
    }

    private func described(_ tier: Tier) -> String {
        "\(tier.name) (\(HumanText.hashrate(tier.hashrate)))"
    }
}
