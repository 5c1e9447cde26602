import ProxyTerms
import Upstreams

/// A rig's shares and its difficulty. Only `ShareBook` counts; the dispatcher retargets with each job.
struct RigTally {
    /// Its hashrate; made with the first share, so that idle rigs cost nothing.
    fileprivate(set) var meter: WorkMeter?
    fileprivate(set) var accepted: UInt32 = 0
    fileprivate(set) var rejected: UInt32 = 0
    fileprivate(set) var difficulty: RigDifficulty

    init(difficulty: RigDifficulty) {
        self.difficulty = difficulty
    }

    /// Its hashrate over 15 minutes, or since it connected.
    func rate(at now: Instant) -> Rate {
        meter?.rate(.minutes15, at: now) ?? Rate(hashrate: 0, error: 1, covered: 0)
    }

    /// Chooses the difficulty of the next job.
    @inline(__always)
    mutating func retarget(now: Instant) { difficulty.retarget(now: now) }
}

/// The one place where work and verdicts are counted: for status, for the schedule and its journal, for the log.
///
/// What a rig proves is counted once, by the rig's own difficulty (`proved`). What a pool accepts is counted once, by the pool's
/// (`accepted`), and credited to the schedule in the same step: the schedule's ledger, which the journal restores, is the one place that
/// averages are read from. At any moment submitted = accepted + rejected + stale + lost + pending.
final class ShareBook {
    private let schedule: Schedule
    /// What became of the shares sent to each upstream.
    private(set) var counts = PerUpstream(p2pool: ShareCounts(), xvb: ShareCounts())
    /// When each upstream's preferred endpoint last accepted a share.
    private(set) var lastAcceptedAt = PerUpstream<Instant?>(p2pool: nil, xvb: nil)
    /// Work of all rigs by their own difficulty: the measured hashrate.
    let measured: WorkMeter
    /// Submits answered here.
    private(set) var local = LocalCounts()
    /// Our shares in p2pool's sidechain.
    private(set) var sidechain = SidechainAccount()

    init(schedule: Schedule, now: Instant) {
        self.schedule = schedule
        measured = WorkMeter(now: now)
    }

    /// Verdicts that are awaited.
    var pending: UInt64 { counts.p2pool.pending + counts.xvb.pending }

    // MARK: Rigs

    /// A rig begins with the difficulty that it asked for, or with the usual one.
    func begin(_ rig: RigRef, difficulty: RigDifficulty) { rig.tally.difficulty = difficulty }

    /// A rig is going: what it measured is not needed any more.
    func release(_ rig: RigRef) { rig.tally.meter = nil }

    /// A share proves `work` hashes of a rig, whether or not a pool gets to see it.
    func proved(work: Double, by rig: RigRef, at now: Instant) {
        meter(of: rig).add(work: work, at: now)
        measured.add(work: work, at: now)
        rig.tally.difficulty.counted(work: work)
    }

    @inline(__always)
    private func meter(of rig: RigRef) -> WorkMeter {
        if let known = rig.tally.meter { return known }
        let meter = WorkMeter(now: Instant(milliseconds: Int64(rig.life.joinedSecond) * 1000))
        rig.tally.meter = meter
        return meter
    }

    /// A share is good for the rig's own difficulty, and no pool needs it.
    func answeredHere(_ rig: RigRef) {
        local.belowLane += 1
        rig.tally.accepted &+= 1
    }

    /// A share was refused here.
    func refusedHere(_ refusal: ShareRefusal, _ rig: RigRef) {
        rig.tally.rejected &+= 1
        switch refusal {
        case .lowDifficulty: local.lowDifficulty += 1
        case .duplicate: local.duplicate += 1
        case .wrongSlot: local.wrongSlot += 1
        case .foreignJob: local.foreignJob += 1
        case .expiredJob: local.expiredJob += 1
        case .malformed, .notLoggedIn: local.malformed += 1
        case .tooMany: local.tooMany += 1
        case .stopping: local.stopping += 1
        }
    }

    /// A rig's line was not understood.
    func malformedLine() { local.malformed += 1 }

    // MARK: Pools

    /// A lane took a share. `isLate`: its rig has been moved since, or has a newer job.
    func submitted(to upstream: Upstream, isLate: Bool) {
        counts[upstream].submitted += 1
        counts[upstream].pending += 1
        if isLate { counts[upstream].late += 1 }
    }

    /// A pool accepted a share; its rig is nil when it has gone. `isPreferred`: it came from the upstream's preferred endpoint.
    func accepted(work: Double, by upstream: Upstream, isPreferred: Bool, _ rig: RigRef?, at now: Instant) {
        counts[upstream].pending -= 1
        counts[upstream].accepted += 1
        counts[upstream].acceptedWork += work
        if isPreferred { lastAcceptedAt[upstream] = now }
        schedule.credited(work: work, to: upstream, at: now)
        rig?.tally.accepted &+= 1
    }

    /// A pool refused a share.
    func rejected(_ kind: Rejection.Kind, by upstream: Upstream, _ rig: RigRef?) {
        counts[upstream].pending -= 1
        if kind == .stale { counts[upstream].stale += 1 } else { counts[upstream].rejected += 1 }
        // A pool without a daemon says nothing about the rig.
        if kind != .noService { rig?.tally.rejected &+= 1 }
    }

    /// A share gets no verdict.
    func lost(by upstream: Upstream, _ rig: RigRef?) {
        counts[upstream].pending -= 1
        counts[upstream].lost += 1
        rig?.tally.rejected &+= 1
    }

    // MARK: p2pool's sidechain

    /// p2pool's figures came: what a hash must reach to be a share of its sidechain.
    func sidechain(difficulty: Double) { sidechain.target = UInt64.max / UInt64(difficulty) }

    /// p2pool took a share that its sidechain counts: it is in the window now, before any file says so.
    func foundSidechainShare(at now: Instant) {
        sidechain.shares += 1
        sidechain.lastShareAt = now
        schedule.foundSidechainShare(at: now)
    }
}
