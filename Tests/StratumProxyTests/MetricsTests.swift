import Foundation
import Testing

@testable import StratumProxy

@Suite("The metrics")
struct MetricsTests {
    private var text: String {
        var run = RunFigures()
        run.switched(milliseconds: 40)
        var prover = StatusReport.ProverFigures()
        prover.computed = 3
        return SampleReport.report.metrics(run, prover, time: 1_800_000_000)
    }

    /// Names of the families with their types.
    private var families: [String: String] {
        var families: [String: String] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("# TYPE ") {
            let words = line.split(separator: " ")
            families[String(words[2])] = String(words[3])
        }
        return families
    }

    @Test("docs/metrics.md lists each metric with its type, and no other")
    func documented() throws {
        let page = try String(contentsOf: Golden.root.appendingPathComponent("docs/metrics.md"), encoding: .utf8)
        var listed: [String: String] = [:]
        for line in page.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            listed[cells[0].replacing("`", with: "")] = cells[1]
        }
        #expect(listed == families)
    }

    @Test("Each line is a metric of the family before it, with a number")
    func lines() {
        var family = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# HELP ") { continue }
            if line.hasPrefix("# TYPE ") {
                family = String(line.split(separator: " ")[2])
                continue
            }
            #expect(line.hasPrefix(family), "\(line)")
            #expect(Double(line.split(separator: " ").last ?? "") != nil, "\(line)")
        }
    }

    @Test("Work and shares are counters by upstream and verdict, figures carry their unit")
    func values() {
        for line in [
            "stratum_proxy_rigs 3", "stratum_proxy_hashrate_hs{window=\"12h\"} 10000",
            "stratum_proxy_credited_hashrate_hs{window=\"1h\"} 950", "stratum_proxy_start_time_seconds 1799996400",
            "stratum_proxy_rig_hashrate_hs{rig=\"attic\"} 5000", "stratum_proxy_rig_up{rig=\"cellar\"} 0",
            "stratum_proxy_switch_delay_seconds_bucket{le=\"0.05\"} 1", "stratum_proxy_proofs_total 3",
        ] {
            #expect(text.split(separator: "\n").contains(Substring(line)), "\(line)")
        }
    }

    @Test("What is not configured is not missing: no alarm waits for p2pool's figures in mode manual without its API")
    func inputs() {
        var report = SampleReport.report
        report.sources.p2pool.place = nil
        let health = report.metrics(RunFigures(), .init(), time: 0).split(separator: "\n")
            .filter { $0.hasPrefix("stratum_proxy_input_health{") }
        #expect(!health.isEmpty && health.allSatisfy { $0.contains("input=\"xvb\"") })
    }

    @Test("Rigs beyond the bound are counted, not listed: those with most hashrate come first")
    func bound() {
        var report = SampleReport.report
        let one = report.rigs[0]
        report.rigs = (0..<StatusReport.mostRigMetrics + 7).map { index in
            var rig = one
            rig.name = "rig-\(index)"
            rig.rate.hashrate = Double(index)
            return rig
        }
        let text = report.metrics(RunFigures(), .init(), time: 0)
        let listed = text.split(separator: "\n").filter { $0.hasPrefix("stratum_proxy_rig_up{") }
        #expect(listed.count == StatusReport.mostRigMetrics)
        #expect(listed.first == "stratum_proxy_rig_up{rig=\"rig-206\"} 1")
        #expect(text.contains("stratum_proxy_rigs_without_metrics 7\n"))
    }
}
