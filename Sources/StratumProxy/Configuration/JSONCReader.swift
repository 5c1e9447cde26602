import ProxyTerms
import StrictJSON

/// Reads JSON as xmrig's users write it: `//` and `/* */` comments, and a comma after the last member, are allowed.
///
/// Everything else is strict JSON (RFC 8259), and more is refused than JSON demands: a key that stands twice in an
/// object (one of them would be ignored silently), and nesting deeper than `depthLimit`. The reader runs once, at
/// start, over a file of the operator's own, so it is written for good messages rather than for speed.
struct JSONCReader {
    /// Deeper nesting than any configuration has; keeps the recursion bounded.
    static let depthLimit = 16

    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1
    private var lineStart = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The value that is the whole of `text`.
    ///
    /// - Throws: the first fault and where it is.
    static func read(_ text: [UInt8]) throws(JSONCError) -> JSONCValue {
        if let line = firstLineThatIsNotUTF8(text) {
            throw JSONCError(message: "this line is not UTF-8 text", position: SourcePosition(line: line, column: 1))
        }
        var reader = JSONCReader(text)
        // Some Windows editors put a byte order mark first.
        if text.starts(with: [0xEF, 0xBB, 0xBF]) {
            reader.offset = 3
            reader.lineStart = 3
        }
        try reader.skipBlank()
        let value = try reader.value(depth: 0)
        try reader.skipBlank()
        if reader.offset < reader.bytes.count {
            throw reader.fault("unexpected \(reader.here) after the end of the configuration")
        }
        return value
    }

    private static func firstLineThatIsNotUTF8(_ text: [UInt8]) -> Int? {
        if String(validating: text, as: UTF8.self) != nil { return nil }
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
        return bad.map { $0 + 1 }
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(JSONCError) -> JSONCValue {
        let start = position
        guard depth < Self.depthLimit else { throw fault("nested deeper than \(Self.depthLimit) levels") }
        guard let byte = peek() else { throw fault("the file ends where a value should be") }
        let content: JSONCValue.Content
        switch byte {
        case UInt8(ascii: "{"): content = .object(try members(depth: depth))
        case UInt8(ascii: "["): content = .array(try elements(depth: depth))
        case UInt8(ascii: "\""): content = .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): content = .number(try number())
        default: content = try word()
        }
        return JSONCValue(content: content, position: start)
    }

    private mutating func members(depth: Int) throws(JSONCError) -> [JSONCMember] {
        let start = position
        advance()
        var members: [JSONCMember] = []
        while true {
            try skipBlank()
            guard let byte = peek() else { throw unclosed("{", since: start) }
            if byte == UInt8(ascii: "}") {
                advance()
                return members
            }
            guard byte == UInt8(ascii: "\"") else {
                throw fault("expected a key in double quotes or '}', found \(here)")
            }
            let keyPosition = position
            let key = try string()
            if let first = members.first(where: { $0.key == key }) {
                let message = "the key \"\(key)\" is here twice (first in line \(first.keyPosition.line))"
                throw JSONCError(message: message, position: keyPosition)
            }
            try skipBlank()
            guard peek() == UInt8(ascii: ":") else {
                throw fault("expected ':' after the key \"\(key)\", found \(here)")
            }
            advance()
            try skipBlank()
            members.append(JSONCMember(key: key, keyPosition: keyPosition, value: try value(depth: depth + 1)))
            try skipComma(or: "}", since: start)
        }
    }

    private mutating func elements(depth: Int) throws(JSONCError) -> [JSONCValue] {
        let start = position
        advance()
        var elements: [JSONCValue] = []
        while true {
            try skipBlank()
            guard let byte = peek() else { throw unclosed("[", since: start) }
            if byte == UInt8(ascii: "]") {
                advance()
                return elements
            }
            elements.append(try value(depth: depth + 1))
            try skipComma(or: "]", since: start)
        }
    }

    /// After a member or element: a comma is taken, the closing bracket is left standing.
    private mutating func skipComma(or closing: Character, since start: SourcePosition) throws(JSONCError) {
        try skipBlank()
        guard let byte = peek() else { throw unclosed(closing == "}" ? "{" : "[", since: start) }
        if byte == UInt8(ascii: ",") {
            advance()
        } else if byte != closing.asciiValue {
            throw fault("expected ',' or '\(closing)', found \(here)")
        }
    }

    private mutating func word() throws(JSONCError) -> JSONCValue.Content {
        let start = offset
        let startPosition = position
        while let byte = peek(), isWordByte(byte) { advance() }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        switch text {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "": throw fault("expected a value, found \(here)")
        default:
            let message = "expected a value, found '\(text)'; texts need double quotes, flags are true or false"
            throw JSONCError(message: message, position: startPosition)
        }
    }

    private mutating func number() throws(JSONCError) -> Double {
        let start = offset
        let startPosition = position
        while let byte = peek(), isWordByte(byte) || "+-.".utf8.contains(byte) { advance() }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard Self.isNumber(bytes[start..<offset]), let value = Double(text) else {
            throw JSONCError(message: "'\(text)' is not a number", position: startPosition)
        }
        return value
    }

    private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
        text.withUnsafeBytes { text in
            var cursor = JSONCursor(text)
            return (try? cursor.number()) != nil && cursor.position == text.count
        }
    }

    // MARK: Strings

    private mutating func string() throws(JSONCError) -> String {
        let result = bytes.withUnsafeBytes { [offset] bytes -> Result<JSONToken, JSONFault> in
            var cursor = JSONCursor(bytes, at: offset)
            do throws(JSONFault) {
                return .success(try cursor.value())
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let token):
            offset = Int(token.end)
            return bytes.withUnsafeBytes { token.string(in: $0) } ?? ""
        case .failure(let fault):
            throw stringFault(at: Int(fault.offset))
        }
    }

    /// What is wrong at `place` of the string that begins here.
    private mutating func stringFault(at place: Int) -> JSONCError {
        let start = position
        offset = place
        switch peek() {
        case UInt8(ascii: "\\"):
            let kind = place + 1 < bytes.count ? bytes[place + 1] : nil
            return switch kind {
            case nil: fault("unfinished escape in a text")
            case UInt8(ascii: "u"): fault("\\u needs four hex digits and whole surrogate pairs")
            default: fault("unknown escape in a text; a backslash itself is written \\\\")
            }
        case nil, 0x0A, 0x0D:
            return JSONCError(message: "the text that begins here has no closing quote", position: start)
        case let byte?:
            return fault("a control character in a text; write it as \\u00\(Hex.text([byte]))")
        }
    }
}

// MARK: Moving through the text

extension JSONCReader {
    private var position: SourcePosition {
        // Continuation bytes of UTF-8 do not begin a character.
        let column = bytes[lineStart..<offset].count { $0 & 0xC0 != 0x80 } + 1
        return SourcePosition(line: line, column: column)
    }

    /// What stands at the current place, for messages.
    private var here: String {
        guard offset < bytes.count else { return "the end of the file" }
        let rest = String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self)
        guard let first = rest.first else { return "the end of the file" }
        if first == "#" { return "'#' (a comment begins with //)" }
        if first == "'" { return "a single quote (JSON has double quotes only)" }
        return first.isASCII && (first.asciiValue ?? 0) < 0x20 ? "a control character" : "'\(first)'"
    }

    private func fault(_ message: String) -> JSONCError {
        JSONCError(message: message, position: position)
    }

    private func unclosed(_ bracket: Character, since start: SourcePosition) -> JSONCError {
        JSONCError(message: "the file ends before this '\(bracket)' is closed", position: start)
    }

    private func peek() -> UInt8? {
        offset < bytes.count ? bytes[offset] : nil
    }

    private mutating func advance() {
        if bytes[offset] == 0x0A {
            line += 1
            lineStart = offset + 1
        }
        offset += 1
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Skips white space and comments.
    private mutating func skipBlank() throws(JSONCError) {
        while let byte = peek() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: advance()
            case UInt8(ascii: "/"): try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(JSONCError) {
        let start = position
        let next = offset + 1 < bytes.count ? bytes[offset + 1] : 0
        switch next {
        case UInt8(ascii: "/"):
            while let byte = peek(), byte != 0x0A { advance() }
        case UInt8(ascii: "*"):
            advance()
            advance()
            while let byte = peek() {
                advance()
                if byte == UInt8(ascii: "*"), peek() == UInt8(ascii: "/") {
                    advance()
                    return
                }
            }
            throw JSONCError(message: "the comment that begins here is not closed with */", position: start)
        default:
            throw fault("unexpected '/'; comments begin with // or /*")
        }
    }
}
