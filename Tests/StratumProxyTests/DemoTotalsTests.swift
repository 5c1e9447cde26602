import ProxyTerms
import Testing

@testable import SimulatedPeers
@testable import SplitScheduler
@testable import StratumProxy

@Suite("A demo's totals")
struct DemoTotalsTests {
    private func totals(xvb: Double) -> DemoTotals {
        var plan = WindowPlan.allP2Pool(window: 20, cause: .holdTier(.donor), hashrate: 5_000)
        plan.xvbSeconds = 5
        var planned = PlannedXvB()
        planned.seconds = 5
        var totals = DemoTotals()
        totals.shareDifficulty = 100
        totals.windows = [
            WindowReport(
                index: 0, start: .start, end: Instant(milliseconds: 20_000), plan: plan,
                directedSeconds: PerUpstream(p2pool: 15, xvb: 5),
                work: PerUpstream(p2pool: 100_000 - xvb, xvb: xvb), planned: planned)
        ]
        return totals
    }

    // Fault N08.
    @Test("The delivered share comes with what luck makes of it; what is beyond that is said")
    func luck() {
        // 1,000 shares, a quarter of them XvB's: one standard error is 1.37 %.
        #expect(abs(totals(xvb: 25_000).shareLuck - 0.0548) < 0.0001)
        let audit = DemoAudit(
            rigs: [], pending: 0, pools: PerUpstream(p2pool: PoolCounters(), xvb: PoolCounters()),
            proxy: SampleReport.snapshot)
        #expect(totals(xvb: 21_000).lines(audit).last?.hasSuffix("luck in finding shares makes ±5.5 %") == true)
        #expect(totals(xvb: 15_000).lines(audit).last == DemoTotals.beyondLuck)
    }

    // Fault N10.
    @Test("A switch that moved all rigs moved all of them, not so many or more")
    func moved() {
        let audit = DemoAudit(
            rigs: [RigCounters(), RigCounters(), RigCounters()], pending: 0,
            pools: PerUpstream(p2pool: PoolCounters(), xvb: PoolCounters()), proxy: SampleReport.snapshot)
        var totals = totals(xvb: 25_000)
        totals.fewestMoved = 3
        #expect(totals.lines(audit)[0].hasPrefix("1 window, "))
        #expect(totals.lines(audit)[1] == "each switch moved all 3 rigs")
        totals.fewestMoved = 2
        #expect(totals.lines(audit)[1] == "each switch moved 2 rigs or more")
    }
}
