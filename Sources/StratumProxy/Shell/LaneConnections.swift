import EventLoop
import ProxyCore
import ProxyTerms
import Upstreams

/// The lanes' connections to pools: resolve, connect, secure, then bytes. Where a pool is reached through a SOCKS5 proxy it is
/// the proxy that is resolved and connected to; the pool's name goes to the proxy, and what follows is the same.
final class LaneConnections: StreamHandler {
    /// Bytes that may wait for a pool that does not read; a lane's own bounds are far lower.
    static let outputLimit = 262_144

    /// How far one lane's connection is. Deadlines are the core's: it closes what takes too long.
    private enum Connection {
        case resolving(Resolution)
        case open(TCPStream)
    }

    private unowned let server: ProxyServer
    private var endpoints: PerUpstream<[CoreEndpoint]>
    private let tls: TLSContext
    private let trust: TrustKeeper
    private lazy var kind = StreamKind(server.loop, handler: self, outputLimit: Self.outputLimit)
    private var connections: [UInt64: (connection: Connection, endpoint: Int)] = [:]
    /// In which order each endpoint's addresses are tried.
    private var orders: PerUpstream<[AddressOrder<SocketAddress>]>
    /// Where lanes are connected that have not logged in yet: at their pool, or at a SOCKS5 proxy that has not made the connection yet.
    private var candidates: [UInt64: (endpoint: Int, address: SocketAddress)] = [:]
    /// Plain connections on which the pool has said nothing yet.
    private var unheard: Set<UInt64> = []
    /// Lanes whose SOCKS5 proxy has not made the connection yet.
    private var greetings: [UInt64: Socks5Greeting] = [:]

    init(_ server: ProxyServer, endpoints: PerUpstream<[CoreEndpoint]>, trust: TrustKeeper) throws {
        self.server = server
        self.trust = trust
        self.endpoints = endpoints
        orders = PerUpstream(
            p2pool: endpoints.p2pool.map { _ in AddressOrder() }, xvb: endpoints.xvb.map { _ in AddressOrder() })
        tls = try TLSContext.client()
    }

    /// Other endpoints have the numbers from now on; where one differs, no lane is on it.
    func change(_ upstream: Upstream, to list: [CoreEndpoint]) {
        let known = endpoints[upstream]
        orders[upstream] = list.indices.map { index in
            index < known.count && known[index] == list[index] ? orders[upstream][index] : AddressOrder()
        }
        endpoints[upstream] = list
    }

    func open(_ lane: LaneID, endpoint: Int) {
        let address = endpoints[lane.upstream][endpoint]
        let next = address.socks5?.endpoint ?? address.endpoint
        let (host, port) = (next.host, next.port)
        let resolution = server.loop.resolve(host: host, port: port) { [weak self] answer in
            self?.resolved(lane, endpoint, answer)
        }
        connections[lane.token] = (.resolving(resolution), endpoint)
    }

    func send(_ lane: LaneID, _ bytes: UnsafeRawBufferPointer) {
        guard case .open(let stream)? = connections[lane.token]?.connection else { return }
        stream.write(bytes)
    }

    func close(_ lane: LaneID) {
        guard let known = connections.removeValue(forKey: lane.token) else { return }
        greetings[lane.token] = nil
        switch known.connection {
        case .resolving(let resolution):
            resolution.cancel()
            server.laneCame(lane, .lookingUp)
        case .open(let stream):
            let failed = stream.failedAddresses
            remember(failed, of: lane.upstream, known.endpoint)
            if !failed.isEmpty { server.laneCame(lane, .tried(failed)) }
            stream.close()
        }
    }

    private func remember(_ failed: [FailedAddress], of upstream: Upstream, _ endpoint: Int) {
        for failed in failed { orders[upstream][endpoint].failed(failed.address) }
    }

    /// A login went through at an address, or did not: another one is tried first the next time.
    func noticed(_ notice: Notice) {
        switch notice {
        case .laneReady(let lane, _, _, _):
            guard let (endpoint, address) = candidates.removeValue(forKey: lane.token) else { return }
            orders[lane.upstream][endpoint].worked(address)
        case .laneLost(let lane, _, let reason, _):
            guard let (endpoint, address) = candidates.removeValue(forKey: lane.token) else { return }
            switch reason {
            case .connection, .loginRefused, .fault, .distrusted, .ourselves:
                orders[lane.upstream][endpoint].failed(address)
            case .notNeeded, .renewed, .badShares: break
            }
        case _: break
        }
    }

    private func resolved(_ lane: LaneID, _ endpoint: Int, _ answer: Result<[SocketAddress], LoopError>) {
        guard connections[lane.token] != nil else { return }
        switch answer {
        case .success(let addresses):
            if let reason = isOurselves(addresses, endpoints[lane.upstream][endpoint]) {
                connections[lane.token] = nil
                server.handle { $0.laneClosed(lane, reason: reason, now: $1) }
                return
            }
            let order = orders[lane.upstream][endpoint].sorted(addresses) { $0.isIPv6 }
            let stream = server.loop.connect(to: order, kind: kind, token: lane.token)
            connections[lane.token] = (.open(stream), endpoint)
        case .failure(let error):
            connections[lane.token] = nil
            let address = endpoints[lane.upstream][endpoint]
            server.handle { $0.laneClosed(lane, reason: PoolWords.notFound(address, "\(error)"), now: $1) }
        }
    }

    /// The reason to close where one of a pool's addresses is a port of our own: a name's addresses are known only now.
    private func isOurselves(_ addresses: [SocketAddress], _ endpoint: CoreEndpoint) -> String? {
        guard endpoint.socks5 == nil else { return nil }
        let ports = OwnPorts(bind: server.listening, machine: .withAddresses)
        let own = addresses.lazy.compactMap { ports.listener(at: $0.host, port: $0.port) }.first
        return own.map { PoolWords.isOurselves(at: "\($0)") }
    }

    func connected(_ stream: TCPStream) {
        guard let endpoint = connections[stream.token]?.endpoint, let address = self.endpoint(of: stream) else {
            return
        }
        let lane = LaneID(token: stream.token)
        let peer = stream.peer
        let failed = stream.failedAddresses
        remember(failed, of: lane.upstream, endpoint)
        if let peer {
            if !failed.isEmpty { server.addressesFailed(lane, failed, connected: peer) }
            server.laneCame(lane, address.socks5 == nil ? .pool(peer) : .proxy(peer))
        }
        candidates[stream.token] = peer.map { (endpoint, $0) }
        guard let proxy = address.socks5 else { return reachedPool(stream, address) }
        let greeting = Socks5Greeting(to: address.endpoint, through: proxy)
        var output: [UInt8] = []
        greeting.begin(into: &output)
        greetings[stream.token] = greeting
        stream.write(output)
    }

    private func endpoint(of stream: TCPStream) -> CoreEndpoint? {
        guard let endpoint = connections[stream.token]?.endpoint else { return nil }
        return endpoints[LaneID(token: stream.token).upstream][endpoint]
    }

    /// A connection to the pool itself stands.
    private func reachedPool(_ stream: TCPStream, _ address: CoreEndpoint) {
        let lane = LaneID(token: stream.token)
        server.handle { $0.laneConnected(lane, now: $1) }
        if address.usesTLS, connections[stream.token] != nil {
            stream.startTLS(tls, serverName: address.sendsServerName ? address.endpoint.host : "")
        } else if connections[stream.token] != nil {
            unheard.insert(stream.token)
        }
    }

    func secured(_ stream: TCPStream, _ peer: TLSPeer) {
        let lane = LaneID(token: stream.token)
        guard let endpoint = connections[stream.token]?.endpoint else { return }
        server.laneSecured(lane, version: peer.version)
        // The core's deadline for the handshake goes on until the certificate is judged.
        trust.judge(lane.upstream, endpoint, peer.chain) { [weak self] outcome in self?.judged(lane, outcome) }
    }

    private func judged(_ lane: LaneID, _ outcome: TrustKeeper.Outcome) {
        guard connections[lane.token] != nil else { return }
        switch outcome {
        case .taken: server.handle { $0.laneSecured(lane, now: $1) }
        case .refused(let refusal): server.handle { $0.laneDistrusted(lane, refusal, now: $1) }
        }
    }

    func received(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        guard greetings.isEmpty || greetings[stream.token] == nil else { return receivedOfProxy(stream, bytes) }
        let lane = LaneID(token: stream.token)
        if !unheard.isEmpty, unheard.remove(stream.token) != nil, Self.isTLSRecord(bytes) {
            return fail(stream, PoolWords.speaksTLS)
        }
        server.handle { $0.laneReceived(lane, bytes, now: $1) }
    }

    /// Whether a peer's first bytes are a record of TLS (an alert, a greeting), which begins with its kind and a version 3.x.
    private static func isTLSRecord(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 2 && (0x14...0x17).contains(bytes[0]) && bytes[1] == 3
    }

    private func receivedOfProxy(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        guard let address = endpoint(of: stream), var greeting = greetings.removeValue(forKey: stream.token)
        else { return }
        var output: [UInt8] = []
        switch greeting.receive(bytes, into: &output) {
        case .goesOn:
            greetings[stream.token] = greeting
            stream.write(output)
        case .open(let consumed):
            let rest = UnsafeRawBufferPointer(rebasing: bytes[consumed...])
            guard rest.isEmpty || !address.usesTLS else {
                return fail(stream, PoolWords.earlyData)
            }
            // Its address is a good one, whatever the pool behind it does.
            if let (endpoint, proxy) = candidates.removeValue(forKey: stream.token) {
                orders[LaneID(token: stream.token).upstream][endpoint].worked(proxy)
            }
            server.laneCame(LaneID(token: stream.token), .throughProxy)
            reachedPool(stream, address)
            if !rest.isEmpty, connections[stream.token] != nil { received(stream, rest) }
        case .fault(let fault):
            fail(stream, PoolWords.proxyTrouble(address, fault.text))
        }
    }

    /// Ends a connection that the core takes for one that is still being made.
    private func fail(_ stream: TCPStream, _ reason: String) {
        let lane = LaneID(token: stream.token)
        connections[stream.token] = nil
        stream.close()
        server.handle { $0.laneClosed(lane, reason: reason, now: $1) }
    }

    func closed(_ stream: TCPStream, _ reason: CloseReason) {
        guard let known = connections.removeValue(forKey: stream.token) else { return }
        let lane = LaneID(token: stream.token)
        let address = endpoints[lane.upstream][known.endpoint]
        var isOfProxy = greetings.removeValue(forKey: stream.token) != nil
        let wasUnheard = unheard.remove(stream.token) != nil
        var text = reason.text
        switch reason {
        case .peerClosed, .failed: if wasUnheard { text += PoolWords.saidNothing }
        case .tls: if text.contains("does not speak TLS") { text += PoolWords.isPlain }
        case .requested, .finished, .peerClosedInHandshake, .connectFailed, .outputOverflow, .tlsNotEnabled: break
        }
        if case .connectFailed = reason {
            isOfProxy = address.socks5 != nil
            let failed = stream.failedAddresses
            remember(failed, of: lane.upstream, known.endpoint)
            text = PoolWords.connectFailed(to: (address.socks5?.endpoint ?? address.endpoint).host, failed)
        }
        if isOfProxy { text = PoolWords.proxyTrouble(address, text) }
        server.handle { $0.laneClosed(lane, reason: text, now: $1) }
    }
}

extension Socks5Greeting {
    /// Asks `proxy` for a connection to `endpoint`, by its name where it has one: the proxy resolves it.
    init(to endpoint: Endpoint, through proxy: Socks5Proxy) {
        let target: Target
        if let bytes = IPAddress.bytes(endpoint.host) {
            target = bytes.count == 4 ? .ipv4(bytes) : .ipv6(bytes)
        } else {
            target = .name(endpoint.host)
        }
        self.init(target, port: endpoint.port, credentials: proxy.credentials)
    }
}
