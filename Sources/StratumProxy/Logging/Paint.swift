import ProxyTerms

/// Colours for screens and answers, or none.
struct Paint {
    let isOn: Bool

    func bold(_ text: String) -> String { painted(text, "\u{1B}[1m") }

    /// `text` about an upstream, each in a colour of its own.
    func upstream(_ text: String, _ upstream: Upstream) -> String {
        switch upstream {
        case .p2pool: painted(text, "\u{1B}[36m")
        case .xvb: painted(text, "\u{1B}[35m")
        }
    }

    /// What somebody has to look at.
    func attention(_ text: String) -> String { painted(text, "\u{1B}[33m") }

    /// What keeps a program from its work.
    func error(_ text: String) -> String { painted(text, "\u{1B}[31m") }

    /// What went well.
    func good(_ text: String) -> String { painted(text, "\u{1B}[32m") }

    /// What a line's level shows in the log.
    func level(_ text: String, _ level: LogLevel) -> String {
        isOn ? LogColors.text(text, level: level) : text
    }

    private func painted(_ text: String, _ color: String) -> String {
        isOn && !text.isEmpty ? color + text + LogColors.reset : text
    }
}
