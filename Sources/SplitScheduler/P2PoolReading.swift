/// What p2pool's API said at one moment (docs/protocol.md#p2pool-api-files), as plain values.
public struct P2PoolReading: Equatable, Sendable {
    /// `pool/stats` sidechainDifficulty: hashes that one sidechain share is worth.
    public var sidechainDifficulty: Double
    /// `pool/stats` pplnsWindowSize: the actual length of the window in blocks, which changes (docs/protocol.md#sidechains).
    public var pplnsWindow: Double
    /// `pool/stats` hashRate: the sidechain's hashrate in H/s.
    public var poolHashrate: Double
    /// `pool/stats` sidechainHeight; `nil` means not told.
    public var sidechainHeight: Double?
    /// `local/stratum` block_reward_share_percent; `nil` means not told (public mirrors have no `local/`).
    public var rewardSharePercent: Double?
    /// Seconds since the wallet's last share was found, when read; `nil` means not told.
    public var lastShareAge: Double?
    /// Seconds since p2pool wrote down whether there is a share in the window, at least, when read; `nil` means not told.
    public var shareToldAge: Double?
    /// Seconds since p2pool wrote `pool/stats`, when read.
    public var age: Double

    /// A reading.
    public init(
        sidechainDifficulty: Double, pplnsWindow: Double, poolHashrate: Double, sidechainHeight: Double? = nil,
        rewardSharePercent: Double? = nil, lastShareAge: Double? = nil, shareToldAge: Double? = nil, age: Double = 0
    ) {
        self.sidechainDifficulty = sidechainDifficulty
        self.pplnsWindow = pplnsWindow
        self.poolHashrate = poolHashrate
        self.sidechainHeight = sidechainHeight
        self.rewardSharePercent = rewardSharePercent
        self.lastShareAge = lastShareAge
        self.shareToldAge = shareToldAge
        self.age = age
    }

    /// Whether the wallet has a share (uncles included) in the window; `nil` means p2pool didn't tell.
    public var shareInWindow: Bool? {
        rewardSharePercent.map { $0 > 0 }
    }

    /// Seconds between two sidechain blocks: 10 on main and mini, 30 on nano. p2pool's hashRate is the difficulty divided
    /// by it, rounded.
    public var blockTime: Double {
        (sidechainDifficulty / poolHashrate).rounded()
    }

    /// Length of p2pool's window in seconds.
    public var windowSeconds: Double {
        pplnsWindow * blockTime
    }

    /// Hashes that a sidechain share may be worth.
    public static let plausibleDifficulty = 1.0...1e18
    /// Blocks that a PPLNS window may have: 60 … 2,160 in real sidechains, 0 while p2pool knows none.
    public static let plausibleWindow = 1.0...10_000
    /// Hashrate that a sidechain may have, in H/s.
    public static let plausibleHashrate = 1.0...1e18
    /// Height that a sidechain may have.
    public static let plausibleHeight = 0.0...1e15
    /// Percent of the block reward.
    public static let plausibleRewardShare = 0.0...100

    /// Whether a sidechain's height that was `before` and is `height` now, `elapsed` seconds later, is another sidechain's (main, mini, nano):
    /// it grows by a block every 10 or 30 s, and a reorganisation goes no further back than the longest window.
    public static func isAnotherSidechain(height: Double, before: Double, elapsed: Double) -> Bool {
        let change = height - before
        return change < -2_160 || change > 200 + max(0, elapsed)
    }

    /// What makes the reading unusable, if anything does: the one judge of p2pool's figures.
    public var fault: P2PoolReadingFault? {
        // p2pool's lowest difficulty; with less height than window it is still syncing (docs/protocol.md#p2pool-pool-stats).
        if sidechainDifficulty >= 1, sidechainDifficulty <= 100_000, let sidechainHeight, sidechainHeight < pplnsWindow
        {
            return .syncing
        }
        if !Self.plausibleDifficulty.contains(sidechainDifficulty) { return .difficulty }
        if !Self.plausibleWindow.contains(pplnsWindow) { return .window }
        if !Self.plausibleHashrate.contains(poolHashrate) { return .poolHashrate }
        if !(blockTime >= 1 && blockTime <= 600) { return .blockTime }
        if let percent = rewardSharePercent, !Self.plausibleRewardShare.contains(percent) { return .rewardShare }
        if let height = sidechainHeight, !Self.plausibleHeight.contains(height) { return .height }
        if let lastShareAge, !(lastShareAge >= 0 && lastShareAge < 1e10) { return .clock }
        if let shareToldAge, !(shareToldAge >= 0 && shareToldAge < 1e10) { return .clock }
        if !(age >= -60 && age < 1e9) { return .clock }
        return nil
    }
}

/// Why a reading of p2pool's API was refused. The last good one stays in use, with its age.
public enum P2PoolReadingFault: Equatable, Sendable {
    /// p2pool is still syncing its sidechain.
    case syncing
    /// The sidechain difficulty is zero, negative, not a number or beyond reason.
    case difficulty
    /// The window isn't 1 … 10,000 blocks.
    case window
    /// The pool's hashrate is zero, negative, not a number or beyond reason.
    case poolHashrate
    /// Difficulty and hashrate don't make a block time of 1 … 600 s.
    case blockTime
    /// The share of the block reward isn't 0 … 100 %.
    case rewardShare
    /// The height is negative or beyond reason.
    case height
    /// A time in the files lies in the future.
    case clock
}
