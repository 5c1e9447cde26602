/// `${NAME}` in a text stands for an environment variable, as in xmrig's files.
enum EnvironmentExpansion {
    /// A variable that is named but not set.
    struct Missing: Error, Equatable {
        var name: String
    }

    /// `text` with every `${NAME}` replaced. A `$` that does not begin one stays as it is.
    ///
    /// - Throws: the first variable that is not set; an empty password instead of a missing one would be worse.
    static func expand(_ text: String, environment: Environment) throws(Missing) -> String {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            guard rest.hasPrefix("${"), let close = rest.firstIndex(of: "}") else {
                result.append("$")
                rest = rest.dropFirst()
                continue
            }
            let name = String(rest.dropFirst(2)[..<close])
            guard let value = environment[name] else { throw Missing(name: name) }
            result += value
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
