import Testing

@testable import StratumProxy

@Suite("The table of configuration keys")
struct ConfigurationTableTests {
    @Test("Every default is a value that the key itself takes", arguments: ConfigurationKeys.all.map(\.path))
    func defaults(path: String) throws {
        let key = try #require(ConfigurationKeys.key(at: path))
        let value = try JSONCReader.read(Array(key.standard.utf8))
        var reader = ConfigurationReader(nil)
        if case .pools = key.kind {
            let section = path.split(separator: ".")[0]
            reader = ConfigurationReader(
                try JSONCReader.read(Array("{\"\(section)\": {\"pools\": \(key.standard)}}".utf8)))
            #expect(reader.problems.isEmpty)
        } else if key.kind == .section || key.kind == .sectionOrFalse {
            #expect(value.content == .object([]))
        } else {
            #expect(ConfigurationReader.complaint(about: value.content, for: key) == nil)
        }
    }

    @Test("Every default of a pool's keys is a value that the key itself takes")
    func poolDefaults() throws {
        for key in ConfigurationKeys.pool {
            let value = try JSONCReader.read(Array(key.standard.utf8))
            #expect(ConfigurationReader.complaint(about: value.content, for: key) == nil, "\(key.path)")
        }
    }

    @Test("Each key stands once, has a sentence, and its section stands before it")
    func shape() {
        var seen: Set<String> = [""]
        for key in ConfigurationKeys.all {
            #expect(seen.contains(key.section), "\(key.path)")
            #expect(seen.insert(key.path).inserted, "\(key.path)")
            #expect(key.meaning.hasSuffix("."), "\(key.path)")
        }
    }

    @Test(
        "A name near to a key is taken for it, another one is not",
        arguments: [
            ("windw", "window"), ("max_lanes", "max-lanes"), ("WALLET", "wallet"), ("modes", "mode"), ("bnid", "bind"),
            ("moed", "mode"), ("wall", "wallet"), ("horse", nil), ("x", nil), ("", nil),
            (String(repeating: "w", count: 1000), nil),
        ] as [(String, String?)])
    func suggestions(word: String, meant: String?) {
        #expect(
            Suggestion.nearest(to: word, among: ["window", "max-lanes", "wallet", "mode", "bind"]) == meant)
    }
}
