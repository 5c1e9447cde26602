import ProxyTerms
import SplitScheduler

/// Whether the proxy can do its work, and if not why: for probes of containers and load balancers.
struct Readiness: Equatable {
    /// Why it can't; empty where it can.
    let reasons: [String]

    init(_ report: StatusReport) {
        var reasons: [String] = []
        let used = report.snapshot.usedUpstreams
        if used.allSatisfy({ report.snapshot.upstreams[$0].readyLanes == 0 }) {
            reasons.append(PoolWords.unreachable(used))
        }
        switch report.surroundings.mode {
        case .default, .hero:
            // The rigs mine, but nothing goes to XvB.
            if !report.schedule.p2poolHealth.isTrusted {
                reasons.append(AdminWords.withoutFigures(report.schedule.p2poolHealth.name))
            }
        case .manual, .p2pool: break
        }
        self.reasons = reasons
    }

    var isReady: Bool { reasons.isEmpty }
}
