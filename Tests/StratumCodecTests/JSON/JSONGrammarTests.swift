import Foundation
import Testing

@testable import StratumCodec

/// What `decodePoolLine` makes of `value` as a member that nobody reads.
private func isAccepted(_ value: [UInt8]) -> Bool {
    let line = Array("{\"x\":".utf8) + value + Array("}".utf8)
    switch poolLine(line) {
    case .success(.ignored): return true
    case .success, .failure: return false
    }
}

private func isAccepted(_ value: String) -> Bool { isAccepted(Array(value.utf8)) }

@Suite("JSON: values")
struct JSONValueTests {
    @Test(
        "Numbers of the grammar pass",
        arguments: [
            "0", "-0", "1", "-1", "10", "1234567890", "0.5", "-0.5", "0.0", "1.25", "123.456e78", "1e1", "1E1", "1e+1",
            "1e-1", "0e0", "0E-0", "-1.5E+10", "1e150", "1e00000001", "1e-99999", "9007199254740993",
            "18446744073709551616", "-9223372036854775809", "0.12345678901234567890", " 1 ", "\t1\r",
            "-0.000000000000000000000000000000000000000000000000000000000000000000000000000001",
            String(repeating: "9", count: 128), String(repeating: "9", count: 123) + "e+150",
        ])
    func goodNumbers(text: String) {
        #expect(isAccepted(text))
    }

    // Fault R09.
    @Test(
        "Numbers outside the grammar, or that a double can't hold, are refused",
        arguments: [
            "", "-", "+1", "+", "01", "-01", "00", "1.", ".5", "-.5", "1.e5", "1e", "1e+", "1e-", "1ee1", "1e1.5",
            "1.5.5",
            "0x10", "1_000", "1,000", "1 000", "--1", "-+1", "1-", "1+1", "Infinity", "-Infinity", "NaN", "nan", "inf",
            "-inf", "1f", "1d", "0b1", "1e151", "1e309", "1e400", "1e99999999999999999999", "0e309", "-a", "1a", "- 1",
            "١", "1\u{0}", "1/2", "1e\u{2B}\u{2B}1",
            String(repeating: "9", count: 129), "0." + String(repeating: "0", count: 127),
        ])
    func badNumbers(text: String) {
        #expect(!isAccepted(text))
    }

    @Test("Literals are in lower case and whole", arguments: ["true", "false", "null", " true\t"])
    func goodLiterals(text: String) {
        #expect(isAccepted(text))
    }

    @Test(
        "Other words are no values",
        arguments: [
            "True", "FALSE", "Null", "nul", "tru", "fals", "nulll", "truefalse", "true false", "t", "f", "n",
            "undefined",
            "None", "nil", "yes", "'a'", "a", "*", "/**/1", "1//", "1#", "\u{FEFF}1", "\u{A0}1", "\u{B}1", "\u{C}1",
            "\u{0}",
            "\u{2028}1",
        ])
    func badLiterals(text: String) {
        #expect(!isAccepted(text))
    }

    @Test(
        "Well-formed containers pass",
        arguments: [
            "[]", "{}", "[ ]", "{ }", "[1]", "[1,2]", "[ 1 , 2 ]", "[[]]", "[{}]", "{\"a\":[]}", "{\"\":0}",
            "{\"a\":1,\"a\":2}", "{ \"a\" : 1 , \"b\" : 2 }", "[null,true,\"\",-1.5e-3,{},[]]", "{\"a\\\"b\":1}",
            "{\"é\":\"ü\"}",
        ])
    func goodContainers(text: String) {
        #expect(isAccepted(text))
    }

    // Fault R09.
    @Test(
        "Ill-formed containers are refused",
        arguments: [
            "[", "{", "]", "}", "[}", "{]", "[1", "[1,", "[,", "[,1]", "[1,]", "[1,,2]", "[1 2]", "[1;2]", "[\"a\":1]",
            "[a]",
            "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,\"a\":1}", "{\"a\":1,,\"b\":2}", "{\"a\" 1}",
            "{\"a\",1}", "{\"a\":}", "{:1}", "{1:1}", "{a:1}", "{'a':1}", "{null:1}", "{\"a\":1 \"b\":2}", "{\"a\"::1}",
            "{\"a\":1:2}", "[1]]", "{}}", "[]1", "{[]:1}", "[1\u{0}]", "{\"a\":1}\u{0}",
        ])
    func badContainers(text: String) {
        #expect(!isAccepted(text))
    }

    @Test("A line feed is no white space in a line, for it would make two lines of a spliced one")
    func lineFeed() {
        #expect(!isAccepted("[1,\n2]"))
        #expect(isAccepted("[1,\r2]"))
    }
}

@Suite("JSON: strings")
struct JSONStringTests {
    @Test(
        "Strings of the grammar pass",
        arguments: [
            "", "a", "aaaaaaa", "aaaaaaaa", "aaaaaaaaa", "\\\"", "\\\\", "\\/", "\\b\\f\\n\\r\\t", "\\u0041", "\\u00e9",
            "\\uABCD", "\\u0000", "\\uD834\\uDD1E", "\\ud834\\udd1e", "\\uFFFF", "\\uD7FF\\uE000", "/", "'", "\u{7F}",
            "é", "€",
            "😀", "\u{10FFFF}", "\u{2028}", "\u{FEFF}", "aaaaaaa\\\\", "aaaaaaaa\\\"aaaaaaa", "1234567é",
            "12345678é123456",
        ])
    func good(text: String) {
        #expect(isAccepted("\"\(text)\""))
    }

    // Fault R09.
    @Test(
        "Bad escapes, lone surrogates and control characters are refused",
        arguments: [
            "\\", "\\x41", "\\a", "\\'", "\\0", "\\e", "\\U0041", "\\u", "\\u0", "\\u00", "\\u004", "\\u004g",
            "\\u00-1",
            "\\u+041", "\\u 041", "\\uD834", "\\uD834a", "\\uD834\\", "\\uD834\\n", "\\uD834\\u", "\\uD834\\u0041",
            "\\uD834\\uD834", "\\uDD1E", "\\uDD1E\\uD834", "\\uDD1E\\uDD1E", "\\uDFFF", "\u{0}", "\u{1}", "\n", "\r",
            "\t", "\u{1F}",
            "aaaaaaa\u{1F}", "aaaaaaaa\naaaaaaaaa", "\\\u{0}", "\\\n", "\\é",
        ])
    func bad(text: String) {
        #expect(!isAccepted("\"\(text)\""))
    }

    @Test("A string must be closed", arguments: ["\"", "\"a", "\"aaaaaaaa", "\"\\\"", "'a'", "a\"", "\"a\"b"])
    func unclosed(text: String) {
        #expect(!isAccepted(text))
    }

    @Test("Every control character is refused at every place in a word")
    func controls() {
        for control in UInt8(0)..<0x20 {
            for place in 0..<17 {
                var text = [UInt8](repeating: 0x61, count: 17)
                text[place] = control
                #expect(!isAccepted([0x22] + text + [0x22]))
            }
        }
    }

    @Test("Every other ASCII character but quote and backslash passes at every place in a word")
    func plain() {
        for byte in UInt8(0x20)..<0x80 where byte != 0x22 && byte != 0x5C {
            for place in 0..<17 {
                var text = [UInt8](repeating: 0x61, count: 17)
                text[place] = byte
                #expect(isAccepted([0x22] + text + [0x22]))
            }
        }
    }

    @Test("Bytes over 0x7F pass at every place in a word, in any encoding")
    func anyEncoding() {
        for byte in UInt8(0x80)...0xFF {
            for place in 0..<17 {
                var text = [UInt8](repeating: 0x61, count: 17)
                text[place] = byte
                #expect(isAccepted([0x22] + text + [0x22]))
                // What ends a string ends it behind such a byte, too.
                #expect(!isAccepted([0x22] + text[...place] + [0x22] + text[place...] + [0x22]))
            }
            #expect(!isAccepted([0x22, byte, 0x0A, 0x22]) && !isAccepted([0x22, byte, 0x5C, 0x22]))
        }
    }
}

@Suite("JSON: bounds")
struct JSONBoundsTests {
    @Test("Sixteen levels pass, seventeen are too deep")
    func depth() {
        func nested(_ levels: Int) -> String {
            // The line's own object is a level.
            "{\"x\":" + String(repeating: "[", count: levels - 1) + String(repeating: "]", count: levels - 1) + "}"
        }
        #expect(poolLine(nested(16)) == .success(.ignored))
        #expect(fault(poolLine(nested(17))) == .json(.tooDeep))
        #expect(fault(rigLine(nested(17))) == .json(.tooDeep))
    }

    // Fault R08.
    @Test("A hundred thousand open brackets are refused like seventeen", arguments: ["[", "{\"a\":", "[{\"a\":"])
    func veryDeep(open: String) {
        let line = "{\"x\":" + String(repeating: open, count: 100_000)
        #expect(fault(poolLine(line)) == .json(.tooDeep))
        #expect(fault(rigLine(line)) == .json(.tooDeep))
    }

    // Fault R08, D10.
    @Test("Two hundred and fifty-six members pass, one more is too many")
    func members() {
        func object(_ count: Int) -> String { "{" + (0..<count).map { "\"m\($0)\":0" }.joined(separator: ",") + "}" }
        #expect(poolLine(object(256)) == .success(.ignored))
        #expect(fault(poolLine(object(257))) == .json(.tooManyMembers))
        #expect(fault(poolLine("{\"x\":\(object(257))}")) == .json(.tooManyMembers))
    }

    // Fault R08.
    @Test("Five hundred and twelve elements pass, one more is too many")
    func elements() {
        func array(_ count: Int) -> String { "[" + (0..<count).map { "\($0)" }.joined(separator: ",") + "]" }
        #expect(poolLine("{\"x\":\(array(512))}") == .success(.ignored))
        #expect(fault(poolLine("{\"x\":\(array(513))}")) == .json(.tooManyMembers))
    }

    // Fault R09.
    @Test(
        "A line is one object and nothing else",
        arguments: [
            ("", CodecError.Code.json(.notJSON)), (" ", .json(.notJSON)), ("GET / HTTP/1.1", .json(.notJSON)),
            ("<html>", .json(.notJSON)),
            ("{}{}", .json(.notJSON)), ("{} x", .json(.notJSON)), ("{}\u{0}", .json(.notJSON)),
            ("\u{FEFF}{}", .json(.notJSON)), ("x{}", .json(.notJSON)),
            ("[]", .json(.notAnObject)), ("5", .json(.notAnObject)), ("\"{}\"", .json(.notAnObject)),
            ("null", .json(.notAnObject)),
            (" true ", .json(.notAnObject)), ("[", .json(.notJSON)), ("[]]", .json(.notJSON)),
            ("\u{16}\u{3}\u{1}", .json(.notJSON)),
        ])
    func oneObject(line: String, code: CodecError.Code) {
        #expect(fault(rigLine(line)) == code)
        #expect(fault(poolLine(line)) == code)
    }

    @Test("White space around the object is allowed")
    func whitespace() {
        #expect(poolLine(" \t{ \"a\" : 1 }\r ") == .success(.ignored))
    }

    @Test("A line cut off anywhere is no JSON", arguments: Captures.all.prefix(20))
    func truncated(line: CapturedLine) {
        let bytes = Array(line.line.utf8)
        for end in bytes.indices {
            let part = Array(bytes[..<end])
            if fault(rigLine(part)) != .json(.notJSON) || fault(poolLine(part)) != .json(.notJSON) {
                Issue.record("cut at \(end)")
            }
        }
    }

    @Test("Nothing is read behind the line's end")
    func bounds() {
        // The byte after the line would complete it.
        let bytes = Array("{\"x\":\"aaaaaaa\"}".utf8)
        for end in bytes.indices {
            bytes.withUnsafeBytes { whole in
                let part = UnsafeRawBufferPointer(rebasing: whole[..<end])
                #expect(throws: CodecError.self) { try decodePoolLine(part) }
            }
        }
    }
}
