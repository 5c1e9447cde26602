/// Whose shares are proven with RandomX before they are believed: the key `verify-shares`.
public enum VerifyShares: String, Equatable, Sendable, CaseIterable {
    /// Nobody's.
    case off
    /// A new rig's first ones, those of a rig that was caught or outgrows what it has proven, and those that claim to be shares of
    /// p2pool's sidechain.
    case suspects
    /// One in about 64 of each rig's, too.
    case sample
}

/// How a share is proven.
enum Scrutiny: Equatable {
    /// Not at all.
    case none
    /// While it is on its way to the pool.
    case beside
    /// Before a pool sees it.
    case before
}
