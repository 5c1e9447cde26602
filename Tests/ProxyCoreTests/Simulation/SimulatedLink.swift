import ProxyCore
import ProxyTerms

/// One direction of a connection: bytes under way, in order.
struct Pipe {
    private var segments: [(at: Instant, bytes: [UInt8])] = []
    /// When the newest bytes arrive; later ones never overtake them.
    private(set) var lastAt = Instant.start

    var isEmpty: Bool { segments.isEmpty }

    mutating func append(_ bytes: [UInt8], arrivingAt at: Instant) {
        lastAt = max(lastAt, at)
        segments.append((lastAt, bytes))
    }

    /// Takes what has arrived by `now`, cut anywhere where `random` says so.
    mutating func take(now: Instant, using random: inout SeededGenerator) -> [UInt8] {
        var taken: [UInt8] = []
        while let first = segments.first, first.at <= now {
            taken += first.bytes
            segments.removeFirst()
        }
        guard taken.count > 1, random.unit() < 0.3 else { return taken }
        let cut = 1 + Int(random.next() % UInt64(taken.count - 1))
        segments.insert((now.adding(milliseconds: Int64(random.next() % 20)), Array(taken[cut...])), at: 0)
        return Array(taken[..<cut])
    }

    /// When something is to be taken next.
    var nextAt: Instant { segments.first?.at ?? .never }

    mutating func removeAll() { segments.removeAll() }
}

/// A TCP connection between the core and a rig or a pool.
final class SimulatedLink {
    enum Ends {
        case rig(Int, RigID)
        case lane(LaneID, pool: Int, session: Int)
    }

    var ends: Ends
    var toCore = Pipe()
    var toPeer = Pipe()
    /// Whether the core may still use it: false once it closed it or was told of its end.
    var isOpenAtCore = true
    /// Whether the peer may still use it.
    var isOpenAtPeer = true
    /// Nothing is delivered before.
    var frozenUntil = Instant.start
    /// The core reads nothing of it for now.
    var isPausedAtCore = false
    let latency: ClosedRange<Int64>

    init(_ ends: Ends, latency: ClosedRange<Int64>) {
        self.ends = ends
        self.latency = latency
    }
}
