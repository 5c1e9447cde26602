import CLibuv
import Glibc
import ProxyTerms

/// A numeric TCP address: IPv4 or IPv6 with a port.
public struct SocketAddress: Hashable, Sendable {
    /// The address in network byte order: 16 bytes of IPv6, or 4 bytes of IPv4 followed by zeros.
    public let bytes: (high: UInt64, low: UInt64)
    /// The interface of a link-local IPv6 address, else 0.
    public let scope: UInt32
    /// The TCP port.
    public let port: UInt16
    /// Whether this is an IPv6 address.
    public let isIPv6: Bool

    /// A numeric host and a port; nil for a name. IPv6 with or without brackets, a `%interface` is understood.
    public init?(host: String, port: UInt16) {
        let name = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        var v4 = sockaddr_in()
        if uv_ip4_addr(name, Int32(port), &v4) == 0 {
            self.init(v4)
            return
        }
        var v6 = sockaddr_in6()
        guard uv_ip6_addr(name, Int32(port), &v6) == 0 else { return nil }
        self.init(v6)
    }

    /// `host:port` with a numeric host, IPv6 in brackets: `0.0.0.0:3355`, `[::]:3355`. Nil for anything else.
    public init?(_ text: String) {
        guard let endpoint = try? Endpoint(text, ports: 0...65_535) else { return nil }
        self.init(host: endpoint.host, port: endpoint.port)
    }

    /// Where a descriptor listens for TCP connections; nil where it does not.
    public init?(ofListener descriptor: Int32) {
        var isListening: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0, isListening == 1,
            let address = Self.read({ getsockname(descriptor, $0, $1) })
        else { return nil }
        self = address
    }

    /// The address in a C structure; nil if it is neither IPv4 nor IPv6.
    init?(_ pointer: UnsafePointer<sockaddr>) {
        let raw = UnsafeRawPointer(pointer)
        switch Int32(pointer.pointee.sa_family) {
        case AF_INET: self.init(raw.loadUnaligned(as: sockaddr_in.self))
        case AF_INET6: self.init(raw.loadUnaligned(as: sockaddr_in6.self))
        default: return nil
        }
    }

    private init(_ address: sockaddr_in) {
        var address = address
        let word = withUnsafeBytes(of: &address.sin_addr) { $0.loadUnaligned(as: UInt32.self) }
        bytes = (high: UInt64(UInt32(bigEndian: word)) << 32, low: 0)
        scope = 0
        port = UInt16(bigEndian: address.sin_port)
        isIPv6 = false
    }

    private init(_ address: sockaddr_in6) {
        var address = address
        bytes = withUnsafeBytes(of: &address.sin6_addr) {
            (
                high: UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        scope = address.sin6_scope_id
        port = UInt16(bigEndian: address.sin6_port)
        isIPv6 = true
    }

    /// Whether both are the same address and port.
    public static func == (lhs: SocketAddress, rhs: SocketAddress) -> Bool {
        lhs.bytes == rhs.bytes && lhs.scope == rhs.scope && lhs.port == rhs.port && lhs.isIPv6 == rhs.isIPv6
    }

    /// Hashes address and port.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.high)
        hasher.combine(bytes.low)
        hasher.combine(port)
    }

    /// The same address with another port: port 0 makes a key of the host alone.
    public func with(port: UInt16) -> SocketAddress {
        SocketAddress(bytes: bytes, scope: scope, port: port, isIPv6: isIPv6)
    }

    private init(bytes: (high: UInt64, low: UInt64), scope: UInt32, port: UInt16, isIPv6: Bool) {
        self.bytes = bytes
        self.scope = scope
        self.port = port
        self.isIPv6 = isIPv6
    }

    /// Calls `body` with the address as the C functions want it, and its length.
    func withCAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_scope_id = scope
            withUnsafeMutableBytes(of: &address.sin6_addr) {
                $0.storeBytes(of: bytes.high.bigEndian, as: UInt64.self)
                $0.storeBytes(of: bytes.low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            return withUnsafePointer(to: &address) {
                body(
                    UnsafeRawPointer($0).assumingMemoryBound(to: sockaddr.self),
                    socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(truncatingIfNeeded: bytes.high >> 32).bigEndian
        return withUnsafePointer(to: &address) {
            body(
                UnsafeRawPointer($0).assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }

    /// Calls a C function that fills in an address, and reads it; nil if that fails.
    static func read(
        _ fill: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { storage in
            let pointer = UnsafeMutableRawPointer(storage).assumingMemoryBound(to: sockaddr.self)
            return fill(pointer, &length) == 0 ? SocketAddress(pointer) : nil
        }
    }
}

extension SocketAddress {
    /// The address as bounds and memories go by it.
    public var client: ClientAddress {
        isIPv6
            ? ClientAddress(ipv6High: bytes.high, low: bytes.low) : ClientAddress(ipv4: UInt32(bytes.high >> 32))
    }
}

extension SocketAddress: CustomStringConvertible {
    /// The host alone, IPv6 without brackets.
    public var host: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
            let status = withCAddress { address, _ in
                uv_ip_name(address, text.baseAddress, text.count)
            }
            guard status == 0, let start = text.baseAddress else { return "?" }
            return String(cString: start)
        }
    }

    /// `host:port`, IPv6 in brackets.
    public var description: String {
        Endpoint(host: host, port: port).description
    }
}
