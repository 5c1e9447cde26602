import ProxyTerms

/// One value of a JSON text, by its place.
public struct JSONToken: Sendable {
    /// What kind of value stands there.
    public enum Kind: UInt8, Sendable {
        /// No value: the member was not there.
        case absent
        /// A string without a backslash in it.
        case string
        /// A string with at least one backslash in it.
        case escapedString
        /// A number without fraction and exponent.
        case integer
        /// Any other number.
        case fraction
        /// `{…}`.
        case object
        /// `[…]`.
        case array
        /// `true`.
        case yes
        /// `false`.
        case no
        /// `null`.
        case null
    }

    /// What stands there.
    public var kind: Kind
    /// Offset of the value's first byte (of a string: its quote).
    public var start: Int32
    /// Offset after the value's last byte.
    public var end: Int32

    /// No value.
    @inlinable @inline(__always)
    public static var absent: JSONToken { JSONToken(kind: .absent, start: 0, end: 0) }

    /// A value from `start` to before `end`.
    @inlinable @inline(__always)
    public init(kind: Kind, start: Int, end: Int) {
        self.kind = kind
        self.start = Int32(truncatingIfNeeded: start)
        self.end = Int32(truncatingIfNeeded: end)
    }

    /// Whether the value is a text.
    @inlinable @inline(__always)
    public var isString: Bool { kind == .string || kind == .escapedString }

    /// The whole value, a string with its quotes.
    @inlinable @inline(__always)
    public var range: ByteRange { ByteRange(start: Int(start), count: Int(end) - Int(start)) }

    /// What stands between a string's quotes.
    @inlinable @inline(__always)
    public var contents: ByteRange { ByteRange(start: Int(start) + 1, count: Int(end) - Int(start) - 2) }

    /// The contents, or nil where the value is not a string.
    @inlinable @inline(__always)
    public var text: ByteRange? { isString ? contents : nil }
}

/// A member's name, by its place.
public struct JSONKey {
    /// The name's bytes, without quotes and with no backslash among them unless `isEscaped`.
    public let name: UnsafeRawBufferPointer
    /// Offset of the opening quote.
    public let offset: Int
    /// Whether a backslash stands in it.
    public let isEscaped: Bool

    @inlinable @inline(__always)
    init(name: UnsafeRawBufferPointer, offset: Int, isEscaped: Bool) {
        self.name = name
        self.offset = offset
        self.isEscaped = isEscaped
    }

    /// Whether the name is `other`, byte by byte (an escaped name never is).
    @inlinable @inline(__always)
    public func matches(_ other: StaticString) -> Bool { name.matches(other) }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes are those of `text`.
    @inlinable @inline(__always)
    public func matches(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        let bytes = text.utf8Start
        for index in 0..<count where self[index] != bytes[index] { return false }
        return true
    }
}

extension JSONToken {
    /// Takes the value of a member that may stand only once.
    @inlinable @inline(__always)
    public mutating func set(_ value: JSONToken, _ key: JSONKey) throws(JSONFault) {
        if kind != .absent { throw JSONFault(.duplicateKey, at: key.offset) }
        self = value
    }

    /// Where the value stands, or `fallback` where it was not there.
    @inlinable @inline(__always)
    public func offset(or fallback: Int) -> Int {
        kind == .absent ? fallback : Int(start)
    }

    /// The value of an integer that is not negative and fits; nil for anything else.
    public func unsigned(_ line: UnsafeRawBufferPointer) -> UInt64? {
        guard kind == .integer else { return nil }
        var value: UInt64 = 0
        for byte in range.bytes(in: line) {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }
}
