import ProxyTerms
import StratumCodec
import StrictJSON
import Upstreams

/// A share's way back: the pool's verdict is booked and told to the rig that found the share, or that there will be none.
final class VerdictDesk {
    private let rigs: RigTable
    private let lanes: PerUpstream<LaneSet>
    private let book: ShareBook
    private let departed: DepartedRigs
    private let schedule: Schedule
    private let stop: StopState
    private let outbox: Outbox

    init(
        rigs: RigTable, lanes: PerUpstream<LaneSet>, book: ShareBook, departed: DepartedRigs, schedule: Schedule,
        stop: StopState, outbox: Outbox
    ) {
        self.rigs = rigs
        self.lanes = lanes
        self.book = book
        self.departed = departed
        self.schedule = schedule
        self.stop = stop
        self.outbox = outbox
    }

    /// A pool's answer to one submit. `line` is the pool's, which the verdict's text is a range of.
    func received(
        _ pending: PendingSubmit, _ verdict: Verdict, line: UnsafeRawBufferPointer, from lane: Lane, now: Instant
    ) {
        switch verdict {
        case .accepted: accepted(pending, from: lane, now: now)
        case .rejected(let rejection): rejected(pending, rejection, line: line, on: lane.upstream, now: now)
        }
    }

    private func accepted(_ pending: PendingSubmit, from lane: Lane, now: Instant) {
        let upstream = lane.upstream
        let rig = finder(of: pending)
        book.accepted(
            work: pending.work, hash: pending.hash, by: upstream, isPreferred: lanes[upstream].isPreferred(lane), rig,
            at: now)
        if rig != nil { outbox.answer(pending.rig) { RigReply.accepted(id: pending.request, to: &$0) } }
        let counts = book.counts[upstream]
        outbox.tell(
            AcceptedShare(
                upstream, pending.rig, difficulty: pending.difficulty,
                milliseconds: now.milliseconds - pending.sentAt.milliseconds, accepted: counts.accepted,
                rejected: counts.rejected + counts.stale))
        if upstream == .p2pool, pending.hash <= book.sidechain.target {
            sidechainShareFound(pending, by: rig?.profile.name, now: now)
        }
    }

    private func rejected(
        _ pending: PendingSubmit, _ rejection: Rejection, line: UnsafeRawBufferPointer, on upstream: Upstream,
        now: Instant
    ) {
        let rig = finder(of: pending)
        let isNews = book.rejected(rejection.kind, by: upstream, rig, at: now)
        let gone = rig == nil ? departed.find(pending.rig) : nil
        if rig != nil { refuse(pending, rejection, line: line) }
        let counts = book.counts[upstream]
        outbox.tell(
            .rejected(
                upstream, name: rig?.profile.name ?? gone?.name, rig?.life.address ?? gone?.address ?? .unknown,
                isNews: isNews, difficulty: pending.difficulty, rejection.kind,
                text: displayText(rejection.message.bytes(in: line), limit: 128), accepted: counts.accepted,
                rejected: counts.rejected + counts.stale))
    }

    /// p2pool took a share that its sidechain counts.
    private func sidechainShareFound(_ pending: PendingSubmit, by name: String?, now: Instant) {
        guard schedule.trustsP2Pool(at: now) else { return }
        book.foundSidechainShare(at: now)
        outbox.tell(
            .sidechainShare(
                name: name, difficulty: UInt64.max / max(1, pending.hash), shares: book.sidechain.shares))
    }

    /// Sends the rig a refusal in the pool's own words, unless xmrig hangs up on them (docs/invariants.md#rule-2).
    private func refuse(_ pending: PendingSubmit, _ rejection: Rejection, line: UnsafeRawBufferPointer) {
        guard rejection.hangsUp else {
            return outbox.answer(pending.rig) {
                RigReply.failed(
                    id: pending.request, code: RigRefusal.refusedByPool.code,
                    poolMessage: rejection.message.bytes(in: line), to: &$0)
            }
        }
        outbox.refuse(rejection.kind == .stale ? .staleAtPool : .refusedByPool, pending.request, to: pending.rig)
    }

    /// Books and answers every submit of a dead epoch that has no verdict (docs/invariants.md#rule-2).
    func loseAll(of lane: Lane, now: Instant) {
        let refusal: RigRefusal = stop.isRunning ? .poolConnectionLost : .noAnswerBeforeStop
        while let pending = lane.session.takeLost() { lose(pending, on: lane.upstream, refusal, now: now) }
    }

    /// Answers submits that have waited too long for their turn at a pool that can't keep up; the session goes on.
    func loseOverdue(of lane: Lane, now: Instant) {
        while let pending = lane.session.takeOverdue(now: now) {
            if pending.isRisk { lane.risk.settled() }
            lose(pending, on: lane.upstream, .poolTooSlow, now: now)
        }
    }

    private func lose(_ pending: PendingSubmit, on upstream: Upstream, _ refusal: RigRefusal, now: Instant) {
        let rig = finder(of: pending)
        book.lost(by: upstream, rig, at: now)
        if rig != nil { outbox.refuse(refusal, pending.request, to: pending.rig) }
    }

    /// The rig that found the share, nil when it is gone.
    func finder(of pending: PendingSubmit) -> RigRef? {
        guard let rig = rigs.find(pending.rig), rig.life.phase == .mining else { return nil }
        return rig
    }
}

extension PendingSubmit {
    /// Whose share it is.
    var rig: RigID { RigID(index: rigIndex, generation: rigGeneration) }

    /// What it proves, in hashes. At most 2^63: a hash other than 0 is below a target of 2 or more.
    fileprivate var difficulty: UInt64 { UInt64(min(work, 0x1p63)) }
}
