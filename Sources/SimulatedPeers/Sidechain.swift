/// What a simulated p2pool knows of its sidechain, as far as its documents tell.
public struct Sidechain: Sendable {
    /// Height of the tip.
    public var height: UInt64 = 9_000_000
    /// Heights of the wallet's own shares, the newest last.
    public var ownShares: [UInt64] = []
    /// Blocks in the window.
    public var windowSize: UInt64 = 2160
    /// Seconds between blocks.
    public var blockTime: UInt64 = 10
    /// Hashes of the whole sidechain so far.
    public var totalHashes: UInt64 = 1 << 50
    /// The main chain's difficulty.
    public var mainDifficulty: UInt64 = 600_000_000_000
    /// Wallets mining.
    public var miners = 4000
    /// Seconds since monerod last spoke.
    public var zmqLastActive = 3

    /// Own shares that are still in the window.
    public var ownSharesInWindow: Int {
        ownShares.reduce(0) { $0 + ($1 + windowSize > height && $1 <= height + 1 ? 1 : 0) }
    }
}
