import Testing

@testable import StratumProxy

@Suite("JSON with comments")
struct JSONCReaderTests {
    private func read(_ text: String) throws(JSONCError) -> JSONCValue {
        try JSONCReader.read(Array(text.utf8))
    }

    private func firstFault(_ text: String) -> JSONCError? {
        do throws(JSONCError) {
            _ = try read(text)
            return nil
        } catch {
            return error
        }
    }

    /// The values without their places.
    private func plain(_ value: JSONCValue) -> String {
        switch value.content {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .number(let number): "\(number)"
        case .string(let text): "'\(text)'"
        case .array(let elements): "[" + elements.map(plain).joined(separator: ",") + "]"
        case .object(let members): "{" + members.map { "\($0.key)=\(plain($0.value))" }.joined(separator: ",") + "}"
        }
    }

    @Test("Every kind of value is read")
    func values() throws {
        let value = try read(#"{"a": null, "b": [true, false], "c": -1.5e2, "d": "x", "e": {}, "f": []}"#)
        #expect(plain(value) == "{a=null,b=[true,false],c=-150.0,d='x',e={},f=[]}")
    }

    @Test("Comments and a last comma are allowed, as in xmrig's files")
    func leniency() throws {
        let value = try read(
            """
            // before
            { /* between */ "a": 1, // after
              "b": [1, 2, /* , */ ], "c": "// no /* comment", /**/
            } /* end **/
            """)
        #expect(plain(value) == "{a=1.0,b=[1.0,2.0],c='// no /* comment'}")
    }

    @Test("Escapes become the characters they stand for")
    func escapes() throws {
        #expect(plain(try read(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#)) == "'\"\\/\u{8}\u{C}\n\r\té😀'")
    }

    @Test("A byte order mark is skipped and not counted")
    func byteOrderMark() throws {
        let value = try JSONCReader.read([0xEF, 0xBB, 0xBF] + Array("{}".utf8))
        #expect(value.position == SourcePosition(line: 1, column: 1))
    }

    @Test("Places count characters, not bytes")
    func positions() throws {
        let value = try read("{\n  \"ä€😀\": 7,\n\t\"b\": \"x\" }")
        guard case .object(let members) = value.content else { throw JSONCError(message: "", position: value.position) }
        #expect(members[0].keyPosition == SourcePosition(line: 2, column: 3))
        #expect(members[0].value.position == SourcePosition(line: 2, column: 10))
        #expect(members[1].keyPosition == SourcePosition(line: 3, column: 2))
    }

    @Test(
        "What is no JSON is refused with its place and a reason",
        arguments: [
            ("", 1, 1, "the file ends where a value should be"),
            ("{\"a\": 1\n \"b\": 2}", 2, 2, "expected ',' or '}', found '\"'"),
            ("{\"a\" 1}", 1, 6, "expected ':' after the key \"a\", found '1'"),
            ("{a: 1}", 1, 2, "expected a key in double quotes or '}', found 'a'"),
            ("{'a': 1}", 1, 2, "found a single quote"),
            ("{\"a\": yes}", 1, 7, "expected a value, found 'yes'"),
            ("{\"a\": True}", 1, 7, "flags are true or false"),
            ("{\"a\": }", 1, 7, "expected a value, found '}'"),
            ("[1,,2]", 1, 4, "expected a value, found ','"),
            ("{\"a\": 1", 1, 1, "the file ends before this '{' is closed"),
            ("{\"a\": [1, 2}", 1, 12, "expected ',' or ']', found '}'"),
            ("{} {}", 1, 4, "unexpected '{' after the end"),
            ("{\"a\": 1,\n \"a\": 2}", 2, 2, "is here twice (first in line 1)"),
            ("{\"a\": \"x\n\"}", 1, 7, "has no closing quote"),
            ("{\"a\": \"x", 1, 7, "has no closing quote"),
            ("\"\u{1}\"", 1, 2, "\\u0001"),
            ("\"\\x\"", 1, 2, "unknown escape"),
            ("\"\\ud800\"", 1, 2, "surrogate"),
            ("\"\\u12g4\"", 1, 2, "four hex digits"),
            ("/* x", 1, 1, "not closed with */"),
            ("/ x", 1, 1, "comments begin with // or /*"),
            ("01", 1, 1, "'01' is not a number"),
            ("-", 1, 1, "'-' is not a number"),
            ("1.", 1, 1, "is not a number"),
            (".5", 1, 1, "expected a value"),
            ("1e", 1, 1, "is not a number"),
            ("1e999", 1, 1, "is not a number"),
            ("0x10", 1, 1, "is not a number"),
            ("NaN", 1, 1, "expected a value"),
            ("\u{7F}", 1, 1, "expected a value"),
        ])
    func faults(text: String, line: Int, column: Int, message: String) throws {
        let fault = try #require(firstFault(text))
        #expect(fault.position == SourcePosition(line: line, column: column))
        #expect(fault.message.contains(message), "\(fault.message)")
    }

    @Test("A line that is not UTF-8 is named")
    func notUTF8() {
        let expected = JSONCError(message: "this line is not UTF-8 text", position: SourcePosition(line: 2, column: 1))
        #expect(throws: expected) {
            try JSONCReader.read(Array("{\n\"a".utf8) + [0xFF] + Array("\": 1}".utf8))
        }
    }

    @Test("Nesting is bounded, so that no file can exhaust the stack")
    func depth() throws {
        _ = try read(String(repeating: "[", count: 16) + String(repeating: "]", count: 16))
        let fault = try #require(firstFault(String(repeating: "[", count: 100_000)))
        #expect(fault.message == "nested deeper than 16 levels")
    }

    @Test("Every prefix of a good file is refused, and nothing traps")
    func prefixes() {
        let text = Array(#"{"a": [1.5e-3, "x\u00e9\n", {"b": null}], /* c */ "d": true, // e"#.utf8) + Array("\n}".utf8)
        for count in 0..<text.count {
            #expect(throws: JSONCError.self) { try JSONCReader.read(Array(text[..<count])) }
        }
    }
}
