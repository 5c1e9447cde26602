import ProxyTerms
import StrictJSON

/// `status rigs`: a table of the rigs, made of the JSON that the daemon sends. Where it does not fit the terminal, what is left stands
/// below each rig; on a narrow one everything does.
struct RigStatusTable: StatusText {
    /// What is known of one rig.
    struct Row: Sendable {
        /// Its name; in the table, and whole.
        let name: String
        /// Its cells in the order of `Column`.
        let cells: [String]
        /// What has no column: why it is cut off, what was refused.
        let notes: String
        let needsAttention: Bool
        let isOnline: Bool
    }

    /// The columns behind the name.
    enum Column: Int, CaseIterable {
        case state, minute, tenMinutes, hour, share, since, accepted, refused, address, agent

        /// Those that stay where not all of them fit.
        static let first: [Column] = [.state, .minute, .tenMinutes, .hour]

        var isNumber: Bool {
            switch self {
            case .accepted, .refused: true
            case .state, .minute, .tenMinutes, .hour, .share, .since, .address, .agent: false
            }
        }
    }

    /// The document of `status rigs --json`.
    let json: String
    private let head: String
    private let rows: [Row]
    private let foot: String?

    private static let gap = "  "
    /// A name is cut to so many characters at least before the table gives up columns.
    private static let shortestName = 8

    /// The table of the rigs in a state; nil where `state` is none.
    init?(_ state: [UInt8]) {
        guard let state = try? JSONDocument(state), let list = state["rig_list"]?.elements else { return nil }
        let left = Int(state.number("rigs_not_listed") ?? 0)
        let rigs = list.map(\.source).joined(separator: ",")
        json = "{\"version\":\(state["schema"]?.source ?? "1"),\"rigs\":[\(rigs)],\"rigs_not_listed\":\(left)}"
        let read = list.map(Row.init)
        // What needs somebody first, then those that work, then those that left.
        let order: (Row) -> Int = { $0.needsAttention ? 0 : $0.isOnline ? 1 : 2 }
        rows = read.enumerated().sorted { one, other in
            (order(one.element), one.element.isOnline ? one.element.name : "", one.offset)
                < (order(other.element), other.element.isOnline ? other.element.name : "", other.offset)
        }.map(\.element)
        // Not all of them need be in the list.
        let online = state.number("rigs").map { Int($0) } ?? read.count { $0.isOnline }
        head = RigStatusTableWords.head(state, online: online, gone: read.count { !$0.isOnline })
        foot = left > 0 ? RigStatusTableWords.notListed(left, page: state.text("page", limit: 64)) : nil
    }

    func text(on terminal: Terminal) -> String {
        // For a program that reads lines a rig is one line, however long.
        let width = terminal.columns == nil ? nil : terminal.width(usual: nil) ?? Terminal.fewestColumns
        return lines(width: width, Paint(isOn: terminal.hasColors)).map { $0 + "\n" }.joined()
    }

    func rows(columns: Int, most: Int, _ paint: Paint) -> [String] {
        guard most > 0 else { return [] }
        let lines = lines(width: columns, paint)
        guard lines.count > most else { return lines }
        return lines.prefix(most - 1) + [TextLayout.cut(StatusWords.moreRows(lines.count - most + 1, .rigs), columns)]
    }

    private func lines(width: Int?, _ paint: Paint) -> [String] {
        var lines = Self.broken(head, width)
        guard !rows.isEmpty else { return lines }
        let columns = fitting(width)
        let widths = columns.map(width(of:))
        let others = Column.allCases.filter { !columns.contains($0) }
        let name = nameWidth(beside: widths, width)
        if !columns.isEmpty {
            lines.append(
                paint.bold(
                    Self.line(RigStatusTableWords.rig, columns.map(RigStatusTableWords.title), columns, name, widths)))
        }
        for row in rows {
            let cells = columns.map { row.cells[$0.rawValue] }
            let line =
                columns.isEmpty
                ? TextLayout.cut(row.name, width ?? .max) : Self.line(row.name, cells, columns, name, widths)
            lines.append(row.needsAttention ? paint.attention(line) : columns.isEmpty ? paint.bold(line) : line)
            let rest = others.compactMap { RigStatusTableWords.phrase($0, row.cells[$0.rawValue]) }.joined(
                separator: ", ")
            for text in [rest, row.notes] where !text.isEmpty {
                for part in Self.broken(text, width.map { $0 - Self.gap.count }) {
                    lines.append(Self.gap + (row.needsAttention ? paint.attention(part) : part))
                }
            }
        }
        return lines + (foot.map { Self.broken($0, width) } ?? [])
    }

    /// The columns that fit beside a name.
    private func fitting(_ width: Int?) -> [Column] {
        guard let width else { return Column.allCases }
        let name = min(longestName, Self.shortestName)
        return [Column.allCases, Column.allCases.filter { $0 != .agent }, Column.first].first { columns in
            columns.reduce(name) { $0 + Self.gap.count + self.width(of: $1) } <= width
        } ?? []
    }

    /// What a column's title and its longest cell take.
    private func width(of column: Column) -> Int {
        max(RigStatusTableWords.title(column).count, rows.map { $0.cells[column.rawValue].columns }.max() ?? 0)
    }

    private var longestName: Int { max(RigStatusTableWords.rig.count, rows.map(\.name.columns).max() ?? 0) }

    private func nameWidth(beside widths: [Int], _ width: Int?) -> Int {
        guard let width else { return longestName }
        return min(longestName, max(1, width - widths.reduce(0) { $0 + $1 + Self.gap.count }))
    }

    private static func line(_ name: String, _ cells: [String], _ columns: [Column], _ nameWidth: Int, _ widths: [Int])
        -> String
    {
        var line = TextLayout.padded(TextLayout.cut(name, nameWidth), nameWidth)
        for (place, cell) in cells.enumerated() {
            line += gap + TextLayout.padded(cell, widths[place], isNumber: columns[place].isNumber)
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// `text` in rows of `width`; a word that is longer is cut.
    private static func broken(_ text: String, _ width: Int?) -> [String] {
        guard let width else { return [text] }
        return TextLayout.rows(text, width: max(1, width)).map { TextLayout.cut($0, max(1, width)) }
    }
}

extension RigStatusTable.Row {
    /// What the JSON knows of a rig.
    fileprivate init(_ rig: JSONDocument) {
        func text(_ name: String, _ limit: Int) -> String {
            Sanitizer.printable(rig[name]?.string ?? "", limit: limit)
        }
        func count(_ name: String) -> Int { Int(rig.number(name) ?? 0) }
        name = text("name", 32)
        isOnline = rig.bool("online") ?? false
        let word = rig.text("state", "word", limit: 32) ?? ""
        cells = RigStatusTable.Column.allCases.map { column in
            switch column {
            case .state: word
            case .minute: RigStatusTableWords.rate(rig, "minute")
            case .tenMinutes: RigStatusTableWords.rate(rig, "ten_minutes", beyond: 60)
            case .hour: RigStatusTableWords.rate(rig, "hour", beyond: 600)
            case .share: RigStatusTableWords.age(rig.number("seconds_since_share"))
            case .since: RigStatusTableWords.age(rig.number("connected_seconds"))
            case .accepted: "\(count("accepted"))"
            case .refused: "\(count("refused"))"
            case .address: text("address", 48)
            case .agent: text("agent", 24)
            }
        }
        let level = rig.text("state", "level", limit: 16)
        needsAttention = level == "bad" || level == "warning"
        notes = RigStatusTableWords.notes(
            word: word, state: rig.text("state", "text", limit: 200) ?? "", small: count("below_pool_difficulty"),
            refused: rig.text("refused_text", limit: 300) ?? "", age: rig.number("seconds_since_refusal"))
    }
}
