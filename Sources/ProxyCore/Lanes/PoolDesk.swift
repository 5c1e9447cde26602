import ProxyTerms
import StratumCodec
import StrictJSON
import Upstreams

/// Pools' events: connections, lines, the sessions' clocks.
final class PoolDesk {
    private let settings: CoreSettings
    private let lanes: PerUpstream<LaneSet>
    private let lifecycle: LaneLifecycle
    private let rebalancer: Rebalancer
    private let dispatcher: Dispatcher
    private let jobs: JobLedger
    private let verdicts: VerdictDesk
    private let warden: RigWarden
    private let proofs: ProofDesk
    private let seeds: SeedWatch
    private let shortage: Shortage
    private let outbox: Outbox
    private let agenda: Agenda
    /// How soon the other lanes that were asked for with a new one have come too, milliseconds.
    private static let burstMilliseconds: Int64 = 200

    init(
        settings: CoreSettings, lanes: PerUpstream<LaneSet>, lifecycle: LaneLifecycle,
        rebalancer: Rebalancer, dispatcher: Dispatcher, jobs: JobLedger, verdicts: VerdictDesk, warden: RigWarden,
        proofs: ProofDesk, seeds: SeedWatch, shortage: Shortage, outbox: Outbox, agenda: Agenda
    ) {
        self.settings = settings
        self.lanes = lanes
        self.lifecycle = lifecycle
        self.rebalancer = rebalancer
        self.dispatcher = dispatcher
        self.jobs = jobs
        self.verdicts = verdicts
        self.warden = warden
        self.proofs = proofs
        self.seeds = seeds
        self.shortage = shortage
        self.outbox = outbox
        self.agenda = agenda
    }

    // MARK: Connections

    /// TCP stands.
    func connected(_ id: LaneID, now: Instant) {
        guard let lane = lanes[id.upstream].find(id) else { return }
        let start = outbox.end
        let outcome = lane.session.connected(now: now, into: &outbox.effects.bytes)
        progressed(outcome, lane, from: start, now: now)
    }

    /// The TLS handshake is done, and the pool's certificate is taken; nothing has been sent yet.
    func secured(_ id: LaneID, now: Instant) {
        guard let lane = lanes[id.upstream].find(id) else { return }
        let start = outbox.end
        let outcome = lane.session.secured(now: now, into: &outbox.effects.bytes)
        progressed(outcome, lane, from: start, now: now)
    }

    /// The pool's certificate is refused. The next look comes within a minute: an operator may have taken it meanwhile.
    func distrusted(_ id: LaneID, _ refusal: CertificateRefusal, now: Instant) {
        guard let lane = lanes[id.upstream].find(id) else { return }
        lifecycle.drop(lane, .distrusted(refusal), backoff: .ordinary, now: now)
    }

    private func progressed(_ outcome: PoolSession.OnConnected, _ lane: Lane, from start: Int, now: Instant) {
        switch outcome {
        case .secure, .login: send(lane, from: start)
        case .fault(let fault): lifecycle.drop(lane, .fault(fault), backoff: fault.backoff, now: now)
        case .ignored: break
        }
    }

    /// The lane's connection could not be made or is gone; `reason` in the shell's words.
    func closed(_ id: LaneID, reason: String, now: Instant) {
        guard let lane = lanes[id.upstream].find(id) else { return }
        lifecycle.end(lane, .connection(reason), backoff: nil, now: now)
    }

    /// Runs the sessions' clocks.
    func tick(now: Instant) {
        for upstream in Upstream.allCases {
            for case let lane? in lanes[upstream].lanes where !lane.isClosed {
                let start = outbox.end
                switch lane.session.tick(now: now, into: &outbox.effects.bytes) {
                case .none:
                    send(lane, from: start)
                    verdicts.loseOverdue(of: lane, now: now)
                    agenda.sessions.by(lane.session.nextDeadline)
                case .fault(let fault):
                    lifecycle.drop(lane, .fault(fault), backoff: fault.backoff, now: now)
                }
            }
        }
    }

    /// Sends a lane's pool what was appended since `start`, and notes when the session wants to be asked again.
    @inline(__always)
    private func send(_ lane: Lane, from start: Int) {
        outbox.send(to: lane.id, from: start)
        agenda.sessions.by(lane.session.nextDeadline)
    }

    // MARK: Lines

    /// Bytes came from a pool.
    func received(_ bytes: UnsafeRawBufferPointer, from id: LaneID, now: Instant) {
        guard let lane = lanes[id.upstream].find(id) else { return }
        var framer = LineFramer()
        swap(&framer, &lane.framer)
        let epoch = lane.epoch
        let fits = framer.receive(bytes, limit: settings.maxPoolLineBytes) { line in
            self.lineReceived(line, lane, now: now)
            return lane.epoch == epoch && !lane.isClosed
        }
        guard lane.epoch == epoch, !lane.isClosed else { return }
        guard fits else { return lifecycle.drop(lane, .fault(.lineTooLong), backoff: .ordinary, now: now) }
        swap(&framer, &lane.framer)
        guard lane.hasNews else { return }
        lane.hasNews = false
        if lanes[id.upstream].firstReady() === lane { lifecycle.tellJob(of: lane) }
        dispatcher.sendJob(of: lane, now: now)
    }

    private func lineReceived(_ line: UnsafeRawBufferPointer, _ lane: Lane, now: Instant) {
        let start = outbox.end
        let outcome = lane.session.line(line, now: now, into: &outbox.effects.bytes)
        send(lane, from: start)
        switch outcome {
        case .verdict(let pending, let verdict):
            verdicts.received(pending, verdict, line: line, from: lane, now: now)
            let group = lanes[lane.upstream]
            if pending.isRisk { lane.risk.settled() }
            switch verdict {
            case .rejected(let rejection):
                if rejection.kind.isHeldAgainstSession { refusedAsWrong(pending, rejection.kind, lane, now: now) }
            case .accepted:
                if pending.isRisk, !proofs.canProve(on: lane, now: now), let rig = verdicts.finder(of: pending) {
                    warden.accepted(rig, now: now)
                }
            }
            let isWorkElsewhere = shortage.isUsable(lane.upstream.other)
            if let fault = group.judged(lane.endpoint, verdict, now: now, isWorkElsewhere: isWorkElsewhere) {
                lifecycle.leave(lane.endpoint, group, fault, now: now)
            }
        case .job(let job) where jobs.isOurs(job, line: line),
            .loggedIn(let job, _) where jobs.isOurs(job, line: line):
            lifecycle.drop(lane, .ourselves, backoff: .banned, now: now)
        case .job(let job):
            jobReceived(job, line: line, lane, now: now)
        case .loggedIn(let job, _):
            loggedIn(job, line: line, lane, now: now)
        case .loginRefused(let refusal):
            let text = displayText(refusal.message.bytes(in: line), limit: 128)
            lifecycle.drop(lane, .loginRefused(text), backoff: refusal.backoff, now: now)
        case .refusedJob(let code):
            outbox.tell(.jobRefused(lane.id, .faultyJobs(code, lane.session.misfits)))
        case .fault(let fault):
            let fault = fault.explained(by: lane.session.misfits)
            lifecycle.drop(lane, .fault(fault), backoff: fault.backoff, now: now)
        case .unknownReply, .ignored:
            break
        }
    }

    /// A pool holds a share against its session.
    private func refusedAsWrong(_ pending: PendingSubmit, _ kind: Rejection.Kind, _ lane: Lane, now: Instant) {
        // Which hashes reach a target we have judged ourselves: too easy a share is no fault of the rig's.
        if kind == .invalid {
            let canWatch = proofs.canProve(on: lane, now: now)
            if let rig = verdicts.finder(of: pending) {
                warden.refusedAsWrong(rig, canWatch: canWatch, now: now)
            } else {
                warden.refusedAsWrong(gone: pending.rig, canWatch: canWatch, now: now)
            }
        }
        lifecycle.sawBadShare(on: lane, now: now)
    }

    private func loggedIn(_ job: PoolJob, line: UnsafeRawBufferPointer, _ lane: Lane, now: Instant) {
        let group = lanes[lane.upstream]
        lane.loggedIn(now: now)
        file(job, line: line, lane)
        group.firstJob(on: lane, now: now)
        if !lane.isProbe { lifecycle.join(lane, owner: lane.byteOwner(of: job), now: now) }
        seeds.jobCame(on: lane, now: now)
        lifecycle.follow(group.ready(lane.endpoint, now: now), group, now: now)
        rebalancer.refit(lane, now: now)
        dispatcher.sendJob(of: lane, now: now)
        rebalancer.fillSeats(on: lane.upstream, now: now)
        if !lane.isPoolByte { agenda.rebalance.by(now.adding(milliseconds: Self.burstMilliseconds)) }
        agenda.reconcileSoon(now)
    }

    private func jobReceived(_ job: PoolJob, line: UnsafeRawBufferPointer, _ lane: Lane, now: Instant) {
        let current = lane.current
        if let current, current.blobHash == job.blobHash, current.target == job.target,
            current.poolID.elementsEqual(job.id.bytes(in: line))
        {
            return  // A repeated job changes nothing (docs/invariants.md#faults-of-pools).
        }
        let group = lanes[lane.upstream]
        if current?.blobHash != job.blobHash {
            if group.newBlob(on: lane, now: now) { group.demand.roundBegan() }
            dispatcher.newBlob(on: lane, now: now)
        }
        group.jobCame(at: now)
        file(job, line: line, lane)
        seeds.jobCame(on: lane, now: now)
        let owner = lane.byteOwner(of: job)
        if (owner == .pool) != lane.isPoolByte, !lane.isProbe {
            group.learn(owner, from: lane)
            rebalancer.refit(lane, now: now)
            agenda.reconcileSoon(now)
        }
        // Of several jobs in one read, rigs get only the newest (docs/invariants.md#faults-of-pools).
        lane.hasNews = true
    }

    private func file(_ job: PoolJob, line: UnsafeRawBufferPointer, _ lane: Lane) {
        guard let issued = jobs.issue(lane: lane.id, line: line, job: job) else { return }
        if let expired = lane.push(issued) { jobs.retire(expired) }
    }
}

extension Lane {
    /// Who chooses byte 42, by what the pool announced and by its job.
    fileprivate func byteOwner(of job: PoolJob) -> NonceByteOwner {
        session.extensions.contains(.nicehash) || job.nonce >> 24 != 0 ? .pool : .proxy
    }
}
