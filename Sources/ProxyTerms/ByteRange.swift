/// A part of a line, by offsets, so that a decoded message copies nothing.
///
/// Offsets count from the first byte of the line that was decoded and are valid for that line only.
public struct ByteRange: Equatable, Sendable {
    /// Offset of the first byte.
    public var start: Int32
    /// Number of bytes; may be 0.
    public var count: Int32

    /// The bytes from `start`, `count` of them.
    @inlinable
    public init(start: Int, count: Int) {
        self.start = Int32(truncatingIfNeeded: start)
        self.count = Int32(truncatingIfNeeded: count)
    }

    /// Offset after the last byte.
    @inlinable
    public var end: Int { Int(start) + Int(count) }

    /// The bytes of this range in `line`.
    @inlinable
    public func bytes(in line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: line[Int(start)..<end])
    }
}
