import Glibc

/// Pictures on standard output where that is a terminal, each drawn over the one before.
///
/// Nothing here waits for the terminal: while it has not taken a picture whole, none is drawn.
final class LiveScreen {
    /// Where pictures are drawn.
    enum Place {
        /// Below what the terminal shows already; the last picture stays.
        case below
        /// On the terminal's other screen, without a cursor; afterwards it is as it was.
        case apart
    }

    /// Milliseconds for what the terminal has not taken, at the end.
    private static let patience: Int32 = 500
    /// The other screen (1049), no cursor (25), and lines that are too long are cut, not broken (7): xterm's private modes.
    private static let entry = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l"
    private static let exit = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

    private let place: Place
    private let output = OutputDescriptor(STDOUT_FILENO)
    /// Rows of the last picture, which the next one covers.
    private var drawn = 0
    private var size = Terminal()
    /// What the terminal has not taken of the last picture.
    private var pending: ArraySlice<UInt8> = []
    /// Whether there is still somebody to draw for.
    private(set) var hasReader = true

    /// nil where standard output is no terminal.
    init?(_ place: Place) {
        self.place = place
        guard output.isTerminal else {
            output.close()
            return nil
        }
    }

    deinit {
        output.close()
    }

    /// Begins; on the other screen, takes it.
    func enter() {
        if place == .apart { write(Self.entry) }
    }

    /// Ends, or pauses: the other screen is given back.
    func leave() {
        _ = flush(milliseconds: Self.patience)
        guard place == .apart else { return }
        write(Self.exit)
        _ = flush(milliseconds: Self.patience)
        pending = []
    }

    /// Draws the lines that `picture` has for the terminal as it is now; nil: it has none for such a size.
    func draw(_ picture: (Terminal) -> [String]?) {
        guard flush(milliseconds: 0) else { return }
        let terminal = Terminal.at(STDOUT_FILENO)
        guard let lines = picture(terminal) else { return }
        write(place == .below ? below(lines, on: terminal) : apart(lines, on: terminal))
        size = terminal
        drawn = lines.count
    }

    private func below(_ lines: [String], on terminal: Terminal) -> String {
        var text = ""
        if terminal != size {
            // Another size, and at the beginning: what the old picture looks like now is anybody's guess.
            text = drawn > 0 ? "\u{1B}[H\u{1B}[J" : ""
        } else if drawn > 0 {
            text = "\u{1B}[\(drawn)A"
        }
        // Cleared first: behind a line's last column a terminal would clear that column.
        for line in lines { text += "\r\u{1B}[K" + line + "\n" }
        return text + "\u{1B}[J"
    }

    private func apart(_ lines: [String], on terminal: Terminal) -> String {
        let text = "\u{1B}[H" + lines.map { "\u{1B}[K" + $0 }.joined(separator: "\r\n")
        return lines.count < terminal.rows ?? .max ? text + "\r\n\u{1B}[J" : text
    }

    private func write(_ text: String) {
        pending += Array(text.utf8)
        _ = flush(milliseconds: 0)
    }

    /// Whether the terminal has taken everything, within so many milliseconds.
    private func flush(milliseconds: Int32) -> Bool {
        while !pending.isEmpty {
            switch pending.withUnsafeBytes({ output.write($0) }) {
            case .written(let count): pending = pending.dropFirst(count)
            case .full: if milliseconds == 0 || !output.waitUntilReady(milliseconds: milliseconds) { return false }
            case .failed, .closed:
                hasReader = false
                pending = []
            }
        }
        return true
    }
}
