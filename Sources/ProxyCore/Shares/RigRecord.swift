import ProxyTerms

/// What is known of a rig by its shares. Made with its first one, so that idle rigs cost nothing. Only `ShareBook` and `RigWarden`
/// change it.
final class RigRecord {
    /// Submits of one rig that may be without an answer: a pool's queue is shared out among rigs.
    static let mostPending = 64
    /// Nonces of one job that are remembered for a rig: an eighth of what is remembered of the job.
    static let mostNonces = ShareJudge.mostNoncesPerJob / 8
    /// As much for many miners that share a connection.
    static let miners = 8
    /// Refusals for being too many, within a minute, that have a rig cut off: slowed, it gets ten or so a second through.
    private static let mostExcess: UInt16 = 120
    private static let excessSeconds: UInt32 = 60
    /// Shares in a row outside the nonce range that are no accident: by chance one in 256 of a rig that ignores it is inside.
    private static let rangeFaults: UInt8 = 3

    let meter: WorkMeter
    fileprivate(set) var counts = RigCounts()
    /// The best of its shares that a pool accepted since it connected.
    var best = BestShares()
    var trust: RigTrust
    /// Submits without an answer.
    fileprivate(set) var pending: UInt32 = 0
    /// The job that it sent a share of last, and how many of its nonces.
    private var job: UInt64 = 0
    private var nonces: UInt32 = 0
    private var excess: UInt16 = 0
    private var excessSince: UInt32 = 0
    /// Nothing is read of it for a moment.
    private(set) var isSlowed = false
    /// Its shares that are on their way to XvB: nobody knows how closely its nodes look.
    private(set) var atXvB: UInt32 = 0
    private var outOfRange: UInt8 = 0
    private var hasUsedUpNonces = false
    /// Kinds of refusals that were told by name, by their raw values.
    private var told: UInt16 = 0
    /// What was counted since and is told with the minute.
    private var untold: RigCounts?
    /// What `takeFigures` has told.
    private var taken = (work: 0.0, counts: RigCounts())

    init(meter: WorkMeter, trust: RigTrust) {
        self.meter = meter
        self.trust = trust
    }

    /// What it did before it came back.
    func resume(_ counts: RigCounts, _ trust: RigTrust?, second: UInt32) {
        self.counts = counts
        taken.counts = counts
        guard var earlier = trust else { return }
        earlier.resume(isSuspect: self.trust.standing == .suspect, second: second)
        self.trust = earlier
    }

    /// Whether a refusal of that kind is the rig's first. Lost shares are no kind of their own rig's: a lane takes a whole farm's with it.
    func isFirst(_ outcome: RigCounts.Outcome) -> Bool {
        let bit: UInt16 = 1 << UInt16(outcome.rawValue)
        guard outcome != .lost, told & bit == 0 else { return false }
        told |= bit
        return true
    }

    /// There were no more nonces of a job for it.
    /// - Returns: whether that is the first time.
    func usedUpNonces() -> Bool {
        defer { hasUsedUpNonces = true }
        return !hasUsedUpNonces
    }

    /// Counts what is to be told later.
    /// - Returns: whether it is the first of that.
    func leaveForLater(_ outcome: RigCounts.Outcome) -> Bool {
        let isFirst = untold == nil
        var counts = untold ?? RigCounts()
        counts.add(outcome, second: 0)
        untold = counts
        return isFirst
    }

    /// What was not told yet, as if it were.
    func takeUntold() -> RigCounts? {
        defer { untold = nil }
        return untold
    }

    /// What came since this was last asked; nil where nothing did.
    func takeFigures(name: String) -> RigFigures? {
        guard meter.total != taken.work || counts != taken.counts else { return nil }
        defer { taken = (meter.total, counts) }
        return RigFigures(
            name: name, work: meter.total - taken.work, accepted: counts.good - taken.counts.good,
            refused: Int64(counts.refusals) - Int64(taken.counts.refusals))
    }

    /// Whether one more share of `job` is within the rig's part of what a job and a lane can have.
    @inline(__always)
    func mayShare(job number: UInt64, hasFullNonceSpace: Bool) -> Bool {
        if number != job {
            job = number
            nonces = 0
        }
        let factor = hasFullNonceSpace ? Self.miners : 1
        guard nonces < UInt32(Self.mostNonces * factor), pending < UInt32(Self.mostPending * factor) else {
            return false
        }
        nonces += 1
        return true
    }

    func slow(_ isSlowed: Bool) { self.isSlowed = isSlowed }

    /// A share of it was one too many.
    /// - Returns: whether the rig floods us.
    func exceeded(second: UInt32) -> Bool {
        if second &- excessSince >= Self.excessSeconds {
            excessSince = second
            excess = 0
        }
        excess += 1
        guard excess >= Self.mostExcess else { return false }
        excess = 0
        return true
    }
}

extension RigRecord {
    /// A share came to that.
    @inline(__always)
    func count(_ outcome: RigCounts.Outcome, second: UInt32) { counts.add(outcome, second: second) }

    /// A share came that was good as far as could be seen here.
    @inline(__always)
    func came(second: UInt32) {
        counts.came(second: second)
        outOfRange = 0
    }

    /// A share of it was outside its nonce range.
    /// - Returns: whether the rig ignores the range; once in that many.
    func wasOutOfRange() -> Bool {
        outOfRange += 1
        guard outOfRange >= Self.rangeFaults else { return false }
        outOfRange = 0
        return true
    }

    /// Whether XvB may be sent one more share of it that nobody has proven: of a rig that begins to lie, a session sees two.
    @inline(__always)
    var mayRiskAtXvB: Bool { atXvB < UInt32(SessionRisk.most) }

    @inline(__always)
    func sent(to upstream: Upstream) {
        pending += 1
        if upstream == .xvb { atXvB += 1 }
    }

    /// A share that was sent came to that.
    @inline(__always)
    func settled(_ outcome: RigCounts.Outcome, by upstream: Upstream, second: UInt32) {
        if pending > 0 { pending -= 1 }
        if upstream == .xvb, atXvB > 0 { atXvB -= 1 }
        counts.add(outcome, second: second)
    }
}
