import ProxyTerms

/// Which tier to aim at: the highest one that will be held for most of what it costs, without flapping at its border.
///
/// Both averages have to be held, so the coming days are forecast (`DayForecast`): a tier costs its work all day, and is worth
/// the hours in which it is held. The first choice is made at once, by what the hashrate is at least: a hashrate known from a
/// few shares may be half of what it seems. While it gets known better the choice follows it. Then a tier is given up when it
/// will cost too much for the hours that it will be held, and a higher one is taken when it won't, and is in reach now; either for
/// half an hour. A farm whose day isn't known yet gets the lowest tier that is worth it, and a higher one only if that is worth its
/// price on a day on which half of it stops for the night, too (`DayForecast.withANight`).
struct TierChoice: Equatable, Sendable {
    /// Seconds for which another choice must have been the better one.
    static let patience = 1_800.0
    /// A hashrate with at most this error is known well: the first choice stands.
    static let settledError = 0.05
    /// The first choice stands after this many seconds in any case: one rig alone never gets known better than to a tenth.
    static let settledAfter = 1_800.0

    /// Work over what the tier is in the hours that it is held: at most this much for a tier to be chosen at first, to be gone up to,
    /// and to be kept.
    struct Limits: Equatable, Sendable {
        var taken: Double
        var raised: Double
        var kept: Double

        /// The schedule's own choice: at 1.24 a tier is held four fifths of the time. The day's average of a tier that was given up
        /// has to be built up anew, so going up to it again asks for more.
        static let chosen = Limits(taken: 1.24, raised: 1.18, kept: 1.30)
        /// A tier that the operator asks for: held for most of what it costs.
        static let asked = Limits(taken: 2, raised: 1.8, kept: 2.2)
    }

    /// A tier that may be aimed at, and what comes of it.
    struct Prospect: Equatable, Sendable {
        var tier: Tier
        var outcome: DayForecast.Outcome
        /// Whether the hashrate of the moment is enough for it.
        var isInReach: Bool
    }

    /// The tier that is aimed at; `nil` before the first choice.
    private(set) var held: Tier?
    private var asked: Tier?
    private var higherSince: Instant?
    private var lowerSince: Instant?
    /// Until when the choice follows what gets known of the hashrate; `nil` once it stands.
    private var followsUntil: Instant?

    /// Whether the hashrate was known well enough when the choice was made, or has got known since.
    var isSettled: Bool { followsUntil == nil }

    init(held: Tier? = nil) {
        self.held = held
    }

    /// What the choice is made from.
    struct Outlook {
        /// The only tier wanted, if one is.
        var asked: Tier?
        /// The relative standard error of the hashrate.
        var error: Double
        /// What comes of each tier on a day on which half of the farm stops for the night; `nil` once the farm's own day is known.
        var cautious: [Prospect]?
        /// What comes of each tier with so many times the measured hashrate, in the order of the tiers.
        var prospects: (_ factor: Double) -> [Prospect]

        var limits: Limits { asked == nil ? .chosen : .asked }

        /// The highest price at which `tier` is taken. What is dearer than the lowest one needs a farm that is known, or that has some
        /// to spare: who has less in some hours pays a day's work of a high tier for nothing.
        func taken(_ tier: Tier) -> Double {
            guard asked == nil, let cautious, tier != cautious.first?.tier else { return limits.taken }
            let isSafe = cautious.contains { $0.tier == tier && $0.outcome.price <= limits.taken }
            return isSafe ? limits.taken : 0
        }

        /// The highest tier that is worth its price but for the day that isn't known yet.
        var awaited: Tier? {
            let best = likely.last { $0.isInReach && $0.outcome.price <= limits.raised }?.tier
            return best.flatMap { taken($0) > 0 ? nil : $0 }
        }

        /// By the hashrate as it was measured.
        var likely: [Prospect] { prospects(1) }
        /// By what it is at least, with two standard errors.
        var least: [Prospect] { error > 0 ? prospects(max(0, 1 - 2 * error)) : likely }
        /// The lowest tier that is in reach at the moment: where none was chosen, it won't be held for most of what it costs.
        var refused: Prospect? { likely.first { $0.isInReach } }
        /// By what it is at most, with two standard errors.
        var most: [Prospect] { error > 0 ? prospects(1 + 2 * error) : likely }
    }

    /// Whether nothing can be held for certain, but perhaps something, and no choice has been made: better wait for more shares.
    func isOpen(_ outlook: Outlook) -> Bool {
        guard held == nil, outlook.error > 0 else { return false }
        return best(outlook.least, outlook) == .none && best(outlook.most, outlook) != .none
    }

    /// The tier to aim at.
    mutating func choose(_ outlook: Outlook, at now: Instant) -> Tier {
        let likely = outlook.likely
        guard let held, outlook.asked == asked || held == outlook.asked else {
            let sure = best(outlook.least, outlook)
            let first = sure == .none ? best(likely, outlook) : sure
            self.held = first
            asked = outlook.asked
            higherSince = nil
            lowerSince = nil
            followsUntil = outlook.error > Self.settledError ? now.adding(seconds: Self.settledAfter) : nil
            return first
        }
        asked = outlook.asked
        if let until = followsUntil {
            let sure = best(outlook.least, outlook)
            let chosen = max(min(held, best(likely, outlook, keeping: held)), sure)
            self.held = chosen
            if outlook.error <= Self.settledError || now >= until { followsUntil = nil }
            return chosen
        }
        let higher = likely.last {
            $0.tier > held && $0.isInReach && $0.outcome.price <= min(outlook.taken($0.tier), outlook.limits.raised)
        }?
        .tier
        if Self.lasts(higher != nil, since: &higherSince, now: now), let higher { self.held = higher }
        let kept = best(likely, outlook, keeping: held)
        if Self.lasts(kept < held, since: &lowerSince, now: now) { self.held = kept }
        return self.held ?? held
    }

    /// The highest tier that is worth its price; the one held may cost a little more.
    private func best(_ prospects: [Prospect], _ outlook: Outlook, keeping held: Tier? = nil) -> Tier {
        prospects.last { $0.outcome.price <= ($0.tier == held ? outlook.limits.kept : outlook.taken($0.tier)) }?.tier
            ?? .none
    }

    /// Whether something has been so for as long as patience asks; begins anew once it has.
    private static func lasts(_ isSo: Bool, since: inout Instant?, now: Instant) -> Bool {
        guard isSo else {
            since = nil
            return false
        }
        let began = since ?? now
        since = began
        guard now.seconds(since: began) >= patience else { return false }
        since = nil
        return true
    }
}
