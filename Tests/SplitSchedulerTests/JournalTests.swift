import ProxyTerms
import Testing

@testable import SplitScheduler

private func busy() -> SplitScheduler {
    var scheduler = SplitScheduler(settings: bare(.manual, manual: 300), start: seconds(1_000))
    scheduler.observed(p2pool: draftReading(), at: seconds(1_000))
    scheduler.observed(xvb: XvBReading(credited1h: 1_000.5, credited24h: 900, fails: 1), at: seconds(1_100))
    for second in stride(from: 1_000.0, through: 1_400, by: 7) {
        scheduler.credited(work: 50_000, to: .xvb, at: seconds(second))
        scheduler.credited(work: 123_456_789, to: .p2pool, at: seconds(second))
        _ = scheduler.advance(now: seconds(second), hashrate: tenKilo)
    }
    return scheduler
}

extension SplitScheduler {
    /// The work accepted in the last `seconds`, as a proxy before the store wrote it into its journal.
    func journalWork(last seconds: Int64, at now: Instant) -> JournalEntry {
        let end = now.wholeSeconds
        var work = PerUpstream<[SchedulerMemory.Work]>(p2pool: [], xvb: [])
        for item in accepted(after: end - seconds, through: end) {
            for upstream in Upstream.allCases where item.work[upstream] > 0 {
                work[upstream].append(SchedulerMemory.Work(age: end - item.second, work: item.work[upstream]))
            }
        }
        return .work(work)
    }
}

@Suite("The journal")
struct JournalTests {
    @Test("A line of work comes back as it was written")
    func work() {
        let scheduler = busy()
        let entry = scheduler.journalWork(last: 60, at: seconds(1_400))
        let line = entry.line(time: 1_700_000_000)
        #expect(line.hasPrefix("{\"v\":1,\"t\":1700000000,\"k\":\"work\","))
        let read = JournalEntry.read(line)
        #expect(read?.entry == entry)
        #expect(read?.time == 1_700_000_000)
    }

    @Test("A line of state comes back as it was written")
    func state() {
        let entry = busy().journalState(at: seconds(1_400))
        #expect(JournalEntry.read(entry.line(time: 5))?.entry == entry)
    }

    @Test("A wallet that XvB doesn't know is still unknown after a restart, until XvB says otherwise")
    func unregistered() throws {
        var scheduler = busy()
        scheduler.observedUnregistered(at: seconds(1_400))
        let line = scheduler.journalState(at: seconds(1_400)).line(time: 5)
        guard case .state(let memory)? = JournalEntry.read(line)?.entry else { throw CancellationError() }
        var restored = SplitScheduler(settings: bare(.default), remembering: memory, start: seconds(1_400))
        #expect(restored.advance(now: seconds(1_400), hashrate: tenKilo).planned?.cause == .notRegistered)
        restored.observed(xvb: XvBReading(credited1h: 0, credited24h: 0), at: seconds(1_410))
        #expect(restored.isRegistered)
    }

    @Test("A note with anything in it stays one well-formed line")
    func note() {
        let line = JournalEntry.note(event: "switch", text: "a \"b\" \\ c\nd\u{7}").line(time: 1)
        #expect(!line.contains("\n"))
        #expect(JournalEntry.read(line)?.entry == .note(event: "switch", text: "a \"b\" \\ c\nd\u{7}"))
    }

    // Fault S03.
    @Test("A line cut anywhere is no line, and neither is nonsense")
    func torn() {
        let line = busy().journalState(at: seconds(1_400)).line(time: 1_700_000_000)
        for length in 0..<line.utf8.count {
            #expect(JournalEntry.read(String(decoding: Array(line.utf8.prefix(length)), as: UTF8.self)) == nil)
        }
        for nonsense in [
            "", "{}", "[]", "{\"v\":2,\"t\":1,\"k\":\"gap\"}", "{\"v\":1,\"t\":-1,\"k\":\"gap\"}",
            "{\"v\":1,\"t\":1,\"k\":\"x\"}",
            "{\"v\":1,\"t\":1,\"k\":\"work\",\"p2pool\":[1],\"xvb\":[]}", "{\"v\":1,\"t\":1,\"k\":\"gap\"}}",
            "{\"t\":1,\"k\":\"gap\"}", "{\"v\":1,\"t\":1e400,\"k\":\"gap\"}", "\u{0}\u{0}\u{0}",
        ] {
            #expect(JournalEntry.read(nonsense) == nil, "\(nonsense)")
        }
    }

    @Test("Random bytes never trap", arguments: 0..<20 as Range<UInt64>)
    func random(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let line = Array(busy().journalState(at: seconds(1_400)).line(time: 1_700_000_000).utf8)
        for _ in 0..<500 {
            var bytes = line
            for _ in 0..<(1 + random.next() % 4) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            let text = String(decoding: bytes, as: UTF8.self)
            if let read = JournalEntry.read(text), case .state(let memory) = read.entry {
                var settings = bare(.default)
                settings.window = 600
                _ = SplitScheduler(settings: settings, remembering: memory, start: seconds(0))
            }
        }
    }

    @Test("Lines of every minute put the ledger together again, to the second, with the last one torn")
    func replay() {
        var scheduler = SplitScheduler(settings: bare(.p2pool), start: seconds(0))
        var random = SeededGenerator(seed: 9)
        var lines: [String] = []
        for second in 1...7_200 as ClosedRange<Int64> {
            if random.unit() < 0.2 {
                scheduler.credited(
                    work: Double(1 + random.next() % 1_000_000), to: random.unit() < 0.5 ? .p2pool : .xvb,
                    at: Instant(second: second))
            }
            if second % 60 == 0 {
                lines.append(
                    scheduler.journalWork(last: 60, at: Instant(second: second)).line(time: 1_000_000 + second))
            }
        }
        lines.append(String(lines[3].dropLast(9)))
        var replay = JournalReplay()
        for line in lines { replay.take(line) }
        #expect(replay.skipped == 1)
        let memory = replay.memory(now: 1_000_000 + 7_200)
        #expect(memory?.coverage.magnitude ?? 0 >= 7_199 - 60)
        let restored = memory.map { SplitScheduler(settings: bare(.p2pool), remembering: $0, start: seconds(500_000)) }
        for upstream in Upstream.allCases {
            for span in [60, 3_600, 7_200] as [Int64] {
                #expect(
                    restored?.ledger.work(upstream, last: span, at: seconds(500_000))
                        == scheduler.ledger.work(upstream, last: span, at: seconds(7_200)))
            }
        }
    }

    @Test("What is older than a day or lies in the future is left out; a gap ends what is known")
    func bounds() {
        var replay = JournalReplay()
        let work = JournalEntry.work(PerUpstream(p2pool: [], xvb: [SchedulerMemory.Work(age: 0, work: 5)]))
        replay.take(work.line(time: 1_000))
        replay.take(work.line(time: 200_000))
        replay.take(JournalEntry.gap.line(time: 240_000))
        replay.take(work.line(time: 250_000))
        replay.take(work.line(time: 260_000))
        let memory = replay.memory(now: 255_000)
        #expect(
            memory?.work.xvb == [SchedulerMemory.Work(age: 55_000, work: 5), SchedulerMemory.Work(age: 5_000, work: 5)])
        #expect(memory?.coverage == 15_000)
        #expect(JournalReplay().memory(now: 1) == nil)
    }
}

@Suite("A schedule over a restart")
struct SchedulerMemoryTests {
    @Test("The restarted schedule goes on with the same window and the same slice")
    func sameWindow() {
        let scheduler = busy()
        #expect(scheduler.upstream == .xvb)
        // 20 s later, on another clock.
        let memory = scheduler.memory(at: seconds(1_400)).aged(by: 20)
        var restored = SplitScheduler(settings: bare(.manual, manual: 300), remembering: memory, start: seconds(50))
        #expect(restored.windowStart == seconds(50 - 420))
        let step = restored.advance(now: seconds(50), hashrate: HashrateInputs(total: 0))
        #expect(step.switched?.upstream == .xvb)
        #expect(restored.nextDeadline <= seconds(50 + 180))
        let closed = restored.advance(now: seconds(231), hashrate: tenKilo).closed
        #expect(closed?.start == seconds(50 - 420))
    }

    @Test("Killed again while its plan still waits for an input, it has not forgotten the window")
    func killedWhileWaiting() {
        let memory = busy().memory(at: seconds(1_400))
        var second = SplitScheduler(settings: bare(.manual, manual: 300), remembering: memory, start: seconds(1_400))
        second.reported(.xvb, usable: false, at: seconds(1_400))
        #expect(second.advance(now: seconds(1_401), hashrate: tenKilo).planned?.cause == .xvbConnecting)
        let again = second.memory(at: seconds(1_402))
        #expect(again.windowAge == 402)
        var third = SplitScheduler(settings: bare(.manual, manual: 300), remembering: again, start: seconds(1_402))
        _ = third.advance(now: seconds(1_402), hashrate: tenKilo)
        #expect(third.windowStart == seconds(1_000))
        #expect(third.upstream == .xvb)
    }

    @Test("A slice that holds a tier is resumed where it was")
    func sameSlice() {
        var scheduler = SplitScheduler(settings: bare(.default), start: seconds(0))
        scheduler.observed(p2pool: draftReading(), at: seconds(0))
        var now = 0.0
        while scheduler.upstream == .p2pool, now < 100 {
            _ = scheduler.advance(now: seconds(now), hashrate: tenKilo)
            now += 1
        }
        #expect(scheduler.upstream == .xvb)
        let memory = scheduler.memory(at: seconds(now)).aged(by: 2)
        var restored = SplitScheduler(settings: bare(.default), remembering: memory, start: seconds(9_000))
        let step = restored.advance(now: seconds(9_000), hashrate: HashrateInputs(total: 0))
        #expect(step.switched?.upstream == .xvb)
        #expect(restored.windowStart == seconds(9_000 - now - 2))
    }

    @Test("A window that has ended meanwhile isn't gone on with")
    func oldWindow() {
        let memory = busy().memory(at: seconds(1_400)).aged(by: 2_000)
        var restored = SplitScheduler(settings: bare(.manual, manual: 300), remembering: memory, start: seconds(5_000))
        _ = restored.advance(now: seconds(5_000), hashrate: tenKilo)
        #expect(restored.windowStart == seconds(5_000))
    }

    @Test("The remembered hashrate stands in for ten minutes, and only where none is measured")
    func hashrate() {
        let memory = busy().memory(at: seconds(1_400))
        var restored = SplitScheduler(settings: bare(.default), remembering: memory, start: seconds(1_400))
        _ = restored.advance(now: seconds(1_400), hashrate: HashrateInputs(total: 0))
        #expect(restored.plan?.hashrate == 10_000)
        var later = SplitScheduler(settings: bare(.default), remembering: memory, start: seconds(1_400))
        later.observed(p2pool: draftReading(), at: seconds(2_001))
        _ = later.advance(now: seconds(2_001), hashrate: HashrateInputs(total: 0))
        #expect(later.plan?.cause == .noHashrate)
    }

    @Test(
        "Killed after a first few shares, it doesn't go on with the guess that they were", arguments: [1.0, 0.5, 0.21])
    func vagueHashrate(error: Double) throws {
        var settings = bare(.default)
        settings.followsClock = true
        var first = SplitScheduler(settings: settings, start: seconds(0))
        first.observed(p2pool: draftReading(), at: seconds(0))
        let guess = HashrateInputs(total: 108, error: error)
        #expect(first.advance(now: seconds(1), hashrate: guess).planned?.cause == .vagueHashrate)
        var replay = JournalReplay()
        replay.take(first.journalState(at: seconds(1)).line(time: 1_000))
        let memory = try #require(replay.memory(now: 1_009))
        var second = SplitScheduler(settings: settings, remembering: memory, start: seconds(9))
        _ = second.advance(now: seconds(9), hashrate: HashrateInputs(total: 0))
        _ = second.advance(now: seconds(10), hashrate: guess)
        #expect(second.plan?.cause == .vagueHashrate)
        #expect(second.advance(now: seconds(20), hashrate: tenKilo).planned?.cause == .holdTier(.donor))
    }

    @Test("A hashrate that stands in after a restart is remembered over the next one")
    func hashrateTwice() {
        let guess = HashrateInputs(total: 108, error: 1)
        var second = SplitScheduler(
            settings: bare(.default), remembering: busy().memory(at: seconds(1_400)), start: seconds(1_400))
        _ = second.advance(now: seconds(1_401), hashrate: guess)
        var third = SplitScheduler(
            settings: bare(.default), remembering: second.memory(at: seconds(1_402)), start: seconds(1_402))
        _ = third.advance(now: seconds(1_403), hashrate: guess)
        #expect(third.plan?.hashrate == 10_000)
    }

    @Test("Tiers that were taken in vain are remembered, and for how long the next one has been worth its price")
    func setbacks() {
        var memory = busy().memory(at: seconds(1_400))
        memory.tier = .donor
        memory.tierPast = SchedulerMemory.TierPast(
            price: 1.25, asked: nil, setbacks: 2, heldAge: 7_200, worthyAge: 3_600)
        var later = SplitScheduler(settings: bare(.default), remembering: memory.aged(by: 60), start: seconds(1_460))
        _ = later.advance(now: seconds(1_460), hashrate: HashrateInputs(total: 10_000))
        let again = later.memory(at: seconds(1_520)).tierPast
        #expect(again.setbacks == 2 && again.heldAge == 7_320)
        let line = JournalEntry.state(memory).line(time: 0)
        guard case .state(let read)? = JournalEntry.read(line)?.entry else {
            Issue.record("not a state: \(line)")
            return
        }
        #expect(read.tierPast == memory.tierPast)
    }

    @Test("The held tier is remembered, so that a restart doesn't choose anew")
    func tier() {
        var memory = busy().memory(at: seconds(1_400))
        memory.tier = .vip
        memory.hashrate = 13_990
        var restored = SplitScheduler(settings: bare(.default), remembering: memory, start: seconds(1_400))
        let step = restored.advance(now: seconds(1_400), hashrate: HashrateInputs(total: 13_990))
        #expect(step.planned?.cause == .holdTier(.vip))
    }
}
