/// What `status` shows: paragraphs with a name before them. The daemon doesn't know the terminal, so they travel one a line
/// (`name`, a tab, a `!` where it needs attention, the text), and whoever shows them breaks them.
struct StatusLines: StatusText {
    /// A paragraph.
    struct Paragraph: Sendable {
        /// Empty where it belongs to the one before.
        let name: String
        let text: String
        let needsAttention: Bool
    }

    /// Columns of a line where nobody says how many there are.
    static let usualWidth = 100
    static let indent = 12

    var paragraphs: [Paragraph] = []

    /// None.
    init() {}

    /// Those that have come as `wire`.
    init(wire: String) {
        for line in wire.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                // A proxy of an earlier version has broken its lines itself.
                paragraphs.append(Paragraph(name: String(line), text: "", needsAttention: false))
                continue
            }
            let needsAttention = parts[1].first == "!"
            paragraphs.append(
                Paragraph(
                    name: String(parts[0]), text: String(parts[1].dropFirst(needsAttention ? 1 : 0)),
                    needsAttention: needsAttention))
        }
    }

    /// Adds paragraphs; the name stands before the first.
    mutating func add(_ name: String, _ texts: String..., needsAttention: Bool = false) {
        for (place, text) in texts.enumerated() {
            paragraphs.append(Paragraph(name: place == 0 ? name : "", text: text, needsAttention: needsAttention))
        }
    }

    /// Adds what others have.
    mutating func add(_ other: StatusLines) {
        paragraphs += other.paragraphs
    }

    /// As they travel.
    var wire: String {
        paragraphs.map { "\($0.name)\t\($0.needsAttention ? "!" : "")\($0.text)\n" }.joined()
    }

    /// As they are shown where nobody says how.
    var text: String { text(on: Terminal()) }

    /// As they are shown on `terminal`: no more lines of rigs than it has rows for.
    func text(on terminal: Terminal) -> String {
        let width = terminal.width(usual: Self.usualWidth).map { $0 - Self.indent }
        let paint = Paint(isOn: terminal.hasColors)
        var rows: [String] = []
        var rigsAt: Int?
        for paragraph in paragraphs {
            if paragraph.name == RigList.name { rigsAt = rows.count }
            let name = paragraph.name
            var head = paint.bold(name) + String(repeating: " ", count: max(1, Self.indent - name.count))
            if paragraph.text.isEmpty { head = name }
            for row in TextLayout.rows(paragraph.text, width: width) {
                rows.append(head + (paragraph.needsAttention ? paint.attention(row) : row))
                head = String(repeating: " ", count: Self.indent)
            }
        }
        return RigList.cut(rows, from: rigsAt, on: terminal).map { $0 + "\n" }.joined()
    }
}
