import ProxyTerms
import StratumCodec
import Upstreams

/// A share's way in: judged here against its own job, counted, sent to the lane that issued the job.
final class SubmitDesk {
    var mode: VerifyShares
    private let rigs: RigTable
    private let lanes: PerUpstream<LaneSet>
    private let jobs: JobLedger
    private let dispatcher: Dispatcher
    private let book: ShareBook
    private let modes: ProxyModeWatch
    private let reconciler: LaneReconciler
    private let proofs: ProofDesk
    private let warden: RigWarden
    private let pacer: RigPacer
    private let stop: StopState
    private let outbox: Outbox
    private let agenda: Agenda
    /// Draws which shares are proven.
    private var random: SeededGenerator

    init(
        settings: CoreSettings, rigs: RigTable, lanes: PerUpstream<LaneSet>, jobs: JobLedger, dispatcher: Dispatcher,
        book: ShareBook, modes: ProxyModeWatch, reconciler: LaneReconciler, proofs: ProofDesk, warden: RigWarden,
        pacer: RigPacer, stop: StopState, outbox: Outbox, agenda: Agenda, random: SeededGenerator
    ) {
        mode = settings.verifyShares
        self.rigs = rigs
        self.lanes = lanes
        self.jobs = jobs
        self.dispatcher = dispatcher
        self.book = book
        self.modes = modes
        self.reconciler = reconciler
        self.proofs = proofs
        self.warden = warden
        self.pacer = pacer
        self.stop = stop
        self.outbox = outbox
        self.agenda = agenda
        self.random = random
    }

    /// A rig sent a submit.
    func received(_ submit: Submit, line: UnsafeRawBufferPointer, _ rig: RigRef, now: Instant) {
        guard rig.life.phase == .mining else { return refuse(.notLoggedIn, submit, rig, now: now) }
        guard stop.isRunning else { return refuse(.stopping, submit, rig, now: now) }
        guard let number = submit.job else { return refuse(.unknownJob, submit, rig, now: now) }
        guard let issued = rig.findIssued(number) else {
            return refuse(dispatcher.wasIssued(number, to: rig) ? .expiredJob : .unknownJob, submit, rig, now: now)
        }
        guard let job = jobs.job(of: issued) else { return refuse(.expiredJob, submit, rig, now: now) }
        var judgement = ShareJudge.judge(submit, issued, job)
        if judgement == .refused(.wrongNonceRange), modes.takesAnyByte(job, rig, now: now) {
            judgement = ShareJudge.judge(submit, issued, job, anyByte: true)
        }
        if case .refused(let refusal) = judgement {
            refuse(refusal, submit, rig, now: now)
            if refusal == .tooMany { pacer.slow(rig, book.record(of: rig), now: now) }
            guard refusal == .wrongNonceRange, book.record(of: rig).wasOutOfRange() else { return }
            return modes.ignoresRange(rig, on: job.lane.upstream, now: now)
        }
        let record = book.record(of: rig)
        let canProve = proofs.canProve(job, now: now)
        guard !canProve || !record.trust.holdsAllItMay else {
            // It would be refused after all, and the job's set of nonces is the other rigs' as well.
            return slowDown(submit, record, rig, now: now)
        }
        guard record.mayShare(job: number, hasFullNonceSpace: issued.hasFullNonceSpace) else {
            return excess(submit, record, rig, now: now)
        }
        guard job.nonces.insert(submit.nonce) else { return refuse(.duplicate, submit, rig, now: now) }

        let work = Target.work(issued.target)
        let claimsMuch = judgement == .forPool && claimsMuch(submit, job, record)
        // What nobody can prove waits for no proof: the third of a session that its pool will look at is not sent.
        if claimsMuch, !canProve, mode != .off, !mayRisk(job, record, isProvable: false) {
            return refuse(.tooMany, submit, rig, now: now)
        }
        let decision = record.trust.judge(
            work: work, claimsMuch: claimsMuch, mode: mode, canProve: canProve,
            second: RigRegistry.seconds(now), random: &random)
        book.came(rig, record, work: work, at: now)
        book.proved(work: decision.counted, by: record, at: now)
        if rig.mode.isFrontProxy, issued.hasFullNonceSpace { modes.shareCame(from: rig, nonce: submit.nonce, now: now) }
        if decision.scrutiny != .none {
            let isHeld = scrutinize(
                submit, line: line, issued, job, decision.scrutiny, claimsMuch, record, rig, now: now)
            if isHeld { return }
        }
        goOn(judgement, submit, line: line, issued, job, record, rig, isRisk: claimsMuch, now: now)
        if submit.nonce & 0xFF_FFFF >= Self.nearlySearched { nearsTheEnd(issued, record, rig, now: now) }
    }

    /// How far a rig is through the 16,777,216 nonces of its slot when it gets others: xmrig counts up from 0, and stands still at the end.
    /// From here on a rig of 100 kH/s with a share in ten seconds still finds four.
    private static let nearlySearched: UInt32 = 0xC0_0000

    /// A rig's nonce shows that it has searched most of its slot of a job.
    @inline(never)
    private func nearsTheEnd(_ issued: IssuedJob, _ record: RigRecord, _ rig: RigRef, now: Instant) {
        guard !issued.hasFullNonceSpace, rig.newestIssued?.number == issued.number, let upstream = rig.work.minesOn,
            hasSearchedMuch(record, lanes[upstream], now: now), !dispatcher.sendMoreNonces(to: rig, now: now),
            record.usedUpNonces()
        else { return }
        outbox.tell(.noncesUsedUp(name: rig.profile.name, rig.life.address, upstream))
    }

    /// Whether a rig can have searched a quarter of its slot since the upstream's job came. One that begins anywhere in its slot shows any nonce.
    private func hasSearchedMuch(_ record: RigRecord, _ group: LaneSet, now: Instant) -> Bool {
        record.meter.rate(.minutes10, at: now).hashrate * (group.jobAge(at: now) + 1) >= Double(1 << 22)
    }

    /// A share that nobody has to wait for any more goes its way.
    @inline(__always)
    private func goOn(
        _ judgement: Judgement, _ submit: Submit, line: UnsafeRawBufferPointer, _ issued: IssuedJob, _ job: LaneJob,
        _ record: RigRecord, _ rig: RigRef, isRisk: Bool, now: Instant
    ) {
        switch judgement {
        case .forPool: forward(submit, line: line, issued, job, record, rig, isRisk: isRisk, now: now)
        case .belowPoolTarget:
            book.answeredHere(record, at: now)
            outbox.answer(rig.id) { RigReply.accepted(id: submit.id, to: &$0) }
        case .refused: break
        }
    }

    private func forward(
        _ submit: Submit, line: UnsafeRawBufferPointer, _ issued: IssuedJob, _ job: LaneJob, _ record: RigRecord,
        _ rig: RigRef, isRisk: Bool, now: Instant
    ) {
        let upstream = job.lane.upstream
        guard let lane = lanes[upstream].find(job.lane) else { return refuse(.expiredJob, submit, rig, now: now) }
        let id = rig.id
        var pending = PendingSubmit(
            rigIndex: id.index, rigGeneration: id.generation, request: submit.id, work: job.work, hash: submit.hash,
            takenAt: now)
        pending.isRisk = isRisk
        if upstream == .p2pool { reconciler.shareSent(bytes: line.count, on: lanes[upstream], now: now) }
        let start = outbox.end
        let outcome = job.poolID.withUnsafeBytes {
            lane.session.submit(
                submit, line: line, job: $0, pending: pending, now: now, into: &outbox.effects.bytes)
        }
        switch outcome {
        case .sent, .queued:
            record.sent(to: upstream)
            book.submitted(to: upstream, isLate: ShareJudge.isLate(issued, of: job, rig))
            if isRisk { lane.risk.sent() }
            outbox.send(to: lane.id, from: start)
            agenda.sessions.by(lane.session.nextDeadline)
        case .full: refuse(.tooMany, submit, rig, now: now)
        case .tooLong: refuse(.malformed, submit, rig, now: now)
        case .notReady: refuse(.expiredJob, submit, rig, now: now)
        }
    }

    private func refuse(_ refusal: ShareRefusal, _ submit: Submit, _ rig: RigRef, now: Instant) {
        book.refusedHere(refusal, rig, at: now)
        outbox.refuse(.share(refusal), submit.id, to: rig.id)
    }

    /// A share is one too many: it is refused, and its rig is read more slowly.
    private func slowDown(_ submit: Submit, _ record: RigRecord, _ rig: RigRef, now: Instant) {
        refuse(.tooMany, submit, rig, now: now)
        pacer.slow(rig, record, now: now)
    }

    /// A rig sent more than its part of what a job and a lane can have.
    private func excess(_ submit: Submit, _ record: RigRecord, _ rig: RigRef, now: Instant) {
        slowDown(submit, record, rig, now: now)
        if record.exceeded(second: RigRegistry.seconds(now)) { warden.floods(rig, now: now) }
    }

    // MARK: Proof

    /// Whether shares can be proven now, of one upstream at least.
    func canProve(now: Instant) -> Bool {
        Upstream.allCases.contains { proofs.canProve(on: lanes[$0].firstReady(), now: now) }
    }

    /// Whether a pool that finds the share wrong would hold it against the session: it claims to be one of p2pool's sidechain, which
    /// p2pool verifies. Of another pool nobody knows what it verifies; the first share of a rig is not tried on it, nor a third one while
    /// two are without a verdict: of a rig that begins to lie, its session sees two.
    @inline(__always)
    private func claimsMuch(_ submit: Submit, _ job: LaneJob, _ record: RigRecord) -> Bool {
        switch job.lane.upstream {
        case .p2pool: book.isSidechainClaim(submit.hash, target: job.target)
        case .xvb: mode != .off && (record.trust.standing == .unproven || !record.mayRiskAtXvB)
        }
    }

    /// Whether one more share that nobody has proven may go to the job's pool: of the session two may be under way that the pool looks at,
    /// and to XvB, of which nobody knows that, two of a rig.
    private func mayRisk(_ job: LaneJob, _ record: RigRecord, isProvable: Bool = true) -> Bool {
        switch job.lane.upstream {
        case .p2pool: lanes.p2pool.find(job.lane)?.risk.mayRisk ?? true
        case .xvb: !isProvable || record.mayRiskAtXvB
        }
    }

    /// Asks for the proof of a share.
    /// - Returns: whether the share waits for it, or was refused since it can't.
    @inline(never)
    private func scrutinize(
        _ submit: Submit, line: UnsafeRawBufferPointer, _ issued: IssuedJob, _ job: LaneJob, _ scrutiny: Scrutiny,
        _ claimsMuch: Bool, _ record: RigRecord, _ rig: RigRef, now: Instant
    ) -> Bool {
        var isHeld = scrutiny == .before
        if scrutiny == .beside, claimsMuch, !mayRisk(job, record) { isHeld = true }
        let held = isHeld ? HeldShare(submit: submit, line: Array(line), issued: issued) : nil
        let ticket = ProofTicket(
            rig: rig.id, place: Quarantine.Place(of: rig), work: Target.work(issued.target), held: held)
        let isAsked =
            (!isHeld || record.trust.inProof <= ProofDesk.mostHeld) && proofs.ask(ticket, submit, line: line, job)
        guard !isAsked else { return isHeld }
        record.trust.notProven()
        guard isHeld else { return false }
        refuse(.tooMany, submit, rig, now: now)
        return true
    }

    /// The outcome of a proof.
    func proved(_ token: UInt32, _ outcome: ProofOutcome, now: Instant) {
        guard let ticket = proofs.take(token) else { return }
        guard let rig = rigs.find(ticket.rig), rig.life.phase == .mining, let record = rig.tally.record else {
            if outcome == .wrong { warden.provenWrong(ticket.place, nil, now: now) }
            return
        }
        switch outcome {
        case .proven:
            warden.proven(rig, record, work: ticket.work, now: now)
            if let held = ticket.held { release(held, record, rig, isRisk: false, now: now) }
        case .wrong:
            if let held = ticket.held {
                refuse(.wrongHash, held.submit, rig, now: now)
            } else {
                book.wrongBeside(record, rig, at: now)
            }
            warden.provenWrong(ticket.place, rig, now: now)
        case .notKnown:
            record.trust.notProven()
            if proofs.isUnavailable(now: now) { outbox.tell(.proofUnavailable) }
            if let held = ticket.held { release(held, record, rig, isRisk: true, now: now) }
        case .tooBusy:
            guard let held = ticket.held else { return record.trust.notProven() }
            // A rig that nobody has caught gets the benefit of the doubt, as far as the session can bear it.
            let mayRisk = jobs.job(of: held.issued).map { self.mayRisk($0, record) } ?? true
            if record.trust.standing != .suspect, !mayRisk, asksAgain(ticket, held) { return }
            record.trust.notProven()
            guard record.trust.standing != .suspect, mayRisk else {
                return refuse(.tooMany, held.submit, rig, now: now)
            }
            release(held, record, rig, isRisk: true, now: now)
        }
    }

    /// Asks once more for a proof that there was no time for; meanwhile verdicts may come, and the session can bear the share.
    private func asksAgain(_ ticket: ProofTicket, _ held: HeldShare) -> Bool {
        guard ticket.tries + 1 < ProofDesk.mostTries, let job = jobs.job(of: held.issued) else { return false }
        var again = ticket
        again.tries += 1
        return held.line.withUnsafeBytes { proofs.ask(again, held.submit, line: $0, job) }
    }

    /// A share that waited goes its way.
    private func release(_ held: HeldShare, _ record: RigRecord, _ rig: RigRef, isRisk: Bool, now: Instant) {
        guard stop.isRunning else { return refuse(.stopping, held.submit, rig, now: now) }
        guard let job = jobs.job(of: held.issued) else { return refuse(.expiredJob, held.submit, rig, now: now) }
        let judgement = ShareJudge.reach(of: held.submit, job)
        held.line.withUnsafeBytes {
            goOn(judgement, held.submit, line: $0, held.issued, job, record, rig, isRisk: isRisk, now: now)
        }
    }
}
