import ProxyTerms

/// What became of the shares sent to one upstream. At any moment submitted = accepted + rejected + stale + lost + pending.
public struct ShareCounts: Equatable, Sendable {
    /// Sent to a pool, or waiting in a lane for their turn.
    public var submitted: UInt64 = 0
    /// The pool said OK.
    public var accepted: UInt64 = 0
    /// The pool refused them for a reason other than age.
    public var rejected: UInt64 = 0
    /// The pool refused them as too old.
    public var stale: UInt64 = 0
    /// The lane died, the pool did not answer in time, or it takes no shares at all: its own pool is gone, it has banned us.
    public var lost: UInt64 = 0
    /// No verdict yet.
    public var pending: UInt64 = 0
    /// Of those submitted: sent after their rig had been moved to the other upstream, or had got a newer job.
    public var late: UInt64 = 0
    /// Σ 2^64/target of the accepted, hashes.
    public var acceptedWork: Double = 0

    /// Whether the books balance (docs/invariants.md#balanced-books).
    public var isBalanced: Bool { submitted == accepted + rejected + stale + lost + pending }
}

/// Submits that never reached a pool, by what they were answered.
public struct LocalCounts: Equatable, Sendable {
    /// Good for the rig's own difficulty and below the pool's: answered OK here.
    public var belowPoolTarget: UInt64 = 0
    private var refused: SIMD16<UInt64> = .zero

    /// Those refused for one reason.
    public subscript(refusal: ShareRefusal) -> UInt64 {
        get { refused[Int(refusal.rawValue)] }
        set { refused[Int(refusal.rawValue)] = newValue }
    }

    /// Not understood, or before the rig had a job.
    public var malformed: UInt64 { self[.malformed] + self[.notLoggedIn] }
    /// All of them.
    public var total: UInt64 { belowPoolTarget + refused.wrappedSum() }
}

/// Our shares in p2pool's sidechain, as far as verdicts told of them.
struct SidechainAccount: Equatable {
    /// A hash up to this is a sidechain share; 0 before p2pool's figures came.
    var target: UInt64 = 0
    /// Found since the start.
    var shares: UInt64 = 0
    /// When the last one was found.
    var lastShareAt: Instant?
}
