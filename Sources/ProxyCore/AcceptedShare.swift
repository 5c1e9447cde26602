import ProxyTerms

/// A share that a pool accepted. No `Notice`: it comes with each share, and two listeners want it, where each of a dozen looks at
/// every notice.
public struct AcceptedShare: Equatable, Sendable {
    /// Whose pool took it.
    public let upstream: Upstream
    /// Who found it.
    public let rig: RigID
    /// What it proves, in hashes.
    public let difficulty: UInt64
    /// From the submit to the verdict.
    public let milliseconds: Int64
    /// The upstream's accepted shares of this run so far, this one with them.
    public let accepted: UInt64
    /// Those that it refused.
    public let rejected: UInt64

    /// A share of `difficulty` hashes, the `accepted`th of the upstream.
    public init(
        _ upstream: Upstream, _ rig: RigID, difficulty: UInt64, milliseconds: Int64, accepted: UInt64, rejected: UInt64
    ) {
        self.upstream = upstream
        self.rig = rig
        self.difficulty = difficulty
        self.milliseconds = milliseconds
        self.accepted = accepted
        self.rejected = rejected
    }
}
