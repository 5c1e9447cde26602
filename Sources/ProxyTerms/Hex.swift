/// Hex digits without allocation.
public enum Hex {
    /// The value of a hex digit of either case.
    @inlinable @inline(__always)
    public static func digit(_ byte: UInt8) -> UInt8? {
        let number = byte &- UInt8(ascii: "0")
        if number < 10 { return number }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }

    /// The two lower-case digits of `byte`.
    @inlinable @inline(__always)
    public static func digits(_ byte: UInt8) -> (high: UInt8, low: UInt8) {
        let high = byte >> 4
        let low = byte & 0xF
        return (
            high &+ (high < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10),
            low &+ (low < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
        )
    }

    /// The eight lower-case digits of `value`, the highest digit in the top byte: all at once, a byte of a word each.
    @inlinable @inline(__always)
    public static func digits(ofWord value: UInt32) -> UInt64 {
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
    public struct Word {
        /// The four bytes; without meaning where `isValid` is false.
        public var value: UInt32
        /// Whether all eight are hex digits.
        public var isValid: Bool
        /// Whether none of them is `A` ... `F`; without meaning where `isValid` is false.
        public var isLowerCase: Bool

        @inlinable @inline(__always)
        init(value: UInt32, isValid: Bool, isLowerCase: Bool) {
            self.value = value
            self.isValid = isValid
            self.isLowerCase = isLowerCase
        }
    }

    /// The eight digits at `offset`, which are within `bytes`: all at once, a byte of a word each.
    @inlinable @inline(__always)
    public static func word(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Word {
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
    @inlinable
    public static func areDigits(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) -> Bool {
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

    /// The lower-case digits of `bytes`, two each.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            let (high, low) = digits(byte)
            text.append(high)
            text.append(low)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that `text` stands for; nil where it isn't an even number of hex digits (of either case).
    public static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count & 1 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digit(digits[index]), let low = digit(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
