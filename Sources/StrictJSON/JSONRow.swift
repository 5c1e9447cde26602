/// Puts a JSON list of values of different kinds together, in the order of the calls.
public struct JSONRow {
    private var values: [String] = []

    /// A list without values.
    public init() {}

    /// The finished list.
    public var text: String { "[" + values.joined(separator: ",") + "]" }

    /// Adds a whole number.
    public mutating func add(_ value: some BinaryInteger) { values.append("\(value)") }

    /// Adds a number; `null` for none, and for what JSON has no number for.
    public mutating func add(_ value: Double?) { values.append(JSONObject.number(value)) }

    /// Adds a number that is written with a point, also where it is whole; 0.0 for what JSON has no number for.
    public mutating func add(real value: Double) { values.append(JSONObject.real(value)) }

    /// Adds a text.
    public mutating func add(_ value: String) { values.append("\"" + JSONObject.escaped(value) + "\"") }
}

extension JSONObject {
    /// Adds a number that is written with a point, also where it is whole: some readers take `1` for another type than `1.0`. 0.0 for
    /// what JSON has no number for.
    public mutating func set(_ name: String, real value: Double) { set(name, raw: Self.real(value)) }

    /// Adds a list of such numbers.
    public mutating func set(_ name: String, reals values: [Double]) {
        set(name, raw: "[" + values.map(Self.real).joined(separator: ",") + "]")
    }

    /// Adds a list of whole numbers.
    public mutating func set(_ name: String, _ values: [UInt64]) {
        set(name, raw: "[" + values.map { "\($0)" }.joined(separator: ",") + "]")
    }

    /// Adds a list of values of different kinds.
    public mutating func set(_ name: String, _ row: JSONRow) { set(name, raw: row.text) }

    /// Adds a list of lists.
    public mutating func set(_ name: String, rows: [JSONRow]) { set(name, objects: rows.map(\.text)) }

    static func real(_ value: Double) -> String { value.isFinite ? "\(value)" : "0.0" }
}
