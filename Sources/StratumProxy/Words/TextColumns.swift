extension StringProtocol {
    /// The columns that a terminal shows it in: two for a character of Chinese, Japanese, Korean, and for an emoji.
    var columns: Int { reduce(0) { $0 + $1.columns } }
}

extension Character {
    /// The columns that a terminal shows it in, 1 or 2.
    var columns: Int {
        guard let scalar = unicodeScalars.first, scalar.value >= 0x1100 else { return 1 }
        return Self.isWide(scalar.value) || scalar.properties.isEmojiPresentation ? 2 : 1
    }

    /// Unicode's East Asian Width W and F, in large strokes.
    private static func isWide(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
