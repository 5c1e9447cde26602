/// A pool's text as it stands in the line, JSON escapes included, compared without regard to ASCII case.
///
/// xmrig compares the unescaped text (wire.md A1.9), so escapes are read here too. Only the first 256 bytes count.
struct PoolText {
    private let bytes: UnsafeRawBufferPointer

    /// The contents of a JSON string, without its quotes.
    init(_ contents: UnsafeRawBufferPointer) {
        bytes = UnsafeRawBufferPointer(rebasing: contents.prefix(256))
    }

    /// Whether the text begins with `words`, which must be lower-case ASCII.
    func begins(with words: StaticString) -> Bool {
        matches(words, at: 0)
    }

    /// Whether the text begins with this number, and not with a longer one.
    func begins(withNumber digits: StaticString) -> Bool {
        guard begins(with: digits) else { return false }
        guard let (next, _) = character(at: digits.utf8CodeUnitCount) else { return true }
        return next < UInt8(ascii: "0") || next > UInt8(ascii: "9")
    }

    /// Whether `words`, lower-case ASCII, stands anywhere in the text.
    func contains(_ words: StaticString) -> Bool {
        for start in 0..<bytes.count where matches(words, at: start) { return true }
        return false
    }

    private func matches(_ words: StaticString, at start: Int) -> Bool {
        words.withUTF8Buffer { wanted in
            var offset = start
            for byte in wanted {
                guard let (character, length) = character(at: offset), character == byte else { return false }
                offset += length
            }
            return true
        }
    }

    /// The lower-cased character at `offset` and the number of bytes it takes; 0xFF for what is not ASCII.
    private func character(at offset: Int) -> (UInt8, Int)? {
        guard offset < bytes.count else { return nil }
        let byte = bytes[offset]
        guard byte == UInt8(ascii: "\\") else { return (lowercased(byte), 1) }
        guard offset + 1 < bytes.count else { return nil }
        let escape = bytes[offset + 1]
        guard escape == UInt8(ascii: "u") else {
            // \b \f \n \r \t stand for control characters: no text of ours has one.
            let plain = escape == UInt8(ascii: "\"") || escape == UInt8(ascii: "\\") || escape == UInt8(ascii: "/")
            return (plain ? escape : 0xFF, 2)
        }
        guard offset + 5 < bytes.count else { return nil }
        var code: UInt32 = 0
        for position in offset + 2..<offset + 6 {
            guard let digit = hexDigit(bytes[position]) else { return nil }
            code = code << 4 | UInt32(digit)
        }
        return (code < 0x80 ? lowercased(UInt8(code)) : 0xFF, 6)
    }

    private func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}

/// The value of a hexadecimal digit of either case.
func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
