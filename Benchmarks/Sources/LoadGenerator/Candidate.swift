import Glibc

/// A proxy to be measured: how it is started, and what it can do.
struct Candidate {
    enum Kind {
        case stratumProxy
        case xmrigProxy
    }

    let kind: Kind
    let path: String
    /// What the program is run under, for example valgrind.
    let wrapper: [String]
    /// The least important lines that a stratum-proxy logs.
    let logLevel: String

    var name: String {
        switch kind {
        case .stratumProxy: "stratum-proxy"
        case .xmrigProxy: "xmrig-proxy"
        }
    }

    /// The command that serves rigs at `port`. Whatever files it needs are made in `directory`.
    func command(_ needs: Needs, port: UInt16, p2pool: UInt16, xvb: UInt16, directory: String) throws -> [String] {
        switch kind {
        case .stratumProxy:
            let file = directory + "/config.json"
            try write(configuration(needs, port: port, p2pool: p2pool, xvb: xvb, directory: directory), to: file)
            try writeFigures(directory + "/api")
            return wrapper + [path, "run", "-c", file]
        case .xmrigProxy:
            var command =
                wrapper + [
                    path, "-o", "127.0.0.1:\(p2pool)", "-u", "bench", "-p", "x", "-m", "nicehash", "--donate-level",
                    "0",
                    "--no-color", "-b", "127.0.0.1:\(port)",
                ]
            if needs.usesTLS { command += ["--tls-gen", "localhost"] }
            return command
        }
    }

    private func configuration(
        _ needs: Needs, port: UInt16, p2pool: UInt16, xvb: UInt16, directory: String
    ) -> String {
        // The wallet is the Monero project's donation address; nothing here talks to anybody but this program.
        """
        {
            "bind": ["127.0.0.1:\(port)"],
            "verify-shares": "off",
            "limits": {"rigs-per-address": 65000},
            "http": "127.0.0.1:0",
            "wallet": "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
            "mode": "manual",
            "log-level": "\(logLevel)",
            "window": \(needs.switches ? 10 : 600),
            "manual-xvb-seconds": \(needs.switches ? 5 : 0),
            "p2pool": {
                "pools": [{"url": "127.0.0.1:\(p2pool)"}],
                "api": "\(directory)/api",
            },
            "xvb": {"pools": [{"url": "127.0.0.1:\(xvb)", "tls": false}], "api": null},
            "tls": \(needs.usesTLS ? "{}" : "false"),
            "state-directory": "\(directory)/state",
        }
        """
    }

    /// p2pool's API files, as far as the schedule needs them.
    private func writeFigures(_ directory: String) throws {
        for name in ["", "/pool", "/local", "/network"] { mkdir(directory + name, 0o700) }
        try write(
            """
            {"pool_list":["pplns"],"pool_statistics":{"hashRate":8550000,"miners":100,"totalHashes":1,\
            "lastBlockFoundTime":1,"lastBlockFound":1,"totalBlocksFound":1,"pplnsWeight":1,"pplnsWindowSize":2160,\
            "sidechainDifficulty":85500000,"sidechainHeight":1000000}}
            """, to: directory + "/pool/stats")
        try write(
            """
            {"hashrate_15m":1,"hashrate_1h":1,"hashrate_24h":1,"total_hashes":1,"total_stratum_shares":1,\
            "last_share_found_time":0,"shares_found":1,"shares_failed":0,"average_effort":1,"current_effort":1,\
            "connections":1,"incoming_connections":0,"block_reward_share_percent":1.0,"wallet":"","workers":[]}
            """, to: directory + "/local/stratum")
        try write(
            """
            {"connections":8,"incoming_connections":0,"peer_list_size":100,"peers":[],"uptime":1000,"zmq_last_active":1}
            """, to: directory + "/local/p2p")
        try write(
            """
            {"difficulty":600000000000,"hash":"\(String(repeating: "ab", count: 32))","height":3400000,\
            "reward":600000000000,"timestamp":1700000000}
            """, to: directory + "/network/stats")
    }

    private func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw BenchError("can't write \(path)") }
        fputs(text, file)
        fclose(file)
    }
}

/// What a scenario needs of the proxy.
struct Needs {
    /// Rigs come with TLS.
    var usesTLS = false
    /// Work goes to and fro between the two upstreams, every five seconds.
    var switches = false
    /// The pools keep byte 42 for themselves.
    var poolsOwnByte = false
}
