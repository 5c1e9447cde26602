import Testing

@testable import StratumProxy

@Suite("The log's newest lines, for readers")
struct LogEventsTests {
    private final class Kept: DaemonLog {
        var lines: [String] = []
        var level = LogLevel.info
        func writes(_ level: LogLevel) -> Bool { level <= self.level }
        func line(_ level: LogLevel, _ tag: LogTag, _ text: @autoclosure () -> String) {
            if writes(level) { lines.append(text()) }
        }
    }

    private let log = Kept()

    @Test("They have numbers that go up, also over restarts, and the last 200 are kept")
    func numbers() {
        let events = LogEvents(log, time: { 1_800_000_000.5 })
        for index in 0..<250 { events.line(.info, .net, "line \(index)") }
        let kept = events.events(after: nil)
        #expect(kept.count == 200)
        #expect(kept.first?.text == "line 50" && kept.last?.text == "line 249")
        #expect(kept.first?.id == 1_800_000_000_051)
        #expect(log.lines.count == 250)
        let next = LogEvents(log, time: { 1_800_000_001 })
        next.line(.info, .net, "after the restart")
        #expect(next.events(after: kept.last?.id).map(\.text) == ["after the restart"])
    }

    @Test("Who has heard some gets what follows, and who names one that was never there all of it")
    func after() {
        let events = LogEvents(log, time: { 1 })
        for text in ["a", "b", "c"] { events.line(.warning, .plan, text) }
        #expect(events.events(after: 1_001).map(\.text) == ["b", "c"])
        #expect(events.events(after: 1_003).isEmpty)
        #expect(events.events(after: 9_999).map(\.text) == ["a", "b", "c"])
    }

    @Test("What is for a closer look is no event, and what the log leaves out is one all the same")
    func levels() {
        let events = LogEvents(log, time: { 1 })
        events.line(.debug, .net, "each share")
        log.level = .error
        events.line(.info, .net, "new job")
        #expect(events.writes(.info) && !events.writes(.debug))
        #expect(events.events(after: nil).map(\.text) == ["new job"])
        #expect(log.lines.isEmpty)
    }

    @Test("The status block is for the log only")
    func blocks() {
        let events = LogEvents(log, time: { 1 })
        var told: [String] = []
        events.onEvent = { told.append($0.text) }
        events.withoutEvents { events.line(.info, .proxy, "block") }
        events.line(.info, .proxy, "line")
        #expect(told == ["line"])
        #expect(log.lines == ["block", "line"])
    }
}
