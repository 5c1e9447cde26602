/// A place in a text file, as editors count: the first line is 1, the first character of a line is 1.
struct SourcePosition: Equatable, Comparable, Sendable {
    /// 1-based line.
    var line: Int
    /// 1-based column in characters (Unicode scalars), not bytes.
    var column: Int

    static func < (lhs: SourcePosition, rhs: SourcePosition) -> Bool {
        (lhs.line, lhs.column) < (rhs.line, rhs.column)
    }
}

/// A value of a JSON file with comments, and where it stands.
struct JSONCValue: Equatable, Sendable {
    enum Content: Equatable, Sendable {
        case null
        case bool(Bool)
        case number(Double)
        case string(String)
        case array([JSONCValue])
        case object([JSONCMember])
    }

    var content: Content
    /// Where the value's first character stands.
    var position: SourcePosition
}

/// One `"key": value` of an object.
struct JSONCMember: Equatable, Sendable {
    var key: String
    /// Where the key's opening quote stands.
    var keyPosition: SourcePosition
    var value: JSONCValue
}

/// Why a text is no JSON with comments. Reading stops at the first fault.
struct JSONCError: Error, Equatable {
    var message: String
    var position: SourcePosition
}

extension JSONCValue.Content {
    /// What kind of value this is, for messages.
    var kindName: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension JSONCValue.Content {
    /// The member of an object; nil of anything else.
    func member(_ name: String) -> JSONCValue.Content? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == name }?.value.content
    }

    /// The text that a member of an object is.
    func text(at name: String) -> String? {
        if case .string(let text)? = member(name) { text } else { nil }
    }
}
