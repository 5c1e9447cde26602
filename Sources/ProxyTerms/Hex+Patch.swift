extension [UInt8] {
    /// Writes the lowest `digits` hex digits of `value` over the bytes at `offset`, highest digit first.
    @inlinable @inline(__always)
    public mutating func patch(hex value: UInt64, digits: Int, at offset: Int) {
        precondition(offset >= 0 && offset + digits <= count)
        withUnsafeMutableBytes { bytes in
            var rest = value
            var end = offset + digits
            while end - offset >= 8 {
                end -= 8
                let word = Hex.digits(ofWord: UInt32(truncatingIfNeeded: rest))
                bytes.storeBytes(of: word.bigEndian, toByteOffset: end, as: UInt64.self)
                rest >>= 32
            }
            while end > offset {
                end -= 1
                bytes[end] = Hex.digits(UInt8(truncatingIfNeeded: rest & 0xF)).low
                rest >>= 4
            }
        }
    }
}
