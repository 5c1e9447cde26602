import ProxyTerms

/// The characters that an escaped JSON string stands for.
///
/// It takes any bytes: what is not well-formed comes out as U+FFFD, one for each byte that begins no character.
public struct JSONText: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// The characters of `contents`, which stood between quotes.
    public init(_ contents: UnsafeRawBufferPointer) {
        bytes = contents
    }

    /// The next character.
    public mutating func next() -> Unicode.Scalar? {
        guard position < bytes.count else { return nil }
        let byte = bytes[position]
        position += 1
        if byte == UInt8(ascii: "\\") { return escaped() }
        if byte < 0x80 { return Unicode.Scalar(byte) }
        return multibyte(byte)
    }

    /// Goes past `prefix`, which is ASCII in lower case, where the rest begins with it in whatever case; else stays where it is.
    public mutating func skip(_ prefix: StaticString) -> Bool {
        var rest = self
        for index in 0..<prefix.utf8CodeUnitCount {
            let wanted = UInt32(prefix.utf8Start[index])
            let isLetter = wanted >= UInt32(UInt8(ascii: "a"))
            guard let found = rest.next()?.value, found == wanted || isLetter && found + 0x20 == wanted else {
                return false
            }
        }
        self = rest
        return true
    }

    /// Whether what is left is `text`, ASCII in lower case, in whatever case.
    public func isSpelled(_ text: StaticString) -> Bool {
        var rest = self
        return rest.skip(text) && rest.next() == nil
    }

    private mutating func escaped() -> Unicode.Scalar {
        guard position < bytes.count else { return "\u{FFFD}" }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "u"): break
        default: return "\u{FFFD}"
        }
        guard let first = codeUnit() else { return "\u{FFFD}" }
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, bytes.count - position >= 6, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { return "\u{FFFD}" }
        let afterFirst = position
        position += 2
        guard let second = codeUnit(), second & 0xFC00 == 0xDC00 else {
            position = afterFirst
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (UInt32(first & 0x3FF) << 10) + UInt32(second & 0x3FF)) ?? "\u{FFFD}"
    }

    private mutating func codeUnit() -> UInt16? {
        guard bytes.count - position >= 4 else { return nil }
        var unit: UInt16 = 0
        for index in position..<position + 4 {
            guard let digit = Hex.digit(bytes[index]) else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        position += 4
        return unit
    }

    /// The character of two to four bytes that begins with `lead`, in its shortest form only.
    private mutating func multibyte(_ lead: UInt8) -> Unicode.Scalar {
        let more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1
        guard lead >= 0xC2, lead <= 0xF4, bytes.count - position >= more else { return "\u{FFFD}" }
        var value = UInt32(lead) & (0x3F >> UInt32(more))
        for index in position..<position + more {
            guard bytes[index] & 0xC0 == 0x80 else { return "\u{FFFD}" }
            value = value << 6 | UInt32(bytes[index] & 0x3F)
        }
        guard let scalar = Unicode.Scalar(value), UTF8.width(scalar) == more + 1 else { return "\u{FFFD}" }
        position += more
        return scalar
    }
}

extension JSONToken {
    /// The text that this value of `bytes` is, whole and with its escapes resolved; nil where it is none.
    public func string(in bytes: UnsafeRawBufferPointer) -> String? {
        guard let contents = text else { return nil }
        var string = ""
        string.unicodeScalars.append(contentsOf: JSONText(contents.bytes(in: bytes)))
        return string
    }
}

extension Unicode.Scalar {
    /// The character itself, or `?` where it would not be seen as what it is: controls, format and direction marks,
    /// private and unassigned ones (a peer's text must not move a terminal's cursor or turn a log line around), and what
    /// was no character at all.
    public var printable: Unicode.Scalar {
        if self == "\u{FFFD}" { return "?" }
        if value < 0x7F { return value < 0x20 ? "?" : self }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return "?"
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .connectorPunctuation,
            .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
            .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol, .spaceSeparator:
            return self
        @unknown default: return "?"
        }
    }
}

/// The text of an escaped JSON string's contents, at most `limit` bytes of UTF-8.
///
/// Control characters and others that can't be printed are replaced by `?`: for logs, names and tables.
public func displayText(_ contents: UnsafeRawBufferPointer, limit: Int) -> String {
    // Nearly all texts are plain ASCII: those are taken as they are, in one piece.
    let start = UnsafeRawBufferPointer(rebasing: contents.prefix(limit))
    if start.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) {
        return String(decoding: start, as: UTF8.self)
    }
    var text = ""
    var length = 0
    for scalar in JSONText(contents) {
        let printable = scalar.printable
        length += UTF8.width(printable)
        if length > limit { break }
        text.unicodeScalars.append(printable)
    }
    return text
}
