import ProxyTerms

/// Bytes of the output arena that one effect sends.
public struct ByteSpan: Equatable, Sendable {
    /// Offset of the first byte in `Effects.bytes`.
    public var start: UInt32
    /// Number of bytes.
    public var count: UInt32
}

/// What the shell is to do. Plain values: no closures, no references, no strings.
public enum Effect: Equatable, Sendable {
    /// Write these bytes to the rig.
    case sendToRig(RigID, ByteSpan)
    /// Close the rig's connection once everything written so far is flushed.
    case closeRig(RigID)
    /// Close the rig's connection at once: nothing was written to it.
    case dropRig(RigID)
    /// Read nothing of the rig for now.
    case pauseRig(RigID)
    /// Read the rig again.
    case resumeRig(RigID)
    /// Connect the lane to this endpoint (an index into the upstream's endpoints).
    case openLane(LaneID, endpoint: UInt16)
    /// Write these bytes to the lane's pool.
    case sendToLane(LaneID, ByteSpan)
    /// Close the lane's connection at once.
    case closeLane(LaneID)
    /// Prove the claim (`ShareClaim`), before others: the share waits for it. The outcome comes back with the token, in 5 s at the latest.
    case proveFirst(UInt32, ByteSpan)
    /// Prove the claim when there is time, within a minute; nothing waits for it.
    case proveBeside(UInt32, ByteSpan)
    /// Measure how long a connection to this endpoint takes, and end it; `measured` is told in 10 s at the latest.
    case measure(Upstream, endpoint: UInt16)
    /// Orderly stop is complete: every verdict is in, or the wait for them is over.
    case stopped
}

/// What one or more events came to: effects in order, the bytes they send, and notices for the log.
///
/// The shell performs and empties it after each event, so that its memory is reused and nothing is allocated per share
/// or job in the steady state.
public struct Effects {
    /// Effects in the order in which they are to be performed.
    public var list: [Effect] = []
    /// The arena that `ByteSpan` points into.
    public var bytes: [UInt8] = []
    /// The shares that pools accepted, for the log and the figures.
    public var accepted: [AcceptedShare] = []
    /// What else happened, for the log.
    public var notices: [Notice] = []

    /// Nothing to do.
    public init() {}

    /// Whether there is nothing to do and nothing to log.
    public var isEmpty: Bool { list.isEmpty && accepted.isEmpty && notices.isEmpty }

    /// Forgets everything and keeps the memory, as much as a job for the rigs of one full lane needs; what a burst took beyond
    /// that goes back to the system.
    public mutating func removeAll() {
        list.removeAll(keepingCapacity: list.capacity <= 2048)
        bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 17)
        accepted.removeAll(keepingCapacity: accepted.capacity <= 1024)
        if !notices.isEmpty { notices.removeAll(keepingCapacity: notices.capacity <= 1024) }
    }

    /// The span of everything appended to the arena since `start`.
    func span(from start: Int) -> ByteSpan {
        ByteSpan(start: UInt32(start), count: UInt32(bytes.count - start))
    }
}
