/// Makes text of others (rigs, pools, files) fit to stand in a line that a terminal shows.
enum Sanitizer {
    /// `text` with everything that does not print, or changes how the rest prints, written as an escape, and at most
    /// `limit` characters long.
    ///
    /// Escaped: control characters (with ESC), separators but the space, the characters that change the writing
    /// direction (U+202A ... U+202E, U+2066 ... U+2069, U+200E, U+200F, U+061C), invisible ones, and the backslash
    /// itself. Plain ASCII passes without any of that work.
    static func printable(_ text: String, limit: Int = 64) -> String {
        if isPlain(text, limit: limit), !text.utf8.contains(UInt8(ascii: "\\")) { return text }
        return cut(text, limit: limit, keepsBackslash: false)
    }

    /// A line of ours with text of others in it, the same way; a backslash stays one, since ours have some.
    static func line(_ text: String, limit: Int = 1_000) -> String {
        isPlain(text, limit: limit) ? text : cut(text, limit: limit, keepsBackslash: true)
    }

    private static func cut(_ text: String, limit: Int, keepsBackslash: Bool) -> String {
        var result = ""
        var length = 0
        for scalar in text.unicodeScalars {
            let piece = keepsBackslash && scalar == "\\" ? "\\" : escaped(scalar)
            guard length + piece.unicodeScalars.count <= limit - 1 else { return result + "…" }
            result += piece
            length += piece.unicodeScalars.count
        }
        return result
    }

    private static func isPlain(_ text: String, limit: Int) -> Bool {
        text.utf8.count <= limit && text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x0A: return "\\n"
        case 0x0D: return "\\r"
        case 0x09: return "\\t"
        case 0x5C: return "\\\\"
        case 0x20..<0x7F: return String(Character(scalar))
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator, .nonspacingMark, .enclosingMark:
            return "\\u{\(String(scalar.value, radix: 16))}"
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .spacingMark,
            .decimalNumber, .letterNumber, .otherNumber, .connectorPunctuation, .dashPunctuation, .openPunctuation,
            .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol,
            .modifierSymbol, .otherSymbol:
            return String(Character(scalar))
        @unknown default:
            return "\\u{\(String(scalar.value, radix: 16))}"
        }
    }
}
