/// Something in a configuration that is wrong, or probably not what was meant.
struct ConfigurationProblem: Equatable, Sendable {
    enum Severity: Equatable, Sendable {
        /// The configuration can't be used.
        case error
        /// It can, but the operator should know.
        case warning
    }

    var severity: Severity
    /// Where in the file; nil where no one place is at fault, or the value came from a flag.
    var position: SourcePosition?
    /// The key's path (`p2pool.pools[0].url`) or the flag (`--wallet`); empty where neither is at fault.
    var path: String
    /// What is wrong and what to do, for the operator.
    var message: String

    /// The line that is printed: `config.json:12:5: error: p2pool.bufer: unknown key`. Whatever the file has in its keys and texts, it is one
    /// line that a terminal shows.
    func text(file: String?) -> String {
        var text = ""
        if let file { text += file + ":" }
        if let position { text += "\(position.line):\(position.column):" }
        if !text.isEmpty { text += " " }
        text += severity == .error ? "error: " : "warning: "
        if !path.isEmpty { text += Sanitizer.line(path, limit: 256) + ": " }
        return text + Sanitizer.line(message)
    }
}

extension [ConfigurationProblem] {
    /// Whether any of these makes the configuration unusable.
    var hasErrors: Bool { contains { $0.severity == .error } }

    /// In the order of the file; those without a place last.
    var inFileOrder: [ConfigurationProblem] {
        let last = SourcePosition(line: .max, column: .max)
        return enumerated()
            .sorted { ($0.element.position ?? last, $0.offset) < ($1.element.position ?? last, $1.offset) }
            .map(\.element)
    }
}
