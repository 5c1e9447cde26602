import ProxyCore
import ProxyTerms

extension Snapshot {
    /// Where work goes, for how long, and what can't be reached: a plan alone moves no hash.
    func whereabouts(at now: Instant) -> String {
        let all = Upstream.allCases.filter { upstreams[$0].endpoint != nil }
        let down = all.filter { upstreams[$0].readyLanes == 0 }
        let names = down.map(\.name).joined(separator: " and ")
        if down.count == all.count { return "mining nowhere: \(names) can't be reached" }
        let left = LogText.duration(secondsLeft(at: now))
        let next = expectedSwitch == nil ? "the next plan in" : "\(upstream.other.name) in about"
        return "mining on \(upstream.name), \(next) \(left)" + (down.isEmpty ? "" : " (\(names) can't be reached)")
    }

    /// Seconds to the expected switch, or else to the next plan.
    func secondsLeft(at now: Instant) -> Double {
        max(0, (expectedSwitch ?? windowEnd).seconds(since: now))
    }
}
