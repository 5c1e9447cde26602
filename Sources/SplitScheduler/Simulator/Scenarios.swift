import ProxyTerms

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

    /// The world that the command line calls `name`, with these rigs; `nil` if there is none of this name.
    public static func world(
        named name: String, hashrate: Double, tier: Tier, xvbShare: Double, sidechain: SidechainModel = .mini
    ) -> ModelWorld? {
        guard let recipe = recipes.first(where: { $0.name == name }) else { return nil }
        var world = ModelWorld(
            name: name, summary: recipe.summary, hashrate: hashrate, tier: tier, xvbShare: xvbShare)
        world.sidechain = sidechain
        recipe.apply(&world)
        return world
    }

    /// The names that `world(named:…)` knows, each with a line of explanation.
    public static var names: [(name: String, summary: String)] {
        recipes.map { ($0.name, $0.summary) }
    }

    /// All scenarios that the policies are judged in.
    public static var suite: [ModelWorld] {
        var worlds = [
            shareNoise(hashrate: 10_000, tier: .donor, xvbShare: 50_000),
            shareNoise(hashrate: 10_000, tier: .donor, xvbShare: 200_000),
            shareNoise(hashrate: 25_000, tier: .vip, xvbShare: 500_000),
            shareNoise(hashrate: 150_000, tier: .whale, xvbShare: 500_000),
        ]
        for recipe in recipes where recipe.name != "share-noise" {
            var world = ModelWorld(
                name: recipe.name, summary: recipe.summary, hashrate: recipe.hashrate, tier: recipe.tier,
                xvbShare: recipe.xvbShare)
            recipe.apply(&world)
            worlds.append(world)
        }
        return worlds
    }

    /// How a named world is made.
    struct Recipe: Sendable {
        var name: String
        var summary: String
        // The rigs it is judged with in the suite.
        var hashrate = 25_000.0
        var tier = Tier.vip
        var xvbShare = 500_000.0
        var apply: @Sendable (inout ModelWorld) -> Void
    }

    static let hour = 3_600.0
    static let day = 86_400.0
}
