import SplitScheduler

extension P2PoolReadingFault {
    /// The fault in words.
    var text: String {
        switch self {
        case .syncing: "p2pool is still syncing its sidechain"
        case .difficulty: "p2pool's sidechainDifficulty is not plausible"
        case .window: "p2pool's pplnsWindowSize is not plausible"
        case .poolHashrate: "p2pool's hashRate is not plausible"
        case .blockTime: "p2pool's sidechainDifficulty and hashRate don't fit together"
        case .rewardShare: "p2pool's block_reward_share_percent is not plausible"
        case .height: "p2pool's sidechainHeight is not plausible"
        case .clock: "a time in p2pool's files is in the future: check both clocks"
        }
    }
}
