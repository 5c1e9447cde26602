import Glibc

/// Searching and writing JSON lines without a parser: both ends of them are known here.
enum Text {
    /// Offset just after `needle`, nil where it is not in `line`.
    static func end(of needle: StaticString, in line: UnsafeRawBufferPointer) -> Int? {
        let length = needle.utf8CodeUnitCount
        guard let start = line.baseAddress, line.count >= length else { return nil }
        for offset in 0...(line.count - length) where memcmp(start + offset, needle.utf8Start, length) == 0 {
            return offset + length
        }
        return nil
    }

    /// The text of the member that begins with `key`, up to the closing quote.
    static func string(after key: StaticString, in line: UnsafeRawBufferPointer) -> ArraySlice<UInt8>? {
        guard let start = end(of: key, in: line) else { return nil }
        let rest = line[start...]
        guard let quote = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        return ArraySlice(line[start..<quote])
    }

    /// The digits of the first `"id":`.
    static func requestID(in line: UnsafeRawBufferPointer) -> ArraySlice<UInt8>? {
        guard let start = end(of: "\"id\":", in: line) else { return nil }
        return ArraySlice(line[start...].prefix { $0 &- UInt8(ascii: "0") < 10 })
    }

    /// `value` in so many hex digits.
    static func hex(_ value: UInt64, digits: Int) -> [UInt8] {
        let alphabet = Array("0123456789abcdef".utf8)
        return (0..<digits).map { alphabet[Int(value >> UInt64((digits - 1 - $0) * 4) & 15)] }
    }
}

extension [UInt8] {
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
