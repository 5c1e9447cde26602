/// Reassembles lines from a byte stream.
///
/// A line that is complete in what was received is handed out from there; only a line that is cut is copied. While no
/// line is pending the state is one word and holds no memory.
public struct LineFramer: Sendable {
    /// What has come of a line that is not complete yet.
    private var partial: [UInt8] = []

    /// A framer at the start of a stream.
    public init() {}

    /// Bytes held of a line that is not complete yet.
    public var pendingBytes: Int { partial.count }

    /// Feeds `bytes`; calls `line` for each complete line, without its `\n` or `\r\n` (empty lines too).
    ///
    /// The line is valid during the call only. When `line` returns false the rest of `bytes` is dropped. `limit` counts
    /// the bytes before the `\n`, so that the outcome does not depend on where the stream was cut.
    /// - Returns: false where a line grew over `limit` bytes (nothing more must be fed).
    public mutating func receive(
        _ bytes: UnsafeRawBufferPointer, limit: Int, line: (UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        var start = 0
        while start < bytes.count {
            let end = Self.lineFeed(in: bytes, from: start)
            let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<(end ?? bytes.count)])
            guard piece.count <= limit - partial.count else {
                partial = []
                return false
            }
            guard let end else {
                partial.append(contentsOf: piece)
                return true
            }
            start = end + 1
            let wantsMore: Bool
            if partial.isEmpty {
                wantsMore = line(Self.withoutReturn(piece))
            } else {
                // The memory is given back with the line: an idle rig holds none.
                var whole: [UInt8] = []
                swap(&whole, &partial)
                whole.append(contentsOf: piece)
                wantsMore = whole.withUnsafeBytes { line(Self.withoutReturn($0)) }
            }
            if !wantsMore { return true }
        }
        return true
    }

    /// Offset of the first `\n` at or after `start`.
    private static func lineFeed(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let count = bytes.count
        var at = start
        // Most lines are longer than this: four words are looked at together.
        while count &- at >= 32 {
            let first = lineFeeds(bytes, at)
            let second = lineFeeds(bytes, at &+ 8)
            let third = lineFeeds(bytes, at &+ 16)
            let fourth = lineFeeds(bytes, at &+ 24)
            if first | second | third | fourth != 0 { break }
            at &+= 32
        }
        while count &- at >= 8 {
            let found = lineFeeds(bytes, at)
            if found != 0 { return at &+ found.trailingZeroBitCount / 8 }
            at &+= 8
        }
        while at < count {
            if bytes[at] == UInt8(ascii: "\n") { return at }
            at &+= 1
        }
        return nil
    }

    /// The eight bytes at `offset`: the lowest top bit that is set marks the first `\n`; 0 where there is none.
    @inline(__always)
    private static func lineFeeds(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // A byte is zero where a line feed stands.
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ (ones &* 0x0A)
        return (word &- ones) & ~word & (ones &* 0x80)
    }

    private static func withoutReturn(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        line.last == UInt8(ascii: "\r") ? UnsafeRawBufferPointer(rebasing: line.dropLast()) : line
    }
}
