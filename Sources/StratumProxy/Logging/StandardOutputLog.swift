import EventLoop
import Glibc

/// Writes lines to standard output: `[2026-11-20 12:00:00.123]  net      use pool ...`.
///
/// It never waits for its reader: what the reader does not take is kept up to a bound, and beyond that whole lines are left
/// out and counted (docs/invariants.md#faults-of-the-system). Under systemd's journal, which has its own time, a line
/// has the priority that `journalctl -p` looks at instead.
final class StandardOutputLog: DaemonLog {
    /// Bytes that are kept for a slow reader.
    static let pendingLimit = 256 << 10
    /// Bytes that are gathered before they are written in the middle of a turn of the loop.
    static let batch = 16 << 10

    /// The least important lines that are written.
    var level: LogLevel
    private let output: OutputDescriptor
    private let hasColors: Bool
    private let isJournal: Bool
    private var time: LogTime
    private var pending: [UInt8] = []
    /// Where in `pending` the bytes begin that are not written yet.
    private var written = 0
    private var leftOut = 0
    private var isClosed = false
    var hasReader: Bool { !isClosed }
    private var isFlushDue = false
    private var timer: LoopTimer?
    private weak var loop: EventLoop?

    /// - Parameters:
    ///   - level: the least important lines that are written.
    ///   - colors: whether a terminal gets colours.
    ///   - descriptor: where the lines go.
    ///   - environment: NO_COLOR, TERM and JOURNAL_STREAM are looked at.
    ///   - time: the clock.
    init(
        level: LogLevel, colors: Bool = true, descriptor: Int32 = STDOUT_FILENO,
        environment: Environment = .process, time: LogTime = LogTime()
    ) {
        self.level = level
        self.time = time
        output = OutputDescriptor(descriptor)
        isJournal = Self.isJournal(descriptor, environment["JOURNAL_STREAM"])
        hasColors = LogColors.areWanted(
            configured: colors, isTerminal: output.isTerminal, environment: environment)
    }

    deinit {
        output.close()
    }

    func writes(_ level: LogLevel) -> Bool { level <= self.level && !isClosed }

    func line(_ level: LogLevel, _ tag: LogTag, _ text: @autoclosure () -> String) {
        guard writes(level) else { return }
        // What a storm of logins says goes out with one write a turn of the loop; trouble at once.
        let isUrgent = loop == nil || level <= .warning
        if isUrgent || pending.count - written > Self.batch { flush() }
        if pending.count - written > Self.pendingLimit {
            leftOut += 1
            return
        }
        append(level, tag, text())
        if isUrgent { flush() } else { flushSoon() }
    }

    private func flushSoon() {
        guard !isFlushDue, let loop else { return }
        isFlushDue = true
        loop.later { [weak self] in
            self?.isFlushDue = false
            self?.flush()
        }
    }

    // MARK: A slow reader

    /// Keeps trying, on `loop`, to write what a slow reader has not taken. Without it the next line tries.
    ///
    /// - Throws: where the loop has no timer to give.
    func keepFlushing(on loop: EventLoop) throws {
        self.loop = loop
        timer = try LoopTimer(loop) { [weak self] in self?.flush() }
        flush()
    }

    /// Writes what is left and waits for the reader, at most so long. For the end of the process.
    func finish(withinMilliseconds limit: Int = 1000) {
        var waited = 0
        flush()
        while written < pending.count, !isClosed, waited < limit {
            _ = output.waitUntilReady(milliseconds: 50)
            waited += 50
            flush()
        }
    }

    /// Writes as much of what is kept as is taken without waiting.
    private func flush() {
        while !isClosed {
            if written == pending.count, leftOut > 0 {
                let count = leftOut
                leftOut = 0
                append(.warning, .proxy, ProxyWords.linesDropped(count))
            }
            guard written < pending.count else { break }
            let outcome = pending.withUnsafeBytes { output.write(UnsafeRawBufferPointer(rebasing: $0[written...])) }
            switch outcome {
            case .written(let count):
                written += count
            case .full:
                compact()
                if let loop { timer?.arm(at: loop.now.adding(milliseconds: 100)) }
                return
            case .failed:
                // A full disk: these lines are lost, later ones may fit.
                written = pending.count
            case .closed:
                isClosed = true
            }
        }
        pending.removeAll(keepingCapacity: pending.capacity <= 16384)
        written = 0
    }

    /// Drops the bytes that are written, once there are many of them.
    private func compact() {
        guard written >= 16384 else { return }
        pending.removeFirst(written)
        written = 0
    }

    // MARK: Lines

    private func append(_ level: LogLevel, _ tag: LogTag, _ text: String) {
        if isJournal {
            pending.append(contentsOf: Self.priority(level).utf8)
        } else {
            time.append(to: &pending)
            pending.append(UInt8(ascii: " "))
        }
        let column = " " + tag.rawValue + String(repeating: " ", count: max(0, 8 - tag.rawValue.count))
        let text = Self.withoutControls(text)
        if hasColors {
            pending.append(contentsOf: (LogColors.tag(tag) + column + LogColors.reset + " ").utf8)
            pending.append(contentsOf: LogColors.text(text, level: level).utf8)
        } else {
            pending.append(contentsOf: (column + " ").utf8)
            pending.append(contentsOf: text.utf8)
        }
        pending.append(UInt8(ascii: "\n"))
    }

    /// One call is one line without escapes, whatever is in the text.
    private static func withoutControls(_ text: String) -> String {
        func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }
        guard text.utf8.contains(where: isControl) else { return text }
        return String(decoding: text.utf8.map { isControl($0) ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    }

    private static func priority(_ level: LogLevel) -> String {
        switch level {
        case .error: "<3>"
        case .warning: "<4>"
        case .info: "<6>"
        case .debug: "<7>"
        }
    }

    /// Whether `descriptor` is the stream to the journal that systemd names as `device:inode`.
    private static func isJournal(_ descriptor: Int32, _ stream: String?) -> Bool {
        var status = stat()
        guard let stream, fstat(descriptor, &status) == 0 else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }
}
