import ProxyTerms
import SplitScheduler

extension Scenarios {
    static let recipes: [Recipe] =
        plain + traps + days + jobs + outages + sleeps + rounds + badFigures + counting + shares + others
        + sidechains

    /// What rigs do at home.
    private static let plain: [Recipe] = [
        Recipe(
            name: "share-noise", summary: "nothing scatters but the shares at XvB", hashrate: 10_000, tier: .donor,
            xvbShare: 50_000
        ) { $0.tellsShares = false },
        Recipe(name: "home", summary: "scattering hashrate, a measuring error, p2pool's own luck", hashrate: 25_000) {
            home(&$0)
        },
        Recipe(
            name: "modest", summary: "the draft's 10 kH/s: a tenth of the time without a p2pool share",
            hashrate: 10_000,
            tier: .donor, xvbShare: 50_000
        ) { home(&$0) },
        Recipe(name: "desktop", summary: "half the rigs stop for two hours twice a day (gupaxx #128)") { world in
            home(&world)
            halve(&world)
        },
        Recipe(name: "cold", summary: "XvB's averages start at 0 (pithead #70, gupaxx B6, B9)", days: 10) { world in
            home(&world)
            world.warmth = 0
        },
        Recipe(
            name: "thin", summary: "hardly more than p2pool and the tier need together", hashrate: 15_800, tier: .vip,
            xvbShare: 200_000
        ) { world in
            world.weather.rigs = 20
        },
        Recipe(
            name: "farm", summary: "a big farm that holds mega", hashrate: 2_500_000, tier: .mega, xvbShare: 5_000_000,
            days: 10
        ) { home(&$0) },
        Recipe(
            name: "reconnect", summary: "moving rigs costs a second wherever a policy reconnects them (gupaxx B1)",
            hashrate: 100_000, tier: .donor, xvbShare: 100_000
        ) { world in
            home(&world)
            world.reconnect = 1
        },
    ]

    /// What made others' schedules wrong.
    private static let traps: [Recipe] = [
        Recipe(
            name: "border", summary: "the hashrate wavers around a tier's border (gupaxx B10)", hashrate: 15_400,
            tier: .donor
        ) { world in
            home(&world)
            world.choosesTier = true
        },
        Recipe(
            name: "rechecked", summary: "everything is looked at again each second (pithead #423)", hashrate: 10_000,
            tier: .donor, xvbShare: 50_000, days: 5
        ) { world in
            world.tellsShares = false
            world.polledEvery = 1
        },
        Recipe(name: "mismeasured", summary: "the hashrate looks 15 % higher than it is (gupaxx #120)") { world in
            home(&world)
            world.weather.meterFactor = 1.15
        },
        Recipe(name: "hero-rich", summary: "hero, and others do all that p2pool needs (gupaxx #124)", days: 5) {
            world in
            world.settings.mode = .hero
            world.outside.p2pool = 20_000
            world.settings.externalP2Pool = 20_000
        },
        Recipe(
            name: "amnesia", summary: "the process dies four times a day and its memory is lost (gupaxx B6, #26)",
            hashrate: 14_000, tier: .donor, xvbShare: 50_000
        ) { world in
            home(&world)
            world.weather.rigs = 4
            world.choosesTier = true
            world.forgets = true
            for sixth in 1..<4 * wholeDays(world) { world.restarts.append(Double(sixth) * 6 * hour + 17.3) }
        },
        Recipe(
            name: "nano-poor", summary: "nano with too little for a tier (gupaxx B3: a third of the need)",
            hashrate: 1_250, tier: .donor, xvbShare: 50_000
        ) { world in
            home(&world)
            world.warmth = 0
            world.choosesTier = true
            world.sidechain = .nano
        },
        Recipe(
            name: "main-poor",
            summary: "main's short window with too little for a tier (gupaxx B2: a sixth of the need)",
            hashrate: 300_000, tier: .whale, xvbShare: 2_000_000
        ) { world in
            home(&world)
            world.warmth = 0
            world.choosesTier = true
            world.sidechain = .main
        },
    ]

    static func wholeDays(_ world: ModelWorld) -> Int {
        max(1, Int(world.days.rounded(.up)))
    }

    static func home(_ world: inout ModelWorld) {
        world.weather.noise = 0.02
        world.weather.dailySwing = 0.05
        world.weather.rigs = 10
    }
}
