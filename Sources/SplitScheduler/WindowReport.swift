import ProxyTerms

/// What a window was to bring and what it brought.
public struct WindowReport: Equatable, Sendable {
    /// The window's number, from 0.
    public var index: Int
    /// When it started.
    public var start: Instant
    /// When it ended.
    public var end: Instant
    /// Its last plan.
    public var plan: WindowPlan
    /// Seconds that work was directed to each upstream.
    public var directedSeconds: PerUpstream<Double>
    /// Work that each upstream accepted, in hashes.
    public var work: PerUpstream<Double>
    /// Work that XvB was to get, in hashes: of each plan of the window the part for which it stood.
    public var plannedXvBWork: Double

    /// All work that XvB's planned work is a part of, in hashes. A slice that holds a tier ends when its work is done, however much the
    /// rigs turn out to make: what is done is a part of what was accepted. What was not done, and a slice by the clock, which is
    /// seconds, is a part of what the plan took the rigs for.
    public var plannedWork: Double {
        plan.isMeasuredByWork && work.xvb >= plannedXvBWork && work.xvb > 0
            ? work.p2pool + work.xvb : plan.hashrate * plan.window
    }

    /// XvB's planned share of the window's work, 0 … 1. A slice that follows the clock is whole seconds long and so a little
    /// longer than XvB's need; one that holds a tier ends when the work is done.
    public var plannedXvBShare: Double {
        plannedWork > 0 ? plannedXvBWork / plannedWork : 0
    }

    /// XvB's share of the accepted work, 0 … 1; 0 if there was none.
    public var deliveredXvBShare: Double {
        let all = work.p2pool + work.xvb
        return all > 0 ? work.xvb / all : 0
    }
}

/// What all windows so far were to bring and what they brought.
public struct ScheduleTotals: Equatable, Sendable {
    /// Windows that have ended.
    public var windows = 0
    /// Changes of the upstream that work goes to.
    public var switches = 0
    /// Work that ended windows were to bring XvB, in hashes.
    public var plannedXvBWork = 0.0
    /// Work that ended windows were to bring both, in hashes.
    public var plannedWork = 0.0
    /// Work that each upstream accepted in ended windows, in hashes.
    public var work = PerUpstream(p2pool: 0.0, xvb: 0.0)

    /// No window so far.
    public init() {}

    mutating func add(_ report: WindowReport) {
        windows += 1
        plannedXvBWork += report.plannedXvBWork
        plannedWork += report.plannedWork
        work.p2pool += report.work.p2pool
        work.xvb += report.work.xvb
    }

    /// XvB's planned share of the work, 0 … 1.
    public var plannedXvBShare: Double {
        plannedWork > 0 ? plannedXvBWork / plannedWork : 0
    }

    /// XvB's share of the accepted work, 0 … 1.
    public var deliveredXvBShare: Double {
        let all = work.p2pool + work.xvb
        return all > 0 ? work.xvb / all : 0
    }
}

extension WindowPlan {
    /// Whether slices for XvB end when their work is done, and not by the clock.
    var isMeasuredByWork: Bool { cause.isHoldingTier && !followsClock }

    /// Work that XvB gets from second `start` to second `end` of the window if the plan is carried out, in hashes: of a slice that
    /// follows the clock what lies there, of slices that hold a tier their part.
    func sliceWork(from start: Double, to end: Double) -> Double {
        guard window > 0, end > start else { return 0 }
        if isMeasuredByWork { return xvbWork * (min(end, window) - start) / window }
        return movableHashrate * max(0, min(end, window) - max(start, Double(switchSecond)))
    }
}
