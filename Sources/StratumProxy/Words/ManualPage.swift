/// A page of the manual, in the language of man(7).
struct ManualPage {
    private(set) var lines: [String]

    /// `name` in small letters, `about` what it is, in half a sentence.
    init(_ name: String, section: Int, about: String) {
        lines = [
            ".TH \(Self.escaped(name.uppercased())) \(section) \"\" \"stratum\\-proxy \(Version.current)\"",
            ".SH NAME", "\(Self.escaped(name)) \\- \(Self.escaped(about))",
        ]
    }

    var text: String { lines.joined(separator: "\n") + "\n" }

    mutating func heading(_ title: String) { lines.append(".SH \(Self.escaped(title.uppercased()))") }

    mutating func subheading(_ title: String) { lines.append(".SS \"\(Self.escaped(title))\"") }

    /// Paragraphs of which each line is one; indented lines are shown as they are.
    mutating func paragraphs(_ text: String) {
        for line in text.split(separator: "\n") {
            lines +=
                line.hasPrefix("  ")
                ? [".PP", ".EX", Self.escaped(String(line)), ".EE"] : [".PP", Self.words(String(line))]
        }
    }

    /// A term, in bold, and what it means; each further text is a line of its own.
    mutating func item(_ term: String, _ texts: String...) {
        lines += [".TP", "\\fB\(Self.escaped(term))\\fR"]
        for (index, text) in texts.filter({ !$0.isEmpty }).enumerated() {
            if index > 0 { lines.append(".br") }
            lines.append(Self.words(text))
        }
    }

    /// What stands in backticks is bold.
    private static func words(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false).map { escaped(String($0)) }
        let line = parts.enumerated().map { $0.offset % 2 == 1 ? "\\fB\($0.element)\\fR" : $0.element }.joined()
        // A line that begins with one of these would be a command.
        return line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
    }

    /// Hyphens are those of commands, which can be copied; there is no other character that man(7) takes for something else.
    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "\\": "\\e"
            case "-": "\\-"
            case "\"": "\\(dq"
            case "…": "..."
            default: String(character)
            }
        }.joined()
    }
}
