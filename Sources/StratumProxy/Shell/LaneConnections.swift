import EventLoop
import ProxyCore
import ProxyTerms

/// The lanes' connections to pools: resolve, connect, secure, then bytes.
final class LaneConnections: StreamHandler {
    /// Bytes that may wait for a pool that does not read; a lane's own bounds are far lower.
    static let outputLimit = 262_144

    /// How far one lane's connection is. Deadlines are the core's: it closes what takes too long.
    private enum Connection {
        case resolving(Resolution)
        case open(TCPStream)
    }

    private unowned let server: ProxyServer
    private let endpoints: PerUpstream<[CoreEndpoint]>
    private let tls: TLSContext
    private lazy var kind = StreamKind(server.loop, handler: self, outputLimit: Self.outputLimit)
    private var connections: [UInt64: (connection: Connection, endpoint: Int)] = [:]

    init(_ server: ProxyServer, endpoints: PerUpstream<[CoreEndpoint]>) throws {
        self.server = server
        self.endpoints = endpoints
        tls = try TLSContext.client()
    }

    func open(_ lane: LaneID, endpoint: Int) {
        let address = endpoints[lane.upstream][endpoint]
        let resolution = server.loop.resolve(host: address.host, port: address.port) { [weak self] answer in
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
        switch known.connection {
        case .resolving(let resolution): resolution.cancel()
        case .open(let stream): stream.close()
        }
    }

    private func resolved(_ lane: LaneID, _ endpoint: Int, _ answer: Result<[SocketAddress], LoopError>) {
        guard connections[lane.token] != nil else { return }
        switch answer {
        case .success(let addresses):
            let stream = server.loop.connect(to: addresses, kind: kind, token: lane.token)
            connections[lane.token] = (.open(stream), endpoint)
        case .failure(let error):
            connections[lane.token] = nil
            let host = endpoints[lane.upstream][endpoint].host
            server.handle { $0.laneClosed(lane, reason: "\(host) not found (\(error))", now: $1) }
        }
    }

    func connected(_ stream: TCPStream) {
        let lane = LaneID(token: stream.token)
        guard let endpoint = connections[stream.token]?.endpoint else { return }
        server.handle { $0.laneConnected(lane, now: $1) }
        let address = endpoints[lane.upstream][endpoint]
        if address.usesTLS, connections[stream.token] != nil {
            stream.startTLS(tls, serverName: address.sendsServerName ? address.host : "")
        }
    }

    func secured(_ stream: TCPStream, _ peer: TLSPeer) {
        let lane = LaneID(token: stream.token)
        guard connections[stream.token] != nil else { return }
        server.laneSecured(lane, version: peer.version)
        server.handle { $0.laneSecured(lane, fingerprint: peer.fingerprint ?? "", now: $1) }
    }

    func received(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        let lane = LaneID(token: stream.token)
        server.handle { $0.laneReceived(lane, bytes, now: $1) }
    }

    func closed(_ stream: TCPStream, _ reason: CloseReason) {
        guard connections.removeValue(forKey: stream.token) != nil else { return }
        let lane = LaneID(token: stream.token)
        server.handle { $0.laneClosed(lane, reason: "\(reason)", now: $1) }
    }
}
