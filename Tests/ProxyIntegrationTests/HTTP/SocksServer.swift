import EventLoop
import ProxyTerms

/// A SOCKS5 proxy that answers itself what it is to pass on: a web server behind it is not needed to see what is asked.
final class SocksServer: StreamHandler, ListenerHandler {
    /// What the client asked to be connected to, as `kind host:port`.
    private(set) var targets: [String] = []
    /// The requests that came through.
    private(set) var received: [String] = []
    /// The reply to the request for a connection; 0 is success (RFC 1928).
    var reply: UInt8 = 0

    private enum Phase {
        case greeting
        case target
        case passing
    }

    private var kind: StreamKind?
    private var listener: TCPListener?
    private var phases: [UInt64: Phase] = [:]
    private var count: UInt64 = 0

    init(_ loop: EventLoop) throws {
        let kind = StreamKind(loop, handler: self)
        self.kind = kind
        guard let address = SocketAddress("127.0.0.1:0") else { throw SetUpError(text: "no address") }
        listener = try TCPListener(address, kind: kind, handler: self)
    }

    var address: String { "127.0.0.1:\(listener?.address.port ?? 0)" }

    func stop() {
        listener?.close()
    }

    func accepted(_ stream: TCPStream, from peer: SocketAddress, on listener: TCPListener) {
        stream.token = count
        phases[count] = .greeting
        count += 1
    }

    func overloaded(_ listener: TCPListener, turnedAway count: Int) {}
    func connected(_ stream: TCPStream) {}
    func secured(_ stream: TCPStream, _ peer: TLSPeer) {}
    func closed(_ stream: TCPStream, _ reason: CloseReason) {}

    func received(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        switch phases[stream.token] {
        case .greeting?:
            phases[stream.token] = .target
            stream.write([5, 0])
        case .target?:
            phases[stream.token] = .passing
            guard bytes.count > 7, bytes[3] == 3, bytes.count == 7 + Int(bytes[4]) else {
                targets.append("address")
                return stream.close()
            }
            let name = String(decoding: bytes[5..<(5 + Int(bytes[4]))], as: UTF8.self)
            let port = UInt16(bytes[bytes.count - 2]) << 8 | UInt16(bytes[bytes.count - 1])
            targets.append("name \(name):\(port)")
            stream.write([5, reply, 0, 1, 0, 0, 0, 0, 0, 0])
        case .passing?:
            received.append(String(decoding: bytes, as: UTF8.self))
            stream.write(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".utf8))
        case nil:
            break
        }
    }
}
