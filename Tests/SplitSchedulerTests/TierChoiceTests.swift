import ProxyTerms
import Testing

@testable import SplitScheduler

@Suite("The choice of a tier")
struct TierChoiceTests {
    private func choose(
        _ choice: inout TierChoice, _ reach: Double, at second: Double, asked: Tier? = nil
    ) -> Tier {
        choice.choose(reach: reach, asked: asked, buffer: 0, overhead: 0.03, at: seconds(second))
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
}
