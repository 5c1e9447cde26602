import ProxyTerms

extension Scenarios {
    static let recipes: [Recipe] = plain + traps + outages + badFigures + sidechains

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
            for day in 0..<wholeDays(world) {
                for start in [10.0, 19] {
                    let at = Double(day) * Self.day + start * hour
                    world.weather.steps.append(HashrateWeather.Step(at: at, factor: 0.5))
                    world.weather.steps.append(HashrateWeather.Step(at: at + 2 * hour, factor: 1))
                }
            }
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

    /// What breaks.
    private static let outages: [Recipe] = [
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
    ]

    /// What XvB's API tells.
    private static let badFigures: [Recipe] = [
        Recipe(name: "frozen", summary: "XvB's figures stand still for 8 h every other day (pithead #311)") { world in
            home(&world)
            faults(&world, .frozen, length: 8 * hour)
        },
        Recipe(name: "silent", summary: "XvB's API doesn't answer for 8 h every other day") { world in
            home(&world)
            faults(&world, .silent, length: 8 * hour)
        },
        Recipe(name: "garbage", summary: "XvB's API tells nonsense for 8 h every other day (X01)") { world in
            home(&world)
            faults(&world, .garbage, length: 8 * hour)
        },
        Recipe(name: "zeros", summary: "XvB's API tells 0 for 3 h every other day (gupaxx #58, #72)") { world in
            home(&world)
            faults(&world, .zeros, length: 3 * hour)
        },
        Recipe(name: "late", summary: "XvB's figures are 8 min old (gupaxx #120)") { world in
            home(&world)
            world.service.delay = 480
        },
        Recipe(
            name: "undercount", summary: "XvB counts 96 % of what it accepts (pithead #769)", hashrate: 150_000,
            tier: .whale
        ) { world in
            world.service.creditRatio = 0.96
            world.service.delay = 120
        },
        Recipe(
            name: "outside", summary: "the draft's third example: others send 2 kH/s to p2pool and 8 kH/s to XvB",
            hashrate: 9_000, tier: .vip, xvbShare: 50_000
        ) { world in
            world.outside = PerUpstream(p2pool: 2_000, xvb: 8_000)
            world.settings.externalP2Pool = 2_000
            world.settings.externalXvB = 8_000
        },
        Recipe(
            name: "outside-unstated", summary: "the same, and the operator didn't state it: XvB's figures show it",
            hashrate: 9_000, tier: .vip, xvbShare: 50_000
        ) { world in
            world.outside = PerUpstream(p2pool: 2_000, xvb: 8_000)
        },
        Recipe(
            name: "unreachable", summary: "a tier is asked for that the rigs can't hold (pithead #898, gupaxx B9)",
            hashrate: 60_000, tier: .whale, days: 10
        ) { world in
            home(&world)
            world.warmth = 0
        },
    ]

    /// What p2pool's sidechain does.
    private static let sidechains: [Recipe] = [
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

    private static func wholeDays(_ world: ModelWorld) -> Int {
        max(1, Int(world.days.rounded(.up)))
    }

    private static func home(_ world: inout ModelWorld) {
        world.weather.noise = 0.02
        world.weather.dailySwing = 0.05
        world.weather.rigs = 10
    }

    private static func faults(_ world: inout ModelWorld, _ kind: ServiceModel.Fault.Kind, length: Double) {
        for day in stride(from: 1.0, to: world.days, by: 2) {
            world.service.faults.append(
                ServiceModel.Fault(from: day * Self.day, to: day * Self.day + length, kind: kind))
        }
    }
}
