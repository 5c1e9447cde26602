import ProxyTerms

/// What XvB's own figures say beyond our ledger: work from outside, work from before the ledger began, and how much XvB counts
/// of what it accepted from us.
///
/// XvB tells two sliding averages, late by an unknown time. They are compared with our own work over the *same* hour, and as
/// nobody knows how late they are, with every hour that ended in the last ten minutes: only what lies outside all of these
/// is believed. So neither share luck nor a lag ever looks like work from outside, and figures that ramp up from 0 or stand
/// still can't wind anything up: the corrections are bounded and fade when the figures get old.
struct CreditModel: Equatable, Sendable {
    /// How late XvB's averages may be, in seconds.
    static let mostDelay: Int64 = 600
    /// Comparisons are remembered this long, in seconds.
    static let memory: Int64 = 10_800
    /// Work from outside must have been there for this long, in seconds.
    static let outsideMemory: Int64 = 1_800
    /// The same for work from outside that is stated.
    static let statedMemory: Int64 = 900
    /// A part of our work that isn't counted is believed from this on.
    static let leastShortfall = 0.01
    /// The least that is believed of what XvB counts of our work.
    static let leastRatio = 0.9
    /// Figures older than this begin to fade, in seconds.
    static let hold = 900.0
    /// Half-life of old figures, in seconds.
    static let halfLife = 1_800.0

    /// One comparison of XvB's hour with ours.
    private struct Comparison: Equatable {
        var second: Int64
        /// What XvB counts beyond the most that we can have had in its hour, in H/s; may be negative.
        var beyond: Double?
        /// The same of its day; `nil` while the ledger doesn't know all of it.
        var beyondDay: Double?
        /// What was believed of others then, in H/s; `nil` before it was known.
        var believed: Double?
        /// XvB's figure over the mean of what we had in the hours that it may mean; `nil` unless we sent evenly.
        var ratio: Double?
    }

    private var comparisons: [Comparison] = []
    /// The mean of the comparisons' ratios without the extremes; `nil` where there are too few.
    private var typicalRatio: Double?
    private var foreign = ForeignWork()
    private var lift = CreditLift()
    private var rounding = FigureRounding()
    /// The last figures that differed from the ones before, and the second they came.
    private var lastFigures: XvBReading?
    private var lastNews: Int64 = 0

    /// A model for a ledger that knows all work since `beginning`.
    init(ledgerBeginning beginning: Int64) {
        foreign.beginning = beginning
        lastNews = beginning
    }

    /// Whether the figures have not changed for longer than is plausible: they are frozen, or nobody mines.
    func isFrozen(at second: Int64) -> Bool {
        Double(second - lastNews) > Self.hold
    }

    /// Seconds since the figures last changed.
    func secondsSinceNews(at second: Int64) -> Double {
        Double(max(0, second - lastNews))
    }

    /// Takes XvB's figures, which are to be at `tier` H/s (0: at nothing). Others are thought to send `stated` H/s, if it is stated.
    mutating func observed(
        _ reading: XvBReading, ledger: WorkLedger, tier: Double = 0, stated: Double? = nil, second: Int64
    ) {
        let sampled = second - Int64(reading.age.rounded())
        rounding.observed(reading.credited1h)
        rounding.observed(reading.credited24h)
        if let lastFigures, lastFigures.credited1h == reading.credited1h, lastFigures.credited24h == reading.credited24h
        {
            // Nothing new: comparing it with a ledger that moved on would only mislead.
            if isFrozen(at: second) { return }
        } else {
            lastNews = second
            lastFigures = reading
            // Only from news: each look at figures that stand still would take what we sent meanwhile off the work from before.
            learnBefore(reading, ledger: ledger, sampled: sampled)
            learnLift(reading, ledger: ledger, tier: tier, stated: stated, sampled: sampled, second: second)
        }
        guard sampled - Self.mostDelay - CreditSpan.hour.seconds >= foreign.beginning else { return }
        var least = Double.infinity
        var most = 0.0
        var sum = 0.0
        var count = 0.0
        for delay in stride(from: 0, through: Self.mostDelay, by: 60) {
            let end = sampled - delay
            let own = ledger.work(.xvb, after: end - CreditSpan.hour.seconds, through: end)
            least = min(least, own)
            most = max(most, own)
            sum += own
            count += 1
        }
        let credited = rounding.most(reading.credited1h) * 3_600
        comparisons.removeAll { $0.second <= second - Self.memory }
        if comparisons.count >= 256 { comparisons.removeFirst() }
        let isEven = least > 0 && least >= 0.9 * most
        comparisons.append(
            Comparison(
                second: second, beyond: (reading.credited1h * 3_600 - most) / 3_600,
                beyondDay: beyondDay(reading, ledger: ledger, sampled: sampled),
                ratio: isEven && reading.credited1h > 0 ? credited / (sum / count) : nil))
        comparisons[comparisons.count - 1].believed = seen(.hour, at: second, isStated: stated != nil)
        let ratios = comparisons.compactMap(\.ratio).sorted()
        // A sixth on either side is left out.
        let middle = ratios.dropFirst(ratios.count / 6).dropLast(ratios.count / 6)
        typicalRatio = ratios.count >= 30 ? middle.reduce(0, +) / Double(middle.count) : nil
    }

    /// Work that isn't in the ledger, as believed at `second`. What is stated of others' hashrate counts as far as XvB's fresh figures
    /// show it; without these, less what the luck of `shareSize` may lack of it in an hour.
    func foreign(at second: Int64, stated: Double? = nil, shareSize: Double = 0) -> ForeignWork {
        var foreign = self.foreign
        let hour = seen(.hour, at: second, isStated: stated != nil)
        foreign.hashrate = believed(hour, .hour, stated: stated, shareSize: shareSize, at: second)
        let day = seen(.day, at: second, isStated: stated != nil)
        // Without any figures what is stated counts, less a day's bad luck.
        if day != nil || (hour == nil && stated != nil) {
            foreign.ofDay = believed(day, .day, stated: stated, shareSize: shareSize, at: second)
        }
        // What goes on coming from outside was told as work from before, too.
        foreign.before.hour = max(0, foreign.before.hour - foreign.outside(.hour, at: second))
        foreign.before.day = max(0, foreign.before.day - foreign.outside(.day, at: second))
        return foreign
    }

    /// What others are to be expected to send to each coming hour, in H/s: the mean of what was believed of it in the last three
    /// hours. What is believed at one moment has the bad luck of half an hour in it, which is no figure for days.
    func expectedForeign(at second: Int64, stated: Double?, shareSize: Double) -> Double {
        let known = comparisons.compactMap { $0.second > second - Self.memory ? $0.believed : nil }
        let mean = known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
        return believed(mean, .hour, stated: stated, shareSize: shareSize, at: second)
    }

    /// What XvB's day counts at least beyond ours, in H/s. All that we had in one of the days that it may mean is taken for ours.
    private func beyondDay(_ reading: XvBReading, ledger: WorkLedger, sampled: Int64) -> Double? {
        let begin = sampled - Self.mostDelay - CreditSpan.day.seconds
        guard begin >= foreign.beginning else { return nil }
        return rounding.least(reading.credited24h) - ledger.work(.xvb, after: begin, through: sampled) / 86_400
    }

    /// The least that XvB counted beyond ours for so long that it is believed, in H/s; `nil` while too little was seen.
    private func seen(_ span: CreditSpan, at second: Int64, isStated: Bool) -> Double? {
        let since = second - (isStated ? Self.statedMemory : Self.outsideMemory)
        guard let last = comparisons.last else { return nil }
        var least = Double.infinity
        var first = last.second
        // Newest first, as only the last quarter or half of an hour of three counts: this runs with each share.
        var index = comparisons.count - 1
        while index >= 0, comparisons[index].second > since {
            let figure = span == .hour ? comparisons[index].beyond : comparisons[index].beyondDay
            guard let beyond = figure else { return nil }
            least = min(least, beyond)
            first = comparisons[index].second
            index -= 1
        }
        guard last.second > since, last.second - first >= 600 else { return nil }
        return max(0, least)
    }

    /// What others are thought to send of what was `seen` of it, in H/s.
    private func believed(
        _ seen: Double?, _ span: CreditSpan, stated: Double?, shareSize: Double, at second: Int64
    ) -> Double {
        let trust = trust(at: second)
        guard let stated else { return (seen ?? 0) * trust }
        let luck = ShareLuck.deviations * (stated * shareSize / Double(span.seconds)).squareRoot()
        let blind = max(0, stated - luck)
        return min(stated + luck, (seen ?? blind) * trust + blind * (1 - trust))
    }

    /// The part of the tier by which XvB's averages are held above it, as its own figures ask for it.
    func lift(_ span: CreditSpan, at second: Int64) -> Double {
        lift.part(span, at: second, ratio: creditRatio(at: second)) * trust(at: second)
    }

    /// What XvB counts of a hash that it accepted from us, as believed at `second`: 0.9 … 1.
    ///
    /// The mean over three hours in which we sent evenly, without its extremes: neither luck nor lateness moves it much, nor do some figures that make
    /// no sense (zeros, above all).
    func creditRatio(at second: Int64) -> Double {
        guard let typicalRatio else { return 1 }
        let ratio = max(Self.leastRatio, typicalRatio)
        return ratio > 1 - Self.leastShortfall ? 1 : 1 - (1 - ratio) * trust(at: second)
    }

    /// Goes on with the lifts from before a restart.
    mutating func resumeLift(_ parts: CreditLevels, second: Int64) {
        lift = CreditLift(hour: parts.hour, day: parts.day, second: second)
    }

    /// What lies between XvB's figures and our ledger where they say "below" and it says "held".
    private mutating func learnLift(
        _ reading: XvBReading, ledger: WorkLedger, tier: Double, stated: Double?, sampled: Int64, second: Int64
    ) {
        guard tier > 0 else { return }
        let ratio = creditRatio(at: second)
        let foreign = foreign(at: second)
        for span in CreditSpan.allCases {
            let begin = sampled - Self.mostDelay
            guard begin - span.seconds >= foreign.beginning else { continue }
            let outside = stated ?? foreign.hashrate(span)
            let told = rounding.most(span == .hour ? reading.credited1h : reading.credited24h)
            // Most figures are at the tier: the ledger needn't be searched for them.
            guard told < tier else { continue }
            let seconds = Double(span.seconds)
            let own = ledger.least(.xvb, span: span.seconds, endingFrom: begin, through: sampled)
            lift.observed(
                span,
                CreditLift.Comparison(
                    told: told * seconds, least: own * ratio + outside * seconds, wanted: tier * seconds - 1,
                    ratio: ratio),
                second: second)
        }
    }

    /// 1 while the figures are fresh, then halved every half hour.
    private func trust(at second: Int64) -> Double {
        let age = Double(second - lastNews) - Self.hold
        return age <= 0 ? 1 : Numerics.exponential(-Numerics.naturalLogOf2 * age / Self.halfLife)
    }

    /// What XvB had counted before the ledger began: what it tells now less what we know of. Each reading tells better than the
    /// one before how that work was spread, until it has left.
    private mutating func learnBefore(_ reading: XvBReading, ledger: WorkLedger, sampled: Int64) {
        func earlier(_ average: Double, _ span: CreditSpan) -> Double {
            let left = foreign.left(span, at: sampled)
            guard left > 0.05 else { return 0 }
            let own = ledger.work(.xvb, after: sampled - span.seconds, through: sampled)
            return max(0, average * Double(span.seconds) - own) / left
        }
        foreign.before.hour = earlier(reading.credited1h, .hour)
        foreign.before.day = max(foreign.before.hour, earlier(reading.credited24h, .day))
    }
}
