import EventLoop
import ProxyCore
import ProxyTerms
import RandomX

/// What the shell reports besides the core's notices.
protocol ServerObserver: AnyObject {
    /// The core has something for the log. Called after the effects of the same event were performed.
    func noticed(_ notice: Notice, now: Instant)
    /// A pool accepted a share. Called before the notices of the same event.
    func accepted(_ share: AcceptedShare, now: Instant)
    /// A rig's connection was accepted.
    func rigAccepted(_ rig: RigID, from address: SocketAddress)
    /// A rig's connection is gone; the reason on the socket's side.
    func rigDisconnected(_ rig: RigID, _ reason: CloseReason)
    /// A lane is connected, after addresses of its pool that don't answer, or not so soon.
    func addressesFailed(_ lane: LaneID, _ failed: [FailedAddress], connected: SocketAddress)
    /// How far a lane's connection has come.
    func laneCame(_ lane: LaneID, _ way: LaneWay)
    /// The TLS handshake with a pool is done.
    func laneSecured(_ lane: LaneID, version: String)
    /// A pool's certificate was taken, or something is to be told of it.
    func certificate(_ upstream: Upstream, _ news: TrustNews)
    /// Connections were turned away because descriptors are used up.
    func overloaded(turnedAway: Int)
    /// The last rig's job of a switch was handed to the kernel, so many milliseconds after the planned moment.
    func switchDelivered(delayMilliseconds: Int64)
    /// The orderly stop is complete.
    func stopped()
}

/// Not everybody who watches a server has rigs, or keeps a log.
extension ServerObserver {
    func accepted(_ share: AcceptedShare, now: Instant) {}
    func rigAccepted(_ rig: RigID, from address: SocketAddress) {}
    func rigDisconnected(_ rig: RigID, _ reason: CloseReason) {}
    func addressesFailed(_ lane: LaneID, _ failed: [FailedAddress], connected: SocketAddress) {}
    func laneCame(_ lane: LaneID, _ way: LaneWay) {}
    func certificate(_ upstream: Upstream, _ news: TrustNews) {}
    func overloaded(turnedAway: Int) {}
    func switchDelivered(delayMilliseconds: Int64) {}
    func stopped() {}
}

/// The imperative shell: sockets and timers on the one side, the core on the other. It decides nothing.
///
/// Each event of the loop is handed to the core, and what the core returns is performed at once. One timer is armed at
/// the core's next deadline.
final class ProxyServer {
    /// Steps of the core within one turn of the loop: enough for a switch of 65,535 rigs.
    private static let mostSteps = 1024

    let loop: EventLoop
    let core: ProxyCore
    /// Who is told; nobody where there is nothing to tell.
    weak var observer: (any ServerObserver)?
    private var listeners: [TCPListener] = []
    /// Where rigs connect.
    private(set) var listening: [Endpoint] = []
    private var timer: LoopTimer?
    private var rigConnections: RigConnections?
    private var laneConnections: LaneConnections?
    private lazy var roundTrips = RoundTrips(loop)
    /// What pools' certificates are judged by.
    let trust: TrustKeeper
    /// nil where no share is proven (`verify-shares` is `off`).
    private(set) var prover: RandomXProver?
    /// The core found more to do than fits into a turn of the loop.
    private var isBehind = false
    /// Effects are being performed. What an event adds meanwhile waits in the core, and is performed after them.
    private var isPerforming = false
    /// The effects that are being performed; kept, so that their memory is used again.
    private var current = Effects()
    /// The core has stopped; told after the notices of the same event, so that the log's last verdict precedes its totals.
    private var isStopped = false

    /// Seconds that a share may wait for its proof, and that a proof may wait for which none does.
    private static let proofSeconds = (first: 5.0, beside: 60.0)

    /// A server that listens nowhere yet. `proves`: the core asks for proofs. `listening`: where rigs connect to others of this
    /// process, so that no pool is one of those. `memory`: where pools' certificates are known from.
    init(
        loop: EventLoop, core: ProxyCore, endpoints: PerUpstream<[CoreEndpoint]>, proves: Bool = false,
        listening: [Endpoint] = [], memory: TrustMemory = .none, observer: (any ServerObserver)? = nil
    ) throws {
        self.listening = listening
        self.loop = loop
        self.core = core
        self.observer = observer
        trust = TrustKeeper(loop, endpoints: endpoints, memory: memory)
        laneConnections = try LaneConnections(self, endpoints: endpoints, trust: trust)
        rigConnections = RigConnections(self)
        trust.tell = { [unowned self] in self.observer?.certificate($0, $1) }
        // Not weak: objects that are referred to weakly count their references in a slower way, and this one is asked for
        // at every event. The timer ends with the server, and `deinit` takes the other back.
        timer = try LoopTimer(loop) { [unowned self] in runDue() }
        loop.afterEvents = { [unowned self] in runCore() }
        guard proves else { return }
        prover = try RandomXProver(loop) { [unowned self] token, outcome in
            handle { $0.proved(UInt32(truncatingIfNeeded: token), outcome, now: $1) }
        }
    }

    deinit {
        loop.afterEvents = {}
    }

    /// The sockets that rigs connect to.
    var sockets: [(address: SocketAddress, descriptor: Int32)] {
        listeners.compactMap { listener in listener.listeningDescriptor.map { (listener.address, $0) } }
    }

    /// Accepts rigs at `address`, with the socket of `inherited` that listens there, else with one of its own.
    /// - Returns: the address with the port that the system chose where it is 0.
    func listen(
        at address: SocketAddress, tls: TLSContext?, inherited: InheritedSockets? = nil
    ) throws -> SocketAddress {
        guard let rigConnections else { return address }
        rigConnections.kind.tls = tls
        let kind = rigConnections.kind
        let listener =
            if let socket = inherited?.take(address) {
                try TCPListener(inherited: socket, at: address, kind: kind, handler: rigConnections)
            } else {
                try TCPListener(address, kind: kind, handler: rigConnections)
            }
        listeners.append(listener)
        listening.append(Endpoint(host: listener.address.host, port: listener.address.port))
        return listener.address
    }

    /// Accepts rigs at the configured address `bind`.
    /// - Throws: `StartFault`, with what helps.
    func listen(at bind: Endpoint, tls: TLSContext?, inherited: InheritedSockets? = nil) throws -> SocketAddress {
        guard let address = SocketAddress(host: bind.host, port: bind.port) else {
            throw StartFault(text: ProxyWords.badBind(bind))
        }
        do {
            return try listen(at: address, tls: tls, inherited: inherited)
        } catch {
            let name = (error as? LoopError)?.name
            throw StartFault(text: ProxyWords.cantListen(bind, "\(error)", name: name), name: name)
        }
    }

    /// Takes other pools for an upstream.
    func changePools(of upstream: Upstream, to list: [CoreEndpoint], nearestFirst: Bool) {
        core.changeEndpoints(of: upstream, to: list, nearestFirst: nearestFirst, now: loop.now)
        let endpoints = core.endpoints(of: upstream)
        laneConnections?.change(upstream, to: endpoints)
        trust.change(upstream, to: endpoints)
        perform()
    }

    /// Rigs that connect from now on may use this TLS, or none.
    func changeTLS(_ tls: TLSContext?) { rigConnections?.kind.tls = tls }

    /// Accepts no more rigs, and stops when the verdicts in flight have come.
    func stop() {
        for listener in listeners { listener.close() }
        listeners = []
        handle { $0.stop(now: $1) }
    }

    /// Hands one event to the core and performs what comes of it.
    @inline(__always)
    func handle(_ event: (ProxyCore, Instant) -> Void) {
        event(core, loop.now)
        perform()
    }

    /// A connection was accepted.
    func rigAccepted(from address: SocketAddress) -> RigID? {
        let rig = core.rigConnected(from: address.client, now: loop.now)
        if let rig { observer?.rigAccepted(rig, from: address) }
        perform()
        return rig
    }

    func rigClosed(_ rig: RigID, _ reason: CloseReason) {
        observer?.rigDisconnected(rig, reason)
        handle { $0.rigClosed(rig, now: $1) }
    }

    func addressesFailed(_ lane: LaneID, _ failed: [FailedAddress], connected: SocketAddress) {
        observer?.addressesFailed(lane, failed, connected: connected)
    }

    func laneCame(_ lane: LaneID, _ way: LaneWay) { observer?.laneCame(lane, way) }

    func laneSecured(_ lane: LaneID, version: String) {
        observer?.laneSecured(lane, version: version)
    }

    func overloaded(turnedAway: Int) {
        observer?.overloaded(turnedAway: turnedAway)
    }

    /// Arms the timer for what is not due yet. What is due waits until the sockets are read: who has answered is not late. The loop
    /// calls it after its events, for the server that was made last.
    func runCore() {
        perform()
        let deadline = core.nextDeadline
        if deadline <= loop.now, !isBehind { timer?.callAfterPolling() } else { timer?.arm(at: deadline) }
        isBehind = false
    }

    /// Lets the core do what is due.
    private func runDue() {
        // A switch of a large farm is cut into steps by the core; each is performed before the next. The bound lets the
        // sockets have their turn whatever the core finds to do.
        for _ in 0..<Self.mostSteps {
            guard core.nextDeadline <= loop.now else { return }
            core.tick(now: loop.now)
            perform()
        }
        isBehind = true
    }

    /// Performs what the core wants, and what the events want that this leads to at once, in their order. An event that comes
    /// meanwhile changes the core, but its effects wait their turn: none is dropped, none overtakes.
    private func perform() {
        guard !isPerforming else { return }
        isPerforming = true
        defer { isPerforming = false }
        // What is left after the last step is performed with the loop's next turn.
        for _ in 0..<Self.mostSteps {
            guard !core.effects.isEmpty else { break }
            swap(&current, &core.effects)
            performCurrent()
            current.removeAll()
        }
        guard isStopped else { return }
        isStopped = false
        observer?.stopped()
    }

    private func performCurrent() {
        if let rigConnections, let laneConnections {
            current.bytes.withUnsafeBytes { bytes in
                for effect in current.list { perform(effect, bytes, rigConnections, laneConnections) }
            }
        }
        for share in current.accepted { observer?.accepted(share, now: loop.now) }
        if !current.notices.isEmpty { tell(current.notices) }
    }

    @inline(__always)
    private func perform(
        _ effect: Effect, _ bytes: UnsafeRawBufferPointer, _ rigs: RigConnections, _ lanes: LaneConnections
    ) {
        switch effect {
        case .sendToRig(let rig, let span): rigs.send(rig, span.bytes(in: bytes))
        case .sendToLane(let lane, let span): lanes.send(lane, span.bytes(in: bytes))
        case .closeRig(let rig): rigs.close(rig)
        case .dropRig(let rig): rigs.drop(rig)
        case .pauseRig(let rig): rigs.pause(rig)
        case .resumeRig(let rig): rigs.resume(rig)
        case .openLane(let lane, let endpoint): lanes.open(lane, endpoint: Int(endpoint))
        case .closeLane(let lane): lanes.close(lane)
        case .proveFirst(let token, let span): prove(token, span.bytes(in: bytes), isUrgent: true)
        case .proveBeside(let token, let span): prove(token, span.bytes(in: bytes), isUrgent: false)
        case .measure(let upstream, let endpoint): measure(upstream, Int(endpoint))
        case .stopped: isStopped = true
        }
    }

    @inline(never)
    private func prove(_ token: UInt32, _ claim: UnsafeRawBufferPointer, isUrgent: Bool) {
        let seconds = isUrgent ? Self.proofSeconds.first : Self.proofSeconds.beside
        prover?.prove(
            claim, token: UInt64(token), isUrgent: isUrgent, deadline: loop.now.adding(seconds: seconds))
    }

    @inline(never)
    private func measure(_ upstream: Upstream, _ endpoint: Int) {
        roundTrips.measure(core.endpoints(of: upstream)[endpoint]) { [weak self] milliseconds in
            self?.handle { $0.measured(upstream, endpoint: endpoint, milliseconds: milliseconds, now: $1) }
        }
    }

    private func tell(_ notices: [Notice]) {
        for notice in notices {
            laneConnections?.noticed(notice)
            guard let observer else { continue }
            if case .switched(_, _, _, let plannedAt) = notice {
                loop.updateNow()
                observer.switchDelivered(delayMilliseconds: loop.now.milliseconds - plannedAt.milliseconds)
            }
            observer.noticed(notice, now: loop.now)
        }
    }
}

extension ByteSpan {
    /// The bytes in the arena.
    @inline(__always)
    fileprivate func bytes(in arena: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: arena[Int(start)..<Int(start) + Int(count)])
    }
}
