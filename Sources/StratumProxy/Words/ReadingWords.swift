import SplitScheduler

extension P2PoolReadingFault {
    /// The fault in words.
    var text: String {
        switch self {
        case .syncing: "p2pool is still syncing its sidechain"
        case .difficulty: "p2pool's sidechainDifficulty makes no sense"
        case .window: "p2pool's pplnsWindowSize makes no sense"
        case .poolHashrate: "p2pool's hashRate makes no sense"
        case .blockTime: "p2pool's sidechainDifficulty and hashRate don't fit together"
        case .rewardShare: "p2pool's block_reward_share_percent makes no sense"
        case .height: "p2pool's sidechainHeight makes no sense"
        case .clock: "a time in p2pool's files lies in the future: check both clocks"
        }
    }
}
