import ProxyTerms

/// How much more is held in XvB's averages than our ledger asks for, because XvB's own figures say "below the tier" while the
/// ledger says "held": XvB counts in some way that we don't know.
///
/// Only a figure that is fresh and below beyond its rounding, while our ledger had the tier in every hour that it may mean, raises
/// the lift: to what is proven to lie between the two. So neither luck nor lateness nor an outage raises it. It is bounded, halves
/// in a day, and figures that are far from the ledger (zeros, averages that begin anew) count for nothing until they
/// have been near it for the whole length of the average.
struct CreditLift: Equatable, Sendable {
    /// The most that an average is lifted, as a part of the tier.
    static let most = 0.15
    /// The lift halves in this many seconds.
    static let halfLife = 86_400.0
    /// A figure that lacks more than this part of what the ledger knows makes no sense.
    static let absurd = 0.25

    /// One average.
    private struct Part: Equatable {
        /// What we have to have beyond the tier, as a part of it: the lift and what the credit ratio explained of it then. Once the ratio
        /// explains more, less is left for the lift.
        var beyond = 0.0
        var at: Int64 = 0
        /// When a figure last made no sense.
        var absurdAt: Int64?

        func lift(at second: Int64, ratio: Double) -> Double {
            guard beyond > 0 else { return 0 }
            let halvings = Double(max(0, second - at)) / CreditLift.halfLife
            let left = beyond * Numerics.exponential(-Numerics.naturalLogOf2 * halvings)
            return max(0, (1 + left) * ratio - 1)
        }

        mutating func raise(to lift: Double, at second: Int64, ratio: Double) {
            guard lift > self.lift(at: second, ratio: ratio) else { return }
            beyond = (1 + lift) / ratio - 1
            at = second
        }
    }

    private var hour = Part()
    private var day = Part()

    /// No lift, or what is remembered of one.
    init(hour: Double = 0, day: Double = 0, second: Int64 = 0) {
        self.hour.raise(to: min(Self.most, hour), at: second, ratio: 1)
        self.day.raise(to: min(Self.most, day), at: second, ratio: 1)
    }

    /// One figure, and what our ledger says of the same average.
    struct Comparison {
        /// What XvB counts at most, in hashes.
        var told: Double
        /// The least that we had in the averages that it may mean, as XvB is thought to count it, in hashes.
        var least: Double
        /// What the tier asks for, in hashes.
        var wanted: Double
        /// What XvB is thought to count of our work.
        var ratio = 1.0
    }

    mutating func observed(_ span: CreditSpan, _ figures: Comparison, second: Int64) {
        switch span {
        case .hour: Self.note(&hour, span, figures, second)
        case .day: Self.note(&day, span, figures, second)
        }
    }

    /// The part of the tier by which an average is lifted, where XvB is thought to count `ratio` of our work.
    func part(_ span: CreditSpan, at second: Int64, ratio: Double = 1) -> Double {
        switch span {
        case .hour: hour.lift(at: second, ratio: ratio)
        case .day: day.lift(at: second, ratio: ratio)
        }
    }

    private static func note(_ part: inout Part, _ span: CreditSpan, _ figures: Comparison, _ second: Int64) {
        guard figures.wanted > 0 else { return }
        let gap = figures.least - figures.told
        if gap > absurd * figures.least { part.absurdAt = second }
        if let absurdAt = part.absurdAt, second - absurdAt <= span.seconds { return }
        guard figures.told < figures.wanted, figures.least >= figures.wanted else { return }
        part.raise(to: min(most, gap / figures.wanted), at: second, ratio: figures.ratio)
    }
}
