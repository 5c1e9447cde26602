import ProxyTerms
import SplitScheduler
import Upstreams

/// The whole data plane and its schedule as one deterministic machine: events and the time go in, effects come out.
///
/// It opens no socket, reads no clock, draws no global random number and writes no log. The shell calls one input at a
/// time, then performs `effects` in order and empties them. Inputs that name an old generation or epoch are dropped.
/// Not thread-safe: it belongs to the loop's thread.
///
/// It decides nothing itself. Each machine below owns its state, and asks only machines that were made before it:
/// a share goes `RigDesk` → `SubmitDesk` → the lane that issued its job → `PoolDesk` → `VerdictDesk`; a job goes `PoolDesk` →
/// `Dispatcher` → the rigs; a switch goes `Schedule` → `PlanDriver` → `Dispatcher`.
public final class ProxyCore {
    let settings: CoreSettings
    let outbox = Outbox()
    let agenda = Agenda()
    let stopState = StopState()
    // Rigs and lanes.
    let registry: RigRegistry
    let lanes: PerUpstream<LaneSet>
    let jobs: JobLedger
    let nonces: NonceLedger
    // The plan, and what it is made from.
    let plan: Schedule
    let hashrate: FarmHashrate
    let seeds: SeedWatch
    let shortage: Shortage
    // Work for rigs.
    let seating: Seating
    let dispatcher: Dispatcher
    let sizing: LaneSizing
    let rebalancer: Rebalancer
    let driver: PlanDriver
    // Shares.
    let refusals: RefusalLog
    let departed: DepartedRigs
    let book: ShareBook
    let verdicts: VerdictDesk
    // Lanes as rigs and shares need them.
    let lifecycle: LaneLifecycle
    let regions: RegionWatch
    let reconciler: LaneReconciler
    // Proof of shares, and what becomes of rigs whose shares are wrong.
    let proofs: ProofDesk
    let warden: RigWarden
    let pacer: RigPacer
    let submits: SubmitDesk
    let pools: PoolDesk
    let gate: RigGate
    let desk: RigDesk
    let stopping: OrderlyStop

    /// A core that starts with no rigs and no lanes; call `tick` at once, and at every `nextDeadline`.
    public convenience init(settings: CoreSettings, scheduler: SplitScheduler, seed: UInt64, now: Instant) {
        self.init(settings: settings, scheduler: scheduler, seed: seed, firstJobNumber: nil, now: now)
    }

    /// A core whose downstream job ids count up from `firstJobNumber`, or from a random one.
    init(settings: CoreSettings, scheduler: SplitScheduler, seed: UInt64, firstJobNumber: UInt32?, now: Instant) {
        self.settings = settings
        var random = SeededGenerator(seed: seed)
        let sessionSalt = random.next()
        var mixer = SeededGenerator(seed: ~seed)
        let jobNumber = UInt32(truncatingIfNeeded: mixer.next())
        jobs = JobLedger(origin: UInt32(truncatingIfNeeded: mixer.next()))
        let rigs = RigRegistry(settings: settings)
        registry = rigs
        lanes = PerUpstream(
            p2pool: LaneSet(upstream: .p2pool, settings: settings.upstreams.p2pool),
            xvb: LaneSet(upstream: .xvb, settings: settings.upstreams.xvb))
        let mostLanes = settings.upstreams.p2pool.maxLanes + settings.upstreams.xvb.maxLanes
        nonces = NonceLedger(capacity: max(1024, mostLanes * 32))

        plan = Schedule(scheduler)
        hashrate = FarmHashrate(registry: rigs, lanes: lanes, nonces: nonces)
        seeds = SeedWatch(schedule: plan, outbox: outbox)
        shortage = Shortage(settings, registry: rigs, lanes: lanes, schedule: plan, outbox: outbox, agenda: agenda)

        seating = Seating(rigs: rigs.rigs, lanes: lanes, nonces: nonces, outbox: outbox, agenda: agenda)
        dispatcher = Dispatcher(
            settings: settings, registry: rigs, lanes: lanes, seating: seating, jobs: jobs, nonces: nonces,
            schedule: plan, shortage: shortage, hashrate: hashrate, stop: stopState, outbox: outbox, agenda: agenda,
            sessionSalt: sessionSalt, firstJobNumber: firstJobNumber ?? jobNumber)
        sizing = LaneSizing(settings: settings, registry: rigs, hashrate: hashrate)
        rebalancer = Rebalancer(
            registry: rigs, lanes: lanes, seating: seating, dispatcher: dispatcher, schedule: plan, sizing: sizing,
            agenda: agenda)
        driver = PlanDriver(
            registry: rigs, dispatcher: dispatcher, rebalancer: rebalancer, hashrate: hashrate, schedule: plan,
            seeds: seeds, outbox: outbox, agenda: agenda)

        refusals = RefusalLog(rigs: rigs.rigs, outbox: outbox, agenda: agenda)
        departed = DepartedRigs(registry: rigs)
        book = ShareBook(schedule: plan, refusals: refusals, now: now)
        verdicts = VerdictDesk(
            rigs: rigs.rigs, lanes: lanes, book: book, departed: departed, schedule: plan, stop: stopState,
            outbox: outbox)
        lifecycle = LaneLifecycle(
            settings: settings, lanes: lanes, registry: rigs, seating: seating, dispatcher: dispatcher, jobs: jobs,
            verdicts: verdicts, schedule: plan, seeds: seeds, shortage: shortage, sizing: sizing, stop: stopState,
            outbox: outbox, agenda: agenda, random: random)
        regions = RegionWatch(
            lanes: lanes, lifecycle: lifecycle, schedule: plan, outbox: outbox, agenda: agenda,
            random: SeededGenerator(seed: seed ^ 0x7265_6769), now: now)
        reconciler = LaneReconciler(
            registry: rigs, lanes: lanes, lifecycle: lifecycle, sizing: sizing, rebalancer: rebalancer,
            dispatcher: dispatcher, nonces: nonces, hashrate: hashrate, schedule: plan, shortage: shortage, book: book,
            regions: regions, outbox: outbox, agenda: agenda)

        let modes = ProxyModeWatch(
            registry: rigs, lanes: lanes, seating: seating, dispatcher: dispatcher, outbox: outbox, agenda: agenda)
        let closer = RigCloser(
            registry: rigs, seating: seating, dispatcher: dispatcher, book: book, departed: departed, outbox: outbox)
        proofs = ProofDesk(settings: settings, outbox: outbox)
        warden = RigWarden(
            settings: settings, registry: rigs, book: book, departed: departed, modes: modes, closer: closer,
            outbox: outbox)
        pacer = RigPacer(rigs: rigs.rigs, outbox: outbox)
        pools = PoolDesk(
            settings: settings, lanes: lanes, lifecycle: lifecycle, rebalancer: rebalancer,
            dispatcher: dispatcher, jobs: jobs, verdicts: verdicts, warden: warden, proofs: proofs, seeds: seeds,
            shortage: shortage, outbox: outbox, agenda: agenda)
        submits = SubmitDesk(
            settings: settings, rigs: rigs.rigs, lanes: lanes, jobs: jobs, dispatcher: dispatcher, book: book,
            modes: modes, reconciler: reconciler, proofs: proofs, warden: warden, pacer: pacer, stop: stopState,
            outbox: outbox, agenda: agenda, random: SeededGenerator(seed: seed ^ 0x7275_7374))
        gate = RigGate(settings: settings, registry: rigs, closer: closer, outbox: outbox, now: now)
        desk = RigDesk(
            settings: settings, registry: rigs, seating: seating, dispatcher: dispatcher, jobs: jobs,
            shortage: shortage, book: book, submits: submits, warden: warden, closer: closer, gate: gate,
            stop: stopState, outbox: outbox, agenda: agenda)
        stopping = OrderlyStop(
            settings: settings, state: stopState, lanes: lanes, rigs: rigs.rigs, closer: closer, verdicts: verdicts,
            book: book, outbox: outbox)
        agenda.reconcile.by(now)
        // Neither can be used before a lane is ready; the first one up is.
        for upstream in Upstream.allCases { plan.connecting(to: upstream, at: now) }
    }

    /// What is to be done; empty it after performing.
    public var effects: Effects {
        _read { yield outbox.effects }
        _modify { yield &outbox.effects }
    }

    // MARK: Time

    /// When `tick` must be called at the latest.
    public var nextDeadline: Instant {
        switch stopState.progress {
        case .running:
            return min(
                agenda.nextDeadline, driver.nextDeadline, registry.nextDeadline, gate.nextDeadline, pacer.nextDeadline)
        case .draining, .drained:
            return min(stopping.nextDeadline, agenda.sessions.due)
        case .stopped:
            return .never
        }
    }

    /// Does what is due at `now`. Long work is cut into steps: while `nextDeadline` is not after `now`, perform the effects
    /// and call again.
    public func tick(now: Instant) {
        guard stopState.isRunning else {
            if agenda.sessions.take(now) { pools.tick(now: now) }
            return stopping.review(now: now)
        }
        if seeds.nextDeadline <= now { seeds.compare(now: now) }
        if agenda.freshWork.take(now) { driver.offerFreshWork(now: now) }
        driver.advance(now: now)
        driver.continueMove(now: now)
        if agenda.sessions.take(now) { pools.tick(now: now) }
        desk.expire(now: now)
        gate.tick(now: now)
        pacer.tick(now: now)
        if agenda.load.take(now) { reconciler.reviewLoad(now: now) }
        if agenda.reconcile.take(now) { reconciler.reconcile(now: now) }
        if agenda.refusals.take(now) { refusals.tell() }
        if agenda.rebalance.take(now) { rebalancer.rebalance(now: now) }
        if agenda.regions.take(now) { regions.tick(now: now) }
    }

    // MARK: Rigs

    /// Connections over the limit while those that made room for them are being closed.
    public static let crowding = RigDesk.crowding

    /// Rigs that can be connected at a time.
    public var mostRigs: Int { desk.mostRigs }

    /// A connection was accepted from `address`.
    /// - Returns: its name, or nil where there is no room: close it.
    public func rigConnected(from address: ClientAddress = .unknown, now: Instant) -> RigID? {
        desk.connected(from: address, now: now)
    }

    /// The outcome of a proof that an effect asked for.
    public func proved(_ token: UInt32, _ outcome: ProofOutcome, now: Instant) {
        submits.proved(token, outcome, now: now)
    }

    /// Bytes came from a rig.
    public func rigReceived(_ id: RigID, _ bytes: UnsafeRawBufferPointer, now: Instant) {
        desk.received(bytes, from: id, now: now)
    }

    /// Where a rig connects from; nil where there is no such rig any more.
    public func address(of rig: RigID) -> ClientAddress? { registry.rigs.find(rig)?.life.address }

    /// A rig's name as its login gave it; nil where there is no such rig any more.
    public func name(of rig: RigID) -> String? { registry.rigs.find(rig)?.profile.name }

    /// The connection of a rig is gone, from whichever side.
    public func rigClosed(_ id: RigID, now: Instant) {
        desk.closed(id, now: now)
        stopping.review(now: now)
    }

    // MARK: Lanes

    /// TCP stands.
    public func laneConnected(_ id: LaneID, now: Instant) { pools.connected(id, now: now) }

    /// The TLS handshake is done, and the pool's certificate is taken; nothing has been sent yet.
    public func laneSecured(_ id: LaneID, now: Instant) { pools.secured(id, now: now) }

    /// The TLS handshake is done, and the pool's certificate is refused.
    public func laneDistrusted(_ id: LaneID, _ refusal: CertificateRefusal, now: Instant) {
        pools.distrusted(id, refusal, now: now)
        stopping.review(now: now)
    }

    /// Bytes came from a pool.
    public func laneReceived(_ id: LaneID, _ bytes: UnsafeRawBufferPointer, now: Instant) {
        pools.received(bytes, from: id, now: now)
        stopping.review(now: now)
    }

    /// The lane's connection could not be made or is gone; `reason` in the shell's words.
    public func laneClosed(_ id: LaneID, reason: String, now: Instant) {
        pools.closed(id, reason: reason, now: now)
        stopping.review(now: now)
    }

    /// Stops in order: the shell accepts no new rigs from now on, rigs get no jobs, new shares are refused, and no switch
    /// runs. The verdicts in flight are told to the rigs; when all are in, or after `stopSeconds`, the rigs' connections are
    /// closed, and `stopped` follows.
    public func stop(now: Instant) { stopping.begin(now: now) }
}
