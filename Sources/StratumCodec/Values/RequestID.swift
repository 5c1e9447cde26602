/// A JSON-RPC request id exactly as the peer wrote it: an integer, or a string with its quotes, or `null`.
///
/// At most 40 bytes of text: a UUID has 38 with its quotes. The decoder refuses longer ones and other JSON types (docs/invariants.md#faults-of-rigs).
public struct RequestID: Equatable, Sendable {
    /// The text, eight bytes a word, in memory order, zero padded.
    @usableFromInline var words: (UInt64, UInt64, UInt64, UInt64, UInt64)
    /// Length of the text in bytes, 0 ... 40. 0 stands for an absent id and is written as `null`.
    public let count: UInt8

    /// No id: written as `null`.
    public static let null = RequestID()

    init() {
        words = (0, 0, 0, 0, 0)
        count = 0
    }

    /// The id with this text, or nil where it is longer than 40 bytes.
    public init?(text: UnsafeRawBufferPointer) {
        guard text.count <= 40 else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: text) }
        self.words = words
        count = UInt8(text.count)
    }

    /// Appends the id's text to `output`.
    @inlinable
    public func write(to output: inout [UInt8]) {
        if count == 0 {
            output.append(contentsOf: "null".utf8)
            return
        }
        withUnsafeBytes(of: words) { output.append(contentsOf: $0.prefix(Int(count))) }
    }

    /// Whether both ids have the same text.
    public static func == (lhs: RequestID, rhs: RequestID) -> Bool {
        lhs.count == rhs.count && lhs.words == rhs.words
    }
}
