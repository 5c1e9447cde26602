import ProxyTerms

/// How many lanes an upstream needs: for the rigs, for their shares, and for work that nobody has searched.
final class LaneDemand {
    /// Seconds in which less must have been needed before there are fewer lanes for shares, and fewer spare ones.
    private static let loadPatience = 600.0
    private static let sparePatience = 3_600.0
    /// Seconds without a new spare lane after a pool took no further one.
    private static let noSparesSeconds = 600.0

    /// Shares on their way to the upstream.
    private(set) var shareRate = ShareRate()
    private var loadNeed = PatientCount(patience: LaneDemand.loadPatience)
    private var spareNeed = PatientCount(patience: LaneDemand.sparePatience)
    /// How many lanes the rigs share, as last reconciled.
    private(set) var shared = 1
    /// Logins of this round of jobs that were made only to get unsearched work.
    private(set) var extraLogins = 0
    /// Since when there have been more lanes than are wanted.
    private(set) var surplusSince: Instant?
    /// A lane more was refused while all rigs had theirs: no spare one is opened before.
    private(set) var noSparesBefore = Instant.start

    /// Lanes that carry the shares and spread the hashrate, where byte 42 is ours.
    var forLoad: Int { loadNeed.count }
    /// Lanes a rig, so that it finds unsearched work whenever it comes, where the pool fixes byte 42.
    var perRig: Int { spareNeed.count }

    /// A share of so many bytes was sent.
    @inline(__always)
    func shareSent(bytes: Int, at now: Instant) { shareRate.count(bytes: bytes, at: now) }

    func sharesPerSecond(at now: Instant) -> Double { shareRate.perSecond(at: now) }

    /// - Returns: whether that changes how many are kept.
    func needsForLoad(_ lanes: Int, at now: Instant) -> Bool {
        let before = loadNeed.count
        loadNeed.needs(lanes, at: now)
        return loadNeed.count != before
    }

    func needsPerRig(_ lanes: Int, at now: Instant) { spareNeed.needs(lanes, at: now) }
    func share(_ lanes: Int) { shared = lanes }

    /// - Returns: since when there have been more than are wanted; nil while there are not.
    func noteSurplus(_ isSurplus: Bool, now: Instant) -> Instant? {
        surplusSince = isSurplus ? surplusSince ?? now : nil
        return surplusSince
    }

    /// The pool took no lane more while all rigs had theirs.
    func lanesRefused(now: Instant) { noSparesBefore = now.adding(seconds: Self.noSparesSeconds) }
    func extraLogin() { extraLogins += 1 }
    func roundBegan() { extraLogins = 0 }
}
