import ProxyTerms
import Testing

@testable import SplitScheduler

@Suite("The choice of a tier")
struct TierChoiceTests {
    /// What comes of each tier on a farm that XvB can have `reach` H/s of: a price of 1 where there is twice the tier, rising towards
    /// its border.
    private func outlook(
        _ reach: Double, error: Double = 0, asked: Tier? = nil, price: Double = 1.25, now: Double? = nil,
        night: Double? = nil, standing: Tier = .none
    ) -> TierChoice.Outlook {
        func prospects(_ reach: Double) -> [TierChoice.Prospect] {
            [Tier.donor, .vip, .whale].filter { $0 <= asked ?? .mega }.map { tier in
                let spare = reach / tier.hashrate - 1
                return TierChoice.Prospect(
                    tier: tier,
                    outcome: DayForecast.Outcome(held: 1, price: spare > 0 ? 1 + 0.1 / spare : .infinity),
                    isInReach: (now ?? reach) >= tier.hashrate, stands: tier <= standing)
            }
        }
        return TierChoice.Outlook(
            asked: asked, limits: TierChoice.Limits(price: price), error: error, cautious: night.map(prospects),
            likely: prospects(reach)
        ) { prospects(reach * $0) }
    }

    /// 1.1 at the border's upper side: taken; 1.24: kept only; 1.4: not worth it; 2.1: hopeless.
    private func vip(price: Double, now: Double = 20_000) -> TierChoice.Outlook {
        outlook(10_000 * (1 + 0.1 / (price - 1)), now: now)
    }

    /// Chooses each ten minutes from `start` through `end`: the last choice.
    private func choose(
        _ choice: inout TierChoice, _ outlook: TierChoice.Outlook, _ start: Double, _ end: Double
    ) -> Tier? {
        var tier: Tier?
        for second in stride(from: start, through: end, by: 600) { tier = choice.choose(outlook, at: seconds(second)) }
        return tier
    }

    @Test("The first choice is made at once: the highest tier that is worth its price")
    func first() {
        var choice = TierChoice()
        #expect(choice.choose(vip(price: 1.1), at: seconds(0)) == .vip)
        var other = TierChoice()
        #expect(other.choose(vip(price: 1.24), at: seconds(0)) == .donor)
        var none = TierChoice()
        #expect(none.choose(outlook(1_200), at: seconds(0)) == .none)
    }

    @Test(
        "A farm whose day isn't known gets the lowest tier, unless a higher one is worth it with most of the rigs off by night, too"
    )
    func firstDay() {
        var choice = TierChoice()
        #expect(choose(&choice, outlook(16_000, night: 11_000), 0, 80_000) == .donor)
        #expect(
            choice.higher(outlook(16_000, night: 11_000), day: 6_400, at: seconds(80_000))
                == .waitsForDay(.vip, seconds: 6_400))
        #expect(choose(&choice, outlook(16_000), 86_400, 88_200) == .vip)
        #expect(choice.higher(outlook(16_000), day: 0, at: seconds(88_200)) == nil)
        var rich = TierChoice()
        #expect(rich.choose(outlook(30_000, night: 20_000), at: seconds(0)) == .vip)
        var asked = TierChoice()
        #expect(asked.choose(outlook(16_000, asked: .vip, night: 5_000), at: seconds(0)) == .vip)
    }

    @Test("A tier whose work stands in XvB's day already waits for nothing, though the farm's day isn't known")
    func standing() {
        var choice = TierChoice()
        #expect(choice.choose(outlook(16_000, night: 5_000, standing: .vip), at: seconds(0)) == .vip)
    }

    @Test("A forecast that wavers around a border doesn't flip the tier (gupaxx B10)")
    func border() {
        var choice = TierChoice()
        var random = SeededGenerator(seed: 5)
        var changes = 0
        var last = choice.choose(vip(price: 1.2), at: seconds(0))
        for window in 1...20_000 {
            let tier = choice.choose(vip(price: 1.16 + 0.1 * random.unit()), at: seconds(Double(window) * 600))
            if tier != last { changes += 1 }
            last = tier
        }
        #expect(changes <= 1)
    }

    @Test(
        "A tier that costs a little too much is given up after five hours, one that costs far too much after half an hour"
    )
    func down() {
        var choice = TierChoice()
        #expect(choice.choose(vip(price: 1.1), at: seconds(0)) == .vip)
        #expect(choice.choose(vip(price: 1.24), at: seconds(600)) == .vip)
        #expect(choose(&choice, vip(price: 1.4), 1_200, 18_600) == .vip)
        #expect(choice.choose(vip(price: 1.4), at: seconds(19_200)) == .donor)
        var hopeless = TierChoice()
        _ = hopeless.choose(vip(price: 1.1), at: seconds(0))
        #expect(choose(&hopeless, vip(price: 2.1), 600, 1_800) == .vip)
        #expect(hopeless.choose(vip(price: 2.1), at: seconds(2_400)) == .donor)
    }

    // Fault W02.
    @Test(
        "A tier that was given up is taken again only well below the price at which it was given up, and after having been worth it for a day, then two, four, eight"
    )
    func again() {
        var choice = TierChoice()
        _ = choice.choose(vip(price: 1.1), at: seconds(0))
        var now = 600.0
        for days in [1.0, 2, 4, 8, 8] {
            #expect(choose(&choice, vip(price: 2.1), now, now + 1_800) == .donor)
            #expect(choose(&choice, vip(price: 1.2), now + 2_400, now + 90_000) == .donor)
            now += 90_600
            let wait = days * 86_400
            #expect(choose(&choice, vip(price: 1.1), now, now + wait) == .donor)
            #expect(
                choice.higher(vip(price: 1.1), day: 0, at: seconds(now + wait - 600))
                    == .waitsAgain(.vip, seconds: 600))
            #expect(choose(&choice, vip(price: 1.1), now + wait + 600, now + wait + 1_800) == .vip)
            now += wait + 2_400
        }
    }

    @Test("Who has held a tier for eight days and lost it has not taken it in vain")
    func longHeld() {
        var choice = TierChoice()
        _ = choice.choose(vip(price: 1.1), at: seconds(0))
        #expect(choose(&choice, vip(price: 2.1), 8 * 86_400, 8 * 86_400 + 1_800) == .donor)
        #expect(choose(&choice, vip(price: 1.1), 9 * 86_400, 9 * 86_400 + 1_800) == .vip)
    }

    @Test("The lowest tier is taken again after half an hour, as its work is little")
    func lowest() {
        var choice = TierChoice()
        #expect(choice.choose(vip(price: 1.1), at: seconds(0)) == .vip)
        #expect(choose(&choice, outlook(5_000), 600, 2_400) == .donor)
        #expect(choose(&choice, outlook(1_050), 3_000, 4_800) == Tier.none)
        #expect(choose(&choice, outlook(5_000), 5_400, 7_200) == .donor)
    }

    @Test("A restart forgets neither how often a tier was given up nor for how long the next has been worth it")
    func restart() {
        var choice = TierChoice()
        _ = choice.choose(vip(price: 1.1), at: seconds(0))
        _ = choose(&choice, vip(price: 2.1), 600, 2_400)
        _ = choose(&choice, vip(price: 1.1), 3_000, 43_200)
        var past = choice.past(at: seconds(43_200))
        #expect(
            past
                == SchedulerMemory.TierPast(
                    price: 1.25, asked: nil, setbacks: 1, heldAge: 40_800, worthyAge: 40_200))
        past.worthyAge? += 600
        var again = TierChoice(held: choice.held, past: past, at: seconds(600))
        #expect(choose(&again, vip(price: 1.1), 600, 46_200) == .donor)
        #expect(choose(&again, vip(price: 1.1), 46_800, 48_600) == .vip)
    }

    @Test("A restart with the same tier asked for changes nothing; another tier or price counts at once")
    func restartAsked() {
        var choice = TierChoice()
        _ = choice.choose(outlook(60_000, asked: .vip, price: 1.25), at: seconds(0))
        _ = choose(&choice, outlook(10_900, asked: .vip), 600, 2_400)
        #expect(choice.held == .donor)
        let past = choice.past(at: seconds(2_400))
        func restarted(_ outlook: TierChoice.Outlook) -> Tier {
            var again = TierChoice(held: .donor, past: past, at: seconds(2_400))
            return again.choose(outlook, at: seconds(2_400))
        }
        #expect(restarted(outlook(60_000, asked: .vip)) == .donor)
        #expect(restarted(outlook(60_000, asked: .vip, price: 2)) == .vip)
        #expect(restarted(outlook(60_000)) == .vip)
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
    @Test(
        "A tier that is asked for is the highest: what is too dear or out of reach is told, and a lower one held (pithead #898)"
    )
    func asked() {
        var choice = TierChoice()
        #expect(choice.choose(outlook(60_000, asked: .whale), at: seconds(0)) == .vip)
        #expect(choice.higher(outlook(60_000, asked: .whale), day: 0, at: seconds(0)) == .outOfReach(.whale))
        #expect(choice.choose(outlook(60_000, asked: .donor), at: seconds(600)) == .donor)
        let dear = outlook(12_000, asked: .vip)
        #expect(choice.choose(dear, at: seconds(1_200)) == .donor)
        #expect(
            choice.higher(dear, day: 0, at: seconds(1_200))
                == .tooDear(.vip, price: dear.likely[1].cost, upTo: dear.limits.raised))
        // What the operator pays counts at once.
        #expect(choice.choose(outlook(12_000, asked: .vip, price: 2), at: seconds(1_800)) == .vip)
        #expect(choice.choose(dear, at: seconds(2_400)) == .donor)
    }

    @Test("What large shares cost comes on top of what a tier may cost")
    func largeShares() {
        var prospect = outlook(13_000).likely[1]
        let price = prospect.cost
        #expect(price > 1.3 && price < 1.35)
        prospect.overhead = 0.04
        #expect(prospect.cost == price)
        prospect.overhead = 0.155
        #expect(abs(prospect.cost - price / 1.1) < 1e-9)
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
        #expect(!choice.isOpen(outlook(11_000, error: 0.1, asked: .vip)))
        #expect(choice.choose(outlook(2_000, error: 0.3), at: seconds(0)) == .donor)
        #expect(!choice.isOpen(outlook(2_000, error: 0.3)))
    }
}
