import ProxyTerms
import SplitScheduler
import Testing

@testable import ProxyCore
@testable import StratumProxy

@Suite("What each tier would cost")
struct TierCostsTests {
    private func costs(_ settings: SplitSettings, _ change: (inout Snapshot) -> Void = { _ in }) -> [SteadyProspect] {
        var snapshot = SampleReport.snapshot
        change(&snapshot)
        var costs = TierCosts()
        return costs.prospects(snapshot, settings)
    }

    @Test("Every tier is reckoned, whatever tier or mode is asked for")
    func all() throws {
        let all = costs(SplitSettings())
        #expect(all.map(\.tier) == [.donor, .vip, .whale, .mega])
        var hero = SplitSettings()
        hero.mode = .hero
        hero.tier = .whale
        #expect(costs(hero) == all)
        // 10 kH/s hold donor most of the day for about a tenth of the income, and never VIP.
        #expect(try #require(all.first).outcome.held > 0.8)
        #expect(all[1].outcome.held == 0)
    }

    @Test("Nothing is told before the hashrate and p2pool's figures are known")
    func unknown() {
        let changes: [(inout Snapshot) -> Void] = [
            { $0.plan = nil }, { $0.p2poolReading = nil }, { $0.plan?.hashrate = 0 },
        ]
        for change in changes { #expect(costs(SplitSettings(), change).isEmpty) }
    }

    @Test("It is reckoned anew with each plan, and not before")
    func kept() {
        var costs = TierCosts()
        var snapshot = SampleReport.snapshot
        let first = costs.prospects(snapshot, SplitSettings())
        snapshot.p2poolReading = nil
        #expect(costs.prospects(snapshot, SplitSettings()) == first)
        snapshot.plan?.hashrate = 20_000
        #expect(costs.prospects(snapshot, SplitSettings()) != first)
    }

    @Test("With another hashrate it is what `plan` says of one that stays as it is, whatever lanes there are")
    func otherHashrate() throws {
        var snapshot = SampleReport.snapshot
        snapshot.plan?.movableHashrate = 1
        let inputs = try #require(TierCosts.inputs(snapshot, hashrate: 120_000))
        #expect(inputs.hashrate == 120_000 && inputs.movableHashrate == 120_000)
        var settings = SplitSettings()
        settings.tier = .donor
        let prospects = Planner.steadyPlan(TierCosts.settings(settings), inputs).prospects
        #expect(prospects == Planner.steadyPlan(SplitSettings(), inputs).prospects)
        let whale = try #require(prospects.first { $0.tier == .whale })
        let cost = try #require(whale.incomeCost)
        #expect(whale.outcome.held > 0.9 && cost > 0.75 && cost < 1)
        snapshot.p2poolReading = nil
        #expect(TierCosts.inputs(snapshot, hashrate: 120_000) == nil)
    }
}
