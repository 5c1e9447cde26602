/// The little of JSON that the journal uses: one object a line, whose members are numbers, strings without escapes, or arrays
/// of numbers. Anything else, a torn line above all, is no line.
struct FlatJSON: Equatable, Sendable {
    enum Value: Equatable, Sendable {
        case number(Double)
        case text(String)
        case numbers([Double])
    }

    private(set) var members: [String: Value] = [:]

    func number(_ key: String) -> Double? {
        if case .number(let value) = members[key] { value } else { nil }
    }

    func text(_ key: String) -> String? {
        if case .text(let value) = members[key] { value } else { nil }
    }

    func numbers(_ key: String) -> [Double]? {
        if case .numbers(let value) = members[key] { value } else { nil }
    }

    /// Reads one line; `nil` if it is not whole and well formed.
    init?(_ line: String) {
        var reader = Reader(bytes: Array(line.utf8))
        guard reader.take("{") else { return nil }
        if !reader.take("}") {
            repeat {
                guard let key = reader.text(), reader.take(":"), let value = reader.value(), members[key] == nil else {
                    return nil
                }
                members[key] = value
            } while reader.take(",")
            guard reader.take("}") else { return nil }
        }
        guard reader.isAtEnd else { return nil }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        var isAtEnd: Bool {
            mutating get {
                skipBlanks()
                return position == bytes.count
            }
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            skipBlanks()
            guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
            position += 1
            return true
        }

        mutating func value() -> Value? {
            if take("[") {
                var numbers: [Double] = []
                if take("]") { return .numbers([]) }
                repeat {
                    guard let number = number() else { return nil }
                    numbers.append(number)
                } while take(",")
                return take("]") ? .numbers(numbers) : nil
            }
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return text().map { .text($0) } }
            return number().map { .number($0) }
        }

        mutating func text() -> String? {
            guard take("\"") else { return nil }
            let start = position
            while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                guard bytes[position] >= 0x20, bytes[position] != UInt8(ascii: "\\") else { return nil }
                position += 1
            }
            guard position < bytes.count else { return nil }
            position += 1
            return String(decoding: bytes[start..<position - 1], as: UTF8.self)
        }

        mutating func number() -> Double? {
            skipBlanks()
            let start = position
            while position < bytes.count, Self.isNumeric(bytes[position]) { position += 1 }
            guard position > start, position - start <= 32 else { return nil }
            guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
                return nil
            }
            return value
        }

        private static func isNumeric(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }

        private mutating func skipBlanks() {
            while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 || bytes[position] == 0x0D
            {
                position += 1
            }
        }
    }
}
