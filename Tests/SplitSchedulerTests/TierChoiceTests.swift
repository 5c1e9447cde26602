import ProxyTerms
import Testing

@testable import SplitScheduler

@Suite("The choice of a tier")
struct TierChoiceTests {
    private func choose(
        _ choice: inout TierChoice, _ reach: Double, error: Double = 0, at second: Double, asked: Tier? = nil
    ) -> Tier {
        choice.choose(known(reach, error), terms(asked), at: seconds(second))
    }

    /// A reach known to `error`, nothing of it p2pool's.
    private func known(_ reach: Double, _ error: Double) -> TierChoice.Reach {
        TierChoice.Reach(
            likely: reach, least: reach * max(0, 1 - 2 * error), most: reach * (1 + 2 * error), error: error)
    }

    private func terms(_ asked: Tier? = nil) -> TierChoice.Terms {
        TierChoice.Terms(asked: asked, buffer: 0, overhead: 0.03)
    }

    @Test("The first choice is made at once, with room for the overhead")
    func first() {
        var choice = TierChoice()
        #expect(choose(&choice, 10_200, at: 0) == .donor)
        var other = TierChoice()
        #expect(choose(&other, 10_400, at: 0) == .vip)
    }

    @Test("A hashrate that wavers around a tier's border doesn't flip the tier (gupaxx B10)")
    func border() {
        var choice = TierChoice()
        var random = SeededGenerator(seed: 5)
        var changes = 0
        var last = choose(&choice, 10_400, at: 0)
        for minute in 1...20_000 {
            let tier = choose(&choice, 10_200 * (0.95 + 0.1 * random.unit()), at: Double(minute) * 600)
            if tier != last { changes += 1 }
            last = tier
        }
        #expect(changes <= 20)
    }

    @Test("Two hours with half the rigs don't give a tier up; losing them for good does")
    func dip() {
        var choice = TierChoice()
        #expect(choose(&choice, 20_000, at: 0) == .vip)
        for second in stride(from: 600.0, through: 7_200, by: 600) {
            #expect(choose(&choice, 7_500, at: second) == .vip)
        }
        for second in stride(from: 7_800.0, through: 20_000, by: 600) { _ = choose(&choice, 7_500, at: second) }
        #expect(choose(&choice, 7_500, at: 20_600) == .donor)
    }

    @Test("A higher tier is taken after half an hour in reach, by the average too")
    func up() {
        var choice = TierChoice()
        #expect(choose(&choice, 5_000, at: 0) == .donor)
        #expect(choose(&choice, 20_000, at: 600) == .donor)
        var taken: Double?
        for second in stride(from: 1_200.0, through: 20_000, by: 600) where taken == nil {
            if choose(&choice, 20_000, at: second) == .vip { taken = second }
        }
        #expect(taken.map { $0 > 2_400 && $0 < 8_000 } == true)
    }

    @Test("A tier that is asked for is held or nothing is (pithead #898)")
    func asked() {
        var choice = TierChoice()
        #expect(choose(&choice, 60_000, at: 0, asked: .whale) == .none)
        #expect(choose(&choice, 60_000, at: 600, asked: .donor) == .donor)
        #expect(choose(&choice, 60_000, at: 1_200, asked: .vip) == .vip)
    }

    @Test("A few lucky shares at the start don't make a small farm hold a tier that it can't")
    func luckyStart() {
        var choice = TierChoice()
        #expect(choose(&choice, 11_000, error: 0.2, at: 0) == .donor)
        #expect(choose(&choice, 8_000, error: 0.1, at: 600) == .donor)
    }

    @Test("While the hashrate gets known the choice follows it at once, both ways")
    func gettingKnown() {
        var choice = TierChoice()
        #expect(choose(&choice, 12_000, error: 0.2, at: 0) == .donor)
        #expect(choose(&choice, 13_000, error: 0.1, at: 60) == .vip)
        #expect(choose(&choice, 9_000, error: 0.08, at: 120) == .donor)
        #expect(choose(&choice, 15_000, error: 0.04, at: 180) == .vip)
        // Known well: from now on it takes hours.
        #expect(choose(&choice, 9_000, error: 0.04, at: 240) == .vip)
    }

    @Test("The first choice stands after half an hour, also for one rig whose hashrate never gets known well")
    func oneRig() {
        var choice = TierChoice()
        #expect(choose(&choice, 14_000, error: 0.1, at: 0) == .vip)
        #expect(choose(&choice, 14_000, error: 0.1, at: 1_800) == .vip)
        #expect(choose(&choice, 9_000, error: 0.1, at: 2_400) == .vip)
    }

    @Test("Nothing is chosen while it is open whether anything can be held")
    func open() {
        var choice = TierChoice()
        #expect(choice.isOpen(known(1_500, 0.3), terms()))
        #expect(!choice.isOpen(known(3_000, 0.3), terms()))
        #expect(!choice.isOpen(known(500, 0.2), terms()))
        #expect(choice.isOpen(known(11_000, 0.1), terms(.vip)))
        #expect(choose(&choice, 1_500, error: 0.3, at: 0) == .donor)
        #expect(!choice.isOpen(known(1_500, 0.3), terms()))
    }
}
