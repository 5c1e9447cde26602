import EventLoop
import ProxyCore

/// The rigs' sockets, found by the rig's place in the core's table.
final class RigConnections: StreamHandler, ListenerHandler {
    /// Bytes that may wait for a rig that does not read (docs/architecture.md#bounds).
    static let outputLimit = 262_144

    private unowned let server: ProxyServer
    private(set) lazy var kind = StreamKind(
        server.loop, handler: self, outputLimit: Self.outputLimit, isBounded: true)
    private var streams: [TCPStream?] = []

    init(_ server: ProxyServer) {
        self.server = server
    }

    /// Writes to a rig, unless its life is over.
    @inline(__always)
    func send(_ rig: RigID, _ bytes: UnsafeRawBufferPointer) {
        stream(rig)?.write(bytes)
    }

    /// Closes a rig's connection when all that was written is on its way.
    func close(_ rig: RigID) {
        stream(rig)?.finish()
    }

    /// Closes a rig's connection at once, so that its descriptor is free again.
    func drop(_ rig: RigID) {
        stream(rig)?.close()
    }

    /// Leaves what a rig sends in the kernel.
    func pause(_ rig: RigID) {
        stream(rig)?.pauseReading()
    }

    /// Reads a rig again.
    func resume(_ rig: RigID) {
        stream(rig)?.resumeReading()
    }

    @inline(__always)
    private func stream(_ rig: RigID) -> TCPStream? {
        guard Int(rig.index) < streams.count, let stream = streams[Int(rig.index)], stream.token == rig.token else {
            return nil
        }
        return stream
    }

    func accepted(_ stream: TCPStream, from peer: SocketAddress, on listener: TCPListener) {
        guard let rig = server.rigAccepted(from: peer) else { return stream.close() }
        stream.token = rig.token
        while streams.count <= Int(rig.index) { streams.append(nil) }
        streams[Int(rig.index)] = stream
    }

    func overloaded(_ listener: TCPListener, turnedAway count: Int) {
        server.overloaded(turnedAway: count)
    }

    func connected(_ stream: TCPStream) {}

    func secured(_ stream: TCPStream, _ peer: TLSPeer) {}

    func received(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        let rig = RigID(token: stream.token)
        server.handle { $0.rigReceived(rig, bytes, now: $1) }
    }

    func closed(_ stream: TCPStream, _ reason: CloseReason) {
        // A connection that was turned away was never entered: its token is 0, which no rig has.
        guard stream.token != 0 else { return }
        let rig = RigID(token: stream.token)
        streams[Int(rig.index)] = nil
        server.rigClosed(rig, reason)
    }
}
