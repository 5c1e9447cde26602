/// What a window's plan is made of, besides the settings.
public struct PlanInputs: Equatable, Sendable {
    /// All rigs together, in H/s.
    public var hashrate: Double
    /// The part of `hashrate` that can be moved to XvB (lanes are limited), in H/s.
    public var movableHashrate: Double
    /// Hashes that one sidechain share is worth.
    public var sidechainDifficulty: Double
    /// p2pool's window in blocks.
    public var pplnsWindow: Double
    /// Seconds between two sidechain blocks.
    public var blockTime: Double
    /// Whether the wallet has a share in p2pool's window; `nil` means nobody knows.
    public var shareInWindow: Bool?
    /// Hashrate that others send to p2pool with this wallet, in H/s.
    public var externalP2Pool: Double
    /// Hashrate that others send to XvB with this wallet, in H/s.
    public var externalXvB: Double
    /// Work that XvB is to get in this window, in hashes, as counted from what it has credited; `nil` means open loop, the
    /// tier's hashrate all window long.
    public var neededXvBWork: Double?
    /// The tier to hold, chosen before and to be kept although it may be out of reach for a while; `nil` means choose now.
    public var aim: Tier?
    /// What p2pool got from us on average over its window, in H/s; `nil` means what it needs.
    var recentP2Pool: Double?
    /// Seconds of all rigs that p2pool is ahead of its need: XvB can have as many more in this window.
    var p2poolLead = 0.0
    /// A tier that is in reach but won't be held for most of what it costs, where that is why `aim` is none.
    var refused: TierChoice.Refusal?

    /// Inputs; all hashrate is movable when not told otherwise.
    public init(
        hashrate: Double, movableHashrate: Double? = nil, sidechainDifficulty: Double, pplnsWindow: Double,
        blockTime: Double, shareInWindow: Bool?, externalP2Pool: Double = 0, externalXvB: Double = 0,
        neededXvBWork: Double? = nil, aim: Tier? = nil
    ) {
        self.hashrate = hashrate
        self.movableHashrate = movableHashrate ?? hashrate
        self.sidechainDifficulty = sidechainDifficulty
        self.pplnsWindow = pplnsWindow
        self.blockTime = blockTime
        self.shareInWindow = shareInWindow
        self.externalP2Pool = externalP2Pool
        self.externalXvB = externalXvB
        self.neededXvBWork = neededXvBWork
        self.aim = aim
    }

    /// mHR, the hashrate that finds one share per p2pool window on average, in H/s.
    public var oneShareHashrate: Double {
        sidechainDifficulty / (pplnsWindow * blockTime)
    }

    /// How many times what p2pool got beyond its need over its window is taken off the need of this moment: with an eighth more than
    /// its need it is nothing. One would do in steady hours; in a fall of some hours the rest of the rigs is XvB's at once.
    static let surplusWeight = 8.0

    /// What p2pool must get from us now, in H/s, to have `shares` to expect in its window.
    func requiredP2Pool(shares: Double) -> Double {
        Self.required(max(0, oneShareHashrate * shares - externalP2Pool), recent: recentP2Pool)
    }

    /// What p2pool must get now where it needs `need` on average and got `recent` over its last window, in H/s.
    ///
    /// A share counts for as long as the window is, so what p2pool got beyond its need in the last one may be lacking now: as much less
    /// is asked of this moment. It is never more than the need, and just that once the surplus has gone.
    static func required(_ need: Double, recent: Double?, surplusWeight: Double = surplusWeight) -> Double {
        min(need, max(0, need - surplusWeight * ((recent ?? need) - need)))
    }

    /// Whether the numbers can be planned with: finite, positive where they divide, not negative elsewhere.
    var areSane: Bool {
        let positive = [hashrate, sidechainDifficulty, pplnsWindow, blockTime]
        let notNegative = [movableHashrate, externalP2Pool, externalXvB, neededXvBWork ?? 0]
        return positive.allSatisfy { $0 > 0 && $0.isFinite } && notNegative.allSatisfy { $0 >= 0 && $0.isFinite }
            && oneShareHashrate.isFinite
    }
}
