import Glibc

/// Greetings that wait for a handshake: those who send them take turns by address, an address that has just come first, and of one address
/// the newest is next, since whoever came long ago has likely given up. So thousands of one address hold up nobody from another.
struct GreetingQueue {
    private var queues: [UInt16: RecordQueue] = [:]
    private var origins: [UnsafeMutablePointer<StreamRecord>: UInt16] = [:]
    /// Addresses in turn; one whose greetings have all gone leaves when it would be next.
    private var ring: [UInt16] = []
    private var next = 0

    /// Greetings that wait.
    var count: Int { origins.count }
    var isEmpty: Bool { origins.isEmpty }

    /// `origin` stands for the address that it came from (`origin(of:)`).
    mutating func append(_ record: UnsafeMutablePointer<StreamRecord>, origin: UInt16) {
        origins[record] = origin
        if queues[origin] == nil {
            queues[origin] = RecordQueue()
            ring.insert(origin, at: next)
        }
        queues[origin]?.append(record)
    }

    /// Takes the one that is next.
    mutating func popNext() -> UnsafeMutablePointer<StreamRecord>? {
        while !ring.isEmpty {
            if next >= ring.count { next = 0 }
            if let record = queues[ring[next]]?.popLast() {
                next += 1
                origins[record] = nil
                return record
            }
            queues[ring[next]] = nil
            ring.remove(at: next)
        }
        next = 0
        return nil
    }

    /// Takes out one that is in it.
    mutating func remove(_ record: UnsafeMutablePointer<StreamRecord>) {
        guard let origin = origins.removeValue(forKey: record) else { return }
        queues[origin]?.remove(record)
    }

    /// A number for the address that a connection comes from, IPv6 by its first 64 bits; few addresses share one.
    static func origin(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let isKnown = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) == 0 }
        }
        guard isKnown else { return 0 }
        let isIPv6 = Int32(address.sin6_family) == AF_INET6
        return withUnsafeBytes(of: &address) { bytes in
            // An IPv4 address stands behind family and port, in IPv6's clothes at the end of its 16 bytes.
            let isMapped = isIPv6 && bytes[8..<18].allSatisfy { $0 == 0 } && bytes[18] == 0xFF
            let range = isMapped ? 20..<24 : isIPv6 ? 8..<16 : 4..<8
            let hash = bytes[range].reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
            return UInt16(truncatingIfNeeded: hash >> 16 ^ hash)
        }
    }
}
