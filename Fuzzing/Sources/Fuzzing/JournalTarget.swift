import ProxyTerms
import SplitScheduler

/// A journal's file. A line that is read and written again says the same; whatever is restored of the file makes a schedule
/// with sensible plans, whose own lines can be read.
enum JournalTarget {
    private static let now: Int64 = 1_800_000_000

    static func check(_ bytes: UnsafeRawBufferPointer) {
        var replay = JournalReplay()
        var lines = 0
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let text = String(decoding: line, as: UTF8.self)
            if let (entry, time) = JournalEntry.read(text) { checkRoundTrip(entry, time) }
            replay.take(text)
            lines += 1
        }
        require(replay.skipped <= lines, "more lines skipped than there are")
        guard let memory = replay.memory(now: now) else { return }
        require(memory.coverage >= 0, "the journal knows less than nothing")
        for upstream in Upstream.allCases {
            for item in memory.work[upstream] {
                require(item.age >= 0 && item.age < 86_400 && item.work >= 0, "work of another day: \(item)")
            }
        }
        let start = Instant(milliseconds: 90_000_000)
        var schedule = SplitScheduler(settings: SplitSettings(), remembering: memory, start: start)
        schedule.runAndCheck(from: start, minutes: 12)
    }

    /// Notes are cut, and figures that are none count as 0, when they are written first; from then on nothing changes.
    private static func checkRoundTrip(_ entry: JournalEntry, _ time: Int64) {
        let first = entry.line(time: time)
        guard let (again, sameTime) = JournalEntry.read(first) else { fail("can't be read again: \(first)") }
        require(sameTime == time, "another time: \(first)")
        require(again.line(time: time) == first, "changes as it is written again: \(first)")
    }
}
