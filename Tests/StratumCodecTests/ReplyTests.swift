import Foundation
import Testing

@testable import StratumCodec

@Suite("Replies to rigs")
struct RigReplyTests {
    private func failed(_ message: String) -> String {
        withBytes(message) { bytes in
            written { RigReply.failed(id: .null, code: -1, poolMessage: bytes, to: &$0) }
        }
    }

    /// The message as another reader decodes it.
    private func message(_ line: String) -> String? {
        let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return (object?["error"] as? [String: Any])?["message"] as? String
    }

    @Test("An accepted share is answered like p2pool does")
    func accepted() throws {
        let id = try #require(requestID("12"))
        #expect(
            written { RigReply.accepted(id: id, to: &$0) }
                == "{\"id\":12,\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"OK\"}}\n")
    }

    @Test("keepalived is answered like xmrig-proxy does")
    func keptAlive() throws {
        let id = try #require(requestID("\"a\""))
        #expect(
            written { RigReply.keptAlive(id: id, to: &$0) }
                == "{\"id\":\"a\",\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"KEEPALIVED\"}}\n")
    }

    @Test(
        "A refusal has code and message",
        arguments: [(-1, "-1"), (0, "0"), (21, "21"), (Int.min, "-9223372036854775808")])
    func failedText(code: Int, digits: String) {
        #expect(
            written { RigReply.failed(id: .null, code: code, message: "Stale share", to: &$0) }
                == "{\"id\":null,\"jsonrpc\":\"2.0\",\"error\":{\"code\":\(digits),\"message\":\"Stale share\"}}\n")
    }

    @Test("Our own text is escaped all the same")
    func ownText() {
        let line = written { RigReply.failed(id: .null, code: 1, message: "a \"b\" \\ c\n é", to: &$0) }
        #expect(message(line) == "a \"b\" \\ c\n é")
    }

    @Test(
        "A pool's text arrives as it was meant, what can't be printed as ?",
        arguments: [
            ("", ""), ("Low diff share", "Low diff share"), (#"a\"b"#, "a\"b"), (#"a\\b"#, "a\\b"), (#"a\/b"#, "a/b"),
            (#"line\nbreak\r\ttab\b\f"#, "line?break??tab??"), (#"\u0000\u001b[31mred"#, "??[31mred"),
            (#"\u00e9\u20ac"#, "é€"),
            (#"\uD83D\uDE00"#, "😀"), ("é€😀", "é€😀"), ("\u{7F}\u{85}", "??"), (#"\u202Eevil"#, "?evil"),
            ("\u{2028}\u{2066}\u{FEFF}\u{E0041}", "????"), ("\u{10FFFF}\u{E000}", "??"), ("</script>", "</script>"),
        ])
    func poolText(escaped: String, expected: String) {
        #expect(message(failed(escaped)) == expected)
    }

    @Test("A pool's text is cut at 256 characters, escapes counting as one")
    func cap() {
        for unit in ["x", "\\\"", "\\\\", "é", "😀", "\\u0041"] {
            let long = String(repeating: unit, count: 10_000)
            #expect(message(failed(long))?.unicodeScalars.count == 256)
            let exact = String(repeating: unit, count: 256)
            #expect(message(failed(exact)) == message(failed(long)))
        }
    }

    @Test("Text that is no JSON string's contents still makes a line of JSON")
    func anyBytes() {
        var generator = TestGenerator(seed: 11)
        let alphabet: [UInt8] = [
            0x22, 0x5C, 0x75, 0x64, 0x38, 0x0A, 0x00, 0x80, 0xC3, 0xE2, 0xED, 0xA0, 0xF0, 0xFF, 0x61,
        ]
        for _ in 0..<5_000 {
            let length = Int.random(in: 0...12, using: &generator)
            let bytes = (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            var output: [UInt8] = []
            bytes.withUnsafeBytes { RigReply.failed(id: .null, code: -1, poolMessage: $0, to: &output) }
            let isOneLine = output.filter { $0 == 0x0A }.count == 1 && output.last == 0x0A
            let isObject = (try? JSONSerialization.jsonObject(with: Data(output))) != nil
            if !isOneLine || !isObject { Issue.record("\(bytes)") }
        }
    }
}

@Suite("Requests to pools")
struct PoolRequestTests {
    @Test("A login has the members of a real rig in their order, and no rig-id")
    func login() {
        #expect(
            written { PoolRequest.login(user: "rig+1000", pass: "x", agent: "a/1", to: &$0) }
                == #"{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"rig+1000","pass":"x","agent":"a/1","algo":["rx/0"]}}"#
                + "\n")
    }

    @Test("A login's texts are escaped")
    func escaped() {
        let line = written { PoolRequest.login(user: "a\"},\n", pass: "\\\u{0}\u{1F}", agent: "é😀\u{7F}", to: &$0) }
        let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        let params = object?["params"] as? [String: Any]
        #expect(params?["login"] as? String == "a\"},\n")
        #expect(params?["pass"] as? String == "\\\u{0}\u{1F}")
        #expect(params?["agent"] as? String == "é😀\u{7F}")
        #expect(line.filter { $0 == "\n" }.count == 1)
    }

    @Test("A login of ours is one that we take ourselves")
    func decodes() {
        let line = written { PoolRequest.login(user: "u", pass: "p", agent: "a", to: &$0) }
        guard case .success(.login(let login)) = rigLine(String(line.dropLast())) else {
            Issue.record("refused")
            return
        }
        #expect(part(login.user, line) == "u" && login.algorithms == .rx0 && login.rigID == nil)
    }

    @Test("keepalived carries the session as the pool wrote it", arguments: [UInt32(0), 9, 10, 4_294_967_295])
    func keepalived(id: UInt32) {
        let line = withBytes(#"a\"b"#) { session in
            written { PoolRequest.keepalived(id: id, session: session, to: &$0) }
        }
        #expect(line == "{\"id\":\(id),\"jsonrpc\":\"2.0\",\"method\":\"keepalived\",\"params\":{\"id\":\"a\\\"b\"}}\n")
    }
}
