/// Hex digits without allocation.
enum HexBytes {
    /// The value of a hex digit of either case.
    @inline(__always)
    static func digit(_ byte: UInt8) -> UInt8? {
        let number = byte &- UInt8(ascii: "0")
        if number < 10 { return number }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }

    /// The two lower-case digits of `byte`.
    @inline(__always)
    static func digits(_ byte: UInt8) -> (high: UInt8, low: UInt8) {
        let high = byte >> 4
        let low = byte & 0xF
        return (
            high &+ (high < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10),
            low &+ (low < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
        )
    }

    /// The eight lower-case digits of `value`, the highest digit in the top byte: all at once, a byte of a word each.
    @inline(__always)
    static func digits(ofWord value: UInt32) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var nibbles = UInt64(value)
        nibbles = (nibbles | nibbles << 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // 6 more takes just the letters to 0x10: for them 39 more than for a number, from "0" to "a" less 10.
        let letters = (nibbles &+ ones &* 6) >> 4 & ones
        return nibbles &+ ones &* 0x30 &+ letters &* 39
    }

    /// Eight digits read as four bytes in memory order, little-endian.
    struct Word {
        /// The four bytes; without meaning where `isValid` is false.
        var value: UInt32
        /// Whether all eight are hex digits.
        var isValid: Bool
        /// Whether none of them is `A` ... `F`; without meaning where `isValid` is false.
        var isLowerCase: Bool
    }

    /// The eight digits at `offset`, which are within `bytes`: all at once, a byte of a word each.
    @inline(__always)
    static func word(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Word {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        // With bytes below 0x80 no sum here carries into the next byte; others are refused at the end.
        let ascii = word & ~tops
        let lower = ascii | (ones &* 0x20)
        let isNumber = (ascii &+ ones &* (0x80 - 0x30)) & ~(ascii &+ ones &* (0x80 - 0x3A)) & tops
        let isLetter = (lower &+ ones &* (0x80 - 0x61)) & ~(lower &+ ones &* (0x80 - 0x67)) & tops
        let nibbles = (ascii & (ones &* 0x0F)) &+ (isLetter >> 7) &* 9
        var packed = (nibbles << 4 | nibbles >> 8) & 0x00FF_00FF_00FF_00FF
        packed = (packed | packed >> 8) & 0x0000_FFFF_0000_FFFF
        packed |= packed >> 16
        return Word(
            value: UInt32(truncatingIfNeeded: packed),
            isValid: (isNumber | isLetter) & ~word == tops & ~word && word & tops == 0,
            isLowerCase: (isLetter >> 2) & ~word == 0)
    }

    /// Whether all bytes of `range` are hex digits.
    static func areDigits(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) -> Bool {
        var offset = Int(range.start)
        while range.end - offset >= 8 {
            if !word(bytes, at: offset).isValid { return false }
            offset += 8
        }
        while offset < range.end {
            if digit(bytes[offset]) == nil { return false }
            offset += 1
        }
        return true
    }

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
