@testable import APIForms

/// Documents that tests look at.
enum Samples {
    static var host: HostFacts {
        var host = HostFacts()
        host.id = "f30aa44fb3098ee4"
        host.name = "farm"
        host.uptime = 137
        host.memory = (23_964_483_584, 25_276_063_744, 9_023_488)
        host.load = [4.97, 6.18, 5.7]
        host.threads = 2
        host.version = "0.1.0"
        host.userAgent = "stratum-proxy/0.1.0"
        return host
    }

    static var summary: ProxySummary {
        var summary = ProxySummary()
        summary.host = host
        summary.hashrate = [3_666.7, 440, 70, 5, 0, 1_949]
        summary.miners = 3
        summary.mostMiners = 6
        summary.workers = 3
        summary.upstreams.active = 2
        summary.upstreams.asleep = 1
        summary.results.accepted = 274
        summary.results.rejected = 31
        summary.results.invalid = 202
        summary.results.latency = 44
        summary.results.hashes = 274_000
        summary.results.best = [841_115, 415_888]
        return summary
    }

    static var workers: ProxyWorkers {
        var worker = ProxyWorkers.Worker(name: "rig-a", address: "10.0.0.7")
        worker.connections = 1
        worker.accepted = 100
        worker.rejected = 11
        worker.invalid = 67
        worker.hashes = 100_000
        worker.lastHash = 1_795_939_995_648
        worker.hashrate = [1_389, 169, 20, 0, 0]
        return ProxyWorkers(
            hashrate: summary.hashrate, workers: [worker, .init(name: "<script>\"", address: "10.0.0.8")])
    }

    static var miners: ProxyMiners {
        ProxyMiners(miners: [
            .init(id: 1, address: "10.0.0.7", difficulty: 1_000, name: "rig-b", agent: "XMRig/6.26.0 (Linux x86_64)")
        ])
    }

    static var miner: MinerSummary {
        var miner = MinerSummary()
        miner.host = host
        miner.hashrate = [9_876.543, 9_870, 9_868.1]
        miner.threads = [[4_000, 4_100, 4_050], [5_876.5, nil, nil]]
        miner.highest = 9_901.2
        miner.connection.pool = "127.0.0.1:3333"
        miner.connection.uptime = 60
        miner.connection.ping = 44
        miner.connection.difficulty = 500_054
        miner.connection.accepted = 123
        miner.connection.hashes = 61_506_642
        miner.shares = (123, 125)
        miner.best = [841_115]
        miner.brand = "2 rigs"
        return miner
    }
}
