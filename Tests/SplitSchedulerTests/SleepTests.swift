import ProxyTerms
import Testing

@testable import SplitScheduler

@Suite("A machine that sleeps, and clocks that are set")
struct SleepTests {
    @Test(
        "After a sleep the ledger is that much older, and the same process goes on with what it knew")
    func slept() {
        var scheduler = SplitScheduler(settings: SplitSettings(), start: seconds(0))
        for second in stride(from: 60.0, through: 7_200, by: 60) {
            scheduler.credited(work: 600_000, to: .xvb, at: seconds(second))
        }
        scheduler.reported(.xvb, usable: false, at: seconds(7_200))
        let hour = scheduler.ledger.work(.xvb, last: 3_600, at: seconds(7_200))
        #expect(hour == 36_000_000)
        scheduler.slept(28_800, now: seconds(7_200))
        #expect(scheduler.ledger.work(.xvb, last: 3_600, at: seconds(7_200)) == 0)
        #expect(scheduler.ledger.work(.xvb, last: 28_800 + 3_600, at: seconds(7_200)) == hour)
        #expect(!scheduler.awake.usable.xvb)
        #expect(scheduler.nextDeadline <= seconds(7_200))
        // It knows that nothing was sent meanwhile.
        #expect(scheduler.memory(at: seconds(7_200)).coverage == 7_200 + 28_800)
    }

    @Test("A short sleep in a slice: the rigs stay at XvB, and the slice goes on")
    func inASlice() {
        var scheduler = SplitScheduler(settings: bare(.manual, manual: 300), start: seconds(1_000))
        scheduler.observed(p2pool: draftReading(), at: seconds(1_000))
        for second in stride(from: 1_000.0, through: 1_400, by: 1) {
            _ = scheduler.advance(now: seconds(second), hashrate: tenKilo)
        }
        #expect(scheduler.upstream == .xvb)
        scheduler.slept(30, now: seconds(1_400))
        let step = scheduler.advance(now: seconds(1_400), hashrate: tenKilo)
        #expect(step.switched == nil && scheduler.upstream == .xvb)
        #expect(scheduler.windowStart == seconds(1_000 - 30))
    }

    private func work(_ age: Int64 = 0) -> JournalEntry {
        .work(PerUpstream(p2pool: [], xvb: [SchedulerMemory.Work(age: age, work: 5)]))
    }

    // Fault O08.
    @Test("A journal begun in 1970 whose clock was then set spans the minutes it was written in")
    func since1970() {
        var replay = JournalReplay()
        for time in stride(from: 100, through: 160, by: 60) as StrideThrough<Int64> {
            replay.take(work().line(time: time))
        }
        replay.take(JournalEntry.clock(setBy: 1_700_000_000).line(time: 1_700_000_190))
        replay.take(work().line(time: 1_700_000_250))
        let memory = replay.memory(now: 1_700_000_250)
        #expect(memory?.coverage == 150)
        #expect(memory?.work.xvb.map(\.age) == [150, 90, 0])
    }

    @Test("The same where no line says that the clock was set: what is known begins behind the jump")
    func jumpWithoutAWord() {
        var replay = JournalReplay()
        replay.take(work().line(time: 100))
        replay.take(work().line(time: 1_700_000_000))
        replay.take(work().line(time: 1_700_000_060))
        let memory = replay.memory(now: 1_700_000_060)
        #expect(memory?.coverage == 60 && memory?.work.xvb.count == 2)
    }

    // Fault S06.
    @Test("A clock that was set back puts the lines before it back, too", arguments: [true, false])
    func setBack(isTold: Bool) {
        var replay = JournalReplay()
        replay.take(work().line(time: 103_600))
        replay.take(work().line(time: 103_660))
        if isTold { replay.take(JournalEntry.clock(setBy: -3_600).line(time: 100_100)) }
        replay.take(work().line(time: 100_120))
        let memory = replay.memory(now: 100_120)
        #expect(memory?.work.xvb.map(\.age) == (isTold ? [120, 60, 0] : [0]))
        #expect(memory?.coverage == (isTold ? 120 : 0))
    }

    // Fault S06.
    @Test("A clock that jumps ahead by a day while the proxy runs takes no work away")
    func dayAhead() {
        var replay = JournalReplay()
        replay.take(work().line(time: 1_000_000))
        replay.take(JournalEntry.clock(setBy: 90_000).line(time: 1_090_030))
        replay.take(work().line(time: 1_090_060))
        #expect(replay.memory(now: 1_090_060)?.work.xvb.map(\.age) == [60, 0])
        #expect(replay.memory(now: 1_090_060)?.coverage == 60)
    }

    @Test("A proxy that didn't run for some hours knows that nothing was sent meanwhile")
    func pause() {
        var replay = JournalReplay()
        replay.take(work().line(time: 1_000_000))
        replay.take(work().line(time: 1_036_000))
        #expect(replay.memory(now: 1_036_000)?.coverage == 36_000)
    }

    @Test(
        "A sleep changes nothing of where work goes, what can be reached, and whether the seeds differ")
    func awake() {
        var scheduler = running()
        scheduler.reported(.p2pool, usable: false, at: seconds(1_010))
        scheduler.reported(seedsDiffer: true, at: seconds(1_010))
        _ = scheduler.advance(now: seconds(1_010), hashrate: tenKilo)
        #expect(scheduler.upstream == .xvb)
        scheduler.slept(3_600, now: seconds(1_020))
        #expect(scheduler.upstream == .xvb && scheduler.totals.switches == 1)
        scheduler.reported(.p2pool, usable: true, at: seconds(1_021))
        scheduler.observed(p2pool: draftReading(), at: seconds(1_021))
        _ = scheduler.advance(now: seconds(1_021), hashrate: tenKilo)
        #expect(scheduler.plan?.cause == .seedsDiffer)
    }

    @Test("A won round and the lifts come through the journal")
    func remembered() throws {
        var scheduler = SplitScheduler(settings: SplitSettings(), start: seconds(0))
        scheduler.observedWonRound(true, of: .vip, at: seconds(1_000))
        let line = scheduler.journalState(at: seconds(1_100)).line(time: 5)
        guard case .state(var memory)? = JournalEntry.read(line)?.entry else {
            throw CancellationError()
        }
        #expect(memory.wonRound == SchedulerMemory.WonRound(tier: .vip, age: 100, seen: 100))
        memory.hourLift = 0.05
        let restored = SplitScheduler(
            settings: SplitSettings(), remembering: memory.aged(by: 60), start: seconds(0))
        #expect(restored.status(at: seconds(0)).wonRound == .vip)
        #expect(restored.memory(at: seconds(0)).hourLift > 0.04)
        #expect(restored.status(at: seconds(6_000)).wonRound == nil)
    }
}

@Suite("Others at p2pool")
struct OutsideProofTests {
    // Fault W09.
    @Test("The proof of work from outside doesn't flap with each share of the window")
    func hysteresis() {
        var outlook = P2PoolOutlook()
        let ledger = WorkLedger()
        var changes = 0
        var last = 0.0
        for index in 0..<40 as Range<Int64> {
            // Eleven shares, twelve, eleven …
            let now = Instant(second: 100_000 + index * 60)
            let shares = Double(11 + index % 2)
            var reading = draftReading()
            reading.rewardSharePercent = shares / 2160 * 100
            _ = outlook.observed(reading, at: now)
            outlook.noteOutside(ledger: ledger, ledgerBeginning: 0, at: now)
            if outlook.outside != last { changes += 1 }
            last = outlook.outside
        }
        #expect(last > 0 && changes <= 2)
        // None left: nothing is proven any more.
        var none = draftReading()
        none.rewardSharePercent = 0
        _ = outlook.observed(none, at: Instant(second: 103_000))
        outlook.noteOutside(ledger: ledger, ledgerBeginning: 0, at: Instant(second: 103_000))
        #expect(outlook.outside == 0)
    }
}
