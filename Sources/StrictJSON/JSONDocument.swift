import ProxyTerms

/// A JSON document, or a value inside of one: checked once as a whole, then looked into by path.
///
/// A path is a sequence of member names from this value on; in an array a decimal number picks an element. Where a name
/// stands twice the first counts. A look-up walks the text: for small documents read once in a while.
public struct JSONDocument: Sendable {
    /// Largest document, in bytes.
    static let longest = 4 << 20

    private let bytes: [UInt8]
    /// Where this value stands in `bytes`.
    private let token: JSONToken

    private init(_ bytes: [UInt8], at token: JSONToken) {
        self.bytes = bytes
        self.token = token
    }

    /// The value of `bytes`, which are one whole JSON text.
    /// - Throws: `JSONFault` where they aren't: cut off, empty, larger than 4 MiB, or with `NaN` in it.
    public init(_ bytes: [UInt8]) throws(JSONFault) {
        guard bytes.count <= Self.longest else { throw JSONFault(.notJSON, at: Self.longest) }
        token = try bytes.withUnsafeBufferPointer { (bytes) throws(JSONFault) -> JSONToken in
            var cursor = JSONCursor(UnsafeRawBufferPointer(bytes), limits: .document)
            cursor.skipWhitespace()
            let token = try cursor.value()
            try cursor.finish()
            return token
        }
        self.bytes = bytes
    }

    /// The same of a copy of `bytes`.
    /// - Throws: as above.
    public init(_ bytes: UnsafeRawBufferPointer) throws(JSONFault) {
        try self.init([UInt8](bytes))
    }

    // MARK: This value

    /// What kind of value this is.
    public var kind: JSONToken.Kind { token.kind }

    /// The text that this value is, whole and with its escapes resolved.
    public var string: String? {
        bytes.withUnsafeBytes { token.string(in: $0) }
    }

    /// The integer that this value is, if it fits.
    public var integer: Int64? {
        guard token.kind == .integer else { return nil }
        return Int64(String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self))
    }

    /// This value as it is written.
    public var source: String {
        String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
    }

    /// The values of the array that this value is.
    public var elements: [JSONDocument]? {
        bytes.withUnsafeBytes { Self.elements(token, in: $0) }?.map { JSONDocument(bytes, at: $0) }
    }

    // MARK: Values inside

    /// The value at `path`; nil where there is none.
    public subscript(_ path: String...) -> JSONDocument? {
        let found = bytes.withUnsafeBytes { find(path, in: $0) }
        return found.kind == .absent ? nil : JSONDocument(bytes, at: found)
    }

    /// Whether there is a value other than null at `path`.
    public func tells(_ path: String...) -> Bool {
        bytes.withUnsafeBytes { bytes in
            switch find(path, in: bytes).kind {
            case .absent, .null: false
            case .yes, .no, .string, .escapedString, .integer, .fraction, .object, .array: true
            }
        }
    }

    /// The number at `path`, or the one that the text there holds.
    public func number(_ path: String...) -> Double? {
        bytes.withUnsafeBytes { Self.number(find(path, in: $0), in: $0) }
    }

    /// The array of numbers at `path`; nil where anything else stands in it.
    public func numbers(_ path: String...) -> [Double]? {
        bytes.withUnsafeBytes { bytes in
            guard let elements = Self.elements(find(path, in: bytes), in: bytes) else { return nil }
            let numbers = elements.compactMap { Self.number($0, in: bytes) }
            return numbers.count == elements.count ? numbers : nil
        }
    }

    /// The truth value at `path`.
    public func bool(_ path: String...) -> Bool? {
        bytes.withUnsafeBytes { bytes in
            switch find(path, in: bytes).kind {
            case .yes: true
            case .no: false
            case .absent, .null, .string, .escapedString, .integer, .fraction, .object, .array: nil
            }
        }
    }

    /// The text at `path` for display, at most `limit` bytes.
    public func text(_ path: String..., limit: Int) -> String? {
        bytes.withUnsafeBytes { bytes in
            find(path, in: bytes).text.map { displayText($0.bytes(in: bytes), limit: limit) }
        }
    }

    /// The texts of the array at `path`, each at most `limit` bytes; what is no text in it is left out.
    public func texts(_ path: String..., limit: Int = 256) -> [String]? {
        bytes.withUnsafeBytes { bytes in
            Self.elements(find(path, in: bytes), in: bytes)?.compactMap { element in
                element.text.map { displayText($0.bytes(in: bytes), limit: limit) }
            }
        }
    }

    /// The number of elements of the array at `path`.
    public func count(_ path: String...) -> Int? {
        bytes.withUnsafeBytes { Self.elements(find(path, in: $0), in: $0)?.count }
    }

    // MARK: Looking

    private func find(_ path: [String], in bytes: UnsafeRawBufferPointer) -> JSONToken {
        var cursor = JSONCursor(bytes, at: Int(token.start), limits: .document)
        do throws(JSONFault) {
            for name in path {
                guard try cursor.descend(to: name) else { return .absent }
            }
            cursor.skipWhitespace()
            return try cursor.value()
        } catch {
            // The text was checked at the start.
            return .absent
        }
    }

    private static func elements(_ token: JSONToken, in bytes: UnsafeRawBufferPointer) -> [JSONToken]? {
        guard token.kind == .array else { return nil }
        var elements: [JSONToken] = []
        var cursor = JSONCursor(bytes, at: Int(token.start), limits: .document)
        do throws(JSONFault) {
            try cursor.open()
            var count = 0
            while try cursor.nextElement(&count) { elements.append(try cursor.value()) }
        } catch {
            return nil
        }
        return elements
    }

    private static func number(_ token: JSONToken, in bytes: UnsafeRawBufferPointer) -> Double? {
        switch token.kind {
        case .integer, .fraction:
            return Double(String(decoding: token.range.bytes(in: bytes), as: UTF8.self))
        case .string:
            // XvB writes some numbers as texts: the same grammar holds.
            let text = token.contents.bytes(in: bytes)
            var cursor = JSONCursor(text, limits: .document)
            cursor.skipWhitespace()
            guard let inner = try? cursor.value(), (try? cursor.finish()) != nil else { return nil }
            // A quote can't stand in `text`, so that this goes no deeper.
            return number(inner, in: text)
        case .absent, .escapedString, .object, .array, .yes, .no, .null:
            return nil
        }
    }
}

extension JSONCursor {
    /// Goes to the value of member or element `name` of the container that follows; false where there is none.
    fileprivate mutating func descend(to name: String) throws(JSONFault) -> Bool {
        skipWhitespace()
        var count = 0
        switch next {
        case UInt8(ascii: "{"):
            try open()
            while let key = try nextKey(&count) {
                if key.isNamed(name) { return true }
                _ = try value()
            }
        case UInt8(ascii: "["):
            guard let wanted = Int(name) else { return false }
            try open()
            while try nextElement(&count) {
                if count - 1 == wanted { return true }
                _ = try value()
            }
        default: break
        }
        return false
    }
}

extension JSONKey {
    /// Whether the name stands for `other`, escapes resolved.
    fileprivate func isNamed(_ other: String) -> Bool {
        isEscaped ? JSONText(name).elementsEqual(other.unicodeScalars) : name.elementsEqual(other.utf8)
    }
}
