import ProxyTerms

/// Appending JSON to a reusable buffer; nothing here allocates but the buffer's own growth.
extension [UInt8] {
    /// Appends our own text as it stands.
    @inlinable @inline(__always)
    public mutating func append(literal: StaticString) {
        append(contentsOf: UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    /// Appends `value` in decimal.
    public mutating func append(decimal value: UInt64) {
        // 2^64 has 20 digits.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = value
            var index = 20
            repeat {
                index &-= 1
                digits[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest != 0
            append(contentsOf: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[index...]))
        }
    }

    /// Appends UTF-8 text in the middle of a string, with what must be escaped escaped.
    public mutating func append(escaping text: some Sequence<UInt8>) {
        for byte in text { append(escaping: byte) }
    }

    /// Appends a character in the middle of a string, escaped where it must be.
    public mutating func append(escaping scalar: Unicode.Scalar) {
        if scalar.isASCII {
            append(escaping: UInt8(truncatingIfNeeded: scalar.value))
        } else {
            append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }

    @inline(__always)
    private mutating func append(escaping byte: UInt8) {
        // DEL needs no escape, but would not be seen.
        if byte < 0x20 || byte == 0x7F {
            append(literal: "\\u00")
            append(Hex.digits(byte).high)
            append(Hex.digits(byte).low)
            return
        }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { append(UInt8(ascii: "\\")) }
        append(byte)
    }
}
