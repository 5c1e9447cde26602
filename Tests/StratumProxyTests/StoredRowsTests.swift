import History
import ProxyTerms
import SplitScheduler
import Store
import Testing

@testable import StratumProxy

@Suite("What a schedule is restored from")
struct StoredRowsTests {
    private let wall: Int64 = 1_790_000_000

    /// A schedule that has run for an hour, its work and a slice under way.
    private func busy() -> SplitScheduler {
        var scheduler = SplitScheduler(settings: SplitSettings(), start: Instant(milliseconds: 0))
        scheduler.observed(
            p2pool: P2PoolReading(
                sidechainDifficulty: 85.5e6, pplnsWindow: 2_160, poolHashrate: 8.55e6, rewardSharePercent: 1),
            at: .start)
        scheduler.observed(xvb: XvBReading(credited1h: 900, credited24h: 950), at: .start)
        for second in 1...3_600 as ClosedRange<Int64> {
            let now = Instant(milliseconds: second * 1_000)
            if second % 7 == 0 { scheduler.credited(work: 60_000, to: scheduler.upstream, at: now) }
            _ = scheduler.advance(now: now, hashrate: HashrateInputs(total: 10_000))
        }
        return scheduler
    }

    @Test("The store's rows say to the second what the journal's lines say")
    func sameAsJournal() throws {
        let scheduler = busy()
        let now = Instant(milliseconds: 3_600_000)
        var stored = StoredWork()
        var replay = JournalReplay()
        replay.take(JournalEntry.gap.line(time: wall))
        var work = PerUpstream<[SchedulerMemory.Work]>(p2pool: [], xvb: [])
        for item in scheduler.accepted(after: 0, through: 3_599) {
            stored.work.append(WorkSecond(at: wall + item.second, work: item.work))
            for upstream in Upstream.allCases where item.work[upstream] > 0 {
                work[upstream].append(SchedulerMemory.Work(age: 3_600 - item.second, work: item.work[upstream]))
            }
        }
        let state = scheduler.journalState(at: now)
        let days = scheduler.journalDays(at: now)
        stored.memory = [
            .state: MemoryRow(state, at: wall + 3_600), .days: MemoryRow(days, at: wall + 3_600),
            .knownSince: MemoryRow(.knownSince, at: wall),
        ]
        for entry in [JournalEntry.work(work), state, days] { replay.take(entry.line(time: wall + 3_600)) }
        let fromStore = try #require(StampedMemory(stored).memory(now: wall + 3_610))
        #expect(fromStore == replay.memory(now: wall + 3_610))
        #expect(fromStore.work.p2pool.count > 100 && fromStore.windowAge != nil && fromStore.days != nil)
    }

    @Test("A row that makes no sense tells nothing, and the others count")
    func nonsense() {
        var stored = StoredWork()
        stored.work = [WorkSecond(at: wall, work: PerUpstream(p2pool: 5, xvb: 0))]
        stored.memory = [
            .state: MemoryRow(.state, at: wall, text: "{"),
            .days: MemoryRow(.days, at: wall, text: JournalEntry.gap.line(time: 1)),
        ]
        let memory = StampedMemory(stored)
        #expect(memory.state == nil && memory.days == nil && memory.beginning == wall)
        #expect(memory.memory(now: wall + 9)?.work.p2pool == [SchedulerMemory.Work(age: 9, work: 5)])
        #expect(StampedMemory(StoredWork()).newest == nil)
    }

    @Test("A row whose moment was put right, because the clock was set, counts from that moment")
    func moved() {
        var stored = StoredWork()
        let state = busy().journalState(at: Instant(milliseconds: 3_600_000))
        stored.memory = [.state: MemoryRow(.state, at: wall + 500, text: state.line(time: wall))]
        #expect(StampedMemory(stored).state?.time == wall + 500)
    }
}
