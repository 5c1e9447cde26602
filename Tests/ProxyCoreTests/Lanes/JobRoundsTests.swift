import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("How often an upstream's jobs come")
struct JobRoundsTests {
    private func at(_ seconds: Double) -> Instant { .start.adding(seconds: seconds) }

    /// Lanes, each with the round of its last job.
    private struct Lanes {
        var rounds = JobRounds()
        var last: [UInt32]

        init(_ count: Int, at now: Instant) {
            last = Array(repeating: 0, count: count)
            for lane in 0..<count {
                rounds.loggedIn(at: now)
                last[lane] = rounds.number
            }
        }

        mutating func job(_ lane: Int, at now: Instant) {
            _ = rounds.jobCame(to: last[lane], at: now)
            last[lane] = rounds.number
        }
    }

    @Test("A job for each of many lanes is one round")
    func oneRound() {
        var lanes = Lanes(5, at: at(0))
        for round in 1...4 {
            for lane in 0..<5 { lanes.job(lane, at: at(Double(round) * 120 + Double(lane) * 0.02)) }
        }
        #expect(lanes.rounds.mean == 120)
        #expect(lanes.rounds.lanes == 5)
        #expect(lanes.rounds.longest(at: at(500)) == 120)
        #expect(lanes.rounds.longest(at: at(730)) == 250)
        #expect(lanes.rounds.age(at: at(490)) == 10)
    }

    @Test("A login's job may be of any age: what ran before the next one is no interval, but it has lasted so long")
    func login() {
        var lanes = Lanes(1, at: at(0))
        #expect(lanes.rounds.mean == nil)
        #expect(lanes.rounds.longest(at: at(70)) == 70)
        lanes.job(0, at: at(90))
        #expect(lanes.rounds.mean == nil)
        lanes.job(0, at: at(210))
        #expect(lanes.rounds.mean == 120)
    }

    @Test("An outage is no interval")
    func outage() {
        var lanes = Lanes(1, at: at(0))
        for round in 1...3 { lanes.job(0, at: at(Double(round) * 10)) }
        lanes.rounds.interrupted()
        lanes.rounds.loggedIn(at: at(5_000))
        lanes.last[0] = lanes.rounds.number
        for round in 1...3 { lanes.job(0, at: at(5_000 + Double(round) * 10)) }
        #expect(lanes.rounds.mean == 10)
        #expect(lanes.rounds.longest(at: at(5_031)) == 10)
    }

    @Test("A lane that gets no jobs keeps no other from beginning a round")
    func silentLane() {
        var lanes = Lanes(3, at: at(0))
        for round in 1...10 {
            for lane in 0..<2 { lanes.job(lane, at: at(Double(round) * 60)) }
        }
        #expect(lanes.rounds.mean == 60)
    }

    @Test("Eight intervals are looked back on")
    func forgets() {
        var lanes = Lanes(1, at: at(0))
        lanes.job(0, at: at(1))
        lanes.job(0, at: at(901))
        for round in 1...8 { lanes.job(0, at: at(901 + Double(round) * 10)) }
        #expect(lanes.rounds.longest(at: at(985)) == 10)
    }
}
