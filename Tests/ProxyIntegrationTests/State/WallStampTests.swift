import ProxyTerms
import SplitScheduler
import Testing

@testable import StratumProxy

/// The stamps of rows and lines.
@Suite("The stamps of what is kept")
struct WallStampTests {
    @Test(
        "A window that restarts go on with begins in the same second after each of them",
        arguments: [0, 1, 250, 499, 500, 740, 999] as [Int64])
    func sameWindow(wallAhead: Int64) throws {
        let wallAhead = 1_795_000_000_000 + wallAhead
        var settings = SplitSettings()
        settings.window = 600
        var memory = SchedulerMemory()
        memory.windowAge = 0
        var scheduler = SplitScheduler(settings: settings, remembering: memory, start: Instant(milliseconds: 40_000))
        // Killed, and started again half a second later, at any moment of a second.
        for number in 1...50 as ClosedRange<Int64> {
            let written = Instant(milliseconds: 40_000 + number * 1_237)
            let read = written.adding(milliseconds: 500)
            let line = scheduler.journalState(at: written).line(time: WallStamp.second(written, wallAhead: wallAhead))
            var replay = JournalReplay()
            replay.take(line)
            let found = try #require(replay.memory(now: WallStamp.second(read, wallAhead: wallAhead)))
            scheduler = SplitScheduler(settings: settings, remembering: found, start: read)
            #expect(scheduler.windowStart == Instant(milliseconds: 40_000), "\(number)")
        }
    }
}
