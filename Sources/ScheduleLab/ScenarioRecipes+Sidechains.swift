import ProxyTerms
import SplitScheduler

extension Scenarios {
    /// What p2pool's sidechain does.
    static let sidechains: [Recipe] = [
        Recipe(
            name: "main", summary: "the main chain with its window of 360 blocks (gupaxx B2)", hashrate: 1_600_000,
            tier: .whale, xvbShare: 2_000_000, days: 60
        ) { world in
            home(&world)
            world.sidechain = .main
        },
        Recipe(
            name: "window-shrinks", summary: "the window shrinks to a third for two days (gupaxx B2)", hashrate: 40_000
        ) { world in
            home(&world)
            world.sidechain.windows = [
                SidechainModel.WindowStep(at: 3 * Self.day, blocks: 720),
                SidechainModel.WindowStep(at: 5 * Self.day, blocks: 2160),
            ]
        },
        Recipe(
            name: "nano", summary: "the nano chain, 30 s a block (gupaxx B3)", hashrate: 4_000, tier: .donor,
            xvbShare: 50_000
        ) { world in
            home(&world)
            world.sidechain = .nano
        },
        Recipe(name: "drift", summary: "the sidechain's difficulty swings by 40 % each day", hashrate: 30_000) {
            world in
            home(&world)
            world.sidechain.drift = 0.4
        },
    ]
}
