// As much of `status` as fits a screen.
extension StatusLines {
    /// `most` rows of `columns` at most, each paragraph with its name: where not all of them fit, the longest are cut; then rigs
    /// are left out, which come last. On a narrow screen what can wait is left out first.
    func rows(columns: Int, most: Int, _ paint: Paint) -> [String] {
        guard most > 0 else { return [] }
        guard columns < Self.narrow, cutRows(columns: columns, most: .max, paint).count > most else {
            return cutRows(columns: columns, most: most, paint)
        }
        var important = StatusLines()
        var name = ""
        for paragraph in paragraphs {
            if !paragraph.name.isEmpty { name = paragraph.name }
            let isFirst = !paragraph.name.isEmpty && !Self.later.contains(name)
            if isFirst || Self.whole.contains(name) || paragraph.needsAttention {
                important.paragraphs.append(paragraph)
            }
        }
        return important.cutRows(columns: columns, most: most, paint)
    }

    /// Below so many columns a paragraph takes two rows and more.
    private static let narrow = 60
    /// Paragraphs that nobody looks for first, and those of which all that follows is looked for.
    private static let later: Set = ["Raffle", "Here", "Uptime"]
    private static let whole: Set = ["Figures", RigList.name]

    private func cutRows(columns: Int, most: Int, _ paint: Paint) -> [String] {
        // On a narrow screen the text is worth more than the names.
        let indent = columns < 2 * Self.indent ? 0 : Self.indent
        let width = columns - indent
        let lengths = paragraphs.map { TextLayout.rows($0.text, width: width).count }
        let longest = lengths.max() ?? 1
        // Rigs may take what the others leave, and a few rows in any case.
        let rigsAt = paragraphs.firstIndex { $0.name == RigList.name } ?? paragraphs.count
        let forRigs = { length in min(lengths[rigsAt...].reduce(0) { $0 + min($1, length) }, RigList.fewest) }
        let fitting = (1...max(1, longest)).last { length in
            lengths[..<rigsAt].reduce(forRigs(length)) { $0 + min($1, length) } <= most
        }
        let length = fitting ?? 1
        // What is left goes to the first that were cut.
        var spare = most - forRigs(length) - lengths[..<rigsAt].reduce(0) { $0 + min($1, length) }
        let rows = paragraphs.enumerated().flatMap { place, paragraph in
            let more = place < rigsAt ? max(0, min(lengths[place] - length, spare)) : 0
            spare -= more
            return Self.rows(paragraph, indent: indent, width: width, most: length + more, paint)
        }
        guard rows.count > most else { return rows }
        let left = StatusWords.moreRows(rows.count - most + 1, .all)
        return rows.prefix(most - 1) + [TextLayout.cut(left, columns)]
    }

    private static func rows(_ paragraph: Paragraph, indent: Int, width: Int, most: Int, _ paint: Paint) -> [String] {
        // A line of a proxy of an earlier version, which has broken its lines itself.
        if paragraph.text.isEmpty { return [TextLayout.cut(paragraph.name, indent + width)] }
        let name = indent > 0 ? TextLayout.cut(paragraph.name, indent - 1) : ""
        let margin = String(repeating: " ", count: indent)
        return TextLayout.rows(paragraph.text, width: width, most: most).enumerated().map { place, row in
            (place == 0 ? paint.bold(name) + margin.dropFirst(name.count) : margin)
                + (paragraph.needsAttention ? paint.attention(row) : row)
        }
    }
}
