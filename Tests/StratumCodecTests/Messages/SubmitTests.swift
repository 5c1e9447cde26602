import Testing

@testable import StratumCodec

private let hash = "000102030405060708090a0b0c0d0e0f1011121314151617" + "18191A1B1c1d1e1f"

@Suite("Rig lines: submit")
struct SubmitTests {
    private let line =
        #"{"id":12,"jsonrpc":"2.0","method":"submit","params":{"id":"0011223344556677","job_id":"0000000000ff-00000007","#
        + "\"nonce\":\"070000aB\",\"result\":\"\(hash)\"}}"

    @Test("Nonce and hash are read in memory order")
    func values() throws {
        let submit = try #require(decodedSubmit(line))
        #expect(submit.nonce == 0xAB00_0007)
        #expect(submit.hash == 0x1F1E_1D1C_1B1A_1918)
        #expect(submit.job == 0xFF)
        #expect(text(submit.id) == "12")
    }

    @Test(
        "A job id is a number of ours exactly where it begins with 12 lower-case hex digits and has an origin",
        arguments: [
            ("000000000000-00000007", UInt64(0)), ("ffffffffffff-00000007", 0xFFFF_FFFF_FFFF),
            ("0123456789ab-00000007", 0x0123_4567_89AB),
            ("0123456789aB-00000007", nil), ("A123456789ab-00000007", nil), ("0123456789a-00000007", nil),
            ("0123456789abc-00000007", nil), ("", nil), ("1", nil), ("0123456789ab", nil),
            ("0123456789ab000000007", nil), ("0123456789ag-00000007", nil), ("-12345678901-00000007", nil),
            (" 12345678901-00000007", nil), ("0x3456789abc-00000007", nil), ("Afeb00000021-00000007", nil),
            ("01234567é9a-00000007", nil), ("012345\\u0036-00000007", nil),
        ])
    func jobNumber(id: String, expected: UInt64?) throws {
        let line = line.replacing("0000000000ff-00000007", with: id)
        #expect(try #require(decodedSubmit(line)).job == expected)
    }

    @Test("The three ids are replaced, and every other byte of the line is unchanged")
    func splice() throws {
        let line =
            #" { "x":[1, {"y":"\u00e9"}],"id" : "abc" ,"method":"submit", "params":{"algo":"rx/0", "id":"s","new":{"a":1},"#
            + "\"job_id\":\"j\" ,\"nonce\":\"00000000\",\"result\":\"\(hash)\",\"commitment\":\"zz\" } ,\"z\":null}\r"
        let submit = try #require(decodedSubmit(line))
        let output = spliced(submit, line, id: 4_294_967_295, session: "SESSION", job: "JOB")
        let expected =
            #"{ "x":[1, {"y":"\u00e9"}],"id" : 4294967295 ,"method":"submit", "params":{"algo":"rx/0", "id":"SESSION","new":{"a":1},"#
            + "\"job_id\":\"JOB\" ,\"nonce\":\"00000000\",\"result\":\"\(hash)\",\"commitment\":\"zz\" } ,\"z\":null}\n"
        #expect(output == expected)
    }

    @Test("Members in any order are spliced at their places")
    func anyOrder() throws {
        let inner = [
            #""id":"s""#, #""job_id":"j""#, #""nonce":"00000001""#, "\"result\":\"\(hash)\"", #""extra":{"id":1}"#,
        ]
        let outer = [#""id":5"#, #""method":"submit""#]
        for (index, order) in permutations(inner).enumerated() {
            var members = outer
            members.insert("\"params\":{" + order.joined(separator: ",") + "}", at: index % 3)
            let line = "{" + members.joined(separator: ",") + "}"
            let submit = try #require(decodedSubmit(line))
            let output = spliced(submit, line, id: 77, session: "SS", job: "JJ")
            let expected = line.replacing("\"id\":5", with: "\"id\":77").replacing(
                "\"id\":\"s\"", with: "\"id\":\"SS\""
            )
            .replacing("\"job_id\":\"j\"", with: "\"job_id\":\"JJ\"")
            #expect(output == expected + "\n")
        }
    }

    @Test("A submit without an id gets one, one with null has it replaced")
    func noID() throws {
        let tail =
            "\"method\":\"submit\",\"params\":{\"id\":\"s\",\"job_id\":\"j\",\"nonce\":\"00000001\",\"result\":\"\(hash)\"}}"
        let changed = tail.replacing("\"s\"", with: "\"S\"").replacing("\"j\"", with: "\"J\"")
        for (start, expected) in [("{", "{\"id\":9,"), ("{ ", "{\"id\":9, "), ("{\"id\":null,", "{\"id\":9,")] {
            let submit = try #require(decodedSubmit(start + tail))
            #expect(submit.id == .null)
            #expect(spliced(submit, start + tail, id: 9, session: "S", job: "J") == expected + changed + "\n")
        }
    }

    @Test("A submit that gets an id has no more members than a proxy in a row takes", arguments: [253, 254])
    func addedID(others: Int) throws {
        let more = (0..<others).map { ",\"m\($0)\":0" }.joined()
        let line =
            "{\"method\":\"submit\",\"params\":{\"id\":\"s\",\"job_id\":\"1\",\"nonce\":\"01000000\","
            + "\"result\":\"\(String(repeating: "0", count: 64))\"}\(more)}"
        guard case .success(.submit(let submit)) = rigLine(Array(line.utf8)) else {
            #expect(others == 254)
            return
        }
        #expect(others == 253)
        let sent = spliced(submit, line, id: 7, session: "s", job: "2")
        guard case .success(.submit) = rigLine(Array(sent.utf8.dropLast())) else {
            Issue.record("not taken again: \(sent)")
            return
        }
    }

    @Test("Empty ids are replaced as well")
    func emptyIDs() throws {
        let line =
            "{\"id\":\"\",\"method\":\"submit\",\"params\":{\"id\":\"\",\"job_id\":\"\",\"nonce\":\"00000001\",\"result\":\"\(hash)\"}}"
        let submit = try #require(decodedSubmit(line))
        let output = spliced(submit, line, id: 0, session: "S", job: "J")
        #expect(output.hasPrefix(#"{"id":0,"method":"submit","params":{"id":"S","job_id":"J","nonce""#))
    }

    @Test("A spliced line is appended to what the buffer holds")
    func appends() throws {
        let submit = try #require(decodedSubmit(line))
        var output = Array("before\n".utf8)
        withBytes(line) { line in
            withBytes("s") { text in _ = submit.splicing(line: line, id: 1, session: text, job: text, to: &output) }
        }
        #expect(output.starts(with: Array("before\n{\"id\":1,".utf8)) && output.last == 0x0A)
    }
}
