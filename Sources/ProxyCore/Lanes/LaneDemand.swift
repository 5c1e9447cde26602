import ProxyTerms

/// How many lanes an upstream needs: for the rigs, for their shares, and for work that nobody has searched.
final class LaneDemand {
    /// Seconds in which less must have been needed before there are fewer lanes for shares, and fewer spare ones.
    private static let loadPatience = 600.0
    private static let sparePatience = 3_600.0
    /// Seconds in which the nonces of the lanes must have sufficed before there are fewer of them.
    private static let slotPatience = 600.0
    /// Seconds from one telling that nonces run short to the next.
    private static let slotTelling = 3_600.0
    /// Seconds without a new spare lane after a pool took no further one.
    private static let noSparesSeconds = 600.0

    /// Shares on their way to the upstream.
    private(set) var shareRate = ShareRate()
    private var loadNeed = PatientCount(patience: LaneDemand.loadPatience)
    private var spareNeed = PatientCount(patience: LaneDemand.sparePatience)
    private var slotNeed = PatientCount(patience: LaneDemand.slotPatience)
    private var toldSlotsAt: Instant?
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

    /// Lanes so that rigs which come find nonces of the current job, where byte 42 is ours.
    var forSlots: Int { slotNeed.count }

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

    /// - Returns: whether more are kept from now on, and that is to be told.
    func needsForSlots(_ lanes: Int, at now: Instant) -> Bool {
        let before = slotNeed.count
        slotNeed.needs(lanes, at: now)
        guard slotNeed.count > before, toldSlotsAt.map({ now.seconds(since: $0) >= Self.slotTelling }) ?? true
        else { return false }
        toldSlotsAt = now
        return true
    }

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
