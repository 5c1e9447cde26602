import ProxyTerms
import Testing

@testable import ScheduleLab
@testable import SplitScheduler

/// Few days here, so that the tests stay quick; the figures of `docs/algorithm.md` are those of 20 days.
@Suite("Our policy where others fail")
struct ScenarioTests {
    @Test(
        "In the plain world the credited hour holds, at a few percent more than the tier",
        arguments: [
            (10_000, .donor, 50_000, 0.2, 1.04), (10_000, .donor, 200_000, 0.7, 1.07),
            (25_000, .vip, 500_000, 0.35, 1.045),
            (150_000, .whale, 500_000, 0.1, 1.03),
        ] as [(Double, Tier, Double, Double, Double)])
    func plainWorld(hashrate: Double, tier: Tier, share: Double, below: Double, sent: Double) {
        let row = Simulator.run(.ours, in: plain(hashrate, tier, share, days: 1.5), seed: 1)
        #expect(row.below1hPercent <= below)
        #expect(row.sentRatio <= sent)
        #expect(row.below24hPercent == 0)
        #expect(row.noSharePercent <= (row.promisedNoSharePercent ?? 0) + 0.05)
    }

    @Test(
        "Frozen, silent, nonsensical and zero figures change little (pithead #311, gupaxx #58, #72)",
        arguments: ["frozen", "silent", "garbage", "zeros", "late"])
    func badFigures(name: String) throws {
        var world = plain(25_000, .vip, 500_000, days: 0.8)
        world.service = try scenario(name, days: 1).service
        for index in world.service.faults.indices {
            world.service.faults[index].from -= 80_000
            world.service.faults[index].to -= 80_000
        }
        let row = Simulator.run(.ours, in: world, seed: 1)
        #expect(row.sentRatio < 1.06)
        #expect(row.below1hPercent < 0.5)
    }

    @Test("Restarts forget nothing: no hour of under- or over-sending (gupaxx #26, B6; pithead #249)")
    func restarts() throws {
        var world = plain(10_000, .donor, 50_000, days: 3)
        world.restarts = (1..<12).map { Double($0) * 6 * 3_600 + 17.3 }
        let row = Simulator.run(.ours, in: world, seed: 1)
        #expect(row.below1hPercent < 1)
        #expect(row.sentRatio < 1.06)
    }

    @Test("On nano, and on main with its short window, p2pool's need is what it is (gupaxx B2, B3)")
    func chains() throws {
        for name in ["nano", "main"] {
            let world = try scenario(name, days: 2)
            let row = Simulator.run(.ours, in: world, seed: 1)
            #expect(row.noSharePercent < 20)
            var policy = SplitScheduler(world: world)
            policy.observed(p2pool: SimulatedChain(world.sidechain).reading(at: 0, tellsShares: false), at: .start)
            policy.advance(now: .start, hashrate: HashrateInputs(total: world.hashrate))
            let need = world.sidechain.difficulty / (world.sidechain.window * world.sidechain.blockTime) * 1.25
            #expect(policy.plan.map { abs($0.requiredP2PoolHashrate / need - 1) < 1e-6 } == true)
        }
    }

    @Test("A window that shrinks to a third raises p2pool's need at once (gupaxx B2)")
    func shrinking() throws {
        let row = Simulator.run(.ours, in: try scenario("window-shrinks", days: 4), seed: 1)
        #expect(row.noSharePercent < 6)
        #expect(row.below1hPercent < 8)
    }

    @Test("Hero with a confidence of 95 % is without a share 5 % of the time at most")
    func confidence() {
        var world = Scenarios.shareNoise(hashrate: 25_000, tier: .vip, xvbShare: 500_000)
        world.tellsShares = true
        world.days = 15
        world.settings.mode = .hero
        world.settings.confidence = 0.95
        let row = Simulator.run(.ours, in: world, seed: 1)
        #expect(row.noSharePercent < 5)
        #expect(row.sentRatio > 1.1)
    }

    @Test("An outage of XvB costs nothing but its time, and is made up without a burst")
    func outage() {
        var world = plain(25_000, .vip, 500_000, days: 2)
        world.outages = [OutageModel(upstream: .xvb, from: 40_000, to: 43_600)]
        let row = Simulator.run(.ours, in: world, seed: 1)
        // An hour without XvB, and less than an hour until the level is back.
        #expect(row.below1hPercent < 100 * 2 / 48.0)
        #expect(row.lostPercent < 0.01)
        #expect(row.sentRatio < 1.05)
    }

    /// Days without a share come in a few lumps: over n windows their part scatters by about √(2p/n). The command of
    /// docs/algorithm.md runs 24 seeds of 60 days.
    @Test(
        "The time without a share is not above the promised probability, by more than luck",
        arguments: ["home", "modest", "main", "nano", "window-shrinks"])
    func promise(name: String) throws {
        let world = try scenario(name, days: 6)
        let rows = (1...2 as ClosedRange<UInt64>).map { Simulator.run(.ours, in: world, seed: 40 + $0) }
        let mean = try #require(SimulationRow(mean: rows))
        let promised = try #require(mean.promisedNoSharePercent) / 100
        let windows = 2 * 6 * 86_400 / (world.sidechain.window * world.sidechain.blockTime)
        #expect(promised > 0 && promised < 0.15)
        #expect(mean.noSharePercent / 100 < promised + 2 * (2 * promised / windows).squareRoot())
    }
}
