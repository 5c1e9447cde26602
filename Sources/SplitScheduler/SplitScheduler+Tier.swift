import ProxyTerms

// Holding a tier: what must be credited, and what that needs in this window.
extension SplitScheduler {
    /// Least seconds from one slice's beginning to the next unless the operator sets `cycle`; what the simulator shows best.
    package static let bestCycle = 60
    /// A level of credited work is raised, as after an outage or at the first start, by at most this many tiers' work,
    static let raise = 2.0
    /// or by this part of all that p2pool can spare, if that is more.
    static let raiseOfReach = 0.5
    /// How far beyond the next slice's beginning what leaves XvB's averages is heeded, in seconds: half an hour, so that work that
    /// came in a lump doesn't leave the hour in a lump and echo in it all day.
    static let foresight: Int64 = 1_800

    /// What is to stand in XvB's day beyond the tier, as a part of it: where the day hangs on hours in which more is sent than the hour needs,
    /// the last shares of it would come and go at the border.
    static let dayMargin = 0.005
    /// The same for each of the last 24 hours that has less than half of the tier (asleep, rigs gone): the others hold the day with more than
    /// the hour needs, and with their luck.
    static let marginOfEmptyHour = 0.002
    /// So many of them count at most.
    static let mostEmptyHours = 8

    /// Before an hour of the day that usually has less hashrate than the tier, XvB's hour gets this part more, so that the tier is held for
    /// most of the first hour of it, and of what luck takes from it,
    static let reservePart = 0.2
    /// and in so many seconds before it.
    static let reserveSeconds: Int64 = 1_800
    /// The part of an hour by which the hashrate, a mean of 15 minutes, lags behind a fall at its beginning.
    static let measuringLag = 0.125

    var cycle: Int64 {
        Int64(max(1, min(settings.cycle ?? Self.bestCycle, settings.window)))
    }

    /// What one share at XvB is worth; before the first one it is taken for small, so that the first slice isn't made long for
    /// the luck of shares that may turn out to be easy.
    var shareHashes: Double {
        shareSize.hashes ?? max(1, hashrate.movable)
    }

    func outlook(second: Int64) -> CreditOutlook {
        CreditOutlook(
            ledger: ledger, creditRatio: credit.creditRatio(at: second),
            foreign: credit.foreign(at: second, stated: settings.externalXvB, shareSize: shareHashes),
            rate: sliceRate, shareSize: shareHashes, lead: Self.lead(buffer: settings.xvbBuffer))
    }

    /// What holding a tier costs beyond its hashrate, as a part of it: work is sent before it is needed, by half a cycle and
    /// the time that luck may take, each hour anew.
    func overhead(_ outlook: CreditOutlook) -> Double {
        let lead = Double(cycle) / 2 + outlook.seconds(toFind: 1)
        return min(0.2, lead / 3_600)
    }

    /// XvB's buffer as seconds by which everything is sent earlier: what has to count in its hour stands in that much less than an
    /// hour, and so the buffer more in the whole of it, on average, however few shares that is.
    static func lead(buffer: Double) -> Int64 {
        let part = max(0, buffer) / 100
        return Int64((3_600 * part / (1 + part)).rounded())
    }

    func aim(for tier: Tier, reach: Double, second: Int64, windowStart: Int64) -> TierKeeper.Aim {
        let outlook = outlook(second: second)
        let levels = CreditLevels(
            hour: hourLevel(for: tier, outlook: outlook, second: second)
                * (1 + reserve(for: tier, outlook: outlook, second: second)),
            day: tier.hashrate * 86_400 * (1 + dayMargin(for: tier, outlook: outlook, second: second))
                * (1 + credit.lift(.day, at: second)))
        return TierKeeper.Aim(
            levels: levels, raise: max(tier.hashrate * Self.raise, reach * Self.raiseOfReach), cycle: cycle,
            windowStart: windowStart, minSlice: Int64(max(1, settings.minSlice)), foresight: Self.foresight)
    }

    /// The part of its work that XvB's hour is to have beyond what holds the tier, because the coming hour will have less than that.
    private func reserve(for tier: Tier, outlook: CreditOutlook, second: Int64) -> Double {
        let rest = 3_600 - (second - history.anchor) % 3_600
        guard rest <= Self.reserveSeconds, history.knowsLastHour, let present = history.recent, hashrate.total > 0
        else {
            return 0
        }
        // The mean of an hour that begins with a fall is better than what is left: what is measured lags behind.
        let mean = history.expected(present: present, hours: 1).last ?? present
        let least = (mean - present * Self.measuringLag) / (1 - Self.measuringLag)
        let movable = min(1, hashrate.movable / hashrate.total)
        return least * movable < tier.hashrate - outlook.foreign.hashrate(.hour) ? Self.reservePart : 0
    }

    /// The part by which XvB's day is held above the tier: more where it hangs on hours in which more was sent than the hour needs, as others
    /// were empty.
    private func dayMargin(for tier: Tier, outlook: CreditOutlook, second: Int64) -> Double {
        let half = max(0, tier.hashrate - outlook.foreign.hashrate(.day)) * 1_800
        let empty = (1...Int64(24)).count { back in
            let begin = second - back * 3_600
            return begin >= ledgerBeginning && ledger.work(.xvb, after: begin, through: begin + 3_600) < half
        }
        return Self.dayMargin + Self.marginOfEmptyHour * Double(min(Self.mostEmptyHours, empty))
    }

    /// The work that has to count in XvB's hour: the tier's, what XvB's own figures ask for beyond it, and some shares while a won
    /// round is on.
    private func hourLevel(for tier: Tier, outlook: CreditOutlook, second: Int64) -> Double {
        let bare = tier.hashrate * 3_600 * (1 + min(0, settings.xvbBuffer) / 100) * (1 + credit.lift(.hour, at: second))
        let share = outlook.shareSize * outlook.creditRatio
        guard share > 0, wonRound.needsMargin(for: tier, at: second) else { return bare }
        // A level between two shares costs the higher one anyway.
        let shares = (bare / share - 1e-6).rounded(.up)
        return (shares + WonRound.margin(shares: shares)) * share * (1 - 1e-9)
    }

    /// What XvB has to be sent in the window that begins now, in hashes, and whether all of the window is needed to raise its averages
    /// step by step, because they are far below what they are to be.
    func workNeeded(for aim: TierKeeper.Aim, second: Int64) -> (work: Double, raises: Bool) {
        let outlook = outlook(second: second)
        let window = Int64(max(1, settings.window))
        let lead = aim.cycle / 2 + Int64(outlook.seconds(toFind: 1)) + outlook.lead
        let later = outlook.levels(at: second + window + lead)
        let credited = max(0, aim.levels.hour - later.hour, aim.levels.day - later.day)
        let whole = credited / max(CreditModel.leastRatio, outlook.creditRatio)
        guard aim.missing(outlook, now: second) > aim.step(outlook) else { return (whole, false) }
        // Slices of whole seconds, one a cycle.
        let cycles = max(1, window / aim.cycle)
        let raising = Double(aim.raisingSeconds(outlook, now: second) * cycles) * outlook.rate
        return raising < whole ? (raising, true) : (whole, false)
    }

    /// What counts at XvB by our own reckoning.
    func averages(second: Int64) -> CreditedAverages {
        let levels = outlook(second: second).levels(at: second)
        let isKnown = xvbHealth(at: Instant(second: second)).isTrusted
        return CreditedAverages(hour: levels.hour / 3_600, day: levels.day / 86_400, isOwnCount: !isKnown)
    }
}
