import EventLoop
import Glibc

/// A port that the kernel accepts connections on and nobody reads from.
final class SilentListener {
    private let descriptor: Int32
    let port: UInt16

    init(_ loop: EventLoop) throws {
        descriptor = socket(AF_INET, SocketKind.stream, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) | listen(descriptor, 8) | getsockname(descriptor, $0, &length)
            }
        }
        guard descriptor >= 0, status == 0 else { throw SetUpError(text: "no listener: errno \(errno)") }
        port = UInt16(bigEndian: address.sin_port)
    }

    /// Whether a connection stands that was not taken yet.
    var isAsked: Bool {
        var asked = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&asked, 1, 0) > 0
    }

    /// Takes a connection that stands, to be closed by the test; it waits for one.
    func take() -> Int32 { accept(descriptor, nil, nil) }

    deinit {
        close(descriptor)
    }
}
