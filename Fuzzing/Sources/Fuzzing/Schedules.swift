import ProxyTerms
import SplitScheduler

extension SplitScheduler {
    /// Runs the schedule for `minutes` with a farm of 12 kH/s and requires that each of its plans is one.
    mutating func runAndCheck(from start: Instant, minutes: Int64) {
        var now = start
        let end = start.adding(milliseconds: minutes * 60_000)
        reported(.p2pool, usable: true, at: now)
        reported(.xvb, usable: true, at: now)
        var steps = 0
        while now < end {
            credited(work: 60_000, to: upstream, at: now)
            let step = advance(now: now, hashrate: HashrateInputs(total: 12_000))
            if let plan = step.planned { plan.check() }
            require(nextDeadline > now, "the schedule wants to be asked again at once")
            steps += 1
            require(steps < 10_000, "the schedule wants to be asked ever again")
            now = min(nextDeadline, now.adding(milliseconds: 60_000))
        }
        let status = status(at: now)
        for upstream in Upstream.allCases {
            require(
                status.routed[upstream].day.isFinite && status.routed[upstream].day >= 0, "absurd work in the ledger")
        }
        for (line, kind) in [
            (journalState(at: now), "state"), (journalDays(at: now), "days"),
        ] {
            let text = line.line(time: 1_800_000_000)
            require(JournalEntry.read(text) != nil, "the journal's own line of \(kind) can't be read: \(text)")
        }
    }
}

extension WindowPlan {
    /// A plan's seconds are seconds of its window, and its figures are figures.
    fileprivate func check() {
        require(window.isFinite && window > 0, "a window of \(window) s")
        require((0...window).contains(p2poolSeconds), "\(p2poolSeconds) s for p2pool")
        require((0...window).contains(xvbSeconds), "\(xvbSeconds) s for XvB")
        require(p2poolSeconds + xvbSeconds <= window + 1e-6, "more seconds than the window has")
        require((0...Int(window)).contains(switchSecond), "a switch at second \(switchSecond)")
        require(hashrate.isFinite && requiredP2PoolHashrate >= 0, "absurd figures in a plan")
        require((0...1).contains(noShareProbability), "a probability of \(noShareProbability)")
    }
}
