import Foundation
import Glibc
import ProxyTerms
import SplitScheduler
import Testing

extension DaemonTests {
    /// What the journal is for: the real program, killed in the middle of a slice and started again.
    @Suite("A restarted proxy")
    struct ResumeTests {
        @Test("Killed in an XvB slice, it goes on with that slice and ends it when the first one would have")
        func resumesSlice() throws {
            let place = try TemporaryDirectory()
            // XvB's slice has six to eight seconds of thirty, in which the second proxy has to start.
            let arguments = ["demo", "--window", "30", "--windows", "1", "--state-directory", place.url.path]
            let first = try RunningProgram(arguments)
            try first.waitForLine { $0.contains("now mining on XvB") }
            first.signal(SIGKILL)
            #expect(try first.end().wasSignalled)
            let second = try RunningProgram(arguments)
            try second.waitForLine { $0.contains("journal: restored the accepted work") }
            try second.waitForLine { $0.contains("now mining on XvB") }
            let outcome = try second.end()
            // The first window of the second run is the rest of the first run's: it has no p2pool slice of its own.
            let events = outcome.lines.filter { $0.contains("now mining on") || $0.contains("window 1 done") }
            #expect(events.first?.contains("now mining on XvB") == true)
            #expect(events.dropFirst().first?.contains("window 1 done") == true)
            #expect(outcome.status == 0 && !outcome.wasSignalled)
        }

        @Test("Without a state directory at the start it mines, says so once, and writes as soon as there can be one")
        func lateDirectory() throws {
            let place = try TemporaryDirectory()
            // Not even root makes a directory below a file.
            let obstacle = place.url.appendingPathComponent("disk")
            try Data().write(to: obstacle)
            let directory = obstacle.appendingPathComponent("state")
            let program = try RunningProgram([
                "demo", "--window", "10", "--keep-open", "--state-directory", directory.path,
            ])
            try program.waitForLine(with: "the journal in \(directory.path) can't be written (ENOTDIR)")
            try FileManager.default.removeItem(at: obstacle)
            try program.waitForLine(with: "the journal is written again")
            program.signal(SIGTERM)
            let outcome = try program.end()
            #expect(!outcome.wasSignalled)
            #expect(outcome.lines.filter { $0.contains("can't be written") }.count == 1)
            let journal = directory.appendingPathComponent("journal.jsonl")
            #expect(try String(contentsOf: journal, encoding: .utf8).contains("\"k\":\"gap\""))
        }

        @Test("A second proxy with the same state directory leaves the journal of the first alone, and mines")
        func secondProxy() throws {
            let place = try TemporaryDirectory()
            let arguments = ["demo", "--window", "6", "--windows", "1", "--state-directory", place.url.path]
            let first = try RunningProgram(arguments + ["--keep-open"])
            try first.waitForLine(with: "now mining on XvB")
            let second = try RunningProgram(arguments)
            let outcome = try second.end()
            #expect(outcome.status == 0 && !outcome.wasSignalled)
            #expect(outcome.lines.contains { $0.contains("another proxy uses \(place.url.path)") })
            #expect(outcome.lines.contains { $0.contains("another proxy answers at \(place.url.path)/control.sock") })
            #expect(!outcome.lines.contains { $0.contains("journal: going on") })
            // The lock goes with the process, killed or not.
            first.signal(SIGKILL)
            _ = try first.end()
            let third = try RunningProgram(arguments)
            try third.waitForLine(with: "journal: restored the accepted work")
            _ = try third.end()
        }

        // Fault S04.
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

        // Fault S03.
        @Test("Killed at any moment of a window, it goes on with that window: the switch comes at the planned second")
        func resumesWindow() throws {
            let place = try TemporaryDirectory()
            let arguments = ["demo", "--window", "30", "--windows", "1", "--state-directory", place.url.path]
            let first = try RunningProgram(arguments)
            let plan = try first.waitForLine(with: "XvB ", " s of 30: hold donor")
            let start = monotonicSeconds()
            // Flushed to the disk in the thread pool, a moment after it is told: killed in between, it begins anew.
            let journal = place.url.appendingPathComponent("journal.jsonl")
            try #require(
                eventually(within: 5) {
                    (try? String(contentsOf: journal, encoding: .utf8))?.contains("\"window_age\"") ?? false
                })
            first.signal(SIGKILL)
            #expect(try first.end().wasSignalled)
            let next = try RunningProgram(arguments)
            try next.waitForLine(with: "journal: restored the accepted work")
            try next.waitForLine(with: "hold donor")
            // One that began anew would be eight seconds late and more.
            while monotonicSeconds() - start < 8 { usleep(100_000) }
            next.signal(SIGKILL)
            #expect(try next.end().wasSignalled)
            let last = try RunningProgram(arguments)
            let change = try last.waitForLine(with: "now mining on XvB, as planned")
            let closed = try last.waitForLine(with: "window 1 done")
            // The demo's XvB slice has six to eight of thirty seconds; a restart is good to a second, a busy machine to more.
            let offset = try LoggedTime.seconds(from: plan, to: change)
            #expect(offset > 19.5 && offset < 27.5, "\(offset)")
            let length = try LoggedTime.seconds(from: plan, to: closed)
            #expect(length > 28.5 && length < 34.5, "\(length)")
            let outcome = try last.end()
            #expect(outcome.status == 0 && !outcome.wasSignalled)
        }

        // Fault S04.
        @Test(
            "Where nothing can be kept it mines all the same, says so once, and what a restart loses",
            arguments: ["the directory is a file", "the journal is a directory", "the journal is a link"])
        func noJournal(trouble: String) throws {
            let place = try TemporaryDirectory()
            let directory = place.url.appendingPathComponent("state").path
            switch trouble {
            case "the directory is a file": try place.write("", to: "state")
            case "the journal is a directory": try place.write("", to: "state/journal.jsonl/file")
            default:
                try place.write("", to: "state/other")
                symlink("/dev/full", directory + "/journal.jsonl")
            }
            let program = try RunningProgram([
                "demo", "--window", "6", "--windows", "2", "--state-directory", directory,
            ])
            let outcome = try program.end()
            #expect(outcome.status == 0 && !outcome.wasSignalled)
            let complaints = outcome.lines.filter { $0.contains("journal") }
            #expect(complaints.count == 1, "\(complaints)")
            #expect(complaints.first?.contains("a restart will lose") == true)
            #expect(outcome.output.contains("demo: ok: the books"))
        }

        @Test("A journal that may not grow (RLIMIT_FSIZE) does not end the mining, and is told once")
        func sizeLimit() throws {
            let place = try TemporaryDirectory()
            let limited = ["/bin/sh", "-c", "ulimit -f 2; exec \"$0\" \"$@\""]
            let program = try RunningProgram(
                ["demo", "--window", "8", "--windows", "1", "--state-directory", place.url.path], wrapper: limited)
            let outcome = try program.end()
            #expect(outcome.status == 0 && !outcome.wasSignalled)
            let complaints = outcome.lines.filter { $0.contains("journal") }
            #expect(complaints.count == 1 && complaints.first?.contains("EFBIG") == true, "\(complaints)")
            #expect(outcome.output.contains("demo: ok: the books"))
        }

        @Test("A state directory that is cleared away is made again, and written to")
        func clearedAway() throws {
            let place = try TemporaryDirectory()
            let directory = place.url.appendingPathComponent("state")
            let program = try RunningProgram([
                "demo", "--window", "8", "--windows", "1", "--state-directory", directory.path,
            ])
            try program.waitForLine(with: "XvB ", " s of 8: hold donor")
            // Written in the thread pool: the first lines may still be on their way.
            let journal = directory.path + "/journal.jsonl"
            try #require(eventually(within: 60) { FileManager.default.fileExists(atPath: journal) })
            // In one step: it is being written to.
            try FileManager.default.moveItem(at: directory, to: place.url.appendingPathComponent("elsewhere"))
            let outcome = try program.end()
            #expect(outcome.status == 0 && !outcome.wasSignalled)
            let said = outcome.lines.filter { $0.contains("journal") }
            let written = try String(contentsOf: directory.appendingPathComponent("journal.jsonl"), encoding: .utf8)
            #expect(written.contains("\"k\":\"state\""))
            // Whoever looks first makes it again: the socket for `status` does so silently, and then no line is lost.
            let isLost = !said.isEmpty
            #expect(written.contains("\"k\":\"gap\"") == isLost)
            if isLost {
                // That it is written again is said with the next write; the very last one comes after the log's last line.
                #expect((1...2).contains(said.count) && said.first?.contains("ENOENT") == true, "\(said)")
                if said.count == 2 { #expect(said.last?.contains("is written again") == true) }
            }
        }

        /// Accepted shares times their difficulty, as the last lines of a log tell.
        private func acceptedWork(_ lines: [String], _ upstream: Upstream) throws -> Double {
            let line = try #require(lines.last { $0.contains("  proxy    \(upstream.name) 127.0.0.1:") })
            func number(after word: String) throws -> Double {
                let rest = try #require(line.range(of: word)).upperBound
                return try #require(Double(line[rest...].prefix { $0.isNumber }))
            }
            return try number(after: "accepted ") * number(after: "diff ")
        }

        // Fault S01.
        @Test("An orderly end writes all of the work but that of its last second")
        func orderlyEnd() throws {
            let place = try TemporaryDirectory()
            let program = try RunningProgram([
                "demo", "--window", "12", "--windows", "1", "--state-directory", place.url.path,
            ])
            let outcome = try program.end()
            #expect(outcome.status == 0)
            let journal = place.url.appendingPathComponent("journal.jsonl")
            var replay = JournalReplay()
            for line in try String(contentsOf: journal, encoding: .utf8).split(separator: "\n") {
                replay.take(String(line))
            }
            #expect(replay.skipped == 0)
            let memory = try #require(replay.memory(now: Int64(Date().timeIntervalSince1970) + 5))
            var replayed = 0.0
            var accepted = 0.0
            for upstream in Upstream.allCases {
                replayed += memory.work[upstream].reduce(0) { $0 + $1.work }
                accepted += try acceptedWork(outcome.lines, upstream)
            }
            // It runs for eighteen seconds and more; a share's work is its difficulty to a percent.
            #expect(replayed > 0.85 * accepted && replayed < 1.02 * accepted, "\(replayed) of \(accepted)")
        }
    }
}
