import ProxyTerms
import StratumCodec
import Upstreams

/// A share's way in: judged here against its own job, counted, sent to the lane that issued the job.
final class SubmitDesk {
    private let lanes: PerUpstream<LaneSet>
    private let jobs: JobLedger
    private let dispatcher: Dispatcher
    private let book: ShareBook
    private let modes: ProxyModeWatch
    private let reconciler: LaneReconciler
    private let stop: StopState
    private let outbox: Outbox
    private let agenda: Agenda

    init(
        lanes: PerUpstream<LaneSet>, jobs: JobLedger, dispatcher: Dispatcher, book: ShareBook, modes: ProxyModeWatch,
        reconciler: LaneReconciler, stop: StopState, outbox: Outbox, agenda: Agenda
    ) {
        self.lanes = lanes
        self.jobs = jobs
        self.dispatcher = dispatcher
        self.book = book
        self.modes = modes
        self.reconciler = reconciler
        self.stop = stop
        self.outbox = outbox
        self.agenda = agenda
    }

    /// A rig sent a submit.
    func received(_ submit: Submit, line: UnsafeRawBufferPointer, _ rig: RigRef, now: Instant) {
        guard rig.life.phase == .mining else { return refuse(.notLoggedIn, submit, rig) }
        guard stop.isRunning else { return refuse(.stopping, submit, rig) }
        guard let number = submit.job else { return refuse(.foreignJob, submit, rig) }
        guard let issued = rig.findIssued(number) else {
            return refuse(dispatcher.wasIssued(number, to: rig) ? .expiredJob : .foreignJob, submit, rig)
        }
        guard let job = jobs.job(of: issued) else { return refuse(.expiredJob, submit, rig) }
        var judgement = ShareJudge.judge(submit, issued, job)
        if judgement == .refused(.wrongSlot), modes.takesAnyByte(job, rig, now: now) {
            judgement = ShareJudge.judge(submit, issued, job, anyByte: true)
        }
        if case .refused(let refusal) = judgement { return refuse(refusal, submit, rig) }
        guard job.nonces.insert(submit.nonce) else { return refuse(.duplicate, submit, rig) }

        book.proved(work: Target.work(issued.target), by: rig, at: now)
        if rig.mode.isFrontProxy, issued.hasFullNonceSpace { modes.shareCame(from: rig, nonce: submit.nonce, now: now) }
        switch judgement {
        case .forPool: forward(submit, line: line, issued, job, rig, now: now)
        case .belowPoolTarget:
            book.answeredHere(rig)
            outbox.send(to: rig.id) { RigReply.accepted(id: submit.id, to: &$0) }
        case .refused: break
        }
    }

    private func forward(
        _ submit: Submit, line: UnsafeRawBufferPointer, _ issued: IssuedJob, _ job: LaneJob, _ rig: RigRef, now: Instant
    ) {
        let upstream = job.lane.upstream
        guard let lane = lanes[upstream].find(job.lane) else { return refuse(.expiredJob, submit, rig) }
        let id = rig.id
        let pending = PendingSubmit(
            rigIndex: id.index, rigGeneration: id.generation, request: submit.id, work: job.work, hash: submit.hash,
            ledgerJob: job.serial, takenAt: now)
        if upstream == .p2pool { reconciler.shareSent(bytes: line.count, on: lanes[upstream], now: now) }
        let start = outbox.end
        let outcome = job.poolID.withUnsafeBytes {
            lane.session.submit(
                submit, line: line, job: $0, pending: pending, now: now, into: &outbox.effects.bytes)
        }
        switch outcome {
        case .sent, .queued:
            book.submitted(to: upstream, isLate: ShareJudge.isLate(issued, of: job, rig))
            outbox.send(to: lane.id, from: start)
            agenda.sessions.by(lane.session.nextDeadline)
        case .full: refuse(.tooMany, submit, rig)
        case .tooLong: refuse(.malformed, submit, rig)
        case .notReady: refuse(.expiredJob, submit, rig)
        }
    }

    private func refuse(_ refusal: ShareRefusal, _ submit: Submit, _ rig: RigRef) {
        book.refusedHere(refusal, rig)
        outbox.refuse(refusal.told, submit.id, to: rig.id)
    }
}
