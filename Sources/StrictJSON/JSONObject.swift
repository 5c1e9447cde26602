/// Puts a JSON object together, member by member, in the order of the calls.
public struct JSONObject {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    /// An object without members.
    public init() {}

    /// The finished object.
    public var text: String { String(decoding: bytes, as: UTF8.self) + "}" }

    /// Adds a number; `null` for none, and for what JSON has no number for.
    public mutating func set(_ name: String, _ value: Double?) {
        begin(name)
        append(value)
    }

    /// Adds a whole number.
    public mutating func set(_ name: String, _ value: some BinaryInteger) {
        begin(name)
        bytes.append(contentsOf: "\(value)".utf8)
    }

    /// Adds a whole number; `null` for none.
    public mutating func set(_ name: String, _ value: Int?) {
        guard let value else { return set(name, nil as Double?) }
        set(name, Int64(value))
    }

    /// Adds a truth value; `null` for none.
    public mutating func set(_ name: String, _ value: Bool?) {
        begin(name)
        bytes.append(literal: value.map { $0 ? "true" : "false" } ?? "null")
    }

    /// Adds a text; `null` for none.
    public mutating func set(_ name: String, _ value: String?) {
        begin(name)
        if let value { append(value) } else { bytes.append(literal: "null") }
    }

    /// Adds a list of numbers.
    public mutating func set(_ name: String, _ values: [Double]) {
        set(name, values) { $0.append($1) }
    }

    /// Adds a list of texts.
    public mutating func set(_ name: String, _ values: [String]) {
        set(name, values) { $0.append($1) }
    }

    /// Adds an object, whose members `fill` sets.
    public mutating func object(_ name: String, _ fill: (inout JSONObject) -> Void) {
        begin(name)
        append(fill)
    }

    /// Adds a list of objects, one for each of `values`.
    public mutating func objects<Value>(
        _ name: String, _ values: [Value], _ fill: (inout JSONObject, Value) -> Void
    ) {
        set(name, values) { object, value in object.append { fill(&$0, value) } }
    }

    /// Adds a list of finished objects.
    public mutating func set(_ name: String, objects: [String]) {
        set(name, objects) { $0.bytes.append(contentsOf: $1.utf8) }
    }

    /// `text` as it stands between the quotes of a string.
    public static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.append(escaping: text.utf8)
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func set<Value>(
        _ name: String, _ values: [Value], _ append: (inout JSONObject, Value) -> Void
    ) {
        begin(name)
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(&self, value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func begin(_ name: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        append(name)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func append(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(escaping: text.utf8)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whole numbers without `.0`, up to where doubles hold each of them.
    static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "null" }
        let isWhole = value.magnitude < 0x1p53 && Double(Int64(value)) == value
        return isWhole ? "\(Int64(value))" : "\(value)"
    }

    private mutating func append(_ value: Double?) { bytes.append(contentsOf: Self.number(value).utf8) }

    /// Adds a value that is JSON already.
    mutating func set(_ name: String, raw value: String) {
        begin(name)
        bytes.append(contentsOf: value.utf8)
    }

    private mutating func append(_ fill: (inout JSONObject) -> Void) {
        var inner = JSONObject()
        fill(&inner)
        bytes.append(contentsOf: inner.bytes)
        bytes.append(UInt8(ascii: "}"))
    }
}
