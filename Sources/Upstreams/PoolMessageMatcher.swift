import StrictJSON

/// A pool's text as it stands in the line, JSON escapes included, compared without regard to ASCII case.
///
/// xmrig compares the unescaped text (docs/protocol.md#xmrig-hang-ups), so escapes are read here too. Only the first
/// 256 bytes count.
struct PoolMessageMatcher {
    /// The text's characters in lower case; 0xFF for each that is not ASCII.
    private let characters: [UInt8]

    /// The contents of a JSON string, without its quotes.
    init(_ contents: UnsafeRawBufferPointer) {
        characters = JSONText(UnsafeRawBufferPointer(rebasing: contents.prefix(256))).map { scalar in
            guard scalar.isASCII else { return 0xFF }
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            return (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
        }
    }

    /// Whether the text begins with `words`, which must be lower-case ASCII.
    func begins(with words: StaticString) -> Bool {
        matches(words, at: 0)
    }

    /// Whether the text begins with this number, and not with a longer one.
    func begins(withNumber digits: StaticString) -> Bool {
        guard begins(with: digits) else { return false }
        guard let next = characters.dropFirst(digits.utf8CodeUnitCount).first else { return true }
        return next < UInt8(ascii: "0") || next > UInt8(ascii: "9")
    }

    /// Whether `words`, lower-case ASCII, stands anywhere in the text.
    func contains(_ words: StaticString) -> Bool {
        characters.indices.contains { matches(words, at: $0) }
    }

    private func matches(_ words: StaticString, at start: Int) -> Bool {
        words.withUTF8Buffer { characters[start...].starts(with: $0) }
    }
}
