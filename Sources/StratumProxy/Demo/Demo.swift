import EventLoop
import Glibc
import ProxyCore
import ProxyTerms
import SimulatedPeers
import SplitScheduler

/// The whole proxy against simulated pools and rigs, over real sockets of this machine and without any other.
///
/// The pools and the rigs live on the proxy's own loop. It ends by itself: after the last window the proxy is stopped as
/// SIGTERM stops it, with the rigs mining on until it has stopped.
final class Demo: DaemonObserver {
    /// What came of it.
    struct Outcome {
        let totals: DemoTotals
        let audit: DemoAudit
        /// What is wrong, in words; empty when all is well.
        let problems: [String]
    }

    private let options: DemoOptions
    private let farm: DemoFarm
    private let log: any DaemonLog
    private let view: DemoView?
    private let loop: EventLoop
    private let directory: DemoDirectory
    private let pools: PerUpstream<DemoPool>
    private let daemon: Daemon
    private var documents: LoopTimer?
    private var deadline: LoopTimer?
    private var hasBegun = false
    private var totals = DemoTotals()
    private var problems: [String] = []

    /// Time for the rigs to log in, for the pools to take them and for the hashrate to get known, in seconds.
    private static let startSeconds = 90.0

    private init(_ options: DemoOptions, log: any DaemonLog, view: DemoView?) throws {
        self.options = options
        self.log = log
        self.view = view
        farm = DemoFarm(options)
        try DescriptorLimit.raise(to: 2 * (options.rigs + 2 * options.maxLanes) + 64)
        directory = try DemoDirectory()
        loop = try EventLoop()
        for name in ["api/network", "api/pool", "api/local", "xvb", "state"] { try directory.make(name) }
        let (certificate, key) = ("\(directory.path)/xvb/cert.pem", "\(directory.path)/xvb/key.pem")
        try TLSKeyPair.makeIfAbsent(certificateFile: certificate, keyFile: key, commonName: "simulated XvB node")
        pools = PerUpstream(
            p2pool: try DemoPool(loop, farm.p2pool),
            xvb: try DemoPool(
                loop, farm.xvb, tls: try TLSContext.server(certificateFile: certificate, keyFile: key)))
        pools.p2pool.updateSidechain(farm.prepare)
        let settings = try farm.settings(
            p2poolPort: pools.p2pool.port, xvbPort: pools.xvb.port, apiDirectory: "\(directory.path)/api",
            stateDirectory: options.stateDirectory ?? "\(directory.path)/state")
        daemon = Daemon(settings: settings, loop: loop, log: log, seed: options.seed, followsClock: true)
        daemon.observer = self
    }

    /// Runs a demo from beginning to end. What it says goes to `log`; `view`, where there is one, is drawn meanwhile.
    static func run(_ options: DemoOptions, log: any DaemonLog, view: DemoView?) throws -> Outcome {
        let demo = try Demo(options, log: log, view: view)
        defer {
            demo.directory.remove()
            demo.loop.shutdown()
        }
        return try demo.run()
    }

    private func run() throws -> Outcome {
        say(
            DemoWords.begins(
                rigs: options.rigs, hashrate: farm.hashrate, p2poolPort: pools.p2pool.port, xvbPort: pools.xvb.port))
        say(DemoWords.learning)
        documents = try LoopTimer(loop) { [weak self] in
            self?.writeDocuments()
            self?.stopUnread()
        }
        deadline = try LoopTimer(loop) { [weak self] in self?.giveUp() }
        deadline?.arm(at: loop.now.adding(seconds: Self.startSeconds))
        writeDocuments()
        let addresses = try daemon.start()
        try daemon.watchSignals()
        let rigs = try DemoRigs(loop, farm: farm, proxy: addresses[0])
        try view?.start(on: loop) { [unowned self] in screen }
        loop.run()
        view?.finish()
        try settle(rigs)
        let outcome = judge(rigs)
        rigs.close()
        pools.p2pool.close()
        pools.xvb.close()
        return outcome
    }

    /// Lets the shares that were on their way when the proxy had stopped come to their answers. The proxy of an operator
    /// is gone by then, and the rigs find shares until they notice; here the books are to close.
    private func settle(_ rigs: DemoRigs) throws {
        documents?.close()
        deadline?.close()
        var isQuiet = false
        var isWaiting = false
        rigs.halt { [loop] in
            isQuiet = true
            if isWaiting { loop.stop() }
        }
        guard !isQuiet else { return }
        isWaiting = true
        let patience = try LoopTimer(loop) { [loop] in loop.stop() }
        patience.arm(at: loop.now.adding(seconds: 2))
        loop.run()
        patience.close()
    }

    private func judge(_ rigs: DemoRigs) -> Outcome {
        let audit = DemoAudit(
            rigs: rigs.counters, pending: rigs.pending,
            pools: PerUpstream(p2pool: pools.p2pool.pool.counters, xvb: pools.xvb.pool.counters),
            proxy: daemon.core.snapshot(now: loop.now))
        totals.shareDifficulty = Double(farm.difficulty)
        return Outcome(totals: totals, audit: audit, problems: problems + audit.problems)
    }

    /// What a terminal shows now.
    private var screen: DemoScreen {
        let now = loop.now
        return DemoScreen(
            snapshot: daemon.core.snapshot(now: now), rigs: daemon.core.rigs(most: options.rigs, now: now),
            windows: (totals.windows.count, options.windows), events: view?.lastEvents ?? [], now: now)
    }

    // MARK: p2pool's files

    /// Writes what p2pool would.
    private func writeDocuments() {
        let documents = pools.p2pool.pool.p2poolDocuments(now: loop.now, unixTime: UInt64(WallClock.now))
        for document in documents {
            directory.write(document.bytes, to: "api/\(document.path)")
        }
        self.documents?.arm(at: loop.now.adding(seconds: 1))
    }

    /// `demo | head`: nobody sees the rest. Not before the proxy has started: one that was stopped before goes on for ever.
    private func stopUnread() {
        if !log.hasReader { daemon.stop() }
    }

    // MARK: DaemonObserver

    func noticed(_ notice: Notice, now: Instant) {
        switch notice {
        case .planned(let plan):
            begin(plan, now: now)
        case .windowClosed(let report):
            guard hasBegun, totals.windows.count < options.windows else { return }
            totals.windows.append(report)
            // From the loop: in here the core's effects are still being performed.
            if totals.windows.count == options.windows, !options.staysOpen {
                loop.later { [weak self] in self?.daemon.stop() }
            }
        case .switched(_, _, let rigs, _):
            guard hasBegun else { return }
            totals.switches += 1
            totals.mostLeftBehind = max(totals.mostLeftBehind, rigs.waiting + rigs.elsewhere)
            totals.fewestMoved = min(totals.fewestMoved ?? rigs.moved, rigs.moved)
        case .rigJoined, .rigLeft, .connectionDropped, .rigRefused, .addressRefused, .exclusiveNotSent,
            .algorithmNotMined,
            .laneReady,
            .laneLost, .upstreamUp, .upstreamDown, .endpointChanged, .newJob, .jobRefused, .rejected,
            .sidechainShare, .followed,
            .noneUp, .turningAway, .servingAgain, .stopping, .seedsDiffer, .seedsAgree,
            .proxyModeKnown,
            .rigCutOff, .rigUnstable, .proofUnavailable, .cutOffKnocked, .lineRefused, .shareRefused, .sharesRefused,
            .furtherRefused, .ignoresNonceRange, .slotsShort, .placesShort, .regionsMeasured, .noncesUsedUp:
            break
        }
    }

    /// The first plan that waits for nothing begins the first window.
    private func begin(_ plan: WindowPlan, now: Instant) {
        guard !hasBegun, !plan.cause.isWaiting else { return }
        hasBegun = true
        deadline?.cancel()
    }

    private func giveUp() {
        problems.append(DemoWords.noWindow(within: Self.startSeconds))
        daemon.stop()
    }

    func switchDelivered(delayMilliseconds: Int64) {
        guard hasBegun else { return }
        totals.longestSwitch = max(totals.longestSwitch, delayMilliseconds)
    }

    func stopped() {}

    private func say(_ text: String) {
        log.line(.info, .proxy, DemoWords.line(text))
    }
}
