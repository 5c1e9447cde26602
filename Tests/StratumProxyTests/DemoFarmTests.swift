import ProxyTerms
import SplitScheduler
import Testing

@testable import SimulatedPeers
@testable import StratumProxy

@Suite("The figures of the demo")
struct DemoFarmTests {
    private func farm(rigs: Int, window: Int = 20) -> DemoFarm {
        var options = DemoOptions()
        options.rigs = rigs
        options.window = window
        return DemoFarm(options)
    }

    /// What the plan is made from when the rigs' speed was measured as `measured` times what it is.
    private func plan(_ farm: DemoFarm, measured: Double) throws -> WindowPlan {
        let settings = try farm.settings(p2poolPort: 1, xvbPort: 1, apiDirectory: "/", stateDirectory: "/").split
        var pool = SimulatedPool(farm.p2pool, now: .start)
        pool.updateSidechain(farm.prepare)
        return Planner.plan(
            settings,
            PlanInputs(
                hashrate: farm.hashrate * measured,
                sidechainDifficulty: Double(farm.p2pool.sidechainDifficulty),
                pplnsWindow: Double(pool.sidechain.windowSize), blockTime: Double(pool.sidechain.blockTime),
                shareInWindow: pool.sidechain.ownSharesInWindow > 0))
    }

    @Test("XvB gets a clearly visible slice with any number of rigs", arguments: [1, 3, 10, 11, 100, 101, 1000, 2000])
    func slice(rigs: Int) throws {
        let farm = farm(rigs: rigs)
        // A farm that was measured a quarter wrong still has one.
        for measured in [0.75, 1, 1.25] {
            let plan = try plan(farm, measured: measured)
            #expect(3...7 ~= 20 - plan.switchSecond, "\(plan)")
            #expect(plan.tier > .none)
        }
    }

    @Test("The rigs' speeds are different and add up", arguments: [1, 3, 200, 2000])
    func rigs(count: Int) {
        let farm = farm(rigs: count)
        let rigs = farm.rigs
        #expect(rigs.count == count)
        #expect(abs(rigs.reduce(0) { $0 + $1.hashrate } / farm.hashrate - 1) < 1e-9)
        #expect(Set(rigs.map(\.user)).count == count)
        #expect(Set(rigs.map { Int($0.hashrate) }).count == min(count, 3))
    }

    @Test("XvB has a new job in every p2pool part, so that a slice can begin", arguments: [5, 6, 20, 600])
    func freshJobs(window: Int) throws {
        let farm = farm(rigs: 3, window: window)
        // A job comes after twice the mean at the latest.
        #expect(2 * farm.xvb.blockInterval < Double(window) * 0.5)
    }

    @Test("XvB is told the wallet's first eight characters and no rig-id, p2pool a name with the difficulty")
    func logins() throws {
        let settings = try farm(rigs: 3).settings(p2poolPort: 1, xvbPort: 2, apiDirectory: "/a", stateDirectory: "/s")
        #expect(settings.upstreams.xvb.endpoints.map(\.user) == ["4AAAAAAA"])
        #expect(settings.upstreams.xvb.endpoints.map(\.usesTLS) == [true])
        let user = try #require(settings.upstreams.p2pool.endpoints.first?.user)
        #expect(SimulatedPool.parse(login: user).difficulty == farm(rigs: 3).difficulty - 1)
    }
}
