import ProxyTerms
import StrictJSON

/// Goes over a line that is written exactly as xmrig, p2pool and xmrig-proxy write theirs, byte by byte the same but for what is
/// asked for.
///
/// Nearly all lines are, and to compare them with what is expected costs an eighth of what reading any JSON does
/// (docs/performance.md#what-was-done). Whatever looks different is left to the JSON reader, which understands the usual lines too and
/// says the same of them: the fuzzers and `UsualLineTests` hold the two together.
struct UsualLine {
    private let bytes: UnsafeRawBufferPointer
    /// Offset of the next byte.
    private var position = 0

    /// At the beginning of `line`.
    @inline(__always)
    init(_ line: UnsafeRawBufferPointer) {
        bytes = line
    }

    /// Goes past `text`; false where something else stands there.
    @inline(__always)
    mutating func skip(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count &- position >= count else { return false }
        let expected = UnsafeRawPointer(text.utf8Start)
        var difference: UInt64 = 0
        if count < 8 {
            for at in 0..<count {
                difference |= UInt64(bytes[position &+ at] ^ expected.load(fromByteOffset: at, as: UInt8.self))
            }
        } else {
            var offset = 0
            while offset < count {
                // The last eight bytes overlap those before them.
                let at = min(offset, count &- 8)
                difference |=
                    bytes.loadUnaligned(fromByteOffset: position &+ at, as: UInt64.self)
                    ^ expected.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                offset &+= 8
            }
        }
        position &+= count
        return difference == 0
    }

    /// Goes past a whole number of 18 digits at most; nil where none stands there. It has no leading zeros.
    @inline(__always)
    mutating func number() -> (text: ByteRange, value: UInt64)? {
        let start = position
        var value: UInt64 = 0
        while position < bytes.count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            value = value &* 10 &+ UInt64(digit)
            position &+= 1
        }
        let count = position &- start
        guard count > 0, count <= 18, count == 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
        return (ByteRange(start: start, count: count), value)
    }

    /// Goes to the quote that ends a text; nil where the text has a backslash or a control character.
    @inline(__always)
    mutating func text() -> ByteRange? {
        var cursor = JSONCursor(bytes, at: position)
        cursor.skipPlainText()
        guard cursor.next == UInt8(ascii: "\"") else { return nil }
        defer { position = cursor.position }
        return ByteRange(start: position, count: cursor.position &- position)
    }

    /// Goes past so many bytes of whatever kind; nil where there are less.
    @inline(__always)
    mutating func take(_ count: Int) -> ByteRange? {
        guard bytes.count &- position >= count else { return nil }
        defer { position &+= count }
        return ByteRange(start: position, count: count)
    }

    /// Whether nothing is left.
    @inline(__always)
    var isAtEnd: Bool { position == bytes.count }
}

extension Submit {
    /// The submit in xmrig's usual line (docs/protocol.md#submit); nil where it is another line, or has anything that is to be refused.
    init?(usual line: UnsafeRawBufferPointer) {
        var rest = UsualLine(line)
        guard rest.skip(#"{"id":"#), let id = rest.number(),
            let requestID = RequestID(text: id.text.bytes(in: line)),
            rest.skip(#","jsonrpc":"2.0","method":"submit","params":{"id":""#), let session = rest.text(),
            rest.skip(#"","job_id":""#), let job = rest.text(), rest.skip(#"","nonce":""#),
            let nonceText = rest.take(8), rest.skip(#"","result":""#), let result = rest.take(64),
            rest.skip(#"","algo":"rx/0"}}"#), rest.isAtEnd
        else { return nil }
        let nonce = Hex.word(line, at: Int(nonceText.start))
        guard nonce.isValid, Hex.areDigits(line, result) else { return nil }
        self.init(
            id: requestID, idToken: id.text, session: session, job: job, nonce: nonce.value, result: result,
            object: ByteRange(start: 0, count: line.count), in: line)
    }
}

extension PoolMessage {
    /// A pool's yes to a share, as p2pool and xmrig-proxy write it; nil where it is another line.
    init?(usualYes line: UnsafeRawBufferPointer) {
        var rest = UsualLine(line)
        guard rest.skip(#"{"id":"#), let id = rest.number(),
            let number = UInt32(exactly: id.value),
            rest.skip(#","jsonrpc":"2.0","error":null,"result":{"status":"OK"}}"#), rest.isAtEnd
        else { return nil }
        self = .success(id: number)
    }
}
