import Foundation
import Testing

@testable import StratumProxy

@Suite("deploy/config.example.json")
struct ExampleConfigurationTests {
    private func example() throws -> String {
        try String(contentsOf: Repository.root.appendingPathComponent("deploy/config.example.json"), encoding: .utf8)
    }

    private func load(_ text: String) -> LoadedConfiguration {
        ConfigurationLoader.load(text: Array(text.utf8), file: "example", flags: FlagOverrides(), environment: [:])
    }

    @Test("It loads as it is, with nothing to complain about")
    func loads() throws {
        let loaded = load(try example())
        #expect(loaded.settings != nil)
        #expect(loaded.problemLines.isEmpty, "\(loaded.problemLines)")
    }

    @Test("With the three keys set that it names it is the configuration of the flags")
    func threeKeys() throws {
        let wallet = WalletAddressTests.donation
        let text = try example()
            .replacing("\"wallet\": null", with: "\"wallet\": \"\(wallet)\"")
            .replacing("\"mode\": \"p2pool\"", with: "\"mode\": \"default\"")
            .replacing("\"api\": null", with: "\"api\": \"/api\"")
        let flags = FlagOverrides(wallet: wallet, mode: nil, p2pool: [], p2poolAPI: "/api")
        let expected = ConfigurationLoader.load(text: nil, file: nil, flags: flags, environment: [:]).settings
        #expect(load(text).problemLines.isEmpty)
        #expect(load(text).settings == expected)
        #expect(expected != nil)
    }

    @Test("It has every key, with the default that the table states")
    func everyKey() throws {
        let value = try JSONCReader.read(Array(try example().utf8))
        for key in ConfigurationKeys.all {
            let found = try #require(Self.value(at: key.path, in: value), "\(key.path) is not in the example")
            switch key.kind {
            case .section, .sectionOrFalse, .sectionOrText, .pools:
                continue
            case .text, .textOrFalse, .secret, .flag, .integer, .number, .probability, .choice, .texts, .receivers,
                .flagOrSeconds, .fixed:
                // The file must work before a wallet is in it.
                if key.path == "mode" { continue }
                let standard = try JSONCReader.read(Array(key.standard.utf8))
                #expect(Self.plain(found) == Self.plain(standard), "\(key.path)")
            }
        }
    }

    @Test(
        "Every key that a pool or a receiver may have is in its comments",
        arguments: (ConfigurationKeys.pool + ConfigurationKeys.receiver).map(\.name))
    func poolKeys(name: String) throws {
        #expect(try example().contains(name))
    }

    private static func value(at path: String, in value: JSONCValue) -> JSONCValue? {
        path.split(separator: ".").reduce(value) { value, name in
            guard case .object(let members)? = value?.content else { return nil }
            return members.first { $0.key == name }?.value
        }
    }

    /// A value without its place.
    private static func plain(_ value: JSONCValue) -> String {
        guard case .array(let elements) = value.content else { return "\(value.content)" }
        return "[" + elements.map(plain).joined(separator: ",") + "]"
    }
}
