import EventLoop
import ProxyCore
import ProxyTerms

/// The daemon's life as systemd sees it: ready, what it does now, alive, stopping.
final class ServiceLife: DaemonObserver {
    private let notifier: ServiceNotifier
    private let loop: EventLoop
    private var watchdog: LoopTimer?
    private var reason = ""
    private var upstream = Upstream.p2pool
    /// Nobody mines there before the upstream's next job.
    private var awaitsJob = false

    /// Nothing is told before `ready`.
    init(loop: EventLoop, notifier: ServiceNotifier) {
        self.loop = loop
        self.notifier = notifier
    }

    /// Rigs can connect.
    ///
    /// - Throws: where the loop has no timer to give.
    func ready(at addresses: [SocketAddress]) throws {
        guard notifier.isActive else { return }
        notifier.ready(status: ProxyWords.serviceReady(addresses))
        guard let seconds = notifier.watchdogSeconds else { return }
        // Twice in the time that systemd grants; the loop itself calls, so a loop that hangs is noticed.
        let period = max(0.1, seconds / 2)
        let timer = try LoopTimer(loop) { [weak self] in
            guard let self else { return }
            notifier.watchdog()
            watchdog?.arm(at: loop.now.adding(seconds: period))
        }
        timer.arm(at: loop.now.adding(seconds: period))
        watchdog = timer
    }

    /// Systemd keeps the ports for the next run of the service, so that a restart refuses nobody. What it kept and nobody needs any
    /// more is closed there too: `unused`.
    func keep(_ sockets: [(address: SocketAddress, descriptor: Int32)], unused: [InheritedSockets.Socket]) {
        for socket in unused { notifier.drop(name: socket.name) }
        for socket in sockets { notifier.keep(socket.descriptor, name: InheritedSockets.name(socket.address)) }
    }

    // MARK: DaemonObserver

    func noticed(_ notice: Notice, now: Instant) {
        switch notice {
        case .planned(let plan):
            reason = plan.reason
        case .switched(let upstream, _, let rigs, _):
            awaitsJob = rigs.isNobodyThere && rigs.waiting > 0
            // Where none of them can go, the rigs mine on where they are.
            if awaitsJob || !rigs.isNobodyThere || rigs.all == 0 { self.upstream = upstream }
        case .followed:
            awaitsJob = false
        case .noneUp(let upstreams, _):
            notifier.status(PoolWords.unreachable(upstreams))
            return
        case .stopping:
            notifier.stopping()
            return
        case .rigJoined, .rigLeft, .connectionDropped, .rigRefused, .addressRefused, .exclusiveNotSent,
            .algorithmNotMined,
            .laneReady,
            .laneLost, .upstreamUp, .upstreamDown, .endpointChanged, .newJob, .jobRefused, .rejected,
            .sidechainShare, .windowClosed, .turningAway, .servingAgain, .seedsDiffer, .seedsAgree, .proxyModeKnown,
            .rigCutOff, .rigUnstable, .proofUnavailable, .cutOffKnocked, .lineRefused, .shareRefused, .sharesRefused,
            .furtherRefused, .ignoresNonceRange, .slotsShort, .placesShort, .regionsMeasured, .noncesUsedUp:
            return
        }
        notifier.status(ProxyWords.service(upstream, awaitsJob: awaitsJob, reason))
    }

    func switchDelivered(delayMilliseconds: Int64) {}

    func stopped() {
        watchdog?.cancel()
    }
}
