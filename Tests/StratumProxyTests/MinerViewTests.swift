import APIForms
import ProxyTerms
import Testing

@testable import ProxyCore
@testable import StratumProxy

@Suite("The farm and its rigs as a miner")
struct MinerViewTests {
    private func rates(_ shares: [RateWindow: Int]) -> [Rate] {
        RateWindow.allCases.map { window in
            let count = Double(shares[window] ?? 0)
            return Rate(
                hashrate: count * 1_000 / window.seconds, error: count > 0 ? 1 / count.squareRoot() : 1,
                covered: window.seconds)
        }
    }

    @Test("A window with fewer than nine shares shows the next longer one that has nine: never 0 for a rig that mines")
    func windows() {
        let busy = rates([.seconds10: 9, .minute1: 54, .minutes10: 540, .minutes15: 900])
        #expect(StatusReport.three(busy) == [900, 900, 1_000])
        let few = rates([.seconds10: 0, .minute1: 3, .minutes10: 30, .minutes15: 45])
        #expect(StatusReport.three(few) == [50, 50, 50])
        let rare = rates([.minutes15: 2])
        #expect(StatusReport.three(rare).allSatisfy { abs(($0 ?? 0) - 2_000 / 900) < 1e-9 })
        #expect(StatusReport.three(rates([:])) == [0, 0, 0])
    }

    @Test("What the farm counts is of both upstreams, so that a switch makes no counter fall")
    func counters() {
        var report = SampleReport.report
        var run = RunFigures()
        for _ in 0..<10 {
            run.noticed(
                .laneLost(LaneID(upstream: .xvb, index: 1, epoch: 1), endpoint: "x", .connection("y"), retry: 2),
                now: .start)
        }
        let before = report.minerSummary(HostFacts(), run).connection
        #expect(before.failures == 0)
        run.noticed(.upstreamDown(.xvb, other: .up), now: .start)
        report.snapshot.upstream = .xvb
        let after = report.minerSummary(HostFacts(), run).connection
        #expect(after.failures == 1)
        #expect(after.accepted == before.accepted && after.accepted == 2 * 398 && after.rejected == 4)
    }

    @Test("A rig's best are those of all connections with its name, ten of them")
    func best() throws {
        var report = SampleReport.report
        var rig = try #require(report.rigs.first)
        rig.bestShares = (1...10).map { $0 * 10 }.reversed()
        var twin = rig
        twin.bestShares = [1_000, 5]
        report.rigs = [rig, twin]
        let best = try #require(report.minerSummary(rig: rig.name, HostFacts(), RunFigures())).best
        #expect(best == [1_000, 100, 90, 80, 70, 60, 50, 40, 30, 20])
    }
}
