import ProxyTerms

extension JSONCursor {
    /// Goes past a string, the cursor being at its opening quote; true where a backslash stands in it.
    @inlinable @inline(__always)
    public mutating func string() throws(JSONFault) -> Bool {
        position += 1
        skipPlainText()
        if next == UInt8(ascii: "\"") {
            position += 1
            return false
        }
        return try restOfString()
    }

    /// Goes on where a byte of a string is not plain.
    @inline(never) @usableFromInline
    mutating func restOfString() throws(JSONFault) -> Bool {
        var isEscaped = false
        while true {
            let byte = next
            if byte == UInt8(ascii: "\"") {
                position += 1
                return isEscaped
            }
            // Else a control character, or the end of the text.
            guard byte == UInt8(ascii: "\\") else { throw JSONFault(.notJSON, at: position) }
            isEscaped = true
            try escape()
            skipPlainText()
        }
    }

    /// Goes to the first byte that is not plain: a quote, a backslash, a control character, the end.
    ///
    /// Bytes over 0x7F are, whether or not they are UTF-8: names and messages come in every code page, and nobody's
    /// connection depends on that. Code that shows a text cleans it first (`displayText`).
    @inlinable @inline(__always)
    public mutating func skipPlainText() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        var at = position
        // Eight bytes at a time: the top bit of a byte in `special` is set where the byte is not plain. A borrow can
        // set a wrong bit only above a right one, and it is the lowest that counts.
        while count &- at >= 8 {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let controls = (word &- ones &* 0x20) & ~word
            let special =
                ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | controls) & tops
            if special != 0 {
                position = at &+ special.trailingZeroBitCount / 8
                return
            }
            at &+= 8
        }
        while at < count {
            let byte = bytes[at]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            at &+= 1
        }
        position = at
    }

    /// Goes past an escape sequence, the cursor being at its backslash; that is where a fault in it is.
    private mutating func escape() throws(JSONFault) {
        let start = position
        position += 1
        switch next {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            guard let unit = codeUnit() else { throw JSONFault(.notJSON, at: start) }
            guard unit & 0xF800 == 0xD800 else { return }
            // A surrogate: only as a pair, the high one first.
            guard unit < 0xDC00, next == UInt8(ascii: "\\") else { throw JSONFault(.notJSON, at: start) }
            position += 1
            guard next == UInt8(ascii: "u") else { throw JSONFault(.notJSON, at: start) }
            position += 1
            guard let second = codeUnit(), second & 0xFC00 == 0xDC00 else { throw JSONFault(.notJSON, at: start) }
        default:
            throw JSONFault(.notJSON, at: start)
        }
    }

    /// The four hex digits of a `\u` escape; nil where there are less.
    private mutating func codeUnit() -> UInt16? {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Hex.digit(next) else { return nil }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
