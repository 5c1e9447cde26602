import ProxyTerms
import SplitScheduler

// What breaks, sleeps, or dies.
extension Scenarios {
    /// What breaks.
    static let outages: [Recipe] = [
        Recipe(name: "xvb-outage", summary: "XvB can't be reached for 10 min each day and for 3 h once a week") {
            world in
            home(&world)
            for day in 0..<wholeDays(world) {
                let at = Double(day) * Self.day + 5 * hour
                let length = day % 7 == 3 ? 3 * hour : 600
                world.outages.append(OutageModel(upstream: .xvb, from: at, to: at + length))
            }
        },
        Recipe(name: "p2pool-outage", summary: "p2pool can't be reached for 20 min each day") { world in
            home(&world)
            for day in 0..<wholeDays(world) {
                let at = Double(day) * Self.day + 8 * hour
                world.outages.append(OutageModel(upstream: .p2pool, from: at, to: at + 1_200))
            }
        },
        Recipe(name: "restarts", summary: "the process dies four times a day (gupaxx #26, B6; pithead #249)") { world in
            home(&world)
            for sixth in 1..<4 * wholeDays(world) { world.restarts.append(Double(sixth) * 6 * hour + 17.3) }
        },
        Recipe(
            name: "echo", summary: "p2pool is away for half an hour; these 30 min and the 25 h after them are judged"
        ) { world in
            world.tellsShares = false
            // Each is judged by itself: three days lie between two.
            for day in stride(from: 1.5, to: world.days - 1.1, by: 3) {
                let at = day * Self.day
                world.outages.append(OutageModel(upstream: .p2pool, from: at, to: at + 1_800))
                world.judged.append(ModelSpan(from: at, to: at + 1_800 + 25 * hour))
            }
        },
    ]

    /// Eight hours of each day in which nothing runs, and nothing is hashed. Luck at p2pool is no part of these worlds.
    static let sleeps: [Recipe] = [
        Recipe(name: "sleep", summary: "the machine sleeps 8 h a day; its clock has gone on meanwhile") { world in
            world.tellsShares = false
            world.sleep.spans = nights(world)
        },
        Recipe(name: "sleep-still", summary: "the machine sleeps 8 h a day, and its clock stands still meanwhile") {
            world in
            world.tellsShares = false
            world.sleep.spans = nights(world)
            world.sleep.clockStandsStill = true
        },
        Recipe(name: "dead-8h", summary: "the process is dead for 8 h a day; its journal isn't lost") { world in
            world.tellsShares = false
            world.deaths = nights(world)
        },
    ]

    /// Ten hours into each day, for eight hours.
    private static func nights(_ world: ModelWorld) -> [ModelSpan] {
        (0..<wholeDays(world)).map { night in
            let at = Double(night) * Self.day + 10 * hour
            return ModelSpan(from: at, to: at + 8 * hour)
        }
    }

    /// A round won each 30 h, for 90 min. Policies are told of it by XvB's public statistics; Pithead's model goes by its own clock.
    static let rounds: [Recipe] = [
        won("won-donor-50k", 10_000, .donor, 50_000), won("won-donor-200k", 10_000, .donor, 200_000),
        won("won-vip-500k", 25_000, .vip, 500_000), won("won-whale-500k", 150_000, .whale, 500_000),
    ]

    private static func won(_ name: String, _ hashrate: Double, _ tier: Tier, _ share: Double) -> Recipe {
        Recipe(
            name: name, summary: "a round of 90 min is won each 30 h; it dies if the hour is seen below the tier",
            hashrate: hashrate, tier: tier, xvbShare: share
        ) { world in
            world.tellsShares = false
            world.tellsRounds = true
        }
    }
}
