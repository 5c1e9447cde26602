/// The log's newest lines with a number each, for readers who come later, on their way to the log itself.
final class LogEvents: DaemonLog {
    /// One line.
    struct Event: Equatable {
        /// Higher than that of every line before it, also those of the process before.
        let id: UInt64
        /// When, in seconds since 1970.
        let time: Double
        let level: LogLevel
        let tag: LogTag
        let text: String
    }

    /// Lines that are kept.
    static let most = 200

    private let log: any DaemonLog
    private let time: () -> Double
    private var events: [Event] = []
    private var newest: UInt64
    /// Told of each line that is kept.
    var onEvent: (Event) -> Void = { _ in }
    /// What is written now is for the log only, as the status block, which readers have without it.
    private var isForLogOnly = false

    /// Keeps what is written to `log`. `time`: seconds since 1970.
    init(_ log: any DaemonLog, time: @escaping () -> Double = { WallClock.now }) {
        self.log = log
        self.time = time
        newest = UInt64(max(0, time())) * 1_000
    }

    /// The lines after the one with the number `id`; all that are kept where it is not known, or nil.
    func events(after id: UInt64?) -> [Event] {
        guard let id, id <= newest else { return events }
        return events.filter { $0.id > id }
    }

    /// Lines that `body` writes are for the log only.
    func withoutEvents(_ body: () -> Void) {
        isForLogOnly = true
        body()
        isForLogOnly = false
    }

    // MARK: DaemonLog

    func writes(_ level: LogLevel) -> Bool { isKept(level) || log.writes(level) }

    func line(_ level: LogLevel, _ tag: LogTag, _ text: @autoclosure () -> String) {
        guard isKept(level) else { return log.line(level, tag, text()) }
        let text = text()
        log.line(level, tag, text)
        newest += 1
        let event = Event(id: newest, time: time(), level: level, tag: tag, text: text)
        if events.count >= Self.most { events.removeFirst() }
        events.append(event)
        onEvent(event)
    }

    /// What is for a closer look is for the log alone, whatever its level.
    private func isKept(_ level: LogLevel) -> Bool { level <= .info && !isForLogOnly }
}
