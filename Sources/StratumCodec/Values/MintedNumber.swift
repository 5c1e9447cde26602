import ProxyTerms

extension Hex {
    /// The number of a job id that a proxy of this kind mints: 12 lower-case digits, highest first, then "-" and the 8 of its origin; nil
    /// for anything else.
    @inline(__always)
    static func jobNumber(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) -> UInt64? {
        guard range.count == 21, bytes[Int(range.start) + 12] == UInt8(ascii: "-") else { return nil }
        let head = word(bytes, at: Int(range.start))
        let tail = word(bytes, at: Int(range.start) + 4)
        guard head.isValid, tail.isValid, head.isLowerCase, tail.isLowerCase else { return nil }
        return UInt64(head.value.byteSwapped) << 16 | UInt64(tail.value.byteSwapped & 0xFFFF)
    }

    /// The origin in such an id: the mark of the proxy that took the job from a pool.
    static func jobOrigin(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) -> UInt32? {
        guard jobNumber(bytes, range) != nil else { return nil }
        let origin = word(bytes, at: Int(range.start) + 13)
        return origin.isValid && origin.isLowerCase ? origin.value.byteSwapped : nil
    }
}
