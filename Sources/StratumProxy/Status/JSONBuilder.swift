import StratumCodec

/// Puts a JSON object together, member by member, in the order of the calls.
struct JSONBuilder {
    private(set) var text = "{"
    private var isFirst = true

    /// The finished object.
    var object: String { text + "}" }

    mutating func set(_ name: String, _ value: Double?) {
        // JSON has no NaN and no infinity.
        guard let value, value.isFinite else { return raw(name, "null") }
        raw(name, "\(value)")
    }

    mutating func set(_ name: String, _ value: some BinaryInteger) {
        raw(name, "\(value)")
    }

    mutating func set(_ name: String, _ value: Bool?) {
        raw(name, value.map { $0 ? "true" : "false" } ?? "null")
    }

    mutating func set(_ name: String, _ value: String?) {
        raw(name, value.map(Self.quoted) ?? "null")
    }

    /// A member that is JSON already.
    mutating func raw(_ name: String, _ json: String) {
        if !isFirst { text += "," }
        isFirst = false
        text += Self.quoted(name) + ":" + json
    }

    /// An object within this one.
    mutating func object(_ name: String, _ fill: (inout JSONBuilder) -> Void) {
        var inner = JSONBuilder()
        fill(&inner)
        raw(name, inner.object)
    }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            case _: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
