import CLibuv
import ProxyTerms

/// Gives back the memory that TLS handshakes leave in pieces.
///
/// A handshake needs some 25 kB more than the session that comes of it. What many at a time have freed lies between their
/// sessions, where the allocator keeps it: a third of a TLS rig's memory. So after a burst, when it is quiet, the
/// allocator is asked once to return whole pages.
struct HandshakeRemains {
    /// Handshakes that are worth the asking, which walks over the whole heap.
    static let burst = 64
    /// Milliseconds without a handshake after which a burst is over.
    static let quietMilliseconds: Int64 = 1000

    /// Handshakes that ended since memory was given back.
    private(set) var count = 0
    private var latest = Instant.start

    /// A handshake has ended, well or not.
    mutating func add(now: Instant) {
        count += 1
        latest = now
    }

    /// Called once an iteration of the loop; a loop in which nothing happens has nothing to give back soon.
    @inline(__always)
    mutating func giveBack(now: Instant) {
        guard count >= Self.burst, now >= latest.adding(milliseconds: Self.quietMilliseconds) else { return }
        count = 0
        loop_return_free_memory()
    }
}
