import EventLoop
import ProxyTerms
import SimulatedPeers

/// A simulated pool behind a real listener on this machine: bytes come and go over sockets, the machine judges.
final class DemoPool: StreamHandler, ListenerHandler {
    /// The machine with its counters.
    private(set) var pool: SimulatedPool
    private let loop: EventLoop
    private let tls: TLSContext?
    private lazy var kind = StreamKind(loop, handler: self, tls: tls)
    private var listener: TCPListener?
    private var timer: LoopTimer?
    /// Connections by the pool's number of the session, which is the stream's token too.
    private var streams: [Int: TCPStream] = [:]
    private var effects: [PoolEffect] = []

    /// A pool that listens on a port of the system's choice, with TLS where a context is given.
    init(_ loop: EventLoop, _ settings: PoolSettings, tls: TLSContext? = nil) throws {
        self.loop = loop
        self.tls = tls
        loop.updateNow()
        pool = SimulatedPool(settings, now: loop.now)
        guard let anyPort = SocketAddress(host: "127.0.0.1", port: 0) else {
            preconditionFailure("127.0.0.1 is an address")
        }
        timer = try LoopTimer(loop) { [weak self] in self?.tick() }
        listener = try TCPListener(anyPort, kind: kind, handler: self)
        arm()
    }

    /// The port that clients connect to.
    var port: UInt16 { listener?.address.port ?? 0 }

    /// Changes what the pool's documents say of the sidechain.
    func updateSidechain(_ change: (inout Sidechain) -> Void) {
        pool.updateSidechain(change)
    }

    /// Takes and sends nothing more.
    func close() {
        listener?.close()
        timer?.close()
        for stream in streams.values { stream.close() }
    }

    private func tick() {
        pool.tick(now: loop.now, to: &effects)
        perform()
    }

    private func perform() {
        for effect in effects {
            switch effect {
            case .send(let session, let bytes): streams[session]?.write(bytes)
            // What the pool said last is to arrive.
            case .close(let session): streams.removeValue(forKey: session)?.finish()
            }
        }
        effects.removeAll(keepingCapacity: true)
        arm()
    }

    private func arm() {
        timer?.arm(at: pool.nextDeadline)
    }

    // MARK: Sockets

    func accepted(_ stream: TCPStream, from peer: SocketAddress, on listener: TCPListener) {
        guard let session = pool.connect(address: peer.host, now: loop.now) else { return stream.close() }
        stream.token = UInt64(session)
        streams[session] = stream
        arm()
    }

    func overloaded(_ listener: TCPListener, turnedAway count: Int) {}

    func connected(_ stream: TCPStream) {}

    func secured(_ stream: TCPStream, _ peer: TLSPeer) {}

    func received(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        guard streams[Int(stream.token)] != nil else { return }
        pool.received(bytes, session: Int(stream.token), now: loop.now, to: &effects)
        perform()
    }

    func closed(_ stream: TCPStream, _ reason: CloseReason) {
        guard streams.removeValue(forKey: Int(stream.token)) != nil else { return }
        pool.disconnected(session: Int(stream.token))
        arm()
    }
}
