import ProxyTerms

// What the choice of a tier is made from.
extension TierChoice {
    /// Work over what the tier is in the hours that it is held: at most this much for a tier to be chosen at first, to be gone up to,
    /// and to be kept.
    struct Limits: Equatable, Sendable {
        var taken: Double
        var raised: Double
        var kept: Double
        /// What costs more is given up soon.
        var hopeless: Double

        /// By what a tier may cost: 1.25 is four fifths of the time. The day's average of a tier that was given up has to be built up
        /// anew, so going up to it again asks for more.
        init(price: Double) {
            let beyond = price - 1
            taken = 1 + beyond * 0.88
            raised = 1 + beyond * 0.68
            kept = price
            hopeless = 1 + beyond * 4
        }
    }

    /// A tier that may be aimed at, and what comes of it.
    struct Prospect: Equatable, Sendable {
        var tier: Tier
        var outcome: DayForecast.Outcome
        /// Whether the hashrate of the moment is enough for it.
        var isInReach: Bool
        /// Whether XvB's day has all of its work already.
        var stands = false
        /// What holding any tier costs beyond its work, as a part of it: large shares cost more.
        var overhead = 0.0

        /// The price that counts: what large shares cost is no fault of the farm's hours.
        var cost: Double { outcome.price / max(1, (1 + overhead) / (1 + Prospect.usualOverhead)) }

        /// What holding a tier costs a steady farm beyond its work, as a part of it.
        static let usualOverhead = 0.05
    }

    /// A tier that costs too much.
    struct Refusal: Equatable, Sendable {
        var prospect: Prospect
        /// The price up to which it would be taken.
        var upTo: Double
    }

    /// What the choice is made from.
    struct Outlook {
        /// The tier that the operator asks for: the highest one wanted.
        var asked: Tier?
        /// What tiers may cost.
        var limits: Limits
        /// The relative standard error of the hashrate.
        var error: Double
        /// What comes of each tier on a day on which most of the rigs stop for half of it; `nil` once the farm's own day is known.
        var cautious: [Prospect]?
        /// What comes of each tier, in their order, with the hashrate as it was measured,
        var likely: [Prospect]
        /// and with so many times as much.
        var prospects: (_ factor: Double) -> [Prospect]

        /// The highest price at which `tier` is taken. What is dearer than the lowest one needs a farm that is known, or that has much to
        /// spare: who has less in some hours pays a day's work of a high tier for nothing.
        func taken(_ tier: Tier) -> Double {
            guard asked == nil, let cautious, tier != cautious.first?.tier else { return limits.taken }
            let isSafe = cautious.contains { $0.tier == tier && ($0.stands || $0.cost <= limits.taken) }
            return isSafe ? limits.taken : 0
        }

        /// The highest price at which `tier` is gone up to. The lowest one's work is little.
        func raised(_ tier: Tier) -> Double {
            tier == likely.first?.tier ? limits.taken : min(taken(tier), limits.raised)
        }

        /// By what it is at least, with two standard errors.
        var least: [Prospect] { error > 0 ? prospects(max(0, 1 - 2 * error)) : likely }
        /// The lowest tier that is in reach at the moment: where none was chosen, it won't be held for most of what it costs.
        var refused: Refusal? {
            likely.first { $0.isInReach }.map { Refusal(prospect: $0, upTo: limits.taken) }
        }
        /// By what it is at most, with two standard errors.
        var most: [Prospect] { error > 0 ? prospects(1 + 2 * error) : likely }
    }
}
