import CLibuv
import EventLoop
import Glibc
import Testing

/// A loopback address at which greetings are dropped: its queue is full, and nobody accepts.
final class SilentAddress {
    private var descriptors: [Int32] = []

    /// Holds `address` (127.0.0.x) with a port.
    init(_ address: String, port: UInt16) throws {
        let listener = socket(AF_INET, SocketKind.stream, 0)
        descriptors.append(listener)
        var name = sockaddr_in()
        uv_ip4_addr(address, Int32(port), &name)
        let isBound = withUnsafePointer(to: name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(isBound == 0 && listen(listener, 0) == 0)
        for _ in 0..<4 {
            let descriptor = socket(AF_INET, SocketKind.stream | Int32(SOCK_NONBLOCK.rawValue), 0)
            descriptors.append(descriptor)
            _ = withUnsafePointer(to: name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }
}
