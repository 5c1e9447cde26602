import ProxyTerms
import Testing

@testable import SplitScheduler

/// Shares of 50,000 every `spacing` seconds over the hour before second 0, for a level of 1 kH/s at a spacing of 50.
func evenHour(spacing: Int = 50, work: Double = 50_000) -> WorkLedger {
    var ledger = WorkLedger()
    for second in stride(from: -3_599, through: 0, by: spacing) as StrideThrough<Int64> {
        ledger.credit(work, to: .xvb, at: Instant(second: second))
    }
    return ledger
}

func outlook(_ ledger: WorkLedger, rate: Double = 10_000) -> CreditOutlook {
    CreditOutlook(ledger: ledger, creditRatio: 1, foreign: ForeignWork(), rate: rate, shareSize: 50_000)
}

/// Only the hour matters.
let donorAim = TierKeeper.Aim(
    levels: CreditLevels(hour: 3_600_000, day: 0), raise: 1_500, cycle: 60, windowStart: 0, minSlice: 5, foresight: 240)

@Suite("Holding a level of credited work")
struct TierKeeperTests {
    @Test("A slice begins before the share that leaves next, by the time that luck may take")
    func begin() {
        // 72 shares are the level exactly; the oldest leaves at second 1.
        let view = outlook(evenHour())
        #expect(view.level(.hour, at: 0) == 3_600_000)
        #expect(view.level(.hour, at: 1) == 3_550_000)
        var keeper = TierKeeper(since: -100)
        let decision = keeper.decide(donorAim, outlook: view, now: 0)
        guard case .xvb = decision else {
            Issue.record("\(decision)")
            return
        }
    }

    @Test("With a reserve in the hour the slice begins later, early enough for each share that leaves")
    func reserve() {
        var ledger = evenHour()
        for _ in 0..<3 { ledger.credit(50_000, to: .xvb, at: Instant(second: 0)) }
        let view = outlook(ledger)
        var keeper = TierKeeper(since: -100)
        // The first share that asks for a new one leaves at 151; one share takes 5 s on average, and up to 29 s with luck.
        let decision = keeper.decide(donorAim, outlook: view, now: 0)
        let lead = ShareLuck.timeFor(shares: 1) * 5
        #expect(decision == .p2pool(nextStart: Int64((151 - lead).rounded(.down))))
    }

    @Test("What leaves steadily, from before the ledger, asks for its first share when the level is crossed")
    func steady() {
        let before = ForeignWork(before: CreditLevels(hour: 3_800_000, day: 0))
        let view = CreditOutlook(ledger: WorkLedger(), creditRatio: 1, foreign: before, rate: 10_000, shareSize: 50_000)
        var keeper = TierKeeper(since: -100)
        // Of 3.8 M a 3,600th part leaves in a second: 3.6 M are left at 189.5 s.
        let lead = ShareLuck.timeFor(shares: 1) * 5
        #expect(
            keeper.decide(donorAim, outlook: view, now: 0) == .p2pool(nextStart: Int64((189.47 - lead).rounded(.down))))
    }

    @Test("What leaves steadily is replaced a cycle ahead: slices don't follow each other faster")
    func steadyCycles() {
        var ledger = WorkLedger()
        let before = ForeignWork(before: CreditLevels(hour: 3_610_000, day: 0))
        var keeper = TierKeeper(since: -100)
        var begins: [Int64] = []
        var isXvB = false
        for second in 0...1_800 as ClosedRange<Int64> {
            if isXvB, second % 5 == 0 { ledger.credit(50_000, to: .xvb, at: Instant(second: second)) }
            let view = CreditOutlook(
                ledger: ledger, creditRatio: 1, foreign: before, rate: 10_000, shareSize: 50_000)
            switch keeper.decide(donorAim, outlook: view, now: second) {
            case .p2pool, .waitForJob: isXvB = false
            case .xvb:
                if !isXvB { begins.append(second) }
                isXvB = true
            }
            #expect(view.level(.hour, at: second) >= 3_599_999)
        }
        #expect(begins.count > 10)
        #expect(zip(begins, begins.dropFirst()).allSatisfy { $1 - $0 >= 55 })
    }

    @Test("A slice ends when the next one may begin a cycle later, not sooner")
    func end() {
        var ledger = evenHour()
        var keeper = TierKeeper(since: -100)
        _ = keeper.decide(donorAim, outlook: outlook(ledger), now: 0)
        var found = 0
        for second in 1...120 as ClosedRange<Int64> {
            if second % 3 == 0 {
                ledger.credit(50_000, to: .xvb, at: Instant(second: second))
                found += 1
            }
            if case .p2pool(let next) = keeper.decide(donorAim, outlook: outlook(ledger), now: second) {
                #expect(next >= 60)
                #expect(next < 200)
                #expect(found <= 4)
                return
            }
        }
        Issue.record("the slice never ended")
    }

    @Test("No slice is shorter than the least slice, on either side")
    func leastSlice() {
        var ledger = evenHour()
        var keeper = TierKeeper(since: -3)
        #expect(keeper.decide(donorAim, outlook: outlook(ledger), now: 0) == .p2pool(nextStart: 2))
        _ = keeper.decide(donorAim, outlook: outlook(ledger), now: 2)
        for _ in 0..<20 { ledger.credit(50_000, to: .xvb, at: Instant(second: 3)) }
        guard case .xvb = keeper.decide(donorAim, outlook: outlook(ledger), now: 4) else {
            Issue.record("ended after 2 s")
            return
        }
        guard case .p2pool = keeper.decide(donorAim, outlook: outlook(ledger), now: 7) else {
            Issue.record("not ended after 5 s")
            return
        }
    }

    @Test("Below the level, the slice takes the end of the window's cycle and follows the clock")
    func step() {
        var keeper = TierKeeper(since: 0)
        let empty = outlook(WorkLedger())
        // 60 s at 1.5 kH/s are 9 s of 10 kH/s.
        #expect(keeper.decide(donorAim, outlook: empty, now: 0) == .p2pool(nextStart: 51))
        _ = keeper.decide(donorAim, outlook: empty, now: 51)
        guard case .xvb(_, let goal, let until) = keeper.state else {
            Issue.record("no slice")
            return
        }
        #expect(until == 60)
        #expect(goal == donorAim.levels)
    }

    @Test("After a slice that raised the level the next one waits for the next cycle's end")
    func nextCycle() {
        var keeper = TierKeeper(since: 0)
        var ledger = WorkLedger()
        _ = keeper.decide(donorAim, outlook: outlook(ledger), now: 51)
        for second in 52...56 as ClosedRange<Int64> { ledger.credit(50_000, to: .xvb, at: Instant(second: second)) }
        #expect(keeper.decide(donorAim, outlook: outlook(ledger), now: 59) == .xvb(expectedEnd: 60))
        #expect(keeper.decide(donorAim, outlook: outlook(ledger), now: 60) == .p2pool(nextStart: 111))
    }

    @Test("The day is held like the hour: what leaves it asks for a slice")
    func day() {
        var ledger = WorkLedger()
        for second in stride(from: -86_399, through: 0, by: 100) as StrideThrough<Int64> {
            ledger.credit(100_000, to: .xvb, at: Instant(second: second))
        }
        var aim = donorAim
        aim.levels = CreditLevels(hour: 0, day: 86_400_000)
        var keeper = TierKeeper(since: -100)
        guard case .xvb = keeper.decide(aim, outlook: outlook(ledger), now: 0) else {
            Issue.record("the day's oldest share leaves in a second")
            return
        }
        aim.levels.day = 86_000_000
        var relaxed = TierKeeper(since: -100)
        guard case .p2pool = relaxed.decide(aim, outlook: outlook(ledger), now: 0) else {
            Issue.record("there is a reserve")
            return
        }
    }

    @Test("What was interrupted begins again after a least slice of p2pool")
    func interrupted() {
        var keeper = TierKeeper(since: -100)
        let view = outlook(evenHour())
        _ = keeper.decide(donorAim, outlook: view, now: 0)
        keeper.interrupted(now: 1)
        #expect(keeper.decide(donorAim, outlook: view, now: 2) == .p2pool(nextStart: 6))
    }
}

@Suite("The luck of shares")
struct ShareLuckTests {
    @Test("One share needs −ln ε mean times")
    func one() {
        #expect(abs(ShareLuck.timeFor(shares: 1) + Numerics.naturalLog(ShareLuck.risk)) < 1e-9)
        #expect(ShareLuck.timeFor(shares: 0) == 0)
    }

    @Test("The time grows with the shares, across the end of the table too")
    func monotone() {
        for shares in 1...200 {
            #expect(ShareLuck.timeFor(shares: shares + 1) > ShareLuck.timeFor(shares: shares))
            #expect(ShareLuck.timeFor(shares: shares) > Double(shares))
        }
    }

    @Test("So many shares are found in that time but for the risk")
    func drawn() {
        var random = SeededGenerator(seed: 3)
        let time = ShareLuck.timeFor(shares: 5)
        var late = 0
        for _ in 0..<100_000 {
            var sum = 0.0
            for _ in 0..<5 { sum -= Numerics.naturalLog(1 - random.unit()) }
            if sum > time { late += 1 }
        }
        // 300 are expected, with a scatter of 17.
        #expect(late > 220 && late < 380)
    }

    @Test("The size of a share is learnt, and big shares count for the scatter")
    func size() {
        var size = ShareSize()
        #expect(size.hashes == nil)
        for _ in 0..<50 { size.add(50_000) }
        #expect(size.hashes.map { abs($0 - 50_000) < 1e-6 } == true)
        for _ in 0..<500 {
            size.add(10_000)
            size.add(90_000)
        }
        #expect(size.hashes.map { $0 > 80_000 && $0 < 85_000 } == true)
    }
}
