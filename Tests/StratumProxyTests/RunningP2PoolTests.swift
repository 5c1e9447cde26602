import Testing

@testable import StratumProxy

@Suite("A p2pool that runs on this machine")
struct RunningP2PoolTests {
    private static let wallet =
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"

    private func p2pool(_ words: String, directory: String = "/srv/p2pool", files: [String: String] = [:])
        -> RunningP2Pool?
    {
        RunningP2Pool(process: 7, words: words.split(separator: " ").map(String.init), directory: directory) {
            files[$0].map { Array($0.utf8) }
        }
    }

    @Test("Wallet, port and directory are those of its command line")
    func commandLine() throws {
        let found = try #require(
            p2pool(
                "/opt/p2pool --mini --host 127.0.0.1 --wallet \(Self.wallet) --stratum 0.0.0.0:3334 --data-api api --local-api"
            ))
        #expect(found.configuration.wallet == Self.wallet)
        #expect(found.configuration.p2pool.map(\.url) == ["127.0.0.1:3334"])
        #expect(found.configuration.api == "/srv/p2pool/api")
    }

    @Test("A file of parameters is read beside it")
    func parameters() throws {
        let found = try #require(
            p2pool(
                "p2pool --params-file p.conf --data-api /var/api",
                files: ["/srv/p2pool/p.conf": "wallet = \(Self.wallet)\nlocal-api\n"]))
        #expect(found.configuration.wallet == Self.wallet && found.configuration.api == "/var/api")
    }

    @Test("Another program is none", arguments: ["xmrig -o pool", "bash p2pool", "/usr/bin/p2pool-exporter", ""])
    func others(words: String) {
        #expect(p2pool(words) == nil)
    }
}
