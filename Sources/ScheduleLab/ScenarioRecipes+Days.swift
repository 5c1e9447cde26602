import ProxyTerms
import SplitScheduler

// Farms that change in a day, or hardly suffice, and choose the tier themselves.
extension Scenarios {
    /// What mini's one share a window takes with the default buffer of 25 %: 4.95 kH/s.
    private static let miniNeed = 85.5e6 / 21_600 * 1.25

    /// Luck at p2pool is part of all of these. Where the tier is chosen, they start out with donor held; they know nothing of the days before.
    static let days: [Recipe] = nights + slower + desktops + steadies

    private static let nights = [
        chosen("day-night-10", "25 kH/s at noon, 10 at midnight", 25_000) { $0.weather.night = 0.4 },
        chosen("day-night-5", "25 kH/s at noon, 5 at midnight", 25_000) { $0.weather.night = 0.2 },
        chosen("day-night-14", "35 kH/s at noon, 14 at midnight", 35_000) { $0.weather.night = 0.4 },
        chosen("day-night-9", "45 kH/s at noon, 9 at midnight", 45_000) { $0.weather.night = 0.2 },
    ]

    private static let slower = [
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

    private static let desktops: [Recipe] =
        [16, 18, 19, 20, 21, 22].map { (kilo: Int) -> Recipe in
            Recipe(
                name: "desktop-\(kilo)-vip", summary: "half the rigs stop for two hours twice a day; VIP is asked for",
                hashrate: Double(kilo) * 1_000
            ) { world in
                home(&world)
                halve(&world)
            }
        }
        + [16, 17, 18, 19, 20, 22, 25].map { (kilo: Int) -> Recipe in
            chosen(
                "desktop-\(kilo)", "half the rigs stop for two hours twice a day; the tier is chosen",
                Double(kilo) * 1_000
            ) { halve(&$0) }
        }

    private static let steadies: [Recipe] = [(Tier.donor, 3), (.donor, 6), (.vip, 3), (.vip, 6)].flatMap {
        steady($0, percent: $1)
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
