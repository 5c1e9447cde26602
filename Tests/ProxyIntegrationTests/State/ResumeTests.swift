import Foundation
import Glibc
import Testing

/// What the journal is for: the real program, killed in the middle of a slice and started again.
@Suite("A restarted proxy")
struct ResumeTests {
    @Test("Killed in an XvB slice, it goes on with that slice and ends it when the first one would have")
    func resumesSlice() throws {
        let place = try TemporaryDirectory()
        let arguments = ["demo", "--window", "20", "--windows", "1", "--state-directory", place.url.path]
        let first = try RunningProgram(arguments)
        try first.waitForLine { $0.contains("now mining on XvB") }
        first.signal(SIGKILL)
        #expect(try first.end().wasSignalled)
        let second = try RunningProgram(arguments)
        try second.waitForLine { $0.contains("journal: going on with the accepted work") }
        try second.waitForLine { $0.contains("now mining on XvB") }
        let outcome = try second.end()
        // The first window of the second run is the rest of the first run's: it has no p2pool slice of its own.
        let events = outcome.lines.filter { $0.contains("now mining on") || $0.contains("window 1 done") }
        #expect(events.first?.contains("now mining on XvB") == true)
        #expect(events.dropFirst().first?.contains("window 1 done") == true)
        #expect(outcome.status == 0 && !outcome.wasSignalled)
    }

    @Test("Lines of the journal that are torn, foreign or binary are left out, and it starts all the same")
    func brokenJournal() throws {
        let place = try TemporaryDirectory()
        let journal = place.url.appendingPathComponent("journal.jsonl")
        var bytes = Array("{\"v\":9,\"t\":1,\"k\":\"work\"}\nnot json\n".utf8)
        bytes += [0, 255, 254, 10, 10] + Array("{\"v\":1,\"t\":17952".utf8)
        try Data(bytes).write(to: journal)
        let program = try RunningProgram([
            "demo", "--window", "6", "--windows", "1", "--state-directory", place.url.path,
        ])
        let outcome = try program.end()
        #expect(outcome.status == 0 && !outcome.wasSignalled)
        let written = try String(contentsOf: journal, encoding: .isoLatin1)
        #expect(written.contains("\"k\":\"state\""))
    }
}
