import ProxyTerms
import StratumCodec

/// One rig's submit on its way through a lane: what the core needs to answer the rig and to book the work.
public struct PendingSubmit: Equatable, Sendable {
    /// Index of the rig that is owed one reply (docs/invariants.md#rule-2).
    public var rigIndex: UInt32
    /// Generation of that index, so that a reply never reaches a rig that came later.
    public var rigGeneration: UInt32
    /// The rig's own JSON id.
    public var request: RequestID
    /// Work of the share in hashes: 2^64 / target of the pool's job (docs/invariants.md#rule-9).
    public var work: Double
    /// What the share's hash is compared with targets by (its last eight bytes, little-endian): p2pool's sidechain asks for
    /// more than the job did.
    public var hash: UInt64
    /// The pool looks at it closely, and nobody has proven it: wrong, it is held against the session.
    public var isRisk = false
    /// When the lane took the submit; how long it may wait for its turn counts from here.
    public var takenAt: Instant
    /// When its bytes were handed out, which its verdict's deadline counts from; `never` while it waits in the lane's queue. Set
    /// by the lane.
    public var sentAt: Instant

    /// A submit taken from a rig at `takenAt`.
    public init(
        rigIndex: UInt32, rigGeneration: UInt32, request: RequestID, work: Double, hash: UInt64, takenAt: Instant
    ) {
        self.rigIndex = rigIndex
        self.rigGeneration = rigGeneration
        self.request = request
        self.work = work
        self.hash = hash
        self.takenAt = takenAt
        sentAt = .never
    }
}
