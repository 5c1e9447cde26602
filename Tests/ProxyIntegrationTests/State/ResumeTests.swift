import Foundation
import Glibc
import ProxyTerms
import Testing

extension DaemonTests {
    /// What the store is for: the real program, killed in the middle of a slice and started again.
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
            try second.waitForLine { $0.contains("history: restored the accepted work") }
            try second.waitForLine { $0.contains("now mining on XvB") }
            let outcome = try second.end()
            // The first window of the second run is the rest of the first run's: it has no p2pool slice of its own.
            let events = outcome.lines.filter { $0.contains("now mining on") || $0.contains("window 1 done") }
            #expect(events.first?.contains("now mining on XvB") == true)
            #expect(events.dropFirst().first?.contains("window 1 done") == true)
            #expect(outcome.status == 0 && !outcome.wasSignalled)
        }

        @Test(
            "Without a state directory at the start it mines, says so once, and writes all as soon as there can be one")
        func lateDirectory() throws {
            let place = try TemporaryDirectory()
            // Not even root makes a directory below a file.
            let obstacle = place.url.appendingPathComponent("disk")
            try Data().write(to: obstacle)
            let directory = obstacle.appendingPathComponent("state")
            let program = try RunningProgram([
                "demo", "--window", "10", "--keep-open", "--state-directory", directory.path,
            ])
            try program.waitForLine(with: "\(directory.path)/store.db can't be written (ENOTDIR)")
            try FileManager.default.removeItem(at: obstacle)
            try program.waitForLine(with: "/store.db is written again")
            program.signal(SIGTERM)
            let outcome = try program.end()
            #expect(!outcome.wasSignalled)
            #expect(outcome.lines.filter { $0.contains("can't be written") }.count == 1)
            // Work from before there was a directory, too.
            let store = StoreFileReader(directory)
            #expect(try store.number("SELECT min(w.at) - r.at_ms / 1000 FROM work w, runs r") <= 5)
            #expect(try store.number("SELECT count(*) FROM runs WHERE until_ms > at_ms") == 1)
        }

        @Test("A second proxy with the same state directory leaves the store of the first alone, and mines")
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
            #expect(!outcome.lines.contains { $0.contains("history: restored") })
            // The lock goes with the process, killed or not.
            first.signal(SIGKILL)
            _ = try first.end()
            let third = try RunningProgram(arguments)
            try third.waitForLine(with: "history: restored the accepted work")
            _ = try third.end()
        }

        // Fault S03.
        @Test("Killed at any moment of a window, it goes on with that window: the switch comes at the planned second")
        func resumesWindow() throws {
            let place = try TemporaryDirectory()
            let arguments = ["demo", "--window", "30", "--windows", "1", "--state-directory", place.url.path]
            let first = try RunningProgram(arguments)
            let plan = try first.waitForLine(with: "XvB ", " s of 30: hold donor")
            let start = monotonicSeconds()
            // Written by the store's thread, a moment after it is told: killed in between, it begins anew.
            let store = StoreFileReader(place.url)
            try #require(
                eventually(within: 5) {
                    (try? store.number("SELECT count(*) FROM memory WHERE text LIKE '%window_age%'")) == 1
                })
            first.signal(SIGKILL)
            #expect(try first.end().wasSignalled)
            let next = try RunningProgram(arguments)
            try next.waitForLine(with: "history: restored the accepted work")
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
            arguments: ["the directory is a file", "the store is a directory", "the store is a link"])
        func noStore(trouble: String) throws {
            let place = try TemporaryDirectory()
            let directory = place.url.appendingPathComponent("state").path
            switch trouble {
            case "the directory is a file": try place.write("", to: "state")
            case "the store is a directory": try place.write("", to: "state/store.db/file")
            default:
                try place.write("", to: "state/other")
                symlink("/dev/full", directory + "/store.db")
            }
            let program = try RunningProgram([
                "demo", "--window", "6", "--windows", "2", "--state-directory", directory,
            ])
            let outcome = try program.end()
            #expect(outcome.status == 0 && !outcome.wasSignalled)
            let complaints = outcome.lines.filter { $0.contains("history") }
            #expect(complaints.count == 1, "\(complaints)")
            #expect(complaints.first?.contains("a restart will lose") == true)
            #expect(outcome.output.contains("demo: ok: the books"))
        }

        @Test("A store that may not grow (RLIMIT_FSIZE) does not end the mining, and is told once")
        func sizeLimit() throws {
            let place = try TemporaryDirectory()
            let limited = ["/bin/sh", "-c", "ulimit -f 2; exec \"$0\" \"$@\""]
            let program = try RunningProgram(
                ["demo", "--window", "8", "--windows", "1", "--state-directory", place.url.path], wrapper: limited)
            let outcome = try program.end()
            #expect(outcome.status == 0 && !outcome.wasSignalled)
            let complaints = outcome.lines.filter { $0.contains("history") }
            #expect(
                complaints.count == 1 && complaints.first?.contains("store.db can't be written") == true,
                "\(complaints)")
            #expect(outcome.output.contains("demo: ok: the books"))
        }

        @Test("A state directory that is cleared away is made again, and all that is known written to it")
        func clearedAway() throws {
            let place = try TemporaryDirectory()
            let directory = place.url.appendingPathComponent("state")
            let program = try RunningProgram([
                "demo", "--window", "8", "--windows", "1", "--state-directory", directory.path,
            ])
            try program.waitForLine(with: "XvB ", " s of 8: hold donor")
            let store = StoreFileReader(directory)
            try #require(eventually(within: 60) { (try? store.number("SELECT count(*) FROM work")) ?? 0 > 2 })
            // In one step: it is being written to.
            try FileManager.default.moveItem(at: directory, to: place.url.appendingPathComponent("elsewhere"))
            let outcome = try program.end()
            #expect(outcome.status == 0 && !outcome.wasSignalled)
            let first = try StoreFileReader(place.url.appendingPathComponent("elsewhere"))
                .number("SELECT min(at) FROM work")
            #expect(try store.number("SELECT min(at) FROM work") == first)
            #expect(try store.number("SELECT count(*) FROM memory") == 3)
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
            let store = StoreFileReader(place.url)
            var kept = 0.0
            var accepted = 0.0
            for upstream in Upstream.allCases {
                kept += Double(try store.number("SELECT CAST(sum(\(upstream.key)) AS INTEGER) FROM work"))
                accepted += try acceptedWork(outcome.lines, upstream)
            }
            // It runs for eighteen seconds and more; a share's work is its difficulty to a percent.
            #expect(kept > 0.85 * accepted && kept < 1.02 * accepted, "\(kept) of \(accepted)")
        }
    }
}
