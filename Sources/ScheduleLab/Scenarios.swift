import ProxyTerms
import SplitScheduler

/// The worlds that policies are compared in.
public enum Scenarios {
    /// The plain world of the cross-check: nothing scatters but the shares at XvB, which starts out warm.
    public static func shareNoise(hashrate: Double, tier: Tier, xvbShare: Double, sidechain: SidechainModel = .mini)
        -> ModelWorld
    {
        var world = ModelWorld(
            name: "share-noise", summary: "nothing scatters but the shares at XvB", hashrate: hashrate, tier: tier,
            xvbShare: xvbShare)
        world.sidechain = sidechain
        world.tellsShares = false
        return world
    }

    /// The world that the command line calls `name`; `nil` if there is none of this name. What isn't given is what the world is
    /// judged with in the suite. A world of a sidechain of its own keeps it.
    public static func world(
        named name: String, hashrate: Double? = nil, tier: Tier? = nil, xvbShare: Double? = nil,
        sidechain: SidechainModel? = nil, days: Double? = nil
    ) -> ModelWorld? {
        guard let recipe = recipes.first(where: { $0.name == name }) else { return nil }
        var world = ModelWorld(
            name: name, summary: recipe.summary, hashrate: hashrate ?? recipe.hashrate, tier: tier ?? recipe.tier,
            xvbShare: xvbShare ?? recipe.xvbShare)
        world.sidechain = sidechain ?? .mini
        world.days = days ?? recipe.days
        recipe.apply(&world)
        return world
    }

    /// The names that `world(named:…)` knows, each with a line of explanation.
    public static var names: [(name: String, summary: String)] {
        recipes.map { ($0.name, $0.summary) }
    }

    /// All scenarios that the policies are judged in.
    public static var suite: [ModelWorld] {
        suite(days: nil)
    }

    /// The same worlds, each for as many days if so many are given.
    public static func suite(days: Double?) -> [ModelWorld] {
        var worlds = [
            shareNoise(hashrate: 10_000, tier: .donor, xvbShare: 50_000),
            shareNoise(hashrate: 10_000, tier: .donor, xvbShare: 200_000),
            shareNoise(hashrate: 25_000, tier: .vip, xvbShare: 500_000),
            shareNoise(hashrate: 150_000, tier: .whale, xvbShare: 500_000),
        ]
        if let days {
            for index in worlds.indices { worlds[index].days = days }
        }
        return worlds
            + recipes.filter { $0.name != "share-noise" }.compactMap { world(named: $0.name, days: days) }
    }

    /// How a named world is made.
    struct Recipe: Sendable {
        var name: String
        var summary: String
        // The rigs it is judged with in the suite.
        var hashrate = 25_000.0
        var tier = Tier.vip
        var xvbShare = 500_000.0
        var days = 20.0
        /// What makes the world what it is; its days are known by then.
        var apply: @Sendable (inout ModelWorld) -> Void
    }

    static let hour = 3_600.0
    static let day = 86_400.0
}
