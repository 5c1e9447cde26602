import ProxyCore
import ProxyTerms

extension Snapshot {
    /// Where work goes, for how long, and what can't be reached: a plan alone moves no hash.
    func whereabouts(at now: Instant) -> String {
        let all = usedUpstreams
        let down = all.filter { upstreams[$0].readyLanes == 0 }
        let names = down.map(\.name).joined(separator: " and ")
        if down.count == all.count { return "mining nowhere: \(names) can't be reached" }
        let here = upstreams[upstream].miningRigs
        let elsewhere = upstreams[upstream.other].miningRigs
        let next = ScheduleWords.next(
            after: upstream, expectedSwitch?.seconds(since: now), nextPlan: windowEnd.seconds(since: now))
        let what: String
        if schedule.waitsForJob {
            what = "mining on \(upstream.name) until \(upstream.other.name) sends a job"
        } else if here == 0, upstreams[upstream].waitingRigs > 0 {
            what = "\(upstream.name)'s turn, waiting for its next job"
        } else if here == 0, elsewhere > 0 {
            what = "\(upstream.name)'s turn, but no rig can mine there: mining on \(upstream.other.name)"
        } else {
            what = "mining on \(upstream.name)" + (elsewhere > 0 ? " with \(here) of \(here + elsewhere) rigs" : "")
        }
        return "\(what), \(next)" + (down.isEmpty ? "" : " (\(names) can't be reached)")
    }

    /// Seconds to the expected switch, or else to the next plan.
    func secondsLeft(at now: Instant) -> Double {
        max(0, (expectedSwitch ?? windowEnd).seconds(since: now))
    }
}

extension UpstreamSnapshot {
    /// ", 1 waits for its next job", where rigs do.
    var waitingText: String {
        waitingRigs > 0 ? ", \(waitingRigs) \(waitingRigs == 1 ? "waits" : "wait") for its next job" : ""
    }
}
