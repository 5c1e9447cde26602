/// What a kind of pool is like: all that differs between p2pool and XvB's node, but for their addresses.
///
/// Who owns nonce byte 42 is no part of it: that is seen from the jobs of each lane (docs/invariants.md#rule-5).
public struct PoolProfile: Equatable, Sendable {
    /// What the pool makes of a login name.
    public enum LoginForm: Equatable, Sendable {
        /// Any name; `+difficulty` behind it fixes the difficulty of the shares (docs/protocol.md#p2pool-login).
        case nameAndDifficulty
        /// The beginning of the wallet: the work is credited to it, and the pool chooses the difficulty.
        case walletPrefix
    }

    /// What the operator calls it: in `url`s without a port, in logs and documents.
    public let name: String
    /// Its TCP port where none is written.
    public let port: UInt16
    /// What it makes of a login name.
    public let login: LoginForm
    /// The login name where the operator wrote none; nil: the wallet's first characters.
    public let standardUser: String?
    /// Unanswered bytes of one connection stay strictly below this; nil: not bounded. p2pool reads 1,024 bytes at a time
    /// and bans for a longer line (docs/invariants.md#rule-7).
    public let inFlightBound: Int?
    /// Seconds without a job after which it counts as stuck. p2pool sends one every 20 s at the latest; another pool perhaps
    /// only with each Monero block, and one in twelve of those takes more than 300 s.
    public let jobSilenceSeconds: Double
    /// The longest wait for the next attempt where no ban was seen, seconds. p2pool is the miner's own, often restarted, and
    /// its window does not wait; XvB's nodes serve many.
    public let longestRetrySeconds: Double
    /// The least difficulty of a share that it takes where the login may ask for one (docs/protocol.md#p2pool-login).
    public let leastDifficulty: UInt64
    /// The most connections to it, unless the operator says otherwise. Where the pool fixes byte 42 each carries one rig, and a rig may need
    /// several (docs/architecture.md#decisions-worth-knowing).
    public let maxLanes: Int

    /// The miner's own p2pool node.
    public static let p2pool = PoolProfile(
        name: "p2pool", port: 3333, login: .nameAndDifficulty, standardUser: "stratum-proxy",
        inFlightBound: 1_024, jobSilenceSeconds: 300, longestRetrySeconds: 10,
        leastDifficulty: 1_000, maxLanes: 64)

    /// XvB's raffle node, an xmrig-proxy.
    public static let xvb = PoolProfile(
        name: "XvB", port: 4247, login: .walletPrefix, standardUser: nil,
        inFlightBound: nil, jobSilenceSeconds: 900, longestRetrySeconds: 60,
        leastDifficulty: 1, maxLanes: 128)
}

extension Upstream {
    /// What its pools are like.
    public var profile: PoolProfile {
        switch self {
        case .p2pool: .p2pool
        case .xvb: .xvb
        }
    }
}
