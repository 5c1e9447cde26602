import ProxyTerms

/// Which tier to aim at: the highest one that will be held for most of what it costs, without flapping at its border.
///
/// Both averages have to be held, so the coming days are forecast (`DayForecast`): a tier costs its work all day, and is worth
/// the hours in which it is held. The first choice is made at once, by what the hashrate is at least: a hashrate known from a
/// few shares may be half of what it seems. While it gets known better the choice follows it. Then a tier is given up when it
/// will cost too much for the hours that it will be held, and a higher one is taken when it won't, and is in reach now; either for
/// half an hour, or some hours where it costs but a little too much. A day's work is lost each time that a tier is taken in vain. So a farm
/// whose day isn't known yet gets the lowest tier that is worth it, and a higher one only if that stands in XvB's day already or is worth its
/// price on a day on which most of the rigs stop, too (`DayForecast.withANight`), and who gave one up waits (`TierSetbacks`).
struct TierChoice: Sendable {
    /// Seconds for which another choice must have been the better one.
    static let patience = 1_800.0
    /// The same where the tier that is held costs too much, but less than four times as much beyond its work: a dip or bad luck may end.
    static let longPatience = 18_000.0
    /// A hashrate with at most this error is known well: the first choice stands.
    static let settledError = 0.05
    /// The first choice stands after this many seconds in any case: one rig alone never gets known better than to a tenth.
    static let settledAfter = 1_800.0

    /// The tier that is aimed at; `nil` before the first choice.
    private(set) var held: Tier?
    /// What the operator wanted when it was chosen; `nil` before that, and where an earlier version chose it.
    private var asked: (tier: Tier?, limits: Limits)?
    private var higherSince: Instant?
    private var lowerSince: Instant?
    /// Tiers that were taken in vain.
    private var setbacks = TierSetbacks()
    /// Until when the choice follows what gets known of the hashrate; `nil` once it stands.
    private var followsUntil: Instant?

    /// Whether the hashrate was known well enough when the choice was made, or has got known since.
    var isSettled: Bool { followsUntil == nil }

    init() {}

    /// A choice that was made before a restart; `past` as it is at `now`.
    init(held: Tier?, past: SchedulerMemory.TierPast, at now: Instant) {
        self.held = held
        setbacks = TierSetbacks(remembering: past, at: now)
        asked = past.price.map { (past.asked, Limits(price: $0)) }
    }

    /// What to remember of it at `now`.
    func past(at now: Instant) -> SchedulerMemory.TierPast {
        var past = SchedulerMemory.TierPast()
        past.asked = asked?.tier
        past.price = asked?.limits.kept
        setbacks.fill(&past, at: now)
        return past
    }

    /// Whether nothing can be held for certain, but perhaps something, and no choice has been made: better wait for more shares.
    func isOpen(_ outlook: Outlook) -> Bool {
        guard held == nil, outlook.error > 0 else { return false }
        return best(outlook.least, outlook) == .none && best(outlook.most, outlook) != .none
    }

    /// The tier to aim at.
    mutating func choose(_ outlook: Outlook, at now: Instant) -> Tier {
        let likely = outlook.likely
        guard let held, isStanding(held, outlook) else {
            let sure = best(outlook.least, outlook)
            let first = sure == .none ? best(likely, outlook) : sure
            self.held = first
            asked = (outlook.asked, outlook.limits)
            higherSince = nil
            lowerSince = nil
            setbacks = TierSetbacks(heldSince: now)
            followsUntil = outlook.error > Self.settledError ? now.adding(seconds: Self.settledAfter) : nil
            return first
        }
        asked = (outlook.asked, outlook.limits)
        if let until = followsUntil {
            let sure = best(outlook.least, outlook)
            let chosen = max(min(held, best(likely, outlook, keeping: held)), sure)
            self.held = chosen
            if outlook.error <= Self.settledError || now >= until { followsUntil = nil }
            return chosen
        }
        goUp(from: held, likely, outlook, now: now)
        giveUp(held, likely, outlook, now: now)
        return self.held ?? held
    }

    private mutating func goUp(from held: Tier, _ likely: [Prospect], _ outlook: Outlook, now: Instant) {
        let worthy = likely.filter {
            $0.tier > held && $0.cost <= outlook.raised($0.tier)
        }
        setbacks.note(isWorthy: !worthy.isEmpty, at: now)
        let higher = worthy.last { $0.isInReach }?.tier
        // The lowest tier's work is little: it waits for nothing.
        let isDue = higher.map { $0 == likely.first?.tier || setbacks.wait(at: now) <= 0 } ?? false
        guard Self.lasts(isDue, for: Self.patience, since: &higherSince, now: now), let higher else { return }
        self.held = higher
        setbacks.turned(inVain: false, at: now)
    }

    private mutating func giveUp(_ held: Tier, _ likely: [Prospect], _ outlook: Outlook, now: Instant) {
        let kept = best(likely, outlook, keeping: held)
        let price = likely.first { $0.tier == held }?.cost ?? .infinity
        let patience = price <= outlook.limits.hopeless ? Self.longPatience : Self.patience
        guard Self.lasts(kept < held, for: patience, since: &lowerSince, now: now) else { return }
        self.held = kept
        setbacks.turned(inVain: held != likely.first?.tier, at: now)
    }

    /// Why no tier above the one that is held is aimed at; `day`: seconds until the farm's day is known.
    func higher(_ outlook: Outlook, day: Double, at now: Instant) -> HigherTier? {
        let likely = outlook.likely
        if let best = likely.last(where: { $0.isInReach && $0.cost <= outlook.limits.raised })?.tier,
            best > held ?? .none, best != likely.first?.tier
        {
            if outlook.taken(best) == 0 { return .waitsForDay(best, seconds: day) }
            let wait = setbacks.wait(at: now)
            if wait > 0 { return .waitsAgain(best, seconds: wait) }
        }
        guard let asked = outlook.asked, asked > held ?? .none, let prospect = likely.last else { return nil }
        if !prospect.isInReach { return .outOfReach(asked) }
        let (price, limit) = (prospect.cost, outlook.raised(asked))
        return price > limit ? .tooDear(asked, price: price, upTo: limit) : nil
    }

    /// Whether the choice of `held` stands: the operator wants what was wanted when it was made, or the very tier.
    private func isStanding(_ held: Tier, _ outlook: Outlook) -> Bool {
        guard let asked else { return outlook.asked == nil || held == outlook.asked }
        return asked.limits == outlook.limits && (asked.tier == outlook.asked || held == outlook.asked)
    }

    /// The highest tier that is worth its price; the one held may cost a little more.
    private func best(_ prospects: [Prospect], _ outlook: Outlook, keeping held: Tier? = nil) -> Tier {
        prospects.last { $0.cost <= ($0.tier == held ? outlook.limits.kept : outlook.taken($0.tier)) }?.tier
            ?? .none
    }

    /// Whether something has been so for `patience` seconds; begins anew once it has.
    private static func lasts(_ isSo: Bool, for patience: Double, since: inout Instant?, now: Instant) -> Bool {
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
