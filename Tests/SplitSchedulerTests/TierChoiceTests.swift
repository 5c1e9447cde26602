import ProxyTerms
import Testing

@testable import SplitScheduler

@Suite("The choice of a tier")
struct TierChoiceTests {
    /// What comes of each tier on a farm that XvB can have `reach` H/s of: a price of 1 where there is twice the tier, rising towards
    /// its border.
    private func outlook(
        _ reach: Double, error: Double = 0, asked: Tier? = nil, now: Double? = nil,
        night: Double? = nil
    ) -> TierChoice.Outlook {
        func prospects(_ reach: Double) -> [TierChoice.Prospect] {
            (asked.map { [$0] } ?? [.donor, .vip, .whale]).map { tier in
                let spare = reach / tier.hashrate - 1
                return TierChoice.Prospect(
                    tier: tier,
                    outcome: DayForecast.Outcome(held: 1, price: spare > 0 ? 1 + 0.1 / spare : .infinity),
                    isInReach: (now ?? reach) >= tier.hashrate)
            }
        }
        return TierChoice.Outlook(asked: asked, error: error, cautious: night.map(prospects)) { prospects(reach * $0) }
    }

    /// 1.1 at the border's upper side: taken; 1.25: kept only; 1.5: not worth it.
    private func vip(price: Double, now: Double = 20_000) -> TierChoice.Outlook {
        outlook(10_000 * (1 + 0.1 / (price - 1)), now: now)
    }

    @Test("The first choice is made at once: the highest tier that is worth its price")
    func first() {
        var choice = TierChoice()
        #expect(choice.choose(vip(price: 1.1), at: seconds(0)) == .vip)
        var other = TierChoice()
        #expect(other.choose(vip(price: 1.25), at: seconds(0)) == .donor)
        var none = TierChoice()
        #expect(none.choose(outlook(1_200), at: seconds(0)) == .none)
    }

    @Test(
        "A farm whose day isn't known gets the lowest tier, unless a higher one is worth it with half the rigs off by night, too"
    )
    func firstDay() {
        var choice = TierChoice()
        for second in stride(from: 0.0, through: 80_000, by: 600) {
            #expect(choice.choose(outlook(16_000, night: 11_000), at: seconds(second)) == .donor)
        }
        #expect(outlook(16_000, night: 11_000).awaited == .vip)
        _ = choice.choose(outlook(16_000), at: seconds(86_400))
        #expect(choice.choose(outlook(16_000), at: seconds(88_200)) == .vip)
        #expect(outlook(16_000).awaited == nil)
        var rich = TierChoice()
        #expect(rich.choose(outlook(30_000, night: 20_000), at: seconds(0)) == .vip)
        #expect(outlook(30_000, night: 20_000).awaited == nil)
        var asked = TierChoice()
        #expect(asked.choose(outlook(16_000, asked: .vip, night: 5_000), at: seconds(0)) == .vip)
    }

    @Test("A forecast that wavers around a border doesn't flip the tier (gupaxx B10)")
    func border() {
        var choice = TierChoice()
        var random = SeededGenerator(seed: 5)
        var changes = 0
        var last = choice.choose(vip(price: 1.22), at: seconds(0))
        for window in 1...20_000 {
            let tier = choice.choose(vip(price: 1.17 + 0.1 * random.unit()), at: seconds(Double(window) * 600))
            if tier != last { changes += 1 }
            last = tier
        }
        #expect(changes <= 1)
    }

    @Test("A tier that isn't worth its price any more is given up after half an hour, not before")
    func down() {
        var choice = TierChoice()
        #expect(choice.choose(vip(price: 1.1), at: seconds(0)) == .vip)
        #expect(choice.choose(vip(price: 1.25), at: seconds(600)) == .vip)
        for second in stride(from: 1_200.0, through: 2_400, by: 600) {
            #expect(choice.choose(vip(price: 1.4), at: seconds(second)) == .vip)
        }
        #expect(choice.choose(vip(price: 1.4), at: seconds(3_000)) == .donor)
    }

    @Test("A tier that was given up is taken again only well below the price at which it was given up")
    func again() {
        var choice = TierChoice()
        _ = choice.choose(vip(price: 1.1), at: seconds(0))
        _ = choice.choose(vip(price: 1.4), at: seconds(600))
        #expect(choice.choose(vip(price: 1.4), at: seconds(2_400)) == .donor)
        for second in stride(from: 3_000.0, through: 86_400, by: 600) {
            #expect(choice.choose(vip(price: 1.2), at: seconds(second)) == .donor)
        }
        _ = choice.choose(vip(price: 1.16), at: seconds(87_000))
        #expect(choice.choose(vip(price: 1.16), at: seconds(88_800)) == .vip)
    }

    @Test("A higher tier is taken after half an hour of being worth it, and only while it is in reach")
    func up() {
        var choice = TierChoice()
        #expect(choice.choose(outlook(5_000), at: seconds(0)) == .donor)
        for second in stride(from: 600.0, through: 9_000, by: 600) {
            #expect(choice.choose(vip(price: 1.1, now: 7_000), at: seconds(second)) == .donor)
        }
        for second in stride(from: 9_600.0, through: 10_800, by: 600) {
            #expect(choice.choose(vip(price: 1.1), at: seconds(second)) == .donor)
        }
        #expect(choice.choose(vip(price: 1.1), at: seconds(11_400)) == .vip)
    }

    // Fault W13.
    @Test("A tier that is asked for may cost twice its price; beyond that nothing is sent (pithead #898)")
    func asked() {
        var choice = TierChoice()
        #expect(choice.choose(outlook(60_000, asked: .whale), at: seconds(0)) == .none)
        #expect(choice.choose(outlook(60_000, asked: .donor), at: seconds(600)) == .donor)
        #expect(choice.choose(outlook(11_200, asked: .vip), at: seconds(1_200)) == .vip)
        #expect(choice.choose(outlook(10_900, asked: .vip), at: seconds(1_800)) == .vip)
        #expect(choice.choose(outlook(10_700, asked: .vip), at: seconds(2_400)) == .vip)
        #expect(choice.choose(outlook(10_700, asked: .vip), at: seconds(4_200)) == .none)
    }

    @Test("A few lucky shares at the start don't make a small farm aim at a tier that it can't hold")
    func luckyStart() {
        var choice = TierChoice()
        #expect(choice.choose(outlook(16_000, error: 0.2), at: seconds(0)) == .donor)
        #expect(choice.choose(outlook(9_000, error: 0.1), at: seconds(600)) == .donor)
    }

    @Test("While the hashrate gets known the choice follows it at once, both ways")
    func gettingKnown() {
        var choice = TierChoice()
        #expect(choice.choose(outlook(18_000, error: 0.2), at: seconds(0)) == .donor)
        #expect(choice.choose(outlook(20_000, error: 0.1), at: seconds(60)) == .vip)
        #expect(choice.choose(outlook(9_000, error: 0.08), at: seconds(120)) == .donor)
        #expect(choice.choose(outlook(20_000, error: 0.04), at: seconds(180)) == .vip)
        // Known well: from now on it takes half an hour.
        #expect(choice.choose(outlook(9_000, error: 0.04), at: seconds(240)) == .vip)
    }

    @Test("The first choice stands after half an hour, also for one rig whose hashrate never gets known well")
    func oneRig() {
        var choice = TierChoice()
        #expect(choice.choose(outlook(22_000, error: 0.1), at: seconds(0)) == .vip)
        #expect(choice.choose(outlook(22_000, error: 0.1), at: seconds(1_800)) == .vip)
        #expect(choice.choose(outlook(9_000, error: 0.1), at: seconds(2_400)) == .vip)
    }

    @Test("Nothing is chosen while it is open whether anything can be held")
    func open() {
        var choice = TierChoice()
        #expect(choice.isOpen(outlook(2_000, error: 0.3)))
        #expect(!choice.isOpen(outlook(5_000, error: 0.3)))
        #expect(!choice.isOpen(outlook(500, error: 0.2)))
        #expect(choice.isOpen(outlook(11_000, error: 0.1, asked: .vip)))
        #expect(choice.choose(outlook(2_000, error: 0.3), at: seconds(0)) == .donor)
        #expect(!choice.isOpen(outlook(2_000, error: 0.3)))
    }
}
