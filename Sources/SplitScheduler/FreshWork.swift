/// How much hashrate XvB has work for that nobody here has searched yet.
///
/// Where XvB's node owns the nonce byte, each lane carries one rig, and a rig that leaves a job can't come back to it:
/// xmrig would begin with the same nonces again (docs/invariants.md#rule-4). It comes back on another lane, whose nonce
/// byte is another one, or with XvB's next job.
public struct FreshWork: Equatable, Sendable {
    /// The part of the movable hashrate that mines on XvB or can go there now, in H/s.
    public var now: Double
    /// The part that could come back before XvB's next job if it left XvB once more after that, in H/s.
    public var again: Double
    /// Seconds from one job of XvB to the next, as a mean of the last eight; `nil` before two have come.
    public var jobInterval: Double?
    /// The longest of these, the one that is still running included, in seconds.
    public var longestInterval: Double
    /// Seconds since XvB's newest job.
    public var jobAge: Double

    /// What there is; the longest interval is the mean or the running one unless told.
    public init(
        now: Double, again: Double, jobInterval: Double?, longestInterval: Double? = nil, jobAge: Double
    ) {
        self.now = now
        self.again = again
        self.jobInterval = jobInterval
        self.longestInterval = max(longestInterval ?? jobInterval ?? 0, jobAge)
        self.jobAge = jobAge
    }

    /// Whether a slice that begins now moves next to nobody of `movable` H/s.
    func isSpent(of movable: Double) -> Bool {
        now < movable * Self.leastPart
    }

    /// Less than this part of the movable hashrate is next to nobody.
    static let leastPart = 0.1
    /// Less than this part is worth a slice only where something is missing already.
    static let goodPart = 0.5

    /// Seconds after which rigs that leave XvB now can come back; 0 where most of them can at any time.
    ///
    /// Where jobs come by the clock that is the rest of the interval. Where they come at random (Monero's blocks do) the wait
    /// has no memory: the longest interval of the last ones is what it may take, however old the present job is.
    var secondsUntilReturn: Double {
        guard again < now / 2, let jobInterval else { return 0 }
        let isRegular = longestInterval < jobInterval * 1.5
        return isRegular ? max(Self.jobSlack, longestInterval - jobAge) : longestInterval
    }

    /// Seconds by which a regular job may be late.
    static let jobSlack = 5.0

    /// The most lanes to XvB that are kept for one rig.
    public static let mostLanesPerRig = 4

    /// Lanes to XvB that one rig needs so that it can come back for each slice until the next job.
    /// - Parameters:
    ///   - jobInterval: seconds from one job to the next, the longest of the last ones; `nil` before two have come.
    ///   - spacing: seconds from one slice to the next; `nil` while there are no slices.
    /// - Returns: 1 … `mostLanesPerRig`.
    public static func lanesPerRig(jobInterval: Double?, spacing: Double?) -> Int {
        guard let jobInterval, let spacing, jobInterval > 0, spacing > 0 else { return 1 }
        let slices = jobInterval / spacing
        // Jobs much more frequent than slices: each slice finds a fresh one.
        if slices <= 0.5 { return 1 }
        // One more than fits: the slice in which a job comes searches that one, too.
        if slices > Double(mostLanesPerRig) { return mostLanesPerRig }
        // Jobs by the clock come a little early or late: that asks for no lane more.
        return min(mostLanesPerRig, Int((slices - 0.1).rounded(.up)) + 1)
    }
}
