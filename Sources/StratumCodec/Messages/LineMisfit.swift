import ProxyTerms
import StrictJSON

/// A member of a pool's or a rig's message that doesn't fit: for people, who have to find it in what the peer sends.
public struct LineMisfit: Equatable, Sendable {
    /// Bytes of a value that are kept.
    static let longestValue = 48

    /// What is wrong with it.
    public let code: CodecError.Code
    /// The member's name in the message.
    public let member: String
    /// Its value as it was sent, the beginning of a long one; empty where it is missing.
    public let value: [UInt8]
    /// Bytes of the whole value.
    public let length: Int

    init(_ code: CodecError.Code, _ member: String, _ token: JSONToken, _ line: UnsafeRawBufferPointer) {
        self.code = code
        self.member = member
        let bytes = token.kind == .absent ? line[0..<0] : line[Int(token.start)..<Int(token.end)]
        value = Array(bytes.prefix(Self.longestValue))
        length = bytes.count
    }

    /// A line as a whole.
    public static func line(_ code: CodecError.Code, _ line: UnsafeRawBufferPointer) -> LineMisfit {
        LineMisfit(code, "line", JSONToken(kind: .object, start: 0, end: line.count), line)
    }
}
