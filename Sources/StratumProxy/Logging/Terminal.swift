import Glibc

/// What somebody who reads a descriptor sees of it: how wide and high it is, and whether it shows colours.
struct Terminal: Equatable {
    /// Columns of a line; nil where nobody looks and nobody said how many.
    var columns: Int?
    /// Rows of the screen; nil where there is none.
    var rows: Int?
    var hasColors = false

    /// Below so many columns lines are not broken: the terminal does it better.
    static let fewestColumns = 40

    /// The one at `descriptor` now. COLUMNS, where it is set, goes before what the terminal says.
    static func at(_ descriptor: Int32, environment: Environment = .process) -> Terminal {
        let isTerminal = isatty(descriptor) == 1
        var size = winsize()
        let hasSize = isTerminal && ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
        let wanted = environment["COLUMNS"].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
        return Terminal(
            columns: wanted ?? (hasSize && size.ws_col > 0 ? Int(size.ws_col) : nil),
            rows: hasSize && size.ws_row > 0 ? Int(size.ws_row) : nil,
            hasColors: LogColors.areWanted(configured: true, isTerminal: isTerminal, environment: environment))
    }

    /// A line of `check` or an error as it is shown here: in its colour, what doesn't fit below its beginning. Elsewhere than on a
    /// terminal it stays one line.
    func shown(_ line: String, isError: Bool = false) -> String {
        let paint = Paint(isOn: hasColors)
        let isField =
            line.prefix(SettingsSummary.indent).count == SettingsSummary.indent
            && (line.hasPrefix("!") || line.prefix(SettingsSummary.indent).last == " ")
        let text = TextLayout.hanging(line, indent: isField ? SettingsSummary.indent : 4, width: width(usual: nil))
        if isError || line.contains(" error: ") || line.hasPrefix("error: ") { return paint.error(text) }
        if line.hasPrefix("!") || line.contains(" warning: ") || line.hasPrefix("warning: ") {
            return paint.attention(text)
        }
        guard isField, !line.hasPrefix(" ") else { return text }
        let name = text.prefix { $0 != " " }
        return paint.bold(String(name)) + text.dropFirst(name.count)
    }

    /// Where lines of `usual` columns are broken; nil: nowhere.
    func width(usual: Int?) -> Int? {
        guard let width = columns ?? usual else { return nil }
        return width < Self.fewestColumns ? nil : width
    }
}
