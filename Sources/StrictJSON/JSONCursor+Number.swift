extension JSONCursor {
    /// Longest number, in bytes: nobody sends more than about 25.
    private static let longestNumber = 128
    /// Largest exponent. Together with `longestNumber` it keeps every number below 1e280: rapidjson calls a number
    /// that is too large for a double an error.
    private static let largestExponent = 150

    /// Goes past a number; true where it has neither fraction nor exponent.
    public mutating func number() throws(JSONFault) -> Bool {
        let start = position
        var isInteger = true
        if next == UInt8(ascii: "-") { position += 1 }
        if next == UInt8(ascii: "0") {
            position += 1
        } else {
            try digits()
        }
        if next == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits()
        }
        if next | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            try exponent()
        }
        if position - start > Self.longestNumber { throw JSONFault(.notJSON, at: start) }
        return isInteger
    }

    private mutating func exponent() throws(JSONFault) {
        let isNegative = next == UInt8(ascii: "-")
        if isNegative || next == UInt8(ascii: "+") { position += 1 }
        let start = position
        try digits()
        guard !isNegative else { return }
        var value = 0
        for index in start..<position {
            value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
            if value > Self.largestExponent { throw JSONFault(.notJSON, at: start) }
        }
    }

    /// Goes past one digit or more.
    private mutating func digits() throws(JSONFault) {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        if position == start { throw JSONFault(.notJSON, at: position) }
    }
}
