import ProxyTerms
import SplitScheduler

// Farms that change in a day, or hardly suffice, and choose the tier themselves.
extension Scenarios {
    /// What mini's one share a window takes with the default buffer of 25 %: 4.95 kH/s.
    private static let miniNeed = 85.5e6 / 21_600 * 1.25

    /// Luck at p2pool is part of all of these. They start out with donor held, and know of the days before nothing but that.
    static let days: [Recipe] =
        [
            chosen("day-night-10", "25 kH/s at noon, 10 at midnight", 25_000) { $0.weather.night = 0.4 },
            chosen("day-night-5", "25 kH/s at noon, 5 at midnight", 25_000) { $0.weather.night = 0.2 },
            Recipe(
                name: "desktop-20-vip", summary: "half the rigs stop for two hours twice a day; VIP is asked for",
                hashrate: 20_000
            ) { world in
                home(&world)
                halve(&world)
            },
            Recipe(
                name: "workdays-vip",
                summary: "40 % of the hashrate from half past five to eight on five days of seven; VIP is asked for",
                hashrate: 22_000
            ) { world in
                home(&world)
                slow(&world, to: 0.4, from: 17.5, hours: 2.5) { $0 % 7 < 5 }
            },
            Recipe(
                name: "nights-whale", summary: "a third of the rigs stops from two to six at night; whale is asked for",
                hashrate: 150_000, tier: .whale
            ) { world in
                home(&world)
                slow(&world, to: 0.65, from: 2, hours: 4) { _ in true }
            },
        ]
        + [16, 17, 18, 19, 20, 25].map { kilo in
            chosen(
                "desktop-\(kilo)", "half the rigs stop for two hours twice a day; the tier is chosen",
                Double(kilo) * 1_000
            ) { halve(&$0) }
        }
        + [(Tier.donor, 3), (.donor, 6), (.vip, 3), (.vip, 6)].flatMap { tier, percent in
            steady(tier, percent: percent)
        }

    private static func chosen(
        _ name: String, _ summary: String, _ hashrate: Double, _ change: @escaping @Sendable (inout ModelWorld) -> Void
    ) -> Recipe {
        Recipe(name: name, summary: summary, hashrate: hashrate, tier: .donor, xvbShare: 200_000) { world in
            home(&world)
            world.choosesTier = true
            change(&world)
        }
    }

    /// A farm that has what p2pool and a tier need and a few percent of the tier more: its shares are counted, so that its hashrate is
    /// known to a few percent only. Without p2pool's luck, and with it.
    private static func steady(_ tier: Tier, percent: Int) -> [Recipe] {
        [false, true].map { hasLuck in
            Recipe(
                name: "steady-\(tier.key)-\(percent)" + (hasLuck ? "-luck" : ""),
                summary: "p2pool's need and \(tier.key) and \(percent) % of it; the tier is chosen"
                    + (hasLuck ? "" : ", luck at p2pool left out"),
                hashrate: (miniNeed + tier.hashrate * (1 + Double(percent) / 100)).rounded(), tier: .donor,
                xvbShare: tier == .donor ? 50_000 : 200_000
            ) { world in
                world.weather.rigs = 10
                world.tellsShares = hasLuck
                world.choosesTier = true
            }
        }
    }

    /// The rigs have a part of what they have else for some hours of each day that is one of these.
    private static func slow(
        _ world: inout ModelWorld, to factor: Double, from start: Double, hours: Double, isOn: (Int) -> Bool
    ) {
        for day in 0..<wholeDays(world) where isOn(day) {
            let at = Double(day) * Self.day + start * hour
            world.weather.steps.append(HashrateWeather.Step(at: at, factor: factor))
            world.weather.steps.append(HashrateWeather.Step(at: at + hours * hour, factor: 1))
        }
    }

    /// Half the rigs stop for two hours twice a day.
    static func halve(_ world: inout ModelWorld) {
        for day in 0..<wholeDays(world) {
            for start in [10.0, 19] {
                let at = Double(day) * Self.day + start * hour
                world.weather.steps.append(HashrateWeather.Step(at: at, factor: 0.5))
                world.weather.steps.append(HashrateWeather.Step(at: at + 2 * hour, factor: 1))
            }
        }
    }
}
