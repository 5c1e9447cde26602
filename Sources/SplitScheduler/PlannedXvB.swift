/// What XvB is to get in a window: work where a slice ends when it is done, time where a slice ends by the clock.
///
/// They can't be added before the window is over: what a second of the rigs is worth shows only then.
public struct PlannedXvB: Equatable, Sendable {
    /// Work, in hashes.
    public var work = 0.0
    /// Seconds of all rigs.
    public var seconds = 0.0

    /// Nothing.
    public init() {}
}

/// Adds up what the plans of a window are to bring XvB, each for as long as it stands.
struct PlannedTally: Equatable, Sendable {
    private var total = PlannedXvB()
    /// The second of the window since which the present plan stands.
    private var since = 0.0

    /// `plan` stood until second `end` of the window.
    mutating func stood(_ plan: WindowPlan, until end: Double) {
        let end = min(end, plan.window)
        guard plan.window > 0, end > since else { return }
        let part = (end - since) / plan.window
        switch plan.measure {
        case .work: total.work += plan.xvbWork * part
        case .seconds: total.seconds += plan.xvbSeconds * plan.movablePart * part
        case .lastSeconds: total.seconds += max(0, end - max(since, Double(plan.switchSecond))) * plan.movablePart
        }
        since = end
    }

    /// What they are to bring until the window's end.
    func total(with plan: WindowPlan) -> PlannedXvB {
        var tally = self
        tally.stood(plan, until: plan.window)
        return tally.total
    }
}

/// What ends the slices of a plan.
enum PlanMeasure: Equatable, Sendable {
    /// XvB's work is done, and so its averages are held; a slice a cycle.
    case work
    /// The cycle is over: XvB's averages are far below what they are to be, and are raised step by step.
    case seconds
    /// The window is over; all of XvB's seconds are its last ones, to the whole second.
    case lastSeconds
}

extension WindowPlan {
    /// What ends its slices.
    var measure: PlanMeasure {
        guard cause.isHoldingTier, !followsClock else { return .lastSeconds }
        return raisesLevels ? .seconds : .work
    }

    /// The part of the hashrate that can be moved to XvB, 0 … 1.
    var movablePart: Double { hashrate > 0 ? min(1, movableHashrate / hashrate) : 0 }
}
