/// Breaks text at blanks, so that it fits a terminal.
enum TextLayout {
    /// `text` in rows of `width` columns at most, unless a single word is longer; nil: one row.
    static func rows(_ text: String, width: Int?) -> [String] {
        guard let width else { return [text] }
        var rows: [String] = []
        var row = ""
        var length = 0
        for word in words(text, width: width) {
            let count = word.columns
            if length > 0, length + 1 + count > width {
                rows.append(row)
                row = ""
                length = 0
            }
            row += (length > 0 ? " " : "") + word
            length += (length > 0 ? 1 : 0) + count
        }
        return rows + [row]
    }

    /// `text` in `most` rows of `width` columns at most, whatever words it has; what is left out shows as "…".
    static func rows(_ text: String, width: Int, most: Int) -> [String] {
        var rows = rows(text, width: width)
        if rows.count > most {
            rows = Array(rows.prefix(most))
            rows[most - 1] += " …"
        }
        return rows.map { cut($0, width) }
    }

    /// `text` in `columns` columns at most.
    static func cut(_ text: String, _ columns: Int) -> String {
        guard text.columns > columns else { return text }
        var left = columns - 1
        return text.prefix {
            left -= $0.columns
            return left >= 0
        } + "…"
    }

    /// `text` in `columns` columns at least; a number stands at their end.
    static func padded(_ text: String, _ columns: Int, isNumber: Bool = false) -> String {
        let room = String(repeating: " ", count: max(0, columns - text.columns))
        return isNumber ? room + text : text + room
    }

    /// Lines of ours whose first column is as wide as `indent`: what follows the first row of each stands below it.
    static func hanging(_ text: String, indent: Int, width: Int?) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map {
            hanging(line: String($0), indent: indent, width: width)
        }.joined(separator: "\n")
    }

    private static func hanging(line: String, indent: Int, width: Int?) -> String {
        guard let width, line.columns > width, width > indent + 20 else { return line }
        let head = line.prefix(indent)
        let rows = rows(String(line.dropFirst(indent)), width: width - indent)
        let margin = "\n" + String(repeating: " ", count: indent)
        return head + rows.joined(separator: margin)
    }

    /// What is not to be torn apart: a number stays with its unit, what is to be typed (in backquotes) in one row, where it fits into one.
    private static func words(_ text: String, width: Int) -> [String] {
        var words: [String] = []
        var parts = text.split(separator: " ")[...]
        while let part = parts.popFirst() {
            if let typed = typed(part, parts), typed.text.columns <= width {
                words.append(typed.text)
                parts = parts.dropFirst(typed.count)
            } else if let last = words.last, last.last?.isNumber == true, isUnit(part) {
                words[words.count - 1] += " " + part
            } else {
                words.append(String(part))
            }
        }
        return words
    }

    /// The words from one with an opening backquote to the one with its closing one, and how many follow the first; nil where none opens.
    private static func typed(_ first: Substring, _ rest: ArraySlice<Substring>) -> (text: String, count: Int)? {
        var isOpen = opens(first)
        guard isOpen else { return nil }
        var text = String(first)
        for (place, part) in rest.enumerated() {
            text += " " + part
            if opens(part) { isOpen.toggle() }
            if !isOpen { return (text, place + 1) }
        }
        return nil
    }

    /// Whether a backquote in the word has no partner in it.
    private static func opens(_ word: Substring) -> Bool { word.count { $0 == "`" } % 2 == 1 }

    /// Whether `word` is read together with the number before it.
    private static func isUnit(_ word: Substring) -> Bool {
        word.first == "%" || (word.first?.isLetter == true && word.count <= 5)
    }
}
