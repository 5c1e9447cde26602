import ProxyTerms
import StrictJSON

/// A file of p2pool's API, or a body of XvB's.
public struct PoolDocument: Equatable, Sendable {
    /// Where it belongs, below the API's directory.
    public var path: String
    /// What it says.
    public var bytes: [UInt8]
}

extension SimulatedPool {
    /// Changes what the documents say of the sidechain.
    public mutating func updateSidechain(_ change: (inout Sidechain) -> Void) {
        change(&sidechain)
    }

    /// What p2pool writes to its data directory (docs/protocol.md#p2pool-api-files); `unixTime` is the wall clock in
    /// seconds.
    public func p2poolDocuments(now: Instant, unixTime: UInt64) -> [PoolDocument] {
        [
            PoolDocument(path: "network/stats", bytes: networkStats(unixTime: unixTime)),
            PoolDocument(path: "pool/stats", bytes: poolStats(unixTime: unixTime)),
            PoolDocument(path: "local/stratum", bytes: localStratum(now: now, unixTime: unixTime)),
            PoolDocument(path: "local/p2p", bytes: localP2P(now: now)),
        ]
    }

    /// XvB's public statistics (docs/protocol.md#xvb-statistics).
    public func xvbPublicStats() -> [UInt8] {
        Array(
            ("{\"time_remain\":25,\"bonus_hr\":2500.5,\"donate_hr\":6100.25,\"donate_miners\":140,\"donate_workers\":310,"
                + "\"players\":95,\"players_round\":60,\"winner\":\"4AAAAAAA...BBBBBBBB\",\"share_effort\":\"63.01\","
                + "\"block_reward\":\"0.6\",\"round_type\":\"donor\",\"block_height\":\(height),"
                + "\"block_hash\":\"\(settings.seedHash)\",\"roll_winner\":\"17\",\"roll_round\":\"2\","
                + "\"reward_yearly\":[0.1,0.2,0.3,0.4,0.5]}").utf8)
    }

    /// XvB's answer for a registered wallet: what this pool accepted, as averages over `hour` and `day` seconds (shorter
    /// than the real ones in a demo), in kH/s.
    public func xvbPrivateStats(now: Instant, fails: Int = 0, hour: Double = 3600, day: Double = 86_400) -> [UInt8] {
        let averages = [hour, day].map { threeDecimals(history.work(last: $0, now: now) / $0 / 1000) }
        return Array(
            "{\"fails\":\(fails),\"donor_1hr_avg\":\(averages[0]),\"donor_24hr_avg\":\(averages[1])}".utf8)
    }

    private var blockRewardSharePercent: Double {
        min(100, Double(sidechain.ownSharesInWindow) * 100 / Double(max(1, sidechain.windowSize)))
    }

    private func networkStats(unixTime: UInt64) -> [UInt8] {
        Array(
            ("{\"difficulty\":\(sidechain.mainDifficulty),\"hash\":\"\(settings.seedHash)\",\"height\":\(height),"
                + "\"reward\":600000000000,\"timestamp\":\(unixTime)}").utf8)
    }

    private func poolStats(unixTime: UInt64) -> [UInt8] {
        let difficulty = settings.sidechainDifficulty
        let numbers = [
            "\"hashRate\":\(difficulty / sidechain.blockTime)", "\"miners\":\(sidechain.miners)",
            "\"totalHashes\":\(sidechain.totalHashes)", "\"lastBlockFoundTime\":\(unixTime &- 1000)",
            "\"lastBlockFound\":\(height - 1)", "\"totalBlocksFound\":9000",
            "\"pplnsWeight\":\(difficulty.multipliedReportingOverflow(by: sidechain.windowSize).partialValue)",
            "\"pplnsWindowSize\":\(sidechain.windowSize)", "\"sidechainDifficulty\":\(difficulty)",
            "\"sidechainHeight\":\(sidechain.height)",
        ]
        let joined = numbers.joined(separator: ",")
        return Array("{\"pool_list\":[\"pplns\"],\"pool_statistics\":{\(joined)}}".utf8)
    }

    private func localStratum(now: Instant, unixTime: UInt64) -> [UInt8] {
        // A window that is not full yet counts from the start.
        let uptime = max(1, now.seconds(since: startedAt))
        let rates = [900.0, 3600, 86_400].map { window in
            UInt64(history.work(last: window, now: now) / min(window, uptime))
        }
        let workers = sessions.values.sorted { $0.id < $1.id }.filter { $0.rpcID != nil }.map { session in
            let seconds = max(1, now.seconds(since: session.openedAt))
            let difficulty = session.jobs.last.map { UInt64.max / $0.target } ?? 0
            return "\"127.0.0.1:\(10_000 + session.id % 50_000),\(Int(seconds)),\(difficulty),"
                + "\(UInt64(session.acceptedWork / seconds)),\(JSONObject.escaped(session.name))\""
        }
        let numbers = [
            "\"hashrate_15m\":\(rates[0])", "\"hashrate_1h\":\(rates[1])", "\"hashrate_24h\":\(rates[2])",
            "\"total_hashes\":\(UInt64(counters.acceptedWork))", "\"total_stratum_shares\":\(counters.accepted)",
            "\"last_share_found_time\":\(counters.sidechainShares > 0 ? unixTime : 0)",
            "\"shares_found\":\(counters.sidechainShares)", "\"shares_failed\":0", "\"average_effort\":100.000",
            "\"current_effort\":50.000", "\"connections\":\(workers.count)",
            "\"incoming_connections\":\(workers.count)",
            "\"block_reward_share_percent\":\(threeDecimals(blockRewardSharePercent))",
            "\"wallet\":\"4\(String(repeating: "A", count: 94))\"", "\"workers\":[\(workers.joined(separator: ","))]",
        ]
        return Array("{\(numbers.joined(separator: ","))}".utf8)
    }

    private func localP2P(now: Instant) -> [UInt8] {
        let uptime = Int(now.seconds(since: startedAt))
        return Array(
            ("{\"connections\":10,\"incoming_connections\":2,\"peer_list_size\":300,"
                + "\"peers\":[\"O,\(uptime),40,P2Pool v4.18,\(sidechain.height),10.9.8.7:37889\"],"
                + "\"uptime\":\(uptime),\"zmq_last_active\":\(sidechain.zmqLastActive)}").utf8)
    }
}
