import ProxyTerms
import Testing

@testable import ScheduleLab
@testable import SplitScheduler

@Suite("What a tier cost")
struct SimulationJudgeTests {
    private let hour = SimulatedService.hour
    private let day = SimulatedService.day

    private func row(_ world: ModelWorld, _ run: (inout SimulationJudge) -> Void) -> SimulationRow {
        var judge = SimulationJudge(world: world)
        run(&judge)
        return SimulationRow(.ours, world: world, tally: judge.finish())
    }

    private var stated: ModelWorld { plain(25_000, .vip, 500_000, days: 1) }

    private var chosen: ModelWorld {
        var world = stated
        world.choosesTier = true
        return world
    }

    @Test("The price is work sent over the tier's work while both averages held it")
    func price() throws {
        let row = row(stated) { judge in
            judge.stood(from: 0, to: day / 2, hour: 2, day: 2, afterLuck: day, inRound: false)
            judge.stood(from: day / 2, to: day, hour: 2, day: 1, afterLuck: day, inRound: false)
            judge.sent(10_000 * 86_400, inRound: false)
        }
        #expect(abs(try #require(row.price) - 2) < 1e-9)
        #expect(abs(row.heldHours - 12) < 1e-9)
        #expect(row.held(.donor) == 100 && row.held(.vip) == 50 && row.held(.whale) == 0)
    }

    @Test("Work for a tier that is never held has no price that could be paid; no work has none at all")
    func never() {
        let paid = row(stated) { judge in
            judge.stood(from: 0, to: day, hour: 1, day: 1, afterLuck: day, inRound: false)
            judge.sent(1, inRound: false)
        }
        #expect(paid.price == .infinity)
        #expect(SimulationColumn.price(paid.price) == "never")
        let unpaid = row(stated) { $0.stood(from: 0, to: day, hour: 1, day: 1, afterLuck: day, inRound: false) }
        #expect(unpaid.price == nil)
    }

    @Test("What others send of a tier isn't ours to pay")
    func others() throws {
        var world = stated
        world.outside.xvb = 4_000
        let row = row(world) { judge in
            judge.stood(from: 0, to: day, hour: 2, day: 2, afterLuck: day, inRound: false)
            judge.sent(6_000 * 86_400, inRound: false)
        }
        #expect(abs(try #require(row.price) - 1) < 1e-9)
    }

    @Test("A tier that is chosen counts from its aim on until a day after it, and at most as what is held")
    func chosenTier() throws {
        let row = row(chosen) { judge in
            judge.stood(from: 0, to: hour, hour: 2, day: 2, afterLuck: day, inRound: false)
            judge.aimed(at: .donor, now: hour)
            judge.stood(from: hour, to: 2 * hour, hour: 2, day: 2, afterLuck: day, inRound: false)
            judge.aimed(at: .vip, now: 2 * hour)
            judge.stood(from: 2 * hour, to: 3 * hour, hour: 2, day: 2, afterLuck: day, inRound: false)
            judge.aimed(at: .none, now: 3 * hour)
            judge.stood(from: 3 * hour, to: 4 * hour, hour: 2, day: 1, afterLuck: day, inRound: false)
            judge.stood(from: 28 * hour, to: 29 * hour, hour: 2, day: 2, afterLuck: day, inRound: false)
        }
        // Nothing, donor, VIP, donor held of VIP, nothing: 12,000 H/s in five hours.
        #expect(abs(row.worthHashrate - 2_400) < 1e-9)
    }

    @Test("A day in which something was held for less than half of it was paid for nothing")
    func forNothing() {
        let row = row(stated) { judge in
            judge.sent(1_000, inRound: false)
            judge.stood(from: 0, to: day / 2 - 1, hour: 2, day: 2, afterLuck: day, inRound: false)
            judge.stood(from: day / 2 - 1, to: day, hour: 2, day: 1, afterLuck: day, inRound: false)
            judge.stood(from: day, to: day + 1, hour: 2, day: 2, afterLuck: day, inRound: false)
            judge.sent(500, inRound: false)
            judge.stood(from: day + 1, to: 2 * day, hour: 2, day: 2, afterLuck: day, inRound: false)
            judge.worked(10_000, lost: 0)
        }
        #expect(abs(row.forNothingPercent - 10) < 1e-9)
    }

    @Test("A dip is a fall below the tier wanted, not the time spent there")
    func dips() {
        let row = row(stated) { judge in
            for minute in 0..<4 as Range<Int64> {
                let at = minute * 240_000
                judge.stood(from: at, to: at + 60_000, hour: 2, day: 2, afterLuck: day, inRound: false)
                judge.stood(from: at + 60_000, to: at + 120_000, hour: 1, day: 2, afterLuck: day, inRound: false)
                judge.stood(from: at + 120_000, to: at + 240_000, hour: 0, day: 2, afterLuck: 0, inRound: false)
            }
            judge.stood(from: 960_000, to: day, hour: 2, day: 2, afterLuck: day, inRound: false)
        }
        #expect(row.dipsPerDay == 4)
        // Right after luck at p2pool it isn't the schedule's.
        #expect(abs(row.belowWithSharePercent - 4 * 60_000 / Double(day) * 100) < 1e-9)
    }

    @Test("The mean price of some seeds is all work over all that was held")
    func meanPrice() throws {
        func run(held: Int64) -> SimulationRow {
            row(stated) { judge in
                judge.stood(from: 0, to: held, hour: 2, day: 2, afterLuck: day, inRound: false)
                judge.stood(from: held, to: day, hour: 0, day: 0, afterLuck: day, inRound: false)
                judge.sent(10_000 * 86_400, inRound: false)
            }
        }
        let mean = try #require(SimulationRow(mean: [run(held: 0), run(held: day)]))
        #expect(abs(try #require(mean.price) - 2) < 1e-9)
    }

    @Test("A goal that is missed says so, with its figure")
    func goals() throws {
        let goal = SimulationGoal(stated, .below(1), .price(1.25), .forNothing(5))
        let bad = row(stated) { judge in
            judge.stood(from: 0, to: day, hour: 1, day: 2, afterLuck: day, inRound: false)
            judge.sent(10_000 * 86_400, inRound: false)
            judge.worked(20_000 * 86_400, lost: 0)
        }
        #expect(goal.findings(bad, beside: nil).map(\.isMet) == [false, false, false])
        #expect(goal.findings(bad, beside: nil).map(\.figure) == ["100.000 %", "never", "50.0 %"])
        let good = row(stated) { judge in
            judge.stood(from: 0, to: day, hour: 2, day: 2, afterLuck: day, inRound: false)
            judge.sent(12_000 * 86_400, inRound: false)
            judge.worked(20_000 * 86_400, lost: 0)
        }
        #expect(goal.findings(good, beside: nil).map(\.isMet) == [true, true, true])
    }

    @Test("Every goal's world is one that the command can run, and none is asked for twice")
    func goalWorlds() {
        let goals = SimulationGoals.all(days: 20)
        #expect(goals.count == 59)
        #expect(Set(goals.map(\.world.name)).count == goals.count)
    }
}
