import Foundation
import Testing

@testable import APIForms

/// What each known reader decodes, with its types (docs/api.md#readers): a text in the place of a number, a missing member or a number too
/// few fails here as it fails there.
@Suite("Programs that read xmrig-proxy and xmrig read these documents")
struct ReaderTests {
    private static func decode<Document: Decodable>(_ json: String, as type: Document.Type) throws -> Document {
        try JSONDecoder().decode(type, from: Data(json.utf8))
    }

    private static func object(_ json: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    /// Gupaxx 1.13, its Proxy tab: six numbers of kH/s, exactly; counts in 32 bits, miners in 16.
    private struct Gupaxx: Decodable {
        struct Hashrate: Decodable { let total: [Float] }
        struct Miners: Decodable { let now: UInt16, max: UInt16 }
        struct Results: Decodable { let accepted: UInt32, rejected: UInt32 }
        let hashrate: Hashrate
        let miners: Miners
        let results: Results
    }

    @Test("Gupaxx's Proxy tab")
    func gupaxx() throws {
        let read = try Self.decode(Samples.summary.json, as: Gupaxx.self)
        #expect(read.hashrate.total.count == 6)
        #expect(read.hashrate.total[0] == 3.66)
        #expect(read.miners.now == 3)
        #expect(read.results.accepted == 274)
    }

    @Test("Counts beyond what Gupaxx can hold are its end, so they stay below")
    func large() throws {
        var summary = Samples.summary
        summary.results.accepted = 1 << 40
        summary.miners = 70_000
        let read = try Self.decode(summary.json, as: Gupaxx.self)
        #expect(read.results.accepted == .max)
        #expect(read.miners.now == .max)
    }

    /// Pithead's controller: columns by their place.
    @Test("Pithead's controller")
    func pithead() throws {
        let read = try Self.object(Samples.workers.json)
        let rows = try #require(read["workers"] as? [[Any]])
        #expect(rows.allSatisfy { $0.count == 13 })
        #expect(rows[0][0] as? String == "rig-a")
        #expect(rows[0][3] as? Int == 100)
        #expect(rows[0][8] as? Double == 1.38)
        let summary = try Self.object(Samples.summary.json)
        let results = try #require(summary["results"] as? [String: Any])
        for name in ["invalid", "expired", "best"] { #expect(results[name] != nil, "\(name)") }
        let upstreams = try #require(summary["upstreams"] as? [String: Any])
        #expect(upstreams["active"] as? Int == 2)
    }

    /// It takes a document for a proxy's by the members `miners` and `workers`.
    private struct ForgottenBeast: Decodable {
        struct Hashrate: Decodable { let total: [Double?] }
        struct Miners: Decodable { let now: Int, max: Int }
        struct Upstreams: Decodable { let active: Int, sleep: Int, error: Int, total: Int, ratio: Double }
        struct Results: Decodable {
            let accepted: Int, rejected: Int, invalid: Int, expired: Int, avg_time: Int, latency: Int
        }
        let worker_id: String
        let uptime: Int
        let workers: Int
        let hashrate: Hashrate
        let miners: Miners
        let upstreams: Upstreams
        let results: Results
    }

    @Test("ForgottenBeast's exporter")
    func forgottenBeast() throws {
        let read = try Self.decode(Samples.summary.json, as: ForgottenBeast.self)
        #expect(read.worker_id == "farm" && read.workers == 3 && read.upstreams.ratio == 1.5)
    }

    @Test("francio87's monitor: miners by the names of their columns")
    func francio() throws {
        let read = try Self.object(Samples.miners.json)
        let format = try #require(read["format"] as? [String])
        let rows = try #require(read["miners"] as? [[Any]])
        for name in ["id", "ip", "tx", "rx", "state", "diff", "user", "rig_id", "agent"] {
            #expect(format.contains(name), "\(name)")
        }
        let row = Dictionary(uniqueKeysWithValues: zip(format, rows[0]))
        #expect(row["user"] as? String == "rig-b" && row["password"] as? String == "")
        let summary = try Self.object(Samples.summary.json)
        let results = try #require(summary["results"] as? [String: Any])
        for name in ["hashes_total", "hashes_donate", "best"] { #expect(results[name] != nil, "\(name)") }
        #expect(summary["resources"] is [String: Any])
    }

    @Test("wjc2821296948's dashboard")
    func dashboard() throws {
        let summary = try Self.object(Samples.summary.json)
        let resources = try #require(summary["resources"] as? [String: Any])
        #expect((resources["load_average"] as? [Double])?.count == 3)
        #expect(resources["hardware_concurrency"] as? Int == 2)
        #expect((resources["memory"] as? [String: Any])?["resident_set_memory"] as? Int == 9_023_488)
    }

    /// workers.xmrig.info and xmworkers: without `connection` a row is red.
    private struct XMRigWorkers: Decodable {
        struct Hashrate: Decodable { let total: [Double?], highest: Double? }
        struct Results: Decodable {
            let shares_good: Int, shares_total: Int, avg_time: Int, hashes_total: Int, diff_current: Int
        }
        struct Connection: Decodable { let pool: String, uptime: Int, ping: Int, tls: String?, diff: Int }
        let worker_id: String, version: String, kind: String, algo: String, ua: String
        let donate_level: Int, uptime: Int
        let hashrate: Hashrate
        let results: Results
        let connection: Connection
    }

    @Test("xmrig-workers and xmworkers")
    func workers() throws {
        let read = try Self.decode(Samples.miner.json(version: 1), as: XMRigWorkers.self)
        #expect(read.hashrate.total.count >= 3 && read.hashrate.total[0] == 9_876.54)
        #expect(read.connection.pool == "127.0.0.1:3333" && read.kind == "miner")
    }

    /// hwmland/homeassistant-xmrig reads version 2.
    private struct HomeAssistant: Decodable {
        struct Processor: Decodable { let brand: String, arch: String, assembly: String }
        struct Hashrate: Decodable { let total: [Double?] }
        struct Results: Decodable { let diff_current: Int, shares_good: Int, shares_total: Int }
        struct Connection: Decodable { let pool: String }
        let version: String, algo: String
        let cpu: Processor
        let hashrate: Hashrate
        let results: Results
        let connection: Connection
    }

    @Test("Home Assistant's integrations")
    func homeAssistant() throws {
        let read = try Self.decode(Samples.miner.json(version: 2), as: HomeAssistant.self)
        #expect(read.hashrate.total[2] == 9_868.1 && read.results.shares_total == 125)
        let other = try Self.object(Samples.miner.json(version: 1))
        #expect(other["paused"] as? Bool == false)
    }

    /// sbrudenell/xmrig_exporter and cloud-minders/miner-exporter: threads, and the best share.
    private struct MinerExporter: Decodable {
        struct Hashrate: Decodable { let total: [Double?], threads: [[Double?]] }
        struct Results: Decodable {
            let diff_current: Int, shares_good: Int, shares_total: Int, avg_time: Int, hashes_total: Int
            let best: [Int], error_log: [String]
        }
        struct Connection: Decodable { let uptime: Int, ping: Int, failures: Int }
        let worker_id: String
        let hashrate: Hashrate
        let results: Results
        let connection: Connection
    }

    @Test("Exporters of miners")
    func exporters() throws {
        let read = try Self.decode(Samples.miner.json(version: 1), as: MinerExporter.self)
        #expect(read.hashrate.threads.count == 2 && read.hashrate.threads[0].count == 3)
        #expect(read.results.best.first == 841_115)
    }
}
