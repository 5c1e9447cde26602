import Glibc
import StrictJSON

/// What a fuzzer begins with: the lines that real rigs and pools were recorded to send, and one document of each kind.
enum Seeds {
    /// Writes the seeds of `target` into the existing directory `directory`; `root` is the repository.
    static func write(_ target: FuzzTarget, from root: String, into directory: String) {
        for (number, seed) in seeds(target, root: root).enumerated() {
            guard let file = fopen("\(directory)/seed-\(number)", "w") else { continue }
            fwrite(seed, 1, seed.count, file)
            fclose(file)
        }
    }

    private static func seeds(_ target: FuzzTarget, root: String) -> [[UInt8]] {
        switch target {
        case .rigLine: return captured(root, fromRigs: true)
        case .poolLine: return captured(root, fromRigs: false)
        case .stream:
            let lines = captured(root, fromRigs: true) + captured(root, fromRigs: false)
            return lines.indices.filter { $0 % 4 == 0 }.map { index in
                [200, UInt8(index), 7] + lines[index...].prefix(4).joined(separator: [0x0D, 0x0A]) + [0x0A]
            }
        case .core:
            // Two lanes up, two rigs in, some shares, a verdict, a job, and lines of real rigs.
            let start: [UInt8] = [11, 0, 9, 0, 0, 11, 1, 9, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 2, 1, 1, 1]
            let shares: [UInt8] = [4, 0, 0, 1, 0, 0, 4, 1, 0, 2, 0, 0, 15, 0, 0, 13, 0, 9, 0, 0, 20, 1, 0, 1]
            return (UInt8(0)..<64).map { [$0] + start + shares + shares }
                + captured(root, fromRigs: true).map { [0] + start + [9, 0] + $0 + [0] + shares }
        case .configuration:
            return [contents("\(root)/deploy/config.example.json")] + configurations.map { Array($0.utf8) }
        case .p2poolDocuments: return [documents, documents + documents]
        case .xvbAnswers: return answers.map { [0] + Array($0.utf8) }
        case .journal: return [Array(journal.utf8)] + journal.split(separator: "\n").map { Array($0.utf8) }
        case .socks5:
            return [
                [0, 0, 5, 0, 5, 0, 0, 1, 127, 0, 0, 1, 1, 2], [1, 3, 5, 2, 1, 0, 5, 0, 0, 3, 2, 65, 66, 1, 2],
                [2, 1, 5, 0, 5, 5, 0, 1],
            ]
        }
    }

    /// The lines of the recordings, each once.
    private static func captured(_ root: String, fromRigs: Bool) -> [[UInt8]] {
        let folder = "\(root)/Tests/StratumCodecTests/Fixtures/captures"
        let names = [
            "xmrig-6.26-keepalive", "xmrig-6.26-nicehash-fixed-byte-ab", "xmrig-6.26-to-p2pool-4.18",
            "xmrig-6.26-to-p2pool-4.18-repeats", "xmrig-6.26-to-tls-pool", "xmrig-proxy-6.26-to-pool",
        ]
        var lines: Set<[UInt8]> = []
        for name in names {
            for record in contents("\(folder)/\(name).jsonl").split(separator: 0x0A) {
                guard let record = try? JSONDocument([UInt8](record)), let from = record["from"]?.string,
                    let line = record["line"]?.string, line.hasPrefix("{")
                else { continue }
                if from.hasPrefix("xmrig") == fromRigs { lines.insert(Array(line.utf8)) }
            }
        }
        return lines.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func contents(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        return bytes
    }

    private static let configurations = [
        "{}", "{ \"mode\": \"p2pool\", }",
        """
        {"wallet": "${PASS}", "mode": "default", "bind": ["0.0.0.0:3333", "[::]:3333"], "tls": {"cert": "a", "key": "b"},
         "p2pool": {"pools": [{"url": "127.0.0.1:3333", "user": "x", "pass": "y"}], "api": "/var/lib/p2pool/api"},
         "xvb": {"pools": [{"url": "stratum+ssl://na.xmrvsbeast.com:4247", "pin": null}]}, // comment
         "access-password": "secret", "window": 600, "cycle": 60, "tier": "vip"}
        """,
    ]

    private static let documents: [UInt8] =
        [0, 1]
        + Array(
            """
            {"pool_list":["pplns"],"pool_statistics":{"hashRate":8550000,"miners":200,"totalHashes":1,"lastBlockFoundTime":1,\
            "lastBlockFound":2,"totalBlocksFound":3,"pplnsWeight":4,"pplnsWindowSize":2160,"sidechainDifficulty":85500000,\
            "sidechainHeight":5000000}}
            """.utf8) + [0, 1, 2]
        + Array(
            """
            {"hashrate_15m":12000,"hashrate_1h":12000,"hashrate_24h":12000,"total_hashes":1,"total_stratum_shares":9,\
            "last_share_found_time":999999000,"shares_found":5,"shares_failed":0,"average_effort":99.1,"current_effort":12.5,\
            "connections":1,"incoming_connections":0,"block_reward_share_percent":0.125,"wallet":"4abc",\
            "workers":["127.0.0.1:1,1,2,3,x"]}
            """.utf8) + [0, 2, 1]
        + Array(
            """
            {"connections":10,"incoming_connections":0,"peer_list_size":100,"peers":["I,1,2,P2Pool v4.18,5,1.2.3.4:37889"],\
            "uptime":5000,"zmq_last_active":2}
            """.utf8) + [0]

    private static let answers = [
        "{\"fails\":0,\"donor_24hr_avg\":\"1.005\",\"donor_1hr_avg\":1.010}",
        "{\"round_type\":\"donor_vip\",\"time_remain\":31,\"bonus_hr\":\"120.5\",\"donate_hr\":3.1,\"players\":32,"
            + "\"players_round\":12,\"winner\":\"4abc...xyz\",\"block_reward\":1}",
        "address not registered", "<html></html>",
    ]

    private static let journal = """
        {"v":1,"t":1799990000,"k":"work","p2pool":[30,600000,1,5e5],"xvb":[]}
        {"v":1,"t":1799999000,"k":"clock","by":3600}
        {"v":1,"t":1799999500,"k":"work","p2pool":[],"xvb":[59,123456]}
        {"v":1,"t":1799999940,"k":"state","window_age":30,"slice_age":5,"slice_hour":1000,"slice_day":1000,"slice_left":9,\
        "p2pool_lead":-3.5,"tier":"donor","hashrate":12000,"difficulty":85500000,"blocks":2160,"pool_hashrate":8550000,\
        "height":5000000,"reward_percent":0.1,"share_age":3000,"share_told_age":2,"p2pool_age":1,"credited_1h":1010,\
        "credited_24h":1005,"fails":0,"xvb_age":20,"unregistered":1,"hour_lift":0.1,"day_lift":0.05,"won_tier":"vip",\
        "won_age":100,"won_seen":10}
        {"v":1,"t":1799999950,"k":"days","hours":[12000,11000],"hours_ended":100,"held":"ddv-","held_ended":50}
        {"v":1,"t":1799999955,"k":"gap"}
        {"v":1,"t":1799999956,"k":"note","event":"switch","text":"to XvB"}
        """
}
