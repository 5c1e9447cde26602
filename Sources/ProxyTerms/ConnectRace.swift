/// Which of a host's addresses a connection is made to (RFC 8305, section 5): one after the other is tried, each with a head
/// start before the next one is tried beside it, and the first that answers is taken.
///
/// Moments in, small values out. The addresses are numbered in the order in which they are tried.
public struct ConnectRace: Sendable {
    /// What to do next.
    public enum Step: Equatable, Sendable {
        /// Begin to connect to this address.
        case attempt(Int)
        /// Give this address up: its time is over.
        case giveUp(Int)
        /// All have failed.
        case lost
    }

    /// Milliseconds that an address has before the next one is tried beside it (RFC 8305, section 8).
    public static let headStartMilliseconds: Int64 = 250
    /// Milliseconds after which an address that doesn't answer is given up: the kernel has sent its greeting three times by then
    /// (after 0, 1 and 3 s).
    public static let addressMilliseconds: Int64 = 5000
    /// More addresses than this are not tried: the last one begins, and ends, within a lane's deadline (10 s).
    public static let mostAddresses = 16

    private let count: Int
    private var next = 0
    /// When the next address is tried at the latest.
    private var nextAt: Instant
    /// Addresses that were tried and have not answered yet, oldest first.
    private var running: [(index: Int, until: Instant)] = []

    /// A race between `count` addresses that begins now.
    public init(addresses count: Int, now: Instant) {
        self.count = min(count, Self.mostAddresses)
        nextAt = now
    }

    /// When `step` has something to do at the latest.
    public var nextDeadline: Instant {
        min(running.first?.until ?? .never, next < count ? nextAt : .never)
    }

    /// What is due; nil: nothing before `nextDeadline`. Call it again until it says so.
    public mutating func step(now: Instant) -> Step? {
        if let oldest = running.first, oldest.until <= now {
            failed(oldest.index, now: now)
            return .giveUp(oldest.index)
        }
        if next < count, nextAt <= now {
            let index = next
            next += 1
            nextAt = now.adding(milliseconds: Self.headStartMilliseconds)
            running.append((index, now.adding(milliseconds: Self.addressMilliseconds)))
            return .attempt(index)
        }
        return running.isEmpty && next == count ? .lost : nil
    }

    /// An address has failed: the next one need not wait.
    public mutating func failed(_ index: Int, now: Instant) {
        running.removeAll { $0.index == index }
        nextAt = now
    }
}
