import Glibc

/// Sockets between this process and the proxy.
enum Loopback {
    /// Which of the two loopback addresses.
    enum Family: CaseIterable {
        case ipv4
        case ipv6

        /// The address as configurations write it.
        func address(_ port: UInt16) -> String {
            switch self {
            case .ipv4: "127.0.0.1:\(port)"
            case .ipv6: "[::1]:\(port)"
            }
        }
    }

    /// Connects to a port. A small `receiveBuffer` makes a peer that does not read felt soon; where it does not wait, the
    /// connection may still be on its way.
    static func connect(
        to port: UInt16, _ family: Family = .ipv4, receiveBuffer: Int32? = nil, waits: Bool = true
    ) throws -> Int32 {
        let descriptor = try open(family)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        if !waits { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        let status = withAddress(family, port) { Glibc.connect(descriptor, $0, $1) }
        guard status == 0 || (!waits && errno == EINPROGRESS) else {
            let code = errno
            close(descriptor)
            throw BuiltProgram.Fault(description: "can't connect to port \(port): errno \(code)")
        }
        return descriptor
    }

    /// Whether this machine has IPv6: containers often lack it.
    static let hasIPv6: Bool = {
        guard let (descriptor, _) = try? reserve(.ipv6) else { return false }
        close(descriptor)
        return true
    }()

    /// Takes a port, which the system chooses where none is given, without listening on it: connections to it are refused.
    /// As long as the descriptor is open the system gives the port to nobody who asks for any; who names it and allows its
    /// reuse, as the proxy and `listen` do, can listen on it.
    static func reserve(_ family: Family = .ipv4, port: UInt16 = 0) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = try open(family)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard withAddress(family, port, { bind(descriptor, $0, $1) }) == 0 else {
            let code = errno
            close(descriptor)
            throw BuiltProgram.Fault(description: "can't have port \(port): errno \(code)")
        }
        return (descriptor, localPort(descriptor))
    }

    /// Listens on a port that the system chooses, or on the one given.
    static func listen(
        _ family: Family = .ipv4, port: UInt16 = 0, backlog: Int32 = 64
    ) throws -> (descriptor: Int32, port: UInt16) {
        let (descriptor, port) = try reserve(family, port: port)
        guard Glibc.listen(descriptor, backlog) == 0 else {
            let code = errno
            close(descriptor)
            throw BuiltProgram.Fault(description: "can't listen: errno \(code)")
        }
        return (descriptor, port)
    }

    private static func localPort(_ descriptor: Int32) -> UInt16 {
        // The port stands at the same place in the addresses of both families.
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
        }
        return UInt16(bigEndian: address.sin6_port)
    }

    private static func open(_ family: Family) throws -> Int32 {
        let domain = family == .ipv4 ? AF_INET : AF_INET6
        let descriptor = socket(domain, SocketKind.stream, 0)
        guard descriptor >= 0 else { throw BuiltProgram.Fault(description: "no socket: errno \(errno)") }
        return descriptor
    }

    private static func withAddress(
        _ family: Family, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        func call<Address>(_ address: Address) -> Int32 {
            withUnsafePointer(to: address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<Address>.size))
                }
            }
        }
        switch family {
        case .ipv4:
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            return call(address)
        case .ipv6:
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = in6addr_loopback
            return call(address)
        }
    }
}

/// The monotonic clock, in seconds.
func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Asks again and again until `condition` holds; false where it does not within `seconds`.
func eventually(within seconds: Double = 20, _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = monotonicSeconds() + seconds
    while try !condition() {
        guard monotonicSeconds() < deadline else { return false }
        usleep(10_000)
    }
    return true
}
