import Glibc
import Statistics

/// p2pool's documents of a node that works, written now.
enum P2PoolDocuments {
    static func good(_ file: P2PoolFile) -> String {
        let now = time(nil)
        return switch file {
        case .poolStats:
            #"{"pool_list":["pplns"],"pool_statistics":{"hashRate":8550000,"miners":1,"totalHashes":105587,"#
                + #""lastBlockFoundTime":\#(now - 900),"lastBlockFound":2500000,"totalBlocksFound":1,"#
                + #""pplnsWeight":80608,"pplnsWindowSize":2160,"sidechainDifficulty":85500000,"sidechainHeight":9000000}}"#
        case .localStratum:
            #"{"hashrate_15m":372,"hashrate_1h":372,"hashrate_24h":372,"total_hashes":143476,"#
                + #""total_stratum_shares":46,"last_share_found_time":\#(now - 600),"shares_found":32,"#
                + #""shares_failed":9,"average_effort":133.021,"current_effort":93.476,"connections":1,"#
                + #""incoming_connections":0,"block_reward_share_percent":0.044,"wallet":"9xd2QgsU","workers":[]}"#
        case .localP2P:
            #"{"connections":12,"incoming_connections":1,"peer_list_size":0,"peers":[],"uptime":912,"#
                + #""zmq_last_active":2}"#
        }
    }
}
