import ProxyTerms

// Holding a tier: what must be credited, and what that needs in this window.
extension SplitScheduler {
    /// Least seconds from one slice's beginning to the next unless the operator sets `cycle`; what the simulator shows best.
    static let bestCycle = 60
    /// A level of credited work is raised, as after an outage or at the first start, by at most this many tiers' work,
    static let raise = 2.0
    /// or by this part of all that p2pool can spare, if that is more.
    static let raiseOfReach = 0.5

    var cycle: Int64 {
        Int64(max(1, min(settings.cycle ?? Self.bestCycle, settings.window)))
    }

    /// What one share at XvB is worth; before the first one it is taken for small, so that the first slice isn't made long for
    /// the luck of shares that may turn out to be easy.
    var shareHashes: Double {
        shareSize.hashes ?? max(1, hashrate.movable)
    }

    func outlook(second: Int64) -> CreditOutlook {
        var foreign = credit.foreign(at: second)
        if let stated = settings.externalXvB { foreign.hashrate = stated }
        return CreditOutlook(
            ledger: ledger, creditRatio: credit.creditRatio(at: second), foreign: foreign,
            rate: sliceRate, shareSize: shareHashes)
    }

    /// What holding a tier costs beyond its hashrate, as a part of it: work is sent before it is needed, by half a cycle and
    /// the time that luck may take, each hour anew.
    func overhead(second: Int64) -> Double {
        let lead = Double(cycle) / 2 + outlook(second: second).seconds(toFind: 1)
        return min(0.2, lead / 3_600)
    }

    func aim(for tier: Tier, reach: Double, second: Int64, windowStart: Int64) -> TierKeeper.Aim {
        let outlook = outlook(second: second)
        return TierKeeper.Aim(
            levels: CreditLevels(hour: hourLevel(for: tier, outlook: outlook), day: tier.hashrate * 86_400),
            raise: max(tier.hashrate * Self.raise, reach * Self.raiseOfReach), cycle: cycle, windowStart: windowStart,
            minSlice: Int64(max(1, settings.minSlice)), foresight: foresight(outlook))
    }

    /// The work that has to count in XvB's hour: the tier's and the buffer, as far as the buffer is whole shares. A level between
    /// two shares costs the higher one anyway.
    private func hourLevel(for tier: Tier, outlook: CreditOutlook) -> Double {
        let bare = tier.hashrate * 3_600
        let share = outlook.shareSize * outlook.creditRatio
        guard share > 0 else { return bare }
        return max(bare, (bare * (1 + settings.xvbBuffer / 100) / share).rounded(.down) * share * (1 - 1e-9))
    }

    /// How far beyond the next slice's beginning what leaves XvB's hour is heeded: a score of shares, at least four minutes.
    private func foresight(_ outlook: CreditOutlook) -> Int64 {
        guard outlook.rate > 0 else { return 240 }
        return Int64(min(1_800, max(240, 20 * outlook.shareSize / outlook.rate)))
    }

    /// What XvB has to be sent in the window that begins now, in hashes.
    func workNeeded(for aim: TierKeeper.Aim, second: Int64) -> Double {
        let outlook = outlook(second: second)
        let window = Int64(max(1, settings.window))
        if aim.missing(outlook, now: second) > aim.step(outlook) + aim.raise * Double(window) {
            // Raised all window long: slices of whole seconds, one a cycle.
            let cycles = max(1, window / aim.cycle)
            return Double(aim.raisingSeconds(outlook, now: second) * cycles) * outlook.rate
        }
        let lead = aim.cycle / 2 + Int64(outlook.seconds(toFind: 1))
        let goal = outlook.levels(at: second).raised(by: aim.raise * Double(window), upTo: aim.levels)
        let later = outlook.levels(at: second + window + lead)
        let credited = max(0, goal.hour - later.hour, goal.day - later.day)
        return credited / max(CreditModel.leastRatio, outlook.creditRatio)
    }

    /// What counts at XvB by our own reckoning.
    func averages(second: Int64) -> CreditedAverages {
        let levels = outlook(second: second).levels(at: second)
        let isKnown = xvbHealth(at: Instant(second: second)).isTrusted
        return CreditedAverages(hour: levels.hour / 3_600, day: levels.day / 86_400, isOwnCount: !isKnown)
    }
}
