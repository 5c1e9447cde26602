import ProxyTerms
import Testing

@testable import SimulatedPeers

@Test("p2pool's documents tell the share in the window, the sidechain and the hashrate")
func p2poolDocuments() throws {
    var settings = PoolSettings.still(.p2pool)
    settings.sidechainDifficulty = 3000
    var client = HandClient(settings)
    client.pool.updateSidechain { $0.windowSize = 50 }
    func documents() -> [String: PeerJSON] {
        let rendered = client.pool.p2poolDocuments(now: client.now, unixTime: 1_795_217_583)
        return Dictionary(uniqueKeysWithValues: rendered.map { ($0.path, PeerJSON($0.bytes) ?? .null) })
    }
    var before = documents()
    #expect(Set(before.keys) == ["network/stats", "pool/stats", "local/stratum", "local/p2p"])
    #expect(before["local/stratum"]?["block_reward_share_percent"]?.numberText == "0.000")
    client.now = client.now.adding(seconds: 10)
    client.submit(nonce: client.share(below: .max / 3001))
    before = documents()
    #expect(before["local/stratum"]?["block_reward_share_percent"]?.numberText == "2.000")
    #expect(before["local/stratum"]?["shares_found"]?.integer == 1)
    #expect((before["local/stratum"]?["hashrate_15m"]?.integer ?? 0) > 150)
    let statistics = before["pool/stats"]?["pool_statistics"]
    #expect(statistics?["pplnsWindowSize"]?.integer == 50)
    #expect(statistics?["sidechainDifficulty"]?.integer == 3000)
    #expect(statistics?["hashRate"]?.integer == 300)
    for _ in 0..<60 { client.newBlock() }
    #expect(documents()["local/stratum"]?["block_reward_share_percent"]?.numberText == "0.000")
}

@Test("XvB's averages are the accepted work over the hour and the day")
func xvbAverages() throws {
    var client = HandClient(.still(.nicehash, difficulty: 3_600_000))
    client.now = .start.adding(seconds: 100_000)
    client.submit(nonce: client.share())
    func averages() -> PeerJSON? { PeerJSON(client.pool.xvbPrivateStats(now: client.now, fails: 2)) }
    #expect(averages()?["donor_1hr_avg"]?.numberText == "1.000")
    #expect(averages()?["donor_24hr_avg"]?.numberText == "0.042")
    #expect(averages()?["fails"]?.integer == 2)
    client.now = client.now.adding(seconds: 3700)
    #expect(averages()?["donor_1hr_avg"]?.numberText == "0.000")
    #expect(PeerJSON(client.pool.xvbPublicStats())?["round_type"]?.text == "donor")
}

extension PeerJSON {
    fileprivate var numberText: String? {
        guard case .number(let text) = self else { return nil }
        return text
    }
}
