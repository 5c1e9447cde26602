import StrictJSON

// What stands in each of p2pool's documents, once it is known to be complete and plausible.

/// Where a document is not what it should be.
struct DocumentFault: Error, Equatable {
    var health: FileHealth
}

/// `pool/stats` (docs/protocol.md#p2pool-pool-stats).
struct PoolStats: Equatable, Sendable {
    var sidechainDifficulty: Double
    var pplnsWindow: Double
    var hashrate: Double
    var sidechainHeight: Double

    init(_ document: JSONDocument) throws(DocumentFault) {
        func member(_ name: String, _ range: ClosedRange<Double>) throws(DocumentFault) -> Double {
            try plausible(document.number("pool_statistics", name), name, range)
        }
        sidechainDifficulty = try member("sidechainDifficulty", 1...1e18)
        // 60 … 2,160 blocks in real sidechains, 0 while nothing is known (docs/protocol.md#sidechains).
        pplnsWindow = try member("pplnsWindowSize", 1...10_000)
        hashrate = try member("hashRate", 1...1e18)
        sidechainHeight = try member("sidechainHeight", 0...1e15)
    }
}

/// `local/stratum` (docs/protocol.md#p2pool-local-stratum).
struct LocalStratum: Equatable, Sendable {
    var rewardSharePercent: Double
    /// Unix time; nil before the first share, and before p2pool 4.8.
    var lastShareAt: Double?
    var hashrate15m: Double
    var wallet: String?

    init(_ document: JSONDocument) throws(DocumentFault) {
        rewardSharePercent = try plausible(
            document.number("block_reward_share_percent"), "block_reward_share_percent", 0...100)
        hashrate15m = try plausible(document.number("hashrate_15m"), "hashrate_15m", 0...1e18)
        lastShareAt = document.number("last_share_found_time").flatMap { $0 > 0 && $0 < 1e12 ? $0 : nil }
        wallet = document.text("wallet", limit: 128)
    }
}

/// `local/p2p` (docs/protocol.md#p2pool-local-p2p).
struct LocalP2P: Equatable, Sendable {
    var peers: Double
    /// Seconds since monerod last said something, when the file was written.
    var monerodSilence: Double

    init(_ document: JSONDocument) throws(DocumentFault) {
        peers = try plausible(document.number("connections"), "connections", 0...1e9)
        monerodSilence = try plausible(document.number("zmq_last_active"), "zmq_last_active", 0...1e12)
    }
}

/// `network/stats` (docs/protocol.md#p2pool-network-stats).
struct NetworkStats: Equatable, Sendable {
    var difficulty: Double
    var height: Double

    init(_ document: JSONDocument) throws(DocumentFault) {
        difficulty = try plausible(document.number("difficulty"), "difficulty", 1...1e18)
        height = try plausible(document.number("height"), "height", 1...1e15)
    }
}

private func plausible(
    _ value: Double?, _ name: String, _ range: ClosedRange<Double>
) throws(DocumentFault) -> Double {
    guard let value, range.contains(value) else { throw DocumentFault(health: .implausible(name)) }
    return value
}
