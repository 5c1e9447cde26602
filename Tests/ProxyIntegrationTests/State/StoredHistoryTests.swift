import Foundation
import Glibc
import ProxyTerms
import SplitScheduler
import Testing

@testable import Store

extension DaemonTests {
    /// What the real program leaves in its store, and what it does with files that are not its own.
    @Suite("The store of a running proxy")
    struct StoredHistoryTests {
        private func demo(_ directory: URL, windows: Int = 1) throws -> BuiltProgram.Outcome {
            try RunningProgram([
                "demo", "--window", "8", "--windows", "\(windows)", "--state-directory", directory.path,
            ]).end()
        }

        @Test(
            "Every table has what happened: slices, switches, plans, windows, figures, rigs, readings, the run itself")
        func tables() throws {
            let place = try TemporaryDirectory()
            let outcome = try demo(place.url, windows: 2)
            #expect(outcome.status == 0)
            let store = StoreFileReader(place.url)
            for table in [
                "work", "totals", "rig_totals", "rigs", "slices", "switches", "plans", "windows", "p2pool_readings",
                "runs",
                "memory",
            ] { #expect(try store.number("SELECT count(*) FROM \(table)") > 0, "\(table)") }
            // The window that ends the demo may be closed in the last moment.
            let done = outcome.lines.filter { $0.contains(" done: XvB planned") }.count
            #expect(try store.number("SELECT count(*) FROM windows") == done)
            // The same work by three ways.
            let sums = try store.rows(
                """
                SELECT (SELECT sum(p2pool + xvb) FROM work), (SELECT sum(p2pool_work + xvb_work) FROM totals WHERE step = 60),
                       (SELECT sum(work) FROM slices), (SELECT sum(p2pool_work + xvb_work) FROM totals WHERE step = 3600)
                """
            )[0].map { $0.number ?? 0 }
            #expect(sums[0] > 0)
            for sum in sums { #expect(sum > 0.8 * sums[0] && sum < 1.2 * sums[0], "\(sums)") }
            #expect(try store.number("SELECT count(*) FROM rig_totals WHERE work <= 0") == 0)
            #expect(try store.number("SELECT count(*) FROM slices WHERE until_ms IS NULL") == 0)
            #expect(try store.number("SELECT count(*) FROM switches WHERE text LIKE 'now mining on %'") > 0)
        }

        // Fault S04.
        @Test("A journal of a proxy before the store is taken over once, and kept under another name")
        func journal() throws {
            let place = try TemporaryDirectory()
            let now = Int64(Date().timeIntervalSince1970)
            let work = (1...60).map { SchedulerMemory.Work(age: Int64($0) * 60, work: 1_000_000) }
            let lines = [
                JournalEntry.gap.line(time: now - 4_000), "not a line", "{\"v\":1,\"t\":1795",
                JournalEntry.work(PerUpstream(p2pool: work.reversed(), xvb: [])).line(time: now - 100),
            ]
            try place.write(lines.joined(separator: "\n") + "\n", to: "journal.jsonl")
            let outcome = try demo(place.url)
            #expect(outcome.status == 0)
            #expect(outcome.lines.contains { $0.contains("history: restored the accepted work of the last 1 h") })
            #expect(outcome.lines.contains { $0.contains("skipped 2 unreadable lines of the journal") })
            let store = StoreFileReader(place.url)
            let taken = try store.rows("SELECT at, p2pool FROM work WHERE at < \(now - 100) ORDER BY at")
            #expect(taken.count == 60 && taken.allSatisfy { $0[1].number == 1_000_000 })
            // A restart may move it by a second.
            let newest = try #require(taken.last?[0].whole)
            #expect((newest - (now - 160)).magnitude <= 1)
            let names = try FileManager.default.contentsOfDirectory(atPath: place.url.path)
            #expect(names.contains("journal.jsonl.old") && !names.contains("journal.jsonl"))
            // From now on the store is what counts.
            let again = try demo(place.url)
            #expect(again.lines.contains { $0.contains("history: restored the accepted work") })
            #expect(try store.number("SELECT count(*) FROM work WHERE at < \(now - 100)") == 60)
        }

        // Fault S04.
        @Test(
            "A store that is damaged or another program's is set aside and told once, a new one begun, and it mines",
            arguments: ["broken", "foreign"])
        func setAside(label: String) throws {
            let place = try TemporaryDirectory()
            if label == "broken" {
                try place.write(
                    String(repeating: "no database, but long enough to be looked at. ", count: 99), to: "store.db")
            } else {
                let file = try place.write("", to: "store.db")
                let connection = try Connection(file.path, isReadOnly: false)
                try connection.run("CREATE TABLE notes (text)")
            }
            let outcome = try demo(place.url)
            #expect(outcome.status == 0 && outcome.output.contains("demo: ok: the books"))
            let said = outcome.lines.filter { $0.contains("history: ") }
            #expect(said.count == 1 && said.first?.contains("store.db.\(label)-") == true, "\(said)")
            let names = try FileManager.default.contentsOfDirectory(atPath: place.url.path)
            #expect(names.filter { $0.hasPrefix("store.db.\(label)-") && !$0.hasSuffix("-wal") }.count == 1)
            #expect(try StoreFileReader(place.url).number("SELECT count(*) FROM work") > 0)
        }
    }
}
