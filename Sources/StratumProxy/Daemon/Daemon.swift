import EventLoop
import Glibc
import ProxyCore
import ProxyTerms
import SplitScheduler
import Upstreams

/// Told of what the daemon does, for those who run it with a purpose of their own (the demo, tests).
protocol DaemonObserver: AnyObject {
    /// A notice of the core, after its effects were performed.
    func noticed(_ notice: Notice, now: Instant)
    /// A switch's last job was handed to the kernel.
    func switchDelivered(delayMilliseconds: Int64)
    /// The orderly stop is complete; the loop ends.
    func stopped()
}

/// The whole proxy: configuration, core, sockets, p2pool's figures, log. `run` and `demo` start the very same one.
final class Daemon: ServerObserver {
    /// What it runs with now.
    private(set) var settings: Settings
    let loop: EventLoop
    let core: ProxyCore
    let log: LogEvents
    /// Listened to besides the log.
    weak var observer: (any DaemonObserver)?
    /// When the daemon was made.
    let startedAt: Instant
    let seed: UInt64
    private(set) var server: ProxyServer?
    private(set) var statistics: StatisticsWatch?
    private lazy var notices = NoticeLog(self)
    private var scheduleLog = ScheduleLog()
    private var scheduleTimer: LoopTimer?
    private var scheduleDue = Instant.never
    /// Seconds between two looks at the inputs' health and at the socket for `status`.
    private static let scheduleSeconds = 15.0
    private var statusTimer: LoopTimer?
    /// Seconds to the first status block.
    private static let firstBlockSeconds = 60
    private var control: ControlDesk?
    private var admin: AdminDesk?
    private var alerts: AlertSender?
    /// What readers are told of the run.
    private var run = RunFigures()
    /// How often something has happened so far, for readers who want to know whether.
    private var changes: UInt64 = 0
    /// Sockets that listen already, until `start` has taken those that it needs.
    private let inherited: InheritedSockets
    private var signals: [SignalWatcher] = []
    private var past: RecentPast
    let hostName = MachineFacts.name
    private var tierCosts = TierCosts()
    /// Whether rigs may connect with TLS, and what they see of our certificate.
    private var takesTLS = false
    private var fingerprint: String?
    let keeper: StoreKeeper
    /// The farm's past.
    let history: HistoryDesk
    private(set) var isStopping = false

    /// The file that the settings are from, from the root; nil where there is none.
    private let configuration: String?

    /// A daemon that is not started yet. `seed` drives backoff jitter and session ids.
    /// `followsClock` is the demo's: its windows are too short for averages of an hour.
    init(
        settings: Settings, configuration: String? = nil, inherited: InheritedSockets = InheritedSockets(),
        loop: EventLoop,
        log: any DaemonLog, seed: UInt64, followsClock: Bool = false
    ) {
        self.inherited = inherited
        self.configuration = configuration
        self.settings = settings
        self.loop = loop
        let log = LogEvents(log)
        self.log = log
        self.seed = seed
        loop.updateNow()
        startedAt = loop.now
        past = RecentPast(upstream: .p2pool, now: loop.now)
        keeper = StoreKeeper(loop: loop, directory: settings.stateDirectory, log: log)
        history = HistoryDesk(loop, path: StoreKeeper.path(settings.stateDirectory))
        var split = settings.split
        split.followsClock = followsClock
        var coreSettings = settings.core
        // The demo's rigs stay: its books are closed when all of theirs are.
        if followsClock { coreSettings.farewellSeconds = 0 }
        let lanes = settings.upstreams.p2pool.maxLanes + settings.upstreams.xvb.maxLanes
        coreSettings.maxRigs = min(
            coreSettings.maxRigs, DescriptorLimit.rigs(lanes: lanes, margin: ProxyCore.crowding))
        core = ProxyCore(
            settings: coreSettings, scheduler: keeper.restore(split), seed: seed, now: loop.now)
    }

    /// Listens, and connects to the upstreams. The loop is the caller's to run.
    /// - Returns: the addresses that rigs can connect to.
    func start() throws -> [SocketAddress] {
        let endpoints = settings.core.upstreams
        let server = try ProxyServer(
            loop: loop, core: core,
            endpoints: PerUpstream(p2pool: endpoints.p2pool.endpoints, xvb: endpoints.xvb.endpoints),
            proves: settings.verifyShares != .off,
            memory: .keeps(KnownPoolsFile(directory: settings.stateDirectory)), observer: self)
        self.server = server
        server.trust.load()
        let tls = try rigTLS()
        takesTLS = tls != nil
        fingerprint = tls?.fingerprint
        let addresses = try settings.bind.map { try server.listen(at: $0, tls: tls, inherited: inherited) }
        let statistics = try StatisticsWatch(
            settings, loop: loop, seed: seed,
            say: { [unowned log] in log.line($1, .plan, FigureWords.from($0, $2)) },
            lastAcceptedAt: { [weak self] in self?.core.lastAcceptedAt(by: .p2pool) }
        ) { [weak self] in
            self?.observed($0)
        }
        self.statistics = statistics
        statistics.start()
        try armStatus()
        try armScheduleLog()
        let control = controlDesk()
        control.open()
        self.control = control
        try openAdminPort()
        let alerts = try alertSender()
        alerts.apply(settings)
        self.alerts = alerts
        try keeper.start(core, awaited: awaitedUpstreams)
        return addresses
    }

    /// Stops in order on SIGTERM and SIGINT; a second one ends the process at once. SIGHUP, whose default action would end
    /// the mining, is for `reload`. Other signals that would end it do nothing, and are told once.
    func watchSignals(reload: ConfigurationReload? = nil) throws {
        signals.append(
            try SignalWatcher(loop, signal: SIGHUP) { [weak self] _ in
                guard let self, !isStopping else { return }
                if let reload { return reload.reload() }
                log.line(.info, .proxy, ProxyWords.nothingToRead)
            })
        signals += ProcessSignals.watch(loop) { [weak self] name in
            self?.log.line(.info, .proxy, ProxyWords.idleSignal(name))
        }
        for number in [SIGTERM, SIGINT] {
            signals.append(
                try SignalWatcher(loop, signal: number) { [weak self] _ in
                    guard let self else { return }
                    if isStopping { _exit(130) }
                    stop()
                })
        }
    }

    /// Accepts no more rigs, waits for verdicts in flight (5 s at most), then ends the loop.
    func stop() {
        guard !isStopping else { return }
        isStopping = true
        statistics?.stop()
        server?.stop()
    }

    // MARK: Start

    private func rigTLS() throws -> TLSContext? {
        switch settings.tls {
        case .off:
            return nil
        case .files(let certificate, let key):
            return try TLSContext.server(certificateFile: certificate, keyFile: key)
        case .selfSigned:
            let directory = settings.stateDirectory
            let certificate = "\(directory)/cert.pem"
            let key = "\(directory)/key.pem"
            do {
                try DirectoryMaker.make(directory)
                try TLSKeyPair.makeIfAbsent(certificateFile: certificate, keyFile: key, commonName: "stratum-proxy")
                return try TLSContext.server(certificateFile: certificate, keyFile: key)
            } catch {
                // Nobody asked for TLS by name: the rigs of most farms are plain, and are to mine.
                log.line(.warning, .net, ProxyWords.noTLS("\(error)"))
                return nil
            }
        }
    }

    /// Reads the certificate again: whoever renews it keeps its place. What can't be used changes nothing.
    private func rereadTLS(_ old: Settings.RigTLS) {
        do {
            let tls = try rigTLS()
            // It was warned of.
            if tls == nil, settings.tls != .off { return }
            if tls?.fingerprint != fingerprint || (tls == nil) == takesTLS {
                log.line(.info, .net, ProxyWords.certificateChanged(tls?.fingerprint))
            }
            server?.changeTLS(tls)
            takesTLS = tls != nil
            fingerprint = tls?.fingerprint
        } catch {
            settings.tls = old
            log.line(.error, .net, ProxyWords.certificateKept(TLSWords.text(error)))
        }
    }

    private func observed(_ observation: Observation) {
        server?.handle { core, now in
            keeper.heedSleep(core, now: now)
            switch observation {
            case .p2pool(let reading):
                guard core.observed(p2pool: reading, now: now) == nil else { return }
            case .xvb(let reading):
                guard core.observed(xvb: reading, now: now) == nil else { return }
            case .xvbRound(let isOurs, let tier):
                core.observedWonRound(isOurs, of: tier, now: now)
            case .xvbUnregistered:
                core.observedUnregistered(now: now)
            }
            keeper.observed(observation)
        }
    }

    /// Answers `stratum-proxy status`, and lets another instance take over.
    private func controlDesk() -> ControlDesk {
        ControlDesk(
            loop, stateDirectory: settings.stateDirectory, log: log,
            report: { [weak self] in self?.statusReport },
            sockets: { [weak self] in self?.sockets.map(\.descriptor) ?? [] },
            handedOver: { [weak self] in self?.stop() })
    }

    /// Opens the page, its API and its metrics.
    ///
    /// - Throws: where the operator chose an address that can't be had.
    private func openAdminPort() throws {
        guard let http = settings.http else { return }
        let sources = AdminPort.Sources(
            report: { [unowned self] in statusReport }, history: history,
            split: { [unowned self] in settings.split }, log: log,
            run: { [unowned self] in run },
            prover: { [unowned self] in
                let prover = server?.prover
                return .init(
                    computed: prover?.computed ?? 0, waiting: prover?.waiting ?? 0, memory: prover?.memory ?? 0)
            },
            changes: { [unowned self] in changes })
        let admin = AdminDesk(loop, http, log: log, sources: sources)
        self.admin = admin
        try admin.open(inherited)
    }

    /// The sockets that rigs and readers connect to.
    var sockets: [(address: SocketAddress, descriptor: Int32)] {
        (server?.sockets ?? []) + [admin?.socket].compactMap(\.self)
    }

    /// Goes on with other settings. Only those that can change at once (`SettingsChange`) may differ.
    func apply(_ new: Settings) {
        let old = settings
        settings = new
        rereadTLS(old.tls)
        guard new != old else { return }
        for upstream in Upstream.allCases where !old.upstreams[upstream].hasPools(of: new.upstreams[upstream]) {
            let core = new.core.upstreams[upstream]
            server?.changePools(of: upstream, to: core.endpoints, nearestFirst: core.prefersNearest)
        }
        server?.handle { core, now in
            core.changeSchedule(new.split, now: now)
            core.changeRigs(
                password: new.accessPassword?.revealed, limits: new.addressBounds, verifyShares: new.verifyShares)
        }
        alerts?.apply(new)
        guard new.printTimeSeconds != old.printTimeSeconds else { return }
        statusTimer?.cancel()
        statusTimer = nil
        do { try armStatus() } catch { log.line(.warning, .proxy, ProxyWords.noBlocks("\(error)")) }
    }

    /// What `stratum-proxy status` shows now.
    var statusReport: StatusReport {
        let sources = statistics?.sources(now: loop.now) ?? StatusSources()
        let snapshot = core.snapshot(now: loop.now)
        return StatusReport(
            snapshot: snapshot, sources: sources, now: loop.now,
            uptime: loop.now.seconds(since: startedAt), configuration: configuration,
            listening: server?.listening ?? [], page: admin?.endpoint,
            trusts: PerUpstream(p2pool: trusts(of: .p2pool), xvb: trusts(of: .xvb)),
            rigs: core.rigs(most: StatusReport.mostRigs, now: loop.now), past: past,
            tierCosts: tierCosts.prospects(snapshot, settings.split), surroundings: surroundings)
    }

    /// What the pools that may be used are trusted by, in the order of their preference.
    private func trusts(of upstream: Upstream) -> [PoolTrust] {
        guard let trusts = server?.trust.trusts[upstream] else { return [] }
        return core.endpointOrder(of: upstream).map { trusts[$0] }
    }

    private var surroundings: Surroundings {
        Surroundings(
            time: Quantity.rounded(WallClock.now, 3), host: hostName, wallet: settings.wallet.map { "\($0)" },
            mode: settings.mode, takesTLS: takesTLS, fingerprint: fingerprint)
    }

    private func armScheduleLog() throws {
        let timer = try LoopTimer(loop) { [weak self] in
            guard let self else { return }
            run.late(milliseconds: loop.now.milliseconds - scheduleDue.milliseconds)
            keeper.heedSleep(core, now: loop.now)
            run.measured(core.snapshot(now: loop.now).rates[RateWindow.minute1.rawValue].hashrate)
            tellChanges(now: loop.now)
            notices.tick(now: loop.now)
            if !isStopping { control?.open() }
            scheduleDue = loop.now.adding(seconds: Self.scheduleSeconds)
            scheduleTimer?.arm(at: scheduleDue)
        }
        scheduleDue = loop.now.adding(seconds: Self.scheduleSeconds)
        timer.arm(at: scheduleDue)
        scheduleTimer = timer
    }

    private func tellChanges(now: Instant) {
        for line in scheduleLog.changes(core.schedule.status(at: now)) { log.line(line.level, .plan, line.text) }
    }

    private func armStatus() throws {
        guard settings.printTimeSeconds > 0 else { return }
        let timer = try LoopTimer(loop) { [weak self] in
            guard let self else { return }
            log.withoutEvents { notices.printStatus(now: loop.now) }
            statusTimer?.arm(at: loop.now.adding(seconds: Double(settings.printTimeSeconds)))
        }
        // The first one soon: whoever starts the proxy looks whether it mines.
        timer.arm(at: loop.now.adding(seconds: Double(min(settings.printTimeSeconds, Self.firstBlockSeconds))))
        statusTimer = timer
    }

    // MARK: ServerObserver

    func noticed(_ notice: Notice, now: Instant) {
        // First what a restart must know of: the disk is slower than the log.
        keeper.noticed(notice, core)
        notices.tell(notice, now: now)
        past.noticed(notice, now: now)
        changes += 1
        run.noticed(notice, now: now)
        alerts?.noticed(notice, now: now)
        if case .planned = notice { tellChanges(now: now) }
        observer?.noticed(notice, now: now)
    }

    func accepted(_ share: AcceptedShare, now: Instant) {
        notices.tell(share, now: now)
        run.accepted(share)
        changes += 1
    }

    func rigAccepted(_ rig: RigID, from address: SocketAddress) {
        notices.accepted(rig, from: address)
    }

    func rigDisconnected(_ rig: RigID, _ reason: CloseReason) {
        notices.disconnected(rig, reason)
    }

    func addressesFailed(_ lane: LaneID, _ failed: [FailedAddress], connected: SocketAddress) {
        notices.addressesFailed(lane, failed, connected: connected)
    }

    func laneCame(_ lane: LaneID, _ way: LaneWay) { notices.laneCame(lane, way) }

    func laneSecured(_ lane: LaneID, version: String) {
        notices.secured(lane, version: version)
        run.secured(lane.upstream, version: version)
    }

    func certificate(_ upstream: Upstream, _ news: TrustNews) {
        notices.certificate(upstream, news)
        run.certificate(upstream, news)
        alerts?.certificate(upstream, news)
    }

    func overloaded(turnedAway: Int) { notices.overloaded(turnedAway: turnedAway) }

    func switchDelivered(delayMilliseconds: Int64) {
        run.switched(milliseconds: delayMilliseconds)
        observer?.switchDelivered(delayMilliseconds: delayMilliseconds)
    }

    func stopped() {
        notices.printTotals(now: loop.now)
        keeper.finish(core)
        statusTimer?.cancel()
        scheduleTimer?.cancel()
        control?.close()
        admin?.close()
        alerts?.stop()
        observer?.stopped()
        loop.stop()
    }
}
