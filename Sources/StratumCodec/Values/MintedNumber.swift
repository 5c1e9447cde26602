import ProxyTerms

extension Hex {
    /// The number that exactly 12 lower-case digits stand for, highest digit first; nil for anything else.
    @inline(__always)
    static func jobNumber(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) -> UInt64? {
        guard range.count == 12 else { return nil }
        let head = word(bytes, at: Int(range.start))
        let tail = word(bytes, at: Int(range.start) + 4)
        guard head.isValid, tail.isValid, head.isLowerCase, tail.isLowerCase else { return nil }
        return UInt64(head.value.byteSwapped) << 16 | UInt64(tail.value.byteSwapped & 0xFFFF)
    }
}
