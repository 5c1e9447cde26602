import CLibuv
import Foundation
import Glibc
import Testing

/// A loopback address at which connections are made and nobody says a word; or each is ended at once.
final class HangingAddress: @unchecked Sendable {
    private let descriptor: Int32

    /// Holds `address` (127.0.0.x) with a port.
    init(_ address: String, port: UInt16, hangsUp: Bool = false) throws {
        descriptor = socket(AF_INET, SocketKind.stream, 0)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var name = sockaddr_in()
        uv_ip4_addr(address, Int32(port), &name)
        let isBound = withUnsafePointer(to: name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(isBound == 0 && listen(descriptor, 64) == 0)
        guard hangsUp else { return }
        Thread.detachNewThread { [descriptor] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                close(connection)
            }
        }
    }

    deinit {
        // The thread that waits for connections ends.
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }
}
