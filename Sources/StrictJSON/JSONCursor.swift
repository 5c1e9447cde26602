/// A strict reader that goes over the bytes of one JSON text once.
///
/// It accepts what RFC 8259 does, less what p2pool's reader (rapidjson) would call an error, because p2pool bans for
/// that (docs/protocol.md#p2pool-input), and less what nobody sends: long numbers, deep nesting. Like rapidjson it
/// takes texts in any encoding that keeps to ASCII below 0x80. It allocates nothing and reads no byte outside of its
/// buffer. After a fault it must not be used again.
public struct JSONCursor {
    /// How large a text may be.
    public struct Limits: Sendable {
        /// Containers inside one another.
        public var depth: Int
        /// Members of one object.
        public var members: Int
        /// Elements of one array.
        public var elements: Int
        /// Bytes that count as white space, one bit each.
        public var whitespace: UInt64

        @inlinable @inline(__always)
        init(depth: Int, members: Int, elements: Int, whitespace: UInt64) {
            self.depth = depth
            self.members = members
            self.elements = elements
            self.whitespace = whitespace
        }

        /// A line of a peer. A line feed inside would make two lines of a spliced one, so it is no white space here.
        @inlinable @inline(__always)
        public static var line: Limits {
            Limits(depth: 16, members: 256, elements: 512, whitespace: 1 << 32 | 1 << 9 | 1 << 13)
        }
        /// A file or an HTTP body: p2pool lists each of its connections.
        @inlinable @inline(__always)
        public static var document: Limits {
            Limits(depth: 16, members: 256, elements: 65536, whitespace: 1 << 32 | 1 << 9 | 1 << 10 | 1 << 13)
        }
    }

    /// The text.
    public let bytes: UnsafeRawBufferPointer
    /// `bytes.count`, which would be asked anew, with a look at whether there are any bytes, at every step.
    @usableFromInline let count: Int
    @usableFromInline let limits: Limits
    /// Offset of the next byte.
    public var position: Int
    @usableFromInline var depth = 0

    /// A reader of `bytes` that begins at `position`.
    @inlinable @inline(__always)
    public init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0, limits: Limits = .line) {
        self.bytes = bytes
        count = bytes.count
        self.limits = limits
        self.position = position
    }

    /// The next byte; 0, which stands nowhere in a JSON text, at the end.
    @inlinable @inline(__always)
    public var next: UInt8 { position < count ? bytes[position] : 0 }

    /// Goes past what counts as white space.
    @inlinable @inline(__always)
    public mutating func skipWhitespace() {
        while position < count {
            let byte = bytes[position]
            if byte > 32 || limits.whitespace & (1 << UInt64(byte)) == 0 { return }
            position &+= 1
        }
    }

    /// Fails unless nothing but white space is left.
    public mutating func finish() throws(JSONFault) {
        skipWhitespace()
        if position != count { throw JSONFault(.notJSON, at: position) }
    }

    // MARK: Containers

    /// Goes past the `{` of the object that the whole text must be, and says where it stood.
    public mutating func openObject() throws(JSONFault) -> Int {
        // Offsets are kept in 32 bits.
        guard bytes.count <= Int(Int32.max) else { throw JSONFault(.notJSON, at: 0) }
        skipWhitespace()
        guard next == UInt8(ascii: "{") else {
            let other = try value()
            try finish()
            throw JSONFault(.notAnObject, at: Int(other.start))
        }
        let start = position
        try open()
        return start
    }

    /// Goes past `{` or `[`.
    @inlinable @inline(__always)
    public mutating func open() throws(JSONFault) {
        if depth >= limits.depth { throw JSONFault(.tooDeep, at: position) }
        depth += 1
        position += 1
    }

    /// Counts one more member of an object, also one that is added to it before it goes on.
    public func count(_ count: inout Int) throws(JSONFault) {
        count += 1
        if count > limits.members { throw JSONFault(.tooManyMembers, at: position) }
    }

    /// The name of the next member, with the cursor at its value; nil, and past `}`, where there is none.
    ///
    /// The object's `{` has been opened, its last value was read, `count` is the number of members so far.
    public mutating func nextKey(_ count: inout Int) throws(JSONFault) -> JSONKey? {
        skipWhitespace()
        if next == UInt8(ascii: "}") {
            position += 1
            depth -= 1
            return nil
        }
        if count > 0 {
            guard next == UInt8(ascii: ",") else { throw JSONFault(.notJSON, at: position) }
            position += 1
            skipWhitespace()
        }
        try self.count(&count)
        guard next == UInt8(ascii: "\"") else { throw JSONFault(.notJSON, at: position) }
        let start = position
        let isEscaped = try string()
        // Both quotes were seen: the bounds need no second check.
        let name = UnsafeRawBufferPointer(
            start: bytes.baseAddress?.advanced(by: start &+ 1), count: position &- start &- 2)
        skipWhitespace()
        guard next == UInt8(ascii: ":") else { throw JSONFault(.notJSON, at: position) }
        position += 1
        skipWhitespace()
        return JSONKey(name: name, offset: start, isEscaped: isEscaped)
    }

    /// `nextKey` for an object whose names matter to others too: a name with a backslash in it is refused.
    @inlinable @inline(__always)
    public mutating func nextPlainKey(_ count: inout Int) throws(JSONFault) -> JSONKey? {
        let key = try nextKey(&count)
        if let key, key.isEscaped { throw JSONFault(.escapedKey, at: key.offset) }
        return key
    }

    /// Whether another element stands in the array, with the cursor at it; false, and past `]`, where there is none.
    public mutating func nextElement(_ count: inout Int) throws(JSONFault) -> Bool {
        skipWhitespace()
        if next == UInt8(ascii: "]") {
            position += 1
            depth -= 1
            return false
        }
        if count > 0 {
            guard next == UInt8(ascii: ",") else { throw JSONFault(.notJSON, at: position) }
            position += 1
            // No value begins with `]`, so that a comma at the end is refused when the value is read.
            skipWhitespace()
        }
        count += 1
        if count > limits.elements { throw JSONFault(.tooManyMembers, at: position) }
        return true
    }

    // MARK: Values

    /// Goes past one value of any kind and says what it was. Recursion ends at `limits.depth`.
    public mutating func value() throws(JSONFault) -> JSONToken {
        let start = position
        switch next {
        case UInt8(ascii: "\""):
            let isEscaped = try string()
            return JSONToken(kind: isEscaped ? .escapedString : .string, start: start, end: position)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let isInteger = try number()
            return JSONToken(kind: isInteger ? .integer : .fraction, start: start, end: position)
        case UInt8(ascii: "{"):
            try open()
            var count = 0
            while try nextKey(&count) != nil { _ = try value() }
            return JSONToken(kind: .object, start: start, end: position)
        case UInt8(ascii: "["):
            try open()
            var count = 0
            while try nextElement(&count) { _ = try value() }
            return JSONToken(kind: .array, start: start, end: position)
        case UInt8(ascii: "t"):
            try literal("true")
            return JSONToken(kind: .yes, start: start, end: position)
        case UInt8(ascii: "f"):
            try literal("false")
            return JSONToken(kind: .no, start: start, end: position)
        case UInt8(ascii: "n"):
            try literal("null")
            return JSONToken(kind: .null, start: start, end: position)
        default:
            throw JSONFault(.notJSON, at: start)
        }
    }

    @inline(__always)
    private mutating func literal(_ text: StaticString) throws(JSONFault) {
        let length = text.utf8CodeUnitCount
        guard count &- position >= length else { throw JSONFault(.notJSON, at: position) }
        for index in 0..<length where bytes[position + index] != text.utf8Start[index] {
            throw JSONFault(.notJSON, at: position + index)
        }
        position += length
    }
}
