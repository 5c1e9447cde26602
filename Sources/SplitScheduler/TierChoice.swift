import ProxyTerms

/// Which tier to hold: the highest one that can be, without flapping at its border.
///
/// A tier asks for 24 h of work, so an hour with less hashrate is no reason to give it up, nor an hour with more to take a
/// higher one. The first choice is made at once, by what can be sent now. Then the tier is given up when the reach, averaged
/// over some hours, is below its need; a higher one is taken when it could have been held, with its overhead, by the average
/// and by what was there all the last half hour.
struct TierChoice: Equatable, Sendable {
    /// Seconds that a higher tier must have been in reach.
    static let patience = 1_800.0
    /// The time over which the reach is averaged, in seconds.
    static let memory = 7_200.0

    /// The tier that is held; `nil` before the first choice.
    private(set) var held: Tier?
    private var average: Double?
    private var averagedAt = Instant.start
    private var higherSince: Instant?
    private var asked: Tier?

    init(held: Tier? = nil) {
        self.held = held
    }

    /// The tier to hold with `reach` H/s (what can be sent plus what comes from outside).
    ///
    /// `asked` is the only tier wanted, if one is; `buffer` is in percent; `overhead` is the part that holding a tier costs
    /// beyond its hashrate.
    mutating func choose(reach: Double, asked: Tier?, buffer: Double, overhead: Double, at now: Instant) -> Tier {
        let average = note(reach, at: now)
        func holdable(_ reach: Double) -> Tier {
            let best = Tier.highest(within: reach / (1 + overhead), buffer: buffer)
            guard let asked else { return best }
            return asked <= best ? asked : .none
        }
        let present = holdable(reach)
        guard let held, asked == self.asked || held == asked else {
            self.held = present
            self.asked = asked
            return present
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
            if average < held.hashrate * (1 + buffer / 100), reach < held.hashrate * (1 + buffer / 100) {
                self.held = holdable(average)
            }
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
