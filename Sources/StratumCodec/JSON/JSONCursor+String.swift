extension JSONCursor {
    /// Goes past a string, the cursor being at its opening quote; true where a backslash stands in it.
    @inline(__always)
    mutating func string() throws(JSONFault) -> Bool {
        position += 1
        skipPlainText()
        if next == UInt8(ascii: "\"") {
            position += 1
            return false
        }
        return try restOfString()
    }

    /// Goes on where a byte of a string is not plain.
    @inline(never)
    private mutating func restOfString() throws(JSONFault) -> Bool {
        var isEscaped = false
        while true {
            let byte = next
            if byte == UInt8(ascii: "\"") {
                position += 1
                return isEscaped
            }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                try escape()
            } else if byte >= 0x80 {
                try multibyte()
            } else {
                // A control character, or the end of the text.
                throw JSONFault(.notJSON, at: position)
            }
            skipPlainText()
        }
    }

    /// Goes to the first byte that is not plain: a quote, a backslash, a control character, a byte over 0x7F, the end.
    @inline(__always)
    private mutating func skipPlainText() {
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
                ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | controls | word) & tops
            if special != 0 {
                position = at &+ special.trailingZeroBitCount / 8
                return
            }
            at &+= 8
        }
        while at < count {
            let byte = bytes[at]
            if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            at &+= 1
        }
        position = at
    }

    /// Goes past an escape sequence, the cursor being at its backslash.
    private mutating func escape() throws(JSONFault) {
        let start = position
        position += 1
        switch next {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            let unit = try codeUnit()
            guard unit & 0xF800 == 0xD800 else { return }
            // A surrogate: only as a pair, the high one first.
            guard unit < 0xDC00, next == UInt8(ascii: "\\") else { throw JSONFault(.notJSON, at: start) }
            position += 1
            guard next == UInt8(ascii: "u") else { throw JSONFault(.notJSON, at: start) }
            position += 1
            let second = try codeUnit()
            guard second & 0xFC00 == 0xDC00 else { throw JSONFault(.notJSON, at: start) }
        default:
            throw JSONFault(.notJSON, at: start)
        }
    }

    /// The four hex digits of a `\u` escape.
    private mutating func codeUnit() throws(JSONFault) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = HexBytes.digit(next) else { throw JSONFault(.notJSON, at: position) }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    /// Goes past one character of two to four bytes: the shortest form only, no surrogates, at most U+10FFFF.
    private mutating func multibyte() throws(JSONFault) {
        let lead = next
        let length: Int
        // The bounds of the second byte rule out overlong forms, surrogates and what is beyond U+10FFFF.
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0:
            length = 3
            second = 0xA0...0xBF
        case 0xED:
            length = 3
            second = 0x80...0x9F
        case 0xE1...0xEF: length = 3
        case 0xF0:
            length = 4
            second = 0x90...0xBF
        case 0xF1...0xF3: length = 4
        case 0xF4:
            length = 4
            second = 0x80...0x8F
        default: throw JSONFault(.notJSON, at: position)
        }
        guard bytes.count - position >= length, second.contains(bytes[position + 1]) else {
            throw JSONFault(.notJSON, at: position)
        }
        for index in 2..<max(length, 2) where bytes[position + index] & 0xC0 != 0x80 {
            throw JSONFault(.notJSON, at: position + index)
        }
        position += length
    }
}
