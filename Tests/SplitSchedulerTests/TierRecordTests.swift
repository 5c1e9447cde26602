import ProxyTerms
import Testing

@testable import SplitScheduler

@Suite("What was held, and what was paid for it")
struct TierRecordTests {
    /// Looks each minute; `tier` says what is held in a second.
    private func record(to end: Int, _ tier: (Int) -> Tier) -> TierRecord {
        var record = TierRecord(second: 0)
        for second in stride(from: 0, through: end, by: 60) { record.note(tier(second), at: seconds(Double(second))) }
        return record
    }

    @Test("The hours of a tier include those of a higher one, and what is held has its worth")
    func held() {
        let record = record(to: 36_000) { $0 < 18_000 ? .vip : $0 < 28_800 ? .donor : .none }
        #expect(record.span == 36_000)
        #expect(record.seconds(holding: .vip) == 18_000)
        #expect(record.seconds(holding: .donor) == 28_800)
        #expect(record.worth == 18_000 * 10_000 + 10_800 * 1_000)
    }

    @Test("Only the last 24 h are kept")
    func bounded() {
        let record = record(to: 200_000) { $0 < 150_000 ? .whale : .donor }
        #expect(record.span == 86_400)
        #expect(abs(record.seconds(holding: .whale) - 36_400) <= 600)
        #expect(record.text.count == 288)
    }

    @Test("Time in which nobody looked is not known")
    func slept() {
        var record = record(to: 3_600) { _ in .vip }
        record.note(.vip, at: seconds(10_800))
        record.note(.vip, at: seconds(10_860))
        #expect(record.seconds(holding: .vip) <= 3_900)
        #expect(record.text.contains("-"))
    }

    @Test("It comes back from its text on another clock")
    func restart() {
        let before = record(to: 36_000) { $0 < 18_000 ? .vip : .none }
        let after = TierRecord(text: before.text, age: 7_200, second: 123_456)
        #expect(after.seconds(holding: .vip) == 18_000)
        #expect(abs(Double(after.span) - 43_200) <= 300)
        #expect(TierRecord(text: "2x9-2", age: -5, second: 0).seconds(holding: .vip) == 600)
    }

    @Test("A schedule tells price and hours, and goes on with them after a restart, by the journal")
    func price() throws {
        var scheduler = SplitScheduler(settings: bare(.default), start: seconds(0))
        for second in stride(from: 10.0, through: 172_800, by: 50) {
            scheduler.credited(work: 52_000, to: .xvb, at: seconds(second))
            if Int(second) % 600 == 10 { scheduler.observed(p2pool: draftReading(), at: seconds(second)) }
            _ = scheduler.advance(now: seconds(second), hashrate: tenKilo)
        }
        let price = try #require(scheduler.status(at: seconds(172_800)).price)
        #expect(price.tier == .donor && price.heldSeconds == 86_400 && price.span == 86_400)
        #expect(price.price.map { abs($0 - 1.04) < 0.001 } == true)
        #expect(abs(price.sentHashrate - 1_040) < 1)

        var replay = JournalReplay()
        replay.take(scheduler.journalWork(last: 86_400, at: seconds(172_800)).line(time: 1_700_000_000))
        replay.take(scheduler.journalState(at: seconds(172_800)).line(time: 1_700_000_000))
        replay.take(scheduler.journalDays(at: seconds(172_800)).line(time: 1_700_000_000))
        #expect(replay.skipped == 0)
        let memory = try #require(replay.memory(now: 1_700_003_600))
        let restored = SplitScheduler(settings: bare(.default), remembering: memory, start: seconds(40))
        let later = try #require(restored.status(at: seconds(40)).price)
        #expect(later.heldSeconds >= 82_000 && later.price.map { abs($0 - 1.04) < 0.01 } == true, "\(later)")
        #expect(restored.history.remembered(at: 40).means.filter { $0 == 10_000 }.count >= 46)
    }
}
