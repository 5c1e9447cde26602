import ProxyTerms
import Testing

@testable import SplitScheduler

@Suite("What is remembered by the clock of the wall")
struct StampedMemoryTests {
    @Test("The work of both upstreams comes second by second, each once, whatever the seconds that are asked for")
    func accepted() {
        var scheduler = SplitScheduler(settings: bare(.p2pool), start: seconds(0))
        var random = SeededGenerator(seed: 4)
        for second in 1...500 as ClosedRange<Int64> {
            for upstream in Upstream.allCases where random.unit() < 0.4 {
                scheduler.credited(work: Double(1 + random.next() % 1_000), to: upstream, at: Instant(second: second))
            }
        }
        let all = scheduler.accepted(after: 0, through: 500)
        #expect(all.map(\.second) == Array(Set(all.map(\.second))).sorted())
        #expect(scheduler.acceptedInAll(through: 500).p2pool == all.reduce(0) { $0 + $1.work.p2pool })
        #expect(scheduler.acceptedInAll(through: 500).xvb == all.reduce(0) { $0 + $1.work.xvb })
        var pieces: [SplitScheduler.AcceptedSecond] = []
        for start in stride(from: 0, to: 500, by: 7) as StrideTo<Int64> {
            pieces += scheduler.accepted(after: start, through: min(500, start + 7))
        }
        #expect(pieces == all)
        #expect(scheduler.acceptedInAll(through: 100) == all.filter { $0.second <= 100 }.map(\.work).sum)
    }

    @Test("Work that was forged goes out of what was accepted in all, by which it is noticed")
    func takenBack() {
        var scheduler = SplitScheduler(settings: bare(.p2pool), start: seconds(0))
        scheduler.credited(work: 10, to: .xvb, at: seconds(1))
        scheduler.credited(work: 30, to: .xvb, at: seconds(2))
        scheduler.takeBack(work: 35, from: .xvb, at: seconds(3))
        #expect(scheduler.acceptedInAll(through: 3).xvb == 5)
        #expect(scheduler.accepted(after: 0, through: 3).map(\.work.xvb) == [5, 0])
    }

    @Test("Nothing later than now is remembered, and the newest moment is the newest of all")
    func future() {
        var memory = StampedMemory()
        #expect(memory.newest == nil && memory.memory(now: 5) == nil)
        memory.beginning = 100
        memory.work.xvb = [StampedMemory.Second(time: 110, work: 1), StampedMemory.Second(time: 130, work: 2)]
        memory.state = StampedMemory.Stamped(SchedulerMemory(), time: 140)
        #expect(memory.newest == 140)
        #expect(memory.memory(now: 120)?.work.xvb == [SchedulerMemory.Work(age: 10, work: 1)])
        #expect(memory.memory(now: 120)?.coverage == 20)
        #expect(memory.memory(now: 99) == nil)
    }
}

extension [PerUpstream<Double>] {
    fileprivate var sum: PerUpstream<Double> {
        reduce(PerUpstream(p2pool: 0, xvb: 0)) { PerUpstream(p2pool: $0.p2pool + $1.p2pool, xvb: $0.xvb + $1.xvb) }
    }
}
