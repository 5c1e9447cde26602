/// Colours of lines on a terminal.
enum LogColors {
    static let reset = "\u{1B}[0m"

    /// How the tag's column looks.
    static func tag(_ tag: LogTag) -> String {
        switch tag {
        case .net: "\u{1B}[44;1;37m"
        case .rigs: "\u{1B}[45;1;37m"
        case .plan: "\u{1B}[46;1;37m"
        case .proxy: "\u{1B}[42;1;37m"
        }
    }

    /// The words at a line's beginning that miners look for, and their colours.
    private static let openings: [(words: String, color: String)] = [
        ("accepted", "\u{1B}[32m"),
        ("rejected", "\u{1B}[31m"),
        ("new job", "\u{1B}[35m"),
        ("use pool", "\u{1B}[36m"),
        ("speed", "\u{1B}[1;36m"),
        ("now mining", "\u{1B}[1;37m"),
    ]

    /// `text` in the colours for its level and its first words.
    static func text(_ text: String, level: LogLevel) -> String {
        switch level {
        case .error: return "\u{1B}[31m" + text + reset
        case .warning: return "\u{1B}[33m" + text + reset
        case .debug: return "\u{1B}[90m" + text + reset
        case .info:
            guard let opening = openings.first(where: { text.hasPrefix($0.words) }) else { return text }
            return opening.color + opening.words + reset + text.dropFirst(opening.words.count)
        }
    }

    /// Whether colours are wanted: by the configuration, by who looks, and by https://no-color.org.
    static func areWanted(configured: Bool, isTerminal: Bool, environment: Environment) -> Bool {
        configured && isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }
}
