import ProxyCore
import ProxyTerms
import SplitScheduler
import Testing

@testable import StratumProxy

@Suite("Where status says that work goes")
struct WhereaboutsTests {
    private func text(turnOf upstream: Upstream, p2pool: Int, xvb: Int) -> String {
        let endpoint = CoreEndpoint(host: "127.0.0.1", port: 3333, user: "x")
        let core = ProxyCore(
            settings: CoreSettings(
                upstreams: PerUpstream(
                    p2pool: CoreUpstream(endpoints: [endpoint], profile: .p2pool),
                    xvb: CoreUpstream(endpoints: [endpoint], profile: .xvb)), agent: "test"),
            scheduler: SplitScheduler(settings: SplitSettings(), start: .start), seed: 1, now: .start)
        var snapshot = core.snapshot(now: .start)
        snapshot.upstream = upstream
        snapshot.upstreams.p2pool.readyLanes = 1
        snapshot.upstreams.xvb.readyLanes = 1
        snapshot.upstreams.p2pool.miningRigs = p2pool
        snapshot.upstreams.xvb.miningRigs = xvb
        return snapshot.whereabouts(at: .start)
    }

    @Test("It is where the rigs are, not where the plan wants them")
    func truth() {
        #expect(text(turnOf: .xvb, p2pool: 0, xvb: 3).hasPrefix("mining on XvB, the next plan in "))
        #expect(text(turnOf: .xvb, p2pool: 1, xvb: 2).hasPrefix("mining on XvB with 2 of 3 rigs, the next plan in "))
        #expect(
            text(turnOf: .xvb, p2pool: 3, xvb: 0).hasPrefix(
                "XvB's turn, but no rig can mine there: mining on p2pool, the next plan in "))
        #expect(text(turnOf: .p2pool, p2pool: 2, xvb: 1).hasPrefix("mining on p2pool with 2 of 3 rigs, "))
        #expect(text(turnOf: .p2pool, p2pool: 3, xvb: 0).hasPrefix("mining on p2pool, "))
        // Without rigs it is where they would go.
        #expect(text(turnOf: .xvb, p2pool: 0, xvb: 0).hasPrefix("mining on XvB, "))
    }
}
