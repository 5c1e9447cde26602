import ProxyTerms

/// What one rig's shares came to, since it connected. Kept only for rigs that have sent one.
public struct RigCounts: Equatable, Sendable {
    /// What a share came to.
    public enum Outcome: UInt8, Equatable, Sendable, CaseIterable {
        /// A pool accepted it.
        case accepted
        /// Good for the rig's own difficulty and below the pool's: answered OK here. No fault.
        case belowPoolTarget
        /// A pool refused it.
        case refusedByPool
        /// Too old: its job had left the pool.
        case stale
        /// The same nonce of the same job again.
        case duplicate
        /// Byte 42 of the nonce was not the rig's.
        case wrongNonceRange
        /// Of a job that this rig was never given.
        case unknownJob
        /// Not understood, or before it had a job.
        case malformed
        /// Below the rig's own difficulty.
        case lowDifficulty
        /// Its hash is not what the rig claimed: proven here.
        case wrongHash
        /// More than this rig, its job or its lane can have.
        case tooMany
        /// No verdict: the pool's connection was lost, it was too slow, or it takes no shares at all.
        case lost

        /// Whether the rig was answered with an error.
        public var isRefusal: Bool { self != .accepted && self != .belowPoolTarget }
    }

    private var counts: SIMD16<UInt32> = .zero
    /// When it sent its last share that was good as far as could be seen here, seconds of the core's clock; 0 before.
    public private(set) var lastShareSecond: UInt32 = 0
    /// When its last share was refused, seconds of the core's clock; 0 before.
    public private(set) var lastRefusalSecond: UInt32 = 0
    /// What was wrong with it.
    public private(set) var lastRefusal: Outcome?

    /// Nothing yet.
    public init() {}

    /// So many shares came to that.
    public subscript(outcome: Outcome) -> UInt32 { counts[Int(outcome.rawValue)] }

    /// All shares that were not good.
    public var refusals: UInt64 {
        Outcome.allCases.reduce(0) { $0 + ($1.isRefusal ? UInt64(self[$1]) : 0) }
    }

    /// All shares that were good.
    var good: Int64 { Int64(self[.accepted]) + Int64(self[.belowPoolTarget]) }

    @inline(__always)
    mutating func came(second: UInt32) { lastShareSecond = second }

    @inline(__always)
    mutating func add(_ outcome: Outcome, second: UInt32) {
        counts[Int(outcome.rawValue)] &+= 1
        if outcome.isRefusal { refused(outcome, second: second) }
    }

    private mutating func refused(_ outcome: Outcome, second: UInt32) {
        lastRefusal = outcome
        lastRefusalSecond = second
    }
}
