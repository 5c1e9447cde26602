import ProxyTerms
import SplitScheduler

// What XvB counts, and what its API tells.
extension Scenarios {
    /// What XvB's API tells.
    static let badFigures: [Recipe] = [
        faulty(
            "frozen", .frozen, hours: 8,
            "XvB's figures stand still for 8 h every other day (pithead #311)"),
        faulty("silent", .silent, hours: 8, "XvB's API doesn't answer for 8 h every other day"),
        faulty("garbage", .garbage, hours: 8, "XvB's API tells nonsense for 8 h every other day"),
        faulty(
            "zeros", .zeros, hours: 3, "XvB's API tells 0 for 3 h every other day (gupaxx #58, #72)"),
        Recipe(name: "late", summary: "XvB's figures are 8 min old (gupaxx #120)") { world in
            home(&world)
            world.service.delay = 480
        },
        Recipe(
            name: "undercount", summary: "XvB counts 96 % of what it accepts (pithead #769)",
            hashrate: 150_000,
            tier: .whale
        ) { world in
            world.service.creditRatio = 0.96
            world.service.delay = 120
        },
        Recipe(
            name: "unreachable",
            summary: "a tier is asked for that the rigs can't hold (pithead #898, gupaxx B9)",
            hashrate: 60_000, tier: .whale, days: 10
        ) { world in
            home(&world)
            world.warmth = 0
        },
    ]

    /// How XvB counts: nobody but XvB knows. Luck at p2pool is no part of these worlds.
    static let counting: [Recipe] =
        bothTiers("counts-995", "XvB counts 99.5 % of each share") { $0.creditRatio = 0.995 }
        + bothTiers("counts-98", "XvB counts 98 % of each share") { $0.creditRatio = 0.98 }
        + bothTiers("loses-0.5", "one of 200 shares is never counted, at random") {
            $0.lostShares = 0.005
        }
        + bothTiers("loses-5", "one of 20 shares is never counted, at random") { $0.lostShares = 0.05 }
        + bothTiers("loses-15", "three of 20 shares are never counted, at random") {
            $0.lostShares = 0.15
        }
        + bothTiers("fading", "XvB's averages fade exponentially (1 h, 24 h) instead of being sums") {
            $0.averaging = .fading
        }
        + bothTiers("rounded", "XvB's API rounds to 0.1 kH/s") { $0.rounding = 100 }

    /// A world of donor and one of VIP, with few shares in an hour: 72 and 72.
    private static func bothTiers(
        _ name: String, _ summary: String, _ change: @escaping @Sendable (inout ServiceModel) -> Void
    ) -> [Recipe] {
        func recipe(_ tier: Tier, _ hashrate: Double, _ share: Double) -> Recipe {
            Recipe(
                name: "\(name)-\(tier.key)", summary: summary, hashrate: hashrate, tier: tier,
                xvbShare: share
            ) { world in
                world.tellsShares = false
                change(&world.service)
            }
        }
        return [recipe(.donor, 10_000, 50_000), recipe(.vip, 25_000, 500_000)]
    }

    /// Every other day XvB's API has a fault for some hours.
    private static func faulty(
        _ name: String, _ kind: ServiceModel.Fault.Kind, hours: Double, _ summary: String
    ) -> Recipe {
        Recipe(name: name, summary: summary) { world in
            home(&world)
            for day in stride(from: 1.0, to: world.days, by: 2) {
                world.service.faults.append(
                    ServiceModel.Fault(from: day * Self.day, to: day * Self.day + hours * hour, kind: kind))
            }
        }
    }
}
