/// What a pool session has seen of bad shares, and may see yet: the pool ends it, and bans its address, with the third
/// (docs/protocol.md#p2pool-bans).
struct SessionRisk: Equatable {
    /// Bad shares that a pool may be sent on one session.
    static let most = 2

    /// Shares that the pool found wrong.
    private(set) var seen: UInt8 = 0
    /// Shares under way that nobody has proven and the pool will look at.
    private(set) var unproven: UInt8 = 0

    /// Whether a share that nobody has proven may be sent.
    var mayRisk: Bool { seen + unproven < UInt8(Self.most) }
    /// Whether the session is to be replaced.
    var isTainted: Bool { seen > 0 }

    mutating func sent() { if unproven < .max { unproven += 1 } }
    /// The share's verdict came, or its proof, or neither will.
    mutating func settled() { if unproven > 0 { unproven -= 1 } }
    mutating func sawBad() { if seen < .max { seen += 1 } }
}
