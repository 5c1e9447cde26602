import ProxyTerms
import Testing

@testable import ProxyCore
@testable import SplitScheduler
@testable import StratumProxy

/// Mode p2pool: what a miner reads says nothing of XvB.
@Suite("N10: sentences in mode p2pool")
struct P2PoolModeTests {
    private var report: StatusReport {
        var report = SampleReport.report
        report.surroundings.mode = .p2pool
        report.snapshot.upstreams.xvb.endpoint = nil
        report.snapshot.upstreams.xvb.isUsed = false
        report.snapshot.upstreams.xvb.readyLanes = 0
        var split = SplitSettings()
        split.mode = .p2pool
        let inputs = PlanInputs(
            hashrate: 10_000, sidechainDifficulty: 85.5e6, pplnsWindow: 2_160, blockTime: 10, shareInWindow: true,
            externalP2Pool: 0, externalXvB: 0)
        report.snapshot.plan = Planner.plan(split, inputs)
        report.snapshot.expectedSwitch = nil
        report.snapshot.xvbReading = nil
        report.sources.xvb = .init()
        return report
    }

    // Fault N10.
    @Test("status has no line of XvB, with a share in the window and without", arguments: [true, false])
    func status(hasShare: Bool) {
        var report = report
        report.snapshot.p2poolReading?.value.rewardSharePercent = hasShare ? 0.5 : 0
        let text = report.lines.text
        #expect(!text.contains("XvB"), "\(text)")
        #expect(text.contains("p2pool"))
        #expect(SampleReport.report.lines.text.contains("XvB's fresh"))
    }

    @Test("The page's question whether the wallet can win is answered by the mode, not by figures that nobody reads")
    func chance() {
        #expect(RaffleChance(report).answer == false)
        #expect(RaffleChance(report).text == "No: mode p2pool sends XvB nothing" && RaffleChance(report).checks.isEmpty)
        #expect(!Sign.all(report).contains { $0.name.contains("XvB") })
    }

    // Fault N10.
    @Test("Neither has what is told when p2pool is lost, in the log, to a probe and in the verdict")
    func lost() {
        var report = report
        report.snapshot.upstreams.p2pool.readyLanes = 0
        report.snapshot.upstreams.p2pool.miningRigs = 0
        let texts =
            [
                PoolWords.down(.p2pool, other: .unused), PoolWords.noneUp([.p2pool], grace: 60),
                report.snapshot.whereabouts(at: report.now), Verdict(report).text, Verdict(report).why,
                ScheduleWords.slept(seconds: 600, usesXvB: false),
                RigWords.notSent("front", to: .p2pool, usesOther: false),
                RigWords.frontProxy("front", sharesConnection: false),
            ] + Readiness(report).reasons
        for text in texts { #expect(!text.contains("XvB") && !text.contains("neither"), "\(text)") }
        #expect(Readiness(report).reasons == ["p2pool can't be reached"])
    }
}
