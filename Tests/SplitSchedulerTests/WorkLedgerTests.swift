import ProxyTerms
import Testing

@testable import SplitScheduler

@Suite("The work ledger")
struct WorkLedgerTests {
    @Test("A sliding sum is what a plain list of shares gives", arguments: 0..<20 as Range<UInt64>)
    func sums(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var ledger = WorkLedger()
        var shares: [(second: Int64, work: Double)] = []
        var second: Int64 = -500
        for _ in 0..<3_000 {
            second += Int64(random.next() % 90)
            let work = Double(random.next() % 1_000_000)
            ledger.credit(work, to: .xvb, at: Instant(second: second))
            if work > 0 { shares.append((second, work)) }
            if random.next() % 50 == 0 {
                let now = Instant(second: second)
                for horizon in [1, 60, 3_600, 86_400] as [Int64] {
                    let expected = shares.filter { $0.second > second - horizon }.reduce(0) { $0 + $1.work }
                    #expect(ledger.work(.xvb, last: horizon, at: now) == expected)
                }
                let from = second - Int64(random.next() % 4_000)
                let to = from + Int64(random.next() % 4_000)
                let expected = shares.filter { $0.second >= from && $0.second < to }.reduce(0) { $0 + $1.work }
                #expect(ledger.work(.xvb, from: Instant(second: from), to: Instant(second: to)) == expected)
            }
        }
        #expect(ledger.total(.xvb) == shares.reduce(0) { $0 + $1.work })
        #expect(ledger.total(.p2pool) == 0)
    }

    @Test("Work in the same second, or reported late, joins the newest second")
    func joined() {
        var ledger = WorkLedger()
        ledger.credit(10, to: .p2pool, at: seconds(5.2))
        ledger.credit(20, to: .p2pool, at: seconds(5.9))
        ledger.credit(30, to: .p2pool, at: seconds(4))
        #expect(ledger.work(.p2pool, last: 1, at: seconds(5.95)) == 60)
        #expect(ledger.work(.p2pool, last: 1, at: seconds(6)) == 0)
    }

    @Test("Work that is zero, negative or not a number is not counted")
    func nonsense() {
        var ledger = WorkLedger()
        for bad in [0, -5, .nan, .infinity] as [Double] {
            ledger.credit(bad, to: .xvb, at: seconds(1))
        }
        #expect(ledger.total(.xvb) == 0)
    }

    @Test("Memory stays bounded: a share every second for three days keeps a day")
    func bounded() {
        var track = WorkTrack()
        for second in 0..<(3 * 86_400) as Range<Int64> {
            track.add(7, second: second)
        }
        #expect(track.count <= Int(WorkTrack.kept))
        #expect(track.work(after: 3 * 86_400 - 1 - 86_400) == 7 * 86_400)
    }

    @Test("Single seconds are told oldest first")
    func entries() {
        var ledger = WorkLedger()
        for second in [3, 5, 5, 9] as [Int64] {
            ledger.credit(Double(second), to: .xvb, at: Instant(second: second))
        }
        var seen: [WorkTrack.Entry] = []
        ledger.forEach(.xvb, after: 3) {
            seen.append($0)
            return true
        }
        #expect(seen == [WorkTrack.Entry(second: 5, work: 10), WorkTrack.Entry(second: 9, work: 9)])
    }
}
