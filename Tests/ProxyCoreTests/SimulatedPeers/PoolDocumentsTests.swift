import ProxyTerms
import StrictJSON
import Testing

@testable import SimulatedPeers

@Test("p2pool's documents tell the share in the window, the sidechain and the hashrate")
func p2poolDocuments() throws {
    var settings = PoolSettings.still(.p2pool)
    settings.sidechainDifficulty = 3000
    var client = HandClient(settings)
    client.pool.updateSidechain { $0.windowSize = 50 }
    func documents() -> [String: JSONDocument] {
        let rendered = client.pool.p2poolDocuments(now: client.now, unixTime: 1_795_217_583)
        return Dictionary(
            uniqueKeysWithValues: rendered.compactMap { file in (try? JSONDocument(file.bytes)).map { (file.path, $0) }
            })
    }
    var before = documents()
    #expect(Set(before.keys) == ["network/stats", "pool/stats", "local/stratum", "local/p2p"])
    #expect(before["local/stratum"]?.number("block_reward_share_percent") == 0)
    client.now = client.now.adding(seconds: 10)
    client.submit(nonce: client.share(below: .max / 3001))
    before = documents()
    #expect(before["local/stratum"]?.number("block_reward_share_percent") == 2)
    #expect(before["local/stratum"]?["shares_found"]?.integer == 1)
    #expect((before["local/stratum"]?["hashrate_15m"]?.integer ?? 0) > 150)
    let statistics = before["pool/stats"]?["pool_statistics"]
    #expect(statistics?["pplnsWindowSize"]?.integer == 50)
    #expect(statistics?["sidechainDifficulty"]?.integer == 3000)
    #expect(statistics?["hashRate"]?.integer == 300)
    for _ in 0..<60 { client.newBlock() }
    #expect(documents()["local/stratum"]?.number("block_reward_share_percent") == 0)
}

@Test("XvB's averages are the accepted work over the hour and the day")
func xvbAverages() throws {
    var client = HandClient(.still(.nicehash, difficulty: 3_600_000))
    client.now = .start.adding(seconds: 100_000)
    client.submit(nonce: client.share())
    func averages() -> JSONDocument? { try? JSONDocument(client.pool.xvbPrivateStats(now: client.now, fails: 2)) }
    #expect(averages()?.number("donor_1hr_avg") == 1)
    #expect(averages()?.number("donor_24hr_avg") == 0.042)
    #expect(averages()?["fails"]?.integer == 2)
    client.now = client.now.adding(seconds: 3700)
    #expect(averages()?.number("donor_1hr_avg") == 0)
    #expect((try? JSONDocument(client.pool.xvbPublicStats()))?["round_type"]?.string == "donor")
}
