import ProxyTerms
import StratumCodec
import Upstreams

/// A rig's shares and its difficulty. Only `ShareBook` counts; the dispatcher retargets with each job.
struct RigTally {
    /// Its shares; made with the first one.
    fileprivate(set) var record: RigRecord?
    fileprivate(set) var difficulty: RigDifficulty

    init(difficulty: RigDifficulty) {
        self.difficulty = difficulty
    }

    /// Its hashrate over 15 minutes, or since it connected.
    func rate(at now: Instant) -> Rate {
        record?.meter.rate(.minutes15, at: now) ?? .none
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
    private let refusals: RefusalLog
    /// What became of the shares sent to each upstream.
    private(set) var counts = PerUpstream(p2pool: ShareCounts(), xvb: ShareCounts())
    /// When each upstream's preferred endpoint last accepted a share.
    private(set) var lastAcceptedAt = PerUpstream<Instant?>(p2pool: nil, xvb: nil)
    /// Work of all rigs by their own difficulty: the measured hashrate.
    let measured: WorkMeter
    /// Submits answered here.
    private(set) var local = LocalCounts()
    /// The best shares that pools accepted.
    private(set) var best = BestShares()
    /// Our shares in p2pool's sidechain.
    private(set) var sidechain = SidechainAccount()
    /// What rigs did that have gone, for the history.
    private var gone: [RigFigures] = []
    /// Rigs that go between two looks at the figures, at most.
    private static let mostGone = 1_024

    init(schedule: Schedule, refusals: RefusalLog, now: Instant) {
        self.schedule = schedule
        self.refusals = refusals
        measured = WorkMeter(now: now)
    }

    /// Verdicts that are awaited.
    var pending: UInt64 { counts.p2pool.pending + counts.xvb.pending }

    // MARK: Rigs

    /// A rig begins with the difficulty that it asked for, or with the usual one.
    func begin(_ rig: RigRef, difficulty: RigDifficulty) { rig.tally.difficulty = difficulty }

    /// A rig is going: what it measured is not needed any more.
    func release(_ rig: RigRef) {
        refusals.leaves(rig)
        if gone.count < Self.mostGone, let figures = rig.tally.record?.takeFigures(name: rig.profile.name) {
            gone.append(figures)
        }
        rig.tally.record = nil
    }

    /// What rigs did that have gone since this was last asked.
    func takeFiguresOfGone() -> [RigFigures] {
        defer { gone = [] }
        return gone
    }

    /// A rig is back that left within a day: what is known of it holds.
    func resume(_ rig: RigRef, _ earlier: DepartedRig, now: Instant) {
        guard earlier.trust != nil || earlier.counts != RigCounts() else { return }
        record(of: rig).resume(earlier.counts, earlier.trust, second: RigRegistry.seconds(now))
    }

    /// What is known of a rig; it is made where there is nothing yet. `isSuspect`: it comes from where one was caught.
    @inline(__always)
    func record(of rig: RigRef, isSuspect: Bool = false) -> RigRecord {
        rig.tally.record ?? makeRecord(of: rig, isSuspect: isSuspect)
    }

    @inline(never)
    private func makeRecord(of rig: RigRef, isSuspect: Bool) -> RigRecord {
        let joined = Instant(milliseconds: Int64(rig.life.joinedSecond) * 1000)
        let record = RigRecord(
            meter: WorkMeter(now: joined),
            trust: RigTrust(isSuspect: isSuspect, second: RigRegistry.seconds(joined)))
        // What it sent before its first share.
        for _ in 0..<rig.life.faults { record.count(.malformed, second: RigRegistry.seconds(joined)) }
        rig.tally.record = record
        return record
    }

    /// A good share of the rig's own difficulty came.
    @inline(__always)
    func came(_ rig: RigRef, _ record: RigRecord, work: Double, at now: Instant) {
        record.came(second: RigRegistry.seconds(now))
        rig.tally.difficulty.counted(work: work)
    }

    /// `work` hashes of a rig count, whether or not a pool gets to see them.
    @inline(__always)
    func proved(work: Double, by record: RigRecord, at now: Instant) {
        guard work > 0 else { return }
        record.meter.add(work: work, at: now)
        measured.add(work: work, at: now)
    }

    /// What a rig did since it last proved a share is not believed any more: its hashrate, what the schedule was credited with, its
    /// difficulty.
    func takeBack(_ forfeit: RigTrust.Forfeit, of rig: RigRef, difficulty: UInt64, at now: Instant) {
        rig.tally.record?.meter.takeBack(work: forfeit.counted, at: now)
        measured.takeBack(work: forfeit.counted, at: now)
        schedule.takeBack(work: forfeit.credited, at: now)
        if !rig.tally.difficulty.isFixed { rig.tally.difficulty = RigDifficulty(start: difficulty, now: now) }
    }

    /// A share is good for the rig's own difficulty, and no pool needs it.
    func answeredHere(_ record: RigRecord, at now: Instant) {
        local.belowPoolTarget += 1
        record.count(.belowPoolTarget, second: RigRegistry.seconds(now))
    }

    /// A share was refused here.
    func refusedHere(_ refusal: ShareRefusal, _ rig: RigRef, at now: Instant) {
        local[refusal] += 1
        // Whoever has not logged in has no name yet: its lines are told where they come in.
        guard rig.life.phase.isServed else { return }
        refusals.refusedHere(refusal.outcome, rig, record(of: rig), now: now)
    }

    /// A rig's share was proven wrong that is on its way to a pool.
    func wrongBeside(_ record: RigRecord, _ rig: RigRef, at now: Instant) {
        refusals.refusedHere(.wrongHash, rig, record, now: now)
    }

    /// A rig's line was not understood. Before its login it has no name yet: its connection's faults are counted, and go with its shares.
    func malformedLine(_ rig: RigRef, _ misfit: @autoclosure () -> LineMisfit, at now: Instant) {
        local[.malformed] += 1
        guard rig.life.phase.isServed else { return refusals.strayed(rig, misfit()) }
        refusals.refusedHere(.malformed, rig, record(of: rig), misfit: misfit(), now: now)
    }

    /// A rig's line is none of the requests that there are. That is no share, so it isn't counted.
    func strayLine(_ rig: RigRef, _ misfit: LineMisfit) {
        refusals.strayed(rig, misfit)
    }

    // MARK: Pools

    /// A lane took a share. `isLate`: its rig has been moved since, or has a newer job.
    func submitted(to upstream: Upstream, isLate: Bool) {
        counts[upstream].submitted += 1
        counts[upstream].pending += 1
        if isLate { counts[upstream].late += 1 }
    }

    /// A pool accepted a share; its rig is nil when it has gone. `isPreferred`: it came from the upstream's preferred endpoint.
    func accepted(
        work: Double, hash: UInt64, by upstream: Upstream, isPreferred: Bool, _ rig: RigRef?, at now: Instant
    ) {
        best.add(hash)
        counts[upstream].pending -= 1
        counts[upstream].accepted += 1
        counts[upstream].acceptedWork += work
        if isPreferred { lastAcceptedAt[upstream] = now }
        schedule.credited(work: work, to: upstream, at: now)
        guard let record = rig?.tally.record else { return }
        record.settled(.accepted, by: upstream, second: RigRegistry.seconds(now))
        record.best.add(hash)
        record.trust.credited(work: work, to: upstream)
    }

    /// A pool refused a share.
    /// - Returns: whether it is the rig's first of that kind.
    @discardableResult
    func rejected(_ kind: Rejection.Kind, by upstream: Upstream, _ rig: RigRef?, at now: Instant) -> Bool {
        counts[upstream].pending -= 1
        let outcome = kind.outcome
        if outcome == .stale {
            counts[upstream].stale += 1
        } else if outcome == .lost {
            counts[upstream].lost += 1
        } else {
            counts[upstream].rejected += 1
        }
        guard let rig, let record = rig.tally.record else { return outcome != .lost }
        record.settled(outcome, by: upstream, second: RigRegistry.seconds(now))
        return refusals.noted(outcome, rig, record, now: now)
    }

    /// A share gets no verdict.
    func lost(by upstream: Upstream, _ rig: RigRef?, at now: Instant) {
        counts[upstream].pending -= 1
        counts[upstream].lost += 1
        guard let rig, let record = rig.tally.record else { return }
        record.settled(.lost, by: upstream, second: RigRegistry.seconds(now))
        _ = refusals.noted(.lost, rig, record, now: now)
    }

    // MARK: p2pool's sidechain

    /// Whether a share claims to be one of p2pool's sidechain, which p2pool looks at closely. As long as its figures aren't known, one in
    /// 256 is taken for one: the sidechain's difficulty is far above a lane's.
    @inline(__always)
    func isSidechainClaim(_ hash: UInt64, target: UInt64) -> Bool {
        hash <= (sidechain.target > 0 ? sidechain.target : target >> 8)
    }

    /// p2pool's figures came: what a hash must reach to be a share of its sidechain.
    func sidechain(difficulty: Double) { sidechain.target = UInt64.max / UInt64(difficulty) }

    /// p2pool took a share that its sidechain counts: it is in the window now, before any file says so.
    func foundSidechainShare(at now: Instant) {
        sidechain.shares += 1
        sidechain.lastShareAt = now
        schedule.foundSidechainShare(at: now)
    }
}

extension Rejection.Kind {
    /// What it counts as: a pool that takes no shares of anybody, or none of ours, has not judged this one.
    fileprivate var outcome: RigCounts.Outcome {
        switch self {
        case .stale: .stale
        case .duplicate: .duplicate
        case .lowDifficulty, .invalid, .other: .refusedByPool
        case .noService, .banned, .unauthenticated: .lost
        }
    }
}
