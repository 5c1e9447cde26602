import ProxyCore
import ProxyTerms

extension Snapshot {
    /// Where work goes, for how long, and what can't be reached: a plan alone moves no hash. `left` in seconds.
    func whereabouts(left: Double) -> String {
        let all = Upstream.allCases.filter { upstreams[$0].endpoint != nil }
        let down = all.filter { upstreams[$0].readyLanes == 0 }
        let names = down.map(\.name).joined(separator: " and ")
        if down.count == all.count { return "mining nowhere: \(names) can't be reached" }
        return "mining on \(upstream.name), \(LogText.duration(left)) left"
            + (down.isEmpty ? "" : " (\(names) can't be reached)")
    }
}
