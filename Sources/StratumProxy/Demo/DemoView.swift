import EventLoop
import Glibc
import ProxyTerms

/// The demo's screen on a terminal, drawn anew a few times a second; the lines of the log are its last part.
final class DemoView: DaemonLog {
    /// Lines of the log that are kept: more than any screen shows.
    private static let mostEvents = 100
    private static let milliseconds: Int64 = 250

    private let output = OutputDescriptor(STDOUT_FILENO)
    private let level = LogLevel.info
    private var events: [(level: LogLevel, text: String)] = []
    private var timer: LoopTimer?
    private var screen: (() -> DemoScreen)?
    /// Rows of the last picture, which the next one covers.
    private var drawn = 0
    private var size = Terminal()
    /// What the terminal has not taken of the last picture.
    private var pending: ArraySlice<UInt8> = []
    private(set) var hasReader = true

    /// The view for standard output; nil where that is no terminal, or too small a one.
    init?() {
        guard output.isTerminal, Self.fits(Terminal.at(STDOUT_FILENO)) else {
            output.close()
            return nil
        }
    }

    deinit {
        output.close()
    }

    private static func fits(_ terminal: Terminal) -> Bool {
        guard let columns = terminal.columns, let rows = terminal.rows else { return false }
        return columns >= DemoScreen.fewest.columns && rows >= DemoScreen.fewest.rows
    }

    func writes(_ level: LogLevel) -> Bool { level <= self.level }

    func line(_ level: LogLevel, _ tag: LogTag, _ text: @autoclosure () -> String) {
        guard writes(level) else { return }
        if events.count == Self.mostEvents { events.removeFirst() }
        events.append((level, text()))
    }

    /// The lines of the log that it has.
    var lastEvents: [(level: LogLevel, text: String)] { events }

    /// Draws what `screen` gives until `finish`.
    func start(on loop: EventLoop, _ screen: @escaping () -> DemoScreen) throws {
        self.screen = screen
        let timer = try LoopTimer(loop) { [weak self] in
            guard let self else { return }
            draw()
            self.timer?.arm(at: loop.now.adding(milliseconds: Self.milliseconds))
        }
        timer.arm(at: loop.now.adding(milliseconds: Self.milliseconds))
        self.timer = timer
    }

    /// Draws the last picture, below which others may write.
    func finish() {
        timer?.close()
        timer = nil
        if !pending.isEmpty { _ = output.waitUntilReady(milliseconds: 200) }
        draw()
        screen = nil
    }

    private func draw() {
        flush()
        guard pending.isEmpty, let screen else { return }
        let terminal = Terminal.at(STDOUT_FILENO)
        guard let columns = terminal.columns, let rows = terminal.rows, Self.fits(terminal) else { return }
        let lines = screen().lines(columns: columns, rows: rows, hasColors: terminal.hasColors)
        var text = ""
        if terminal != size {
            // Another size, and at the beginning: what the old picture looks like now is anybody's guess.
            text = drawn > 0 ? "\u{1B}[H\u{1B}[J" : ""
        } else if drawn > 0 {
            text = "\u{1B}[\(drawn)A"
        }
        for line in lines { text += "\r" + line + "\u{1B}[K\n" }
        text += "\u{1B}[J"
        size = terminal
        drawn = lines.count
        pending = ArraySlice(text.utf8)
        flush()
    }

    private func flush() {
        while !pending.isEmpty {
            switch pending.withUnsafeBytes({ output.write($0) }) {
            case .written(let count): pending = pending.dropFirst(count)
            case .full: return
            case .failed, .closed:
                hasReader = false
                pending = []
            }
        }
    }
}
