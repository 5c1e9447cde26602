import ProxyTerms
import StratumCodec
import Upstreams

/// A lane's life: opened, ready for rigs, dropped or ended, replaced when its endpoint is left.
final class LaneLifecycle {
    private let settings: CoreSettings
    private let lanes: PerUpstream<LaneSet>
    private let registry: RigRegistry
    private let seating: Seating
    private let dispatcher: Dispatcher
    private let jobs: JobLedger
    private let verdicts: VerdictDesk
    private let schedule: Schedule
    private let seeds: SeedWatch
    private let shortage: Shortage
    private let stop: StopState
    private let outbox: Outbox
    private let agenda: Agenda
    private let sizing: LaneSizing
    /// Spreads the retries of failed endpoints.
    private var random: SeededGenerator

    init(
        settings: CoreSettings, lanes: PerUpstream<LaneSet>, registry: RigRegistry, seating: Seating,
        dispatcher: Dispatcher, jobs: JobLedger, verdicts: VerdictDesk, schedule: Schedule, seeds: SeedWatch,
        shortage: Shortage, sizing: LaneSizing, stop: StopState, outbox: Outbox, agenda: Agenda,
        random: SeededGenerator
    ) {
        self.settings = settings
        self.lanes = lanes
        self.registry = registry
        self.seating = seating
        self.dispatcher = dispatcher
        self.jobs = jobs
        self.verdicts = verdicts
        self.schedule = schedule
        self.seeds = seeds
        self.shortage = shortage
        self.sizing = sizing
        self.stop = stop
        self.outbox = outbox
        self.agenda = agenda
        self.random = random
    }

    // MARK: Open

    /// Opens one lane more to `endpoint`: a closed one, else a new one.
    func openOne(_ endpoint: Int, _ group: LaneSet, now: Instant) {
        let closed = group.lanes.lazy.compactMap { $0 }.first { $0.isClosed && $0.isServing }
        open(closed ?? add(.serving, endpoint, group, now: now), endpoint, group, now: now)
    }

    private func add(_ role: LaneRole, _ endpoint: Int, _ group: LaneSet, now: Instant) -> Lane {
        let (session, difficulty) = sizing.session(to: endpoint, group, now: now)
        return group.add(
            session: PoolSession(settings: session), endpoint: endpoint, askedDifficulty: difficulty, role: role)
    }

    private func open(_ lane: Lane, _ endpoint: Int, _ group: LaneSet, now: Instant) {
        if lane.endpoint != endpoint {
            let (session, difficulty) = sizing.session(to: endpoint, group, now: now)
            lane.replaceSession(
                PoolSession(settings: session), endpoint: endpoint, askedDifficulty: difficulty)
        }
        group.beginEpoch(lane, now: now)
        outbox.add(.openLane(lane.id, endpoint: UInt16(endpoint)))
        agenda.sessions.by(lane.session.nextDeadline)
    }

    /// A lane is ready for rigs from now on.
    func join(_ lane: Lane, owner: NonceByteOwner, now: Instant) {
        let group = lanes[lane.upstream]
        let endpoint = group.address(of: lane.endpoint)
        group.joined(lane, owner: owner)
        if group.readyCount == 1 {
            outbox.tell(.upstreamUp(lane.upstream, endpoint: endpoint))
            schedule.reported(lane.upstream, usable: true, at: now)
        }
        outbox.tell(
            .laneReady(lane.id, endpoint: endpoint, lane.isPoolByte ? .pool : .proxy, lanes: group.readyCount))
        if group.firstReady() === lane { tellJob(of: lane) }
        dispatcher.freshWorkCame(to: lane.upstream, now: now)
    }

    /// Tells the newest job of the upstream's first lane.
    func tellJob(of lane: Lane) {
        guard let job = lane.current else { return }
        outbox.tell(
            .newJob(
                lane.upstream, endpoint: lanes[lane.upstream].address(of: lane.endpoint),
                difficulty: Target.difficulty(job.target), job.algorithm, height: job.height))
    }

    // MARK: End

    /// Ends the epoch from our side.
    func drop(_ lane: Lane, _ reason: LaneClosing, backoff: Backoff.Kind?, now: Instant) {
        outbox.add(.closeLane(lane.id))
        end(lane, reason, backoff: backoff, now: now)
    }

    /// A pool found a share of the lane wrong: its session is replaced, warm; with the second one it is closed before the pool does
    /// that, and bans us with it.
    func sawBadShare(on lane: Lane, now: Instant) {
        lane.risk.sawBad()
        guard !lane.isClosed else { return }
        if Int(lane.risk.seen) >= SessionRisk.most { return drop(lane, .badShares, backoff: nil, now: now) }
        lane.retire()
        agenda.reconcileSoon(now)
    }

    /// Closes all lanes to an endpoint that takes no shares. Its rigs go to another endpoint or to the other upstream, none of
    /// them to another lane of this one.
    func leave(_ endpoint: Int, _ group: LaneSet, _ fault: PoolFault, now: Instant) {
        let left = group.lanes.compactMap { $0 }.filter { $0.endpoint == endpoint && !$0.isClosed }
        for lane in left { lane.retire() }
        for lane in left { drop(lane, .fault(fault), backoff: fault.backoff, now: now) }
    }

    /// The epoch is over: answers what is owed, moves the rigs, and asks the failover what to do next.
    func end(_ lane: Lane, _ reason: LaneClosing, backoff: Backoff.Kind?, now: Instant) {
        guard !lane.isClosed else { return }
        let group = lanes[lane.upstream]
        let endedID = lane.id
        let endpoint = lane.endpoint
        let wasReady = lane.readySince != .never
        let outcome = lane.session.closed(now: now)
        verdicts.loseAll(of: lane, now: now)
        for job in lane.ended() { jobs.retire(job) }
        if wasReady, !lane.isProbe, group.parted() {
            outbox.tell(.upstreamDown(lane.upstream, other: shortage.standing(of: lane.upstream.other)))
            schedule.reported(lane.upstream, usable: false, at: now)
            seeds.upstreamDown(lane.upstream, now: now)
        }
        let retry = report(
            lane, reason, backoff ?? outcome.backoff, wasReady: wasReady, to: group, now: now)
        outbox.tell(
            .laneLost(
                endedID, endpoint: group.address(of: endpoint), reason, retry: lane.isProbe ? nil : retry))
        let isGone = !lane.isServing || reason == .notNeeded || reason == .renewed || reason == .badShares
        reassignMembers(of: lane, isGone: isGone, now: now)
        if isGone { group.remove(lane) }
        if wasReady, shortage.isUsed(lane.upstream), shortage.isUrgent, stop.isRunning {
            let used = Upstream.allCases.filter(shortage.isUsed)
            outbox.tell(.noneUp(used, graceSeconds: settings.graceSeconds))
        }
        agenda.reconcileSoon(now)
    }

    /// Tells the failover of a lane's end, and follows what it decides.
    /// - Returns: seconds until the next attempt; nil where the lane was closed on purpose.
    private func report(
        _ lane: Lane, _ reason: LaneClosing, _ backoff: Backoff.Kind, wasReady: Bool, to group: LaneSet, now: Instant
    ) -> Double? {
        guard group.failover != nil else { return nil }
        switch reason {
        case .notNeeded, .renewed, .badShares:
            group.retired(lane.endpoint, wasReady: wasReady, now: now)
            return nil
        case .connection, .loginRefused, .fault, .distrusted, .ourselves:
            let decision = group.failed(lane.endpoint, backoff, wasReady: wasReady, now: now, using: &random)
            if !wasReady, !lane.isProbe { noteRefused(by: group, now: now) }
            let retry = group.failover.map { failover in
                max(0, failover.notBefore(failover.current, isUrgent: shortage.isUrgent).seconds(since: now))
            }
            follow(decision, group, now: now)
            return retry
        }
    }

    /// A pool that takes no lane more than the rigs need is not asked for one again for a while.
    private func noteRefused(by group: LaneSet, now: Instant) {
        guard group.isPoolByte, group.readyCount >= min(registry.ordinaryRigs, group.settings.maxLanes) else { return }
        group.demand.lanesRefused(now: now)
    }

    /// Finds other work at once for the rigs that mined on a lane whose epoch is over. They keep their seats for its next
    /// epoch, unless another lane has room for them or this one does not come back.
    private func reassignMembers(of lane: Lane, isGone: Bool, now: Instant) {
        for place in 0..<lane.placeCount {
            guard let index = lane.member(at: place) else { continue }
            let rig = registry.rigs[index]
            let hasRoomElsewhere =
                !rig.life.needsFullNonceSpace && lanes[lane.upstream].laneWithRoom(fullNonceSpace: false) != nil
            if isGone || hasRoomElsewhere { seating.unseat(rig, on: lane.upstream, now: now) }
            if hasRoomElsewhere { seating.seat(rig, on: lane.upstream) }
            dispatcher.reassign(rig, from: lane.upstream, now: now)
        }
    }

    // MARK: Endpoints

    /// Does what the failover decided.
    func follow(_ decision: Failover.Decision, _ group: LaneSet, now: Instant) {
        switch decision {
        case .stay: break
        case .moveTo(let endpoint): move(to: endpoint, group, now: now)
        case .probe(let endpoint):
            open(add(.probe, endpoint, group, now: now), endpoint, group, now: now)
        }
        agenda.reconcileSoon(now)
    }

    /// Lanes to other endpoints are replaced, those to this one carry rigs.
    private func move(to endpoint: Int, _ group: LaneSet, now: Instant) {
        if let from = group.lanes.lazy.compactMap({ $0 }).first(where: { $0.endpoint != endpoint })?.endpoint {
            outbox.tell(
                .endpointChanged(
                    group.upstream, from: group.address(of: from), to: group.address(of: endpoint)))
        }
        for case let lane? in group.lanes {
            if lane.endpoint == endpoint {
                // It may be on its way out since we left this endpoint for the one that fails now.
                serve(lane, now: now)
            } else if lane.isReady {
                lane.retire()
            }
        }
    }

    /// A lane carries rigs from now on; a probe has proved its endpoint by that.
    private func serve(_ lane: Lane, now: Instant) {
        let wasProbe = lane.isProbe
        lane.serve()
        guard wasProbe, lane.isReady, let job = lane.current else { return }
        join(lane, owner: lane.byteOwner(of: job), now: now)
        seeds.jobCame(on: lane, now: now)
    }
}

extension Lane {
    /// Who chooses byte 42, by what the pool announced and by its job.
    func byteOwner(of job: LaneJob) -> NonceByteOwner {
        session.extensions.contains(.nicehash) || job.poolByte != 0 ? .pool : .proxy
    }
}

extension PoolSession.OnClosed {
    /// How the next attempt is to be delayed.
    fileprivate var backoff: Backoff.Kind {
        switch self {
        case .lost(let kind), .neverReady(let kind): kind
        case .ignored: .ordinary
        }
    }
}
