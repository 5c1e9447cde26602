import Testing

@testable import StratumProxy

@Suite("What each key is, and who said so")
struct ConfigurationValuesTests {
    @Test("Each key has its value and where that comes from, and no password is shown")
    func keys() throws {
        let loaded = ConfigurationLoader.load(
            text: Array(
                #"{"wallet": "${W}", "access-password": "pw",\#n "p2pool": {"pools": [{"url": "a:1", "pass": "p"}]}}"#
                    .utf8),
            file: "c.json", flags: FlagOverrides(mode: .hero), environment: ["W": "4"])
        #expect(loaded.values["access-password"]?.shown == "\"***\"")
        #expect(loaded.values["p2pool.pools"]?.shown == #"[{"url": "a:1", "pass": "***"}]"#)
        #expect(loaded.values["p2pool.pools"]?.source == .file(line: 2))
        #expect(loaded.values["mode"]?.shown == "\"hero\"" && loaded.values["mode"]?.source == .flag("--mode"))
        #expect(loaded.values["window"]?.shown == "600" && loaded.values["window"]?.source == .standard)
    }
}
