/// The members of p2pool's documents that are used.
public enum P2PoolMember: String, CaseIterable, Hashable, Sendable {
    case sidechainDifficulty
    case pplnsWindowSize
    case hashRate
    case sidechainHeight
    case rewardShare = "block_reward_share_percent"
    case lastShareFound = "last_share_found_time"
    case wallet
    case peers = "connections"
    case monerodSilence = "zmq_last_active"

    /// The version of p2pool that began to write it; nil where every version does that can still mine.
    public var since: String? {
        switch self {
        case .sidechainDifficulty, .pplnsWindowSize: "3.2"
        case .rewardShare: "2.1"
        case .lastShareFound: "4.8"
        case .monerodSilence: "4.3"
        case .hashRate, .sidechainHeight, .wallet, .peers: nil
        }
    }
}
