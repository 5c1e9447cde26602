import ProxyTerms
import Testing

@testable import History

private func second(_ at: Int64, _ work: Double = 1) -> WorkSecond {
    WorkSecond(at: at, work: PerUpstream(p2pool: work, xvb: 0))
}

@Suite("Rows that wait for the disk")
struct PendingRowsTests {
    @Test("A disk that stands still for a day costs the oldest events, counted, and no second of work")
    func bounds() {
        var rows = PendingRows()
        for at in 0..<86_400 as Range<Int64> {
            rows.add(second(at))
            rows.add(Row.share(at: at * 1_000, difficulty: 1, rig: nil))
        }
        #expect(rows.work.count == 86_400)
        #expect(rows.details.count == PendingRows.mostDetails)
        #expect(rows.details.last?.values.first == .integer(86_399_000))
        #expect(rows.dropped == 86_400 - PendingRows.mostDetails)
        // What is older than the ledger keeps goes first.
        for at in 86_400..<200_000 as Range<Int64> { rows.add(second(at)) }
        #expect(rows.work.count == 26 * 3_600)
        #expect(rows.work.last?.at == 199_999)
    }

    @Test("Minutes and rigs are bounded too")
    func otherBounds() {
        var rows = PendingRows()
        for minute in 0..<3_000 as Range<Int64> { rows.add(Totals(), at: minute * 60) }
        #expect(rows.minutes.count == 2_880)
        #expect(rows.minutes[0] == nil)
        for number in 0..<5_000 {
            rows.add(RigTotals(work: 1, accepted: 1, refused: 0), RigTotals.Key(at: 0, rig: "\(number)"))
        }
        #expect(rows.rigs.count == PendingRows.mostRigs)
        #expect(rows.dropped == 120 + 5_000 - PendingRows.mostRigs)
    }

    @Test("Rows that could not be written and those that came meanwhile are all there once, in order")
    func merge() {
        var first = PendingRows()
        first.add(second(1))
        first.add(second(2))
        first.add(Row.share(at: 1, difficulty: 1, rig: nil))
        first.set(MemoryRow(.state, at: 1, text: "old"))
        first.set(MemoryRow(.days, at: 1, text: "days"))
        var later = PendingRows()
        later.add(second(2, 5))
        later.add(second(3))
        later.add(Row.share(at: 2, difficulty: 1, rig: nil))
        later.set(MemoryRow(.state, at: 2, text: "new"))
        first.merge(later)
        #expect(first.work == [second(1), second(2, 6), second(3)])
        #expect(first.details.map(\.values.first) == [.integer(1), .integer(2)])
        #expect(first.memory[.state]?.text == "new")
        #expect(first.memory[.days]?.text == "days")
    }

    @Test("All the work there is takes the place of what waited")
    func replaced() {
        var first = PendingRows()
        first.add(second(1))
        var later = PendingRows()
        later.replaceWork([second(1), second(2)])
        later.add(second(3))
        first.merge(later)
        #expect(first.work == [second(1), second(2), second(3)])
        #expect(first.replacesWork)
    }

    @Test("When the clock is set, what waits and what could not be written is put right, once")
    func clock() {
        let shift = ClockShift(by: 1_000_000, from: 100, through: 200)
        var first = PendingRows()
        first.add(second(150))
        first.add(Row.outage(at: 150_500, until: nil, .xvb))
        var later = PendingRows()
        later.add(second(199))
        later.shift(shift)
        later.add(second(1_000_201))
        first.merge(later)
        #expect(first.work.map(\.at) == [1_000_150, 1_000_199, 1_000_201])
        #expect(first.details.first?.values.first == .integer(1_000_150_500))
        #expect(first.shifts == [shift])
    }
}
