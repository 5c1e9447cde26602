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
    /// What XvB was to get: of each plan of the window the part for which it stood.
    public var planned: PlannedXvB

    /// All work that XvB's planned work is a part of, in hashes. A slice that ends when its work is done is a part of what was
    /// accepted, however much the rigs turn out to make; work that was not done is a part of what the plan took the rigs for. A
    /// slice that ends by the clock is a part of the time, and so of whatever was done in it.
    public var plannedWork: Double {
        let accepted = work.p2pool + work.xvb
        let believed = plan.hashrate * plan.window
        guard planned.work > 0 else { return max(accepted, believed) }
        let isDone = accepted > 0 && work.xvb >= planned.work + clockShare * accepted
        return isDone || believed <= 0 ? accepted : believed
    }

    /// Work that XvB was to get, in hashes.
    public var plannedXvBWork: Double { planned.work + clockShare * plannedWork }

    /// XvB's planned share of the window's work, 0 … 1.
    public var plannedXvBShare: Double {
        let all = plannedWork
        return clockShare + (all > 0 ? planned.work / all : 0)
    }

    /// The part of the time that slices were to last that end by the clock, 0 … 1: whole seconds, and so a little longer than
    /// XvB's need.
    private var clockShare: Double { plan.window > 0 ? planned.seconds / plan.window : 0 }

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
