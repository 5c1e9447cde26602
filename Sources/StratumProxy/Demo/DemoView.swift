import EventLoop
import ProxyTerms

/// The demo's screen on a terminal, drawn anew a few times a second; the lines of the log are its last part.
final class DemoView: DaemonLog {
    /// Lines of the log that are kept: more than any screen shows.
    private static let mostEvents = 100
    private static let milliseconds: Int64 = 250

    private let screen: LiveScreen
    private let level = LogLevel.info
    private var events: [(level: LogLevel, text: String)] = []
    private var timer: LoopTimer?
    private var content: (() -> DemoScreen)?

    /// The view for standard output; nil where that is no terminal, or too small a one.
    init?() {
        guard let screen = LiveScreen(.below), DemoScreen.fits(Terminal.at(1)) else { return nil }
        self.screen = screen
    }

    var hasReader: Bool { screen.hasReader }

    func writes(_ level: LogLevel) -> Bool { level <= self.level }

    func line(_ level: LogLevel, _ tag: LogTag, _ text: @autoclosure () -> String) {
        guard writes(level) else { return }
        if events.count == Self.mostEvents { events.removeFirst() }
        events.append((level, text()))
    }

    /// The lines of the log that it has.
    var lastEvents: [(level: LogLevel, text: String)] { events }

    /// Draws what `content` gives until `finish`.
    func start(on loop: EventLoop, _ content: @escaping () -> DemoScreen) throws {
        self.content = content
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
        draw()
        screen.leave()
        content = nil
    }

    private func draw() {
        guard let content else { return }
        screen.draw { terminal in
            guard DemoScreen.fits(terminal), let columns = terminal.columns, let rows = terminal.rows
            else { return nil }
            return content().lines(columns: columns, rows: rows, hasColors: terminal.hasColors)
        }
    }
}
