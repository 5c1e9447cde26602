import ProxyTerms
import StrictJSON

@testable import SplitScheduler
@testable import Statistics

/// p2pool's documents as it wrote them.
enum Documents {
    static let pool =
        #"{"pool_list":["pplns"],"pool_statistics":{"hashRate":8550000,"miners":1,"totalHashes":105587,"#
        + #""lastBlockFoundTime":1795217584,"lastBlockFound":2500000,"totalBlocksFound":1,"pplnsWeight":80608,"#
        + #""pplnsWindowSize":2160,"sidechainDifficulty":85500000,"sidechainHeight":9000000}}"#
    static let stratum =
        #"{"hashrate_15m":372,"hashrate_1h":372,"hashrate_24h":372,"total_hashes":143476,"total_stratum_shares":46,"#
        + #""last_share_found_time":1795217824,"shares_found":32,"shares_failed":9,"average_effort":133.021,"#
        + #""current_effort":93.476,"connections":1,"incoming_connections":0,"block_reward_share_percent":0.044,"#
        + #""wallet":"9xd2QgsU","workers":["127.0.0.1:35242,10,500054,3000,rig"]}"#
    static let p2p =
        #"{"connections":12,"incoming_connections":1,"peer_list_size":0,"#
        + #""peers":["I,457,0,P2Pool v4.18,32,127.0.0.1:35242"],"uptime":912,"zmq_last_active":2}"#

    static func good(_ file: P2PoolFile) -> String {
        switch file {
        case .poolStats: pool
        case .localStratum: stratum
        case .localP2P: p2p
        }
    }
}

let wallClock = 1_795_218_000.0

/// The bytes of a text, for calls that take a raw buffer.
func withBytes<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try Array(text.utf8).withUnsafeBytes(body)
}

/// The moment this many seconds after the start.
func at(_ seconds: Double) -> Instant { Instant.start.adding(seconds: seconds) }

extension P2PoolState {
    /// Reads a text that was written `age` seconds before `seconds`; nil where the time of writing is not known.
    @discardableResult
    mutating func read(
        _ file: P2PoolFile, _ text: String, age: Double? = 0, at seconds: Double = 0
    ) -> FileHealth {
        let found = FoundDocument(modified: age.map { wallClock + seconds - $0 }, wallClock: wallClock + seconds)
        return withBytes(text) { read(file, $0, found, now: at(seconds)) }
    }

    /// All documents, good and new.
    static func good(at seconds: Double = 0) -> P2PoolState {
        var files = P2PoolState()
        for file in P2PoolFile.allCases { files.read(file, Documents.good(file), at: seconds) }
        return files
    }
}
