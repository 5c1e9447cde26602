import Foundation
import ProxyTerms
import SplitScheduler
import Testing

@testable import StratumProxy

@Suite("What the journal says of lines that were lost")
struct JournalGapTests {
    @Test("However many writes are lost in a row, the first one that is not says that work is missing")
    func lostInARow() throws {
        let place = try TemporaryDirectory()
        try LoopTest.run { test in
            let file = place.url.appendingPathComponent("journal.jsonl")
            let scheduler = SplitScheduler(settings: SplitSettings(), start: .start)
            let journal = Journal(test.loop, directory: place.url.path)
            var told: [String?] = []
            journal.changed = { told.append($0) }
            // A directory in the file's place: the second and the third write fail as the first, which is not told again.
            try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
            journal.write(scheduler)
            try test.run { told == ["EISDIR"] }
            for _ in 0..<2 {
                journal.write(scheduler)
                try test.runBriefly(milliseconds: 100)
            }
            #expect(told == ["EISDIR"])
            try FileManager.default.removeItem(at: file)
            journal.write(scheduler)
            try test.run { told.count == 2 }
            #expect(told == ["EISDIR", nil])
            #expect(try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\"k\":\"gap\"").count == 2)
            // Once is enough.
            journal.write(scheduler)
            try test.runBriefly(milliseconds: 100)
            #expect(try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\"k\":\"gap\"").count == 2)
        }
    }
}
