/// `status --watch` on a terminal: what `status` says, fitted to the terminal's size, below a line that tells how old it is.
struct StatusPicture {
    /// Why there is no newer answer.
    struct Silence: Equatable {
        /// For how long, in seconds.
        var seconds: Double
        /// In words.
        var cause: String
    }

    /// The last answer; empty before the first.
    var lines: any StatusText = StatusLines()
    /// What of the state it shows.
    var part = StatusPart.all
    /// When it came, by the clock here: `14:03:05`; nil before the first.
    var time: String?
    /// nil while the proxy answers.
    var silence: Silence?

    /// Rows of the line above that tells of a silence: the rest is for the answer.
    private static let mostSilence = 3
    /// What a terminal has that does not tell its size.
    private static let usual = (columns: 80, rows: 24)

    /// The picture's rows: as many as the terminal has, or fewer.
    func rows(on terminal: Terminal) -> [String] {
        let columns = max(1, terminal.columns ?? Self.usual.columns)
        let rows = max(1, terminal.rows ?? Self.usual.rows)
        let paint = Paint(isOn: terminal.hasColors)
        let head =
            if let silence {
                TextLayout.rows(StatusWords.silence(silence, since: time), width: columns, most: Self.mostSilence)
                    .map(paint.attention)
            } else {
                [paint.bold(TextLayout.cut(StatusWords.watching(part, time), columns))]
            }
        return Array((head + lines.rows(columns: columns, most: rows - head.count, paint)).prefix(rows))
    }
}
