import ProxyTerms
import SplitScheduler

// What shares at XvB are worth, and others who send some.
extension Scenarios {
    /// What a share at XvB is worth. Luck at p2pool is no part of these worlds.
    static let shares: [Recipe] =
        [
            sized("odd-49k", "73.5 shares are an hour of donor", 10_000, .donor, 49_000),
            sized("odd-55k", "65.5 shares are an hour of donor", 10_000, .donor, 55_000),
            sized("odd-1m", "3.6 shares are an hour of donor", 10_000, .donor, 1_000_000),
            sized("odd-1m-vip", "36 shares are an hour of VIP", 25_000, .vip, 1_000_000),
        ]
        + drifting("vardiff-slow", "shares from 10k to 1M: another size each 10 min, forgotten in 4 h") {
            .drifting(every: 600, step: 0.26, memory: 14_400, lowest: 10_000, highest: 1_000_000)
        }
        + drifting("vardiff-fast", "shares from 10k to 1M: another size each minute, forgotten in 10 min") {
            .drifting(every: 60, step: 0.4, memory: 600, lowest: 10_000, highest: 1_000_000)
        }
        + [
            sized("jumps-donor", "for 6 h a day shares are worth ten times as much", 10_000, .donor, 50_000) {
                $0.difficulty = .jumps(jumps($0, factor: 10))
            },
            sized("jumps-vip", "for 6 h a day shares are worth a tenth", 25_000, .vip, 500_000) {
                $0.difficulty = .jumps(jumps($0, factor: 0.1))
            },
            sized("rig-sizes", "each of eight rigs has shares of its own size, 15k to 600k", 25_000, .vip, 150_000) {
                $0.difficulty = .perRig([0.1, 0.2, 0.5, 1, 1, 2, 2, 4])
            },
        ]

    /// Others with the same wallet, stated by the operator and not (XvB's figures show it then). They find shares of 200k unless told, with
    /// luck.
    static let others: [Recipe] =
        helped("others", "others send 5 kH/s to XvB", 20_000, .vip, 200_000, others: 5_000, of: 200_000)
        + helped(
            "others-lumps", "others send 3 kH/s to XvB in shares of 1M", 20_000, .vip, 200_000, others: 3_000,
            of: 1_000_000)
        + helped(
            "others-half", "others send half of a donor's 1 kH/s, in shares of 20k", 7_000, .donor, 20_000, others: 500,
            of: 20_000)
        + helped(
            "outside", "the draft's third example: others send 2 kH/s to p2pool and 8 kH/s to XvB", 9_000, .vip, 50_000,
            others: 8_000, of: 200_000
        ) { world, isStated in
            world.tellsShares = true
            world.outside.p2pool = 2_000
            if isStated { world.settings.externalP2Pool = 2_000 }
        }

    private static func helped(
        _ name: String, _ summary: String, _ hashrate: Double, _ tier: Tier, _ share: Double, others: Double,
        of outsideShare: Double, _ change: @escaping @Sendable (inout ModelWorld, Bool) -> Void = { _, _ in }
    ) -> [Recipe] {
        [true, false].map { isStated in
            Recipe(
                name: isStated ? name : name + "-unstated",
                summary: summary + (isStated ? "" : ", and nobody stated it"),
                hashrate: hashrate, tier: tier, xvbShare: share
            ) { world in
                world.tellsShares = false
                world.outside.xvb = others
                world.outsideShare = outsideShare
                if isStated { world.settings.externalXvB = others }
                change(&world, isStated)
            }
        }
    }

    private static func sized(
        _ name: String, _ summary: String, _ hashrate: Double, _ tier: Tier, _ share: Double,
        _ change: @escaping @Sendable (inout ModelWorld) -> Void = { _ in }
    ) -> Recipe {
        Recipe(name: name, summary: summary, hashrate: hashrate, tier: tier, xvbShare: share) { world in
            world.tellsShares = false
            change(&world)
        }
    }

    /// A vardiff around 100k, 150k on average (nine tenths within 22k and 450k), for donor, and for VIP with half as much again as it
    /// takes: what is lacking is made up slowly.
    private static func drifting(
        _ name: String, _ summary: String, _ model: @escaping @Sendable () -> DifficultyModel
    ) -> [Recipe] {
        [
            sized(name + "-donor", summary, 10_000, .donor, 100_000) { $0.difficulty = model() },
            sized(name + "-vip", summary, 20_000, .vip, 100_000) { $0.difficulty = model() },
        ]
    }

    /// Six hours of each day with another size.
    private static func jumps(_ world: ModelWorld, factor: Double) -> [HashrateWeather.Step] {
        (0..<wholeDays(world)).flatMap { day in
            let at = Double(day) * Self.day + 9 * hour
            return [
                HashrateWeather.Step(at: at, factor: factor), HashrateWeather.Step(at: at + 6 * hour, factor: 1),
            ]
        }
    }
}
