import AdminHTTP
import EventLoop
import ProxyTerms
import StrictJSON

/// Sends events to readers who wait for them: each line of the log, and that the state has changed.
final class EventDesk {
    /// Readers at a time.
    static let mostReaders = 16
    /// Milliseconds between two words that the state has changed.
    private static let stateMilliseconds: Int64 = 2_000
    /// After so many of these without a word a reader hears that we are still here, and we whether it is.
    private static let quietTurns = 7

    private let loop: EventLoop
    private let log: LogEvents
    /// How often something has happened so far.
    private let changes: () -> UInt64
    private var timer: LoopTimer?
    private var streams: [EventStream] = []
    private var told: UInt64 = 0
    private var turns = 0

    init(_ loop: EventLoop, _ log: LogEvents, changes: @escaping () -> UInt64) throws {
        self.loop = loop
        self.log = log
        self.changes = changes
        timer = try LoopTimer(loop) { [weak self] in self?.tell() }
        log.onEvent = { [weak self] event in self?.send(Self.text(event)) }
    }

    /// A stream of what happens from now on, after what happened since the line with the number `id`; nil where there are too many.
    func stream(after id: UInt64?) -> EventStream? {
        guard streams.count < Self.mostReaders else { return nil }
        let begin = "retry: \(Self.stateMilliseconds)\n\n" + log.events(after: id).map(Self.text).joined()
        let stream = EventStream(Array(begin.utf8)) { [weak self] ended in
            self?.streams.removeAll { $0 === ended }
        }
        streams.append(stream)
        if timer?.isArmed == false { arm() }
        return stream
    }

    /// Ends every stream.
    func close() {
        log.onEvent = { _ in }
        timer?.close()
        for stream in streams { stream.end() }
    }

    private func arm() { timer?.arm(at: loop.now.adding(milliseconds: Self.stateMilliseconds)) }

    private func tell() {
        guard !streams.isEmpty else { return }
        arm()
        turns += 1
        let now = changes()
        if now != told {
            told = now
            send("event: state\ndata: {\"changed\":\(now)}\n\n")
        } else if turns >= Self.quietTurns {
            send(": still here\n\n")
        }
    }

    private func send(_ text: String) {
        turns = 0
        let bytes = Array(text.utf8)
        for stream in streams { stream.send(bytes) }
    }

    private static func text(_ event: LogEvents.Event) -> String {
        var json = JSONObject()
        json.set("time", event.time)
        json.set("level", event.level.name)
        json.set("tag", event.tag.rawValue)
        json.set("text", event.text)
        return "event: log\nid: \(event.id)\ndata: \(json.text)\n\n"
    }
}
