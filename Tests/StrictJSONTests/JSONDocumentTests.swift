import Testing

@testable import StrictJSON

// As p2pool 4.18 wrote them.
private let poolStats =
    #"{"pool_list":["pplns"],"pool_statistics":{"hashRate":323,"miners":1,"totalHashes":105587,"lastBlockFoundTime":"#
    + #"1795217584,"lastBlockFound":2500000,"totalBlocksFound":1,"pplnsWeight":80608,"pplnsWindowSize":22,"#
    + #""sidechainDifficulty":3234,"sidechainHeight":32}}"#
private let localStratum =
    #"{"hashrate_15m":372,"hashrate_1h":372,"hashrate_24h":372,"total_hashes":143476,"total_stratum_shares":46,"#
    + #""last_share_found_time":1795217824,"shares_found":32,"shares_failed":9,"average_effort":133.021,"#
    + #""current_effort":93.476,"connections":0,"incoming_connections":0,"block_reward_share_percent":100.000,"#
    + #""wallet":"WALLET","workers":["127.0.0.1:35242,457,1000,372,rigA","[::1]:5,1,1000,0,rig\"B"]}"#

private func document(_ text: String) -> JSONDocument? {
    try? JSONDocument(Array(text.utf8))
}

@Suite("JSONDocument")
struct JSONDocumentTests {
    @Test("Numbers of p2pool's files are read by path")
    func numbers() throws {
        let stats = try #require(document(poolStats))
        #expect(stats.number("pool_statistics", "sidechainDifficulty") == 3234)
        #expect(stats.number("pool_statistics", "pplnsWindowSize") == 22)
        let stratum = try #require(document(localStratum))
        #expect(stratum.number("average_effort") == 133.021)
        #expect(stratum.number("block_reward_share_percent") == 100)
    }

    @Test("What is not there, or of another type, is nil")
    func missing() throws {
        let stats = try #require(document(poolStats))
        #expect(stats.number("pool_statistics", "nope") == nil)
        #expect(stats.number("pool_statistics") == nil)
        #expect(stats.number("pool_list", "0") == nil)
        #expect(stats.number("pool_statistics", "hashRate", "deeper") == nil)
        #expect(stats.text("pool_statistics", "hashRate", limit: 10) == nil)
        #expect(stats.bool("pool_statistics", "hashRate") == nil)
        #expect(stats.texts("pool_statistics") == nil)
        #expect(
            stats["pool_statistics", "hashRate"] != nil && stats["hashRate"] == nil && stats["pool_list", "1"] == nil)
    }

    @Test("Texts and lists of texts are read")
    func texts() throws {
        let stratum = try #require(document(localStratum))
        #expect(stratum.text("wallet", limit: 100) == "WALLET")
        #expect(stratum.text("wallet", limit: 3) == "WAL")
        #expect(stratum.texts("workers") == ["127.0.0.1:35242,457,1000,372,rigA", "[::1]:5,1,1000,0,rig\"B"])
        #expect(stratum.texts("workers", limit: 4) == ["127.", "[::1"])
        #expect(stratum.count("workers") == 2 && stratum.count("wallet") == nil)
    }

    @Test("Elements of arrays are reached by number")
    func elements() throws {
        let blocks = try #require(document(#"[{"height":5},{"height":4,"list":[true,null,"x"]}]"#))
        #expect(blocks.number("0", "height") == 5 && blocks.number("1", "height") == 4)
        #expect(blocks.bool("1", "list", "0") == true && blocks.text("1", "list", "2", limit: 9) == "x")
        #expect(blocks["1", "list", "1"] != nil && blocks["2"] == nil && blocks["-1"] == nil && blocks["x"] == nil)
        #expect(blocks["9223372036854775807"] == nil)
        #expect(blocks.texts("1", "list") == ["x"] && blocks.count("1", "list") == 3 && blocks.count() == 2)
    }

    @Test(
        "A number may be written as a text",
        arguments: [
            (#""1.25""#, 1.25), (#"" 7 ""#, 7), ("-0.5", -0.5), ("1e3", 1000), (#""1e3""#, 1000),
            ("18446744073709551616", 0x1p64),
            ("9007199254740993", 9_007_199_254_740_992), (#""""#, nil), (#""abc""#, nil), (#""1 kH/s""#, nil),
            (#""NaN""#, nil),
            (#""inf""#, nil), (#""0x10""#, nil), (#""+1""#, nil), (#""1e999""#, nil), (#""\u0031""#, nil),
            (#""\"1\"""#, nil),
            (#""true""#, nil), ("true", nil), ("null", nil), ("[1]", nil), (#""[1]""#, nil),
        ])
    func numberInText(value: String, expected: Double?) throws {
        #expect(try #require(document("{\"n\":\(value)}")).number("n") == expected)
    }

    @Test("Truth values are no numbers and numbers no truth values")
    func bools() throws {
        let flags = try #require(document(#"{"a":true,"b":false,"c":1,"d":"true"}"#))
        #expect(flags.bool("a") == true && flags.bool("b") == false && flags.bool("c") == nil && flags.bool("d") == nil)
    }

    @Test("Where a name stands twice the first counts; escapes in names are resolved")
    func names() throws {
        let twice = try #require(document(#"{"a":1,"a":2,"b\u0063":3,"é":4}"#))
        #expect(twice.number("a") == 1 && twice.number("bc") == 3 && twice.number("é") == 4)
    }

    @Test("Texts in any encoding leave the figures beside them readable")
    func encodings() throws {
        for bytes in [[0xFC], [0xC3], [0x8E, 0x96], [0xFF, 0xFE], [0xED, 0xA0, 0x80]] as [[UInt8]] {
            let text = Array("{\"miner\":\"B".utf8) + bytes + Array("\",\"n\":5,\"".utf8) + bytes + Array("\":6}".utf8)
            let read = try text.withUnsafeBytes { try JSONDocument($0) }
            #expect(read.number("n") == 5)
            #expect(read.text("miner", limit: 20) == "B" + String(repeating: "?", count: bytes.count))
        }
    }

    @Test("Any JSON value is a document", arguments: ["5", "\"x\"", "null", "[]", "{}", " \r\n\t{ }\n"])
    func values(text: String) {
        #expect(document(text) != nil)
    }

    @Test("A document cut off anywhere is refused", arguments: [poolStats, localStratum])
    func truncated(text: String) {
        let bytes = Array(text.utf8)
        for end in bytes.indices {
            let part = bytes[..<end].withUnsafeBytes { try? JSONDocument($0) }
            if part != nil { Issue.record("cut at \(end)") }
        }
    }

    @Test(
        "What is not one JSON text is refused",
        arguments: [
            "", "   ", "NaN", "{\"a\":NaN}", "{\"a\":nan}", "{\"a\":inf}", "{\"a\":1}{\"a\":1}", "<html></html>",
            "{\"a\":1}\u{0}",
            "\u{FEFF}{}", "{\"a\":1e400}", "{\"a\":01}", "// c\n{}",
        ])
    func refused(text: String) {
        #expect(document(text) == nil)
    }

    @Test("Large files are read, too large ones are refused")
    func large() throws {
        let workers = (0..<8_000).map { "\"10.0.0.1:\($0),1,1000,1,rig\($0)\"" }.joined(separator: ",")
        let file = try #require(document("{\"workers\":[\(workers)],\"wallet\":\"W\"}"))
        #expect(file.count("workers") == 8_000 && file.text("wallet", limit: 9) == "W")
        #expect(document("\"\(String(repeating: "x", count: 5 << 20))\"") == nil)
        #expect(document(String(repeating: "[", count: 1 << 20)) == nil)
    }

    @Test("A document outlives the bytes it was read from")
    func copies() throws {
        var bytes = Array(#"{"a":1}"#.utf8)
        let read = try bytes.withUnsafeBytes { try JSONDocument($0) }
        for index in bytes.indices { bytes[index] = 0x78 }
        #expect(read.number("a") == 1)
    }

    @Test("A value inside is a document of its own: its members, elements, kind")
    func inner() throws {
        let message = try #require(
            document(#"{"id":7,"result":{"job":{"id":"a\"b"},"list":["x",2]},"n":null,"f":1.5}"#))
        #expect(message["id"]?.integer == 7 && message["f"]?.integer == nil && message["n"]?.kind == .null)
        #expect(message["result", "job", "id"]?.string == "a\"b" && message["result"]?["job"]?.kind == .object)
        #expect(message["result"]?["list"]?.elements?.map(\.string) == ["x", nil])
        #expect(message["result"]?.number("list", "1") == 2 && message["nope"] == nil)
        #expect(message["result"]?.numbers("list") == nil && message.numbers("id") == nil)
    }
}
