import ProxyTerms

/// Greetings that wait for a handshake: those who send them take turns by address, an address that has just come first, and of one address
/// the newest is next, since whoever came long ago has likely given up. So thousands of one address hold up nobody from another.
struct GreetingQueue {
    private var queues: [ClientAddress: RecordQueue] = [:]
    private var origins: [UnsafeMutablePointer<StreamRecord>: ClientAddress] = [:]
    /// Addresses in turn; one whose greetings have all gone leaves when it would be next.
    private var ring: [ClientAddress] = []
    private var next = 0

    /// Greetings that wait.
    var count: Int { origins.count }
    var isEmpty: Bool { origins.isEmpty }

    /// Lets one wait that came from `origin`.
    mutating func append(_ record: UnsafeMutablePointer<StreamRecord>, origin: ClientAddress) {
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
}
