import ProxyTerms

/// Which tier to hold: the highest one that can be, without flapping at its border.
///
/// A tier asks for 24 h of work, so an hour with less hashrate is no reason to give it up, nor an hour with more to take a
/// higher one. The first choice is made at once, by what can be sent at least: a hashrate known from a few shares may be half
/// of what it seems. While it gets known better the choice follows it. Then the tier is given up when the reach, averaged
/// over some hours, is below its need; a higher one is taken when it could have been held, with its overhead, by the average
/// and by what was there all the last half hour.
struct TierChoice: Equatable, Sendable {
    /// Seconds that a higher tier must have been in reach.
    static let patience = 1_800.0
    /// The time over which the reach is averaged, in seconds.
    static let memory = 7_200.0
    /// A hashrate with at most this error is known well: the first choice stands.
    static let settledError = 0.05
    /// The first choice stands after this many seconds in any case: one rig alone never gets known better than to a tenth.
    static let settledAfter = 1_800.0

    /// What can be sent plus what comes from outside, in H/s, and how well it is known.
    struct Reach: Equatable, Sendable {
        /// By the hashrate as it was measured.
        var likely: Double
        /// By what the hashrate is at least, with two standard errors.
        var least: Double
        /// By what the hashrate is at most, with two standard errors.
        var most: Double
        /// The relative standard error of the hashrate.
        var error: Double
    }

    /// The tier that is held; `nil` before the first choice.
    private(set) var held: Tier?
    private var average: Double?
    private var averagedAt = Instant.start
    private var higherSince: Instant?
    private var asked: Tier?
    /// Until when the choice follows what gets known of the hashrate; `nil` once it stands.
    private var followsUntil: Instant?

    /// Whether the hashrate was known well enough when the choice was made, or has got known since.
    var isSettled: Bool { followsUntil == nil }

    init(held: Tier? = nil) {
        self.held = held
    }

    /// What is wanted of a tier.
    struct Terms: Equatable, Sendable {
        /// The only tier wanted, if one is.
        var asked: Tier?
        /// What is sent beyond the tier, in percent.
        var buffer: Double
        /// The part that holding a tier costs beyond its hashrate.
        var overhead: Double

        /// The tier that can be held with `reach` H/s.
        func holdable(_ reach: Double) -> Tier {
            let best = Tier.highest(within: reach / (1 + overhead), buffer: buffer)
            guard let asked else { return best }
            return asked <= best ? asked : .none
        }
    }

    /// Whether nothing can be held for certain, but perhaps something, and no choice has been made: better wait for more shares.
    func isOpen(_ reach: Reach, _ terms: Terms) -> Bool {
        held == nil && terms.holdable(reach.least) == .none && terms.holdable(reach.most) != .none
    }

    /// The tier to hold.
    mutating func choose(_ reach: Reach, _ terms: Terms, at now: Instant) -> Tier {
        let average = note(reach.likely, at: now)
        let holdable = terms.holdable
        let present = holdable(reach.likely)
        guard let held, terms.asked == asked || held == terms.asked else {
            let sure = holdable(reach.least)
            let first = sure == .none ? present : sure
            self.held = first
            asked = terms.asked
            followsUntil = reach.error > Self.settledError ? now.adding(seconds: Self.settledAfter) : nil
            return first
        }
        if let until = followsUntil {
            if present < held { self.held = present }
            if holdable(reach.least) > held { self.held = holdable(reach.least) }
            if reach.error <= Self.settledError || now >= until { followsUntil = nil }
            return self.held ?? present
        }
        if present > held, holdable(average) > held {
            let since = higherSince ?? now
            higherSince = since
            if now.seconds(since: since) >= Self.patience {
                self.held = min(present, holdable(average))
                higherSince = nil
            }
        } else {
            higherSince = nil
            let need = held.hashrate * (1 + terms.buffer / 100)
            if average < need, reach.likely < need { self.held = holdable(average) }
        }
        return self.held ?? present
    }

    /// Averages the reach, older values fading.
    private mutating func note(_ reach: Double, at now: Instant) -> Double {
        guard let old = average else {
            average = reach
            averagedAt = now
            return reach
        }
        let passed = max(0, now.seconds(since: averagedAt))
        let new = reach + (old - reach) * Numerics.exponential(-passed / Self.memory)
        average = new
        averagedAt = now
        return new
    }
}
