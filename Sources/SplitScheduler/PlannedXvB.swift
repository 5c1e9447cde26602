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

    /// `plan` stood until second `end` of the window; by the clock it has `cycles` slices.
    mutating func stood(_ plan: WindowPlan, cycles: Int, until end: Double) {
        let end = min(end, plan.window)
        guard plan.window > 0, end > since else { return }
        let part = (end - since) / plan.window
        switch plan.measure {
        case .work: total.work += plan.xvbWork * part
        case .seconds: total.seconds += plan.xvbSeconds * plan.movablePart * part
        case .clock:
            let clock = ClockSlices(window: Int(plan.window), xvb: Int(plan.window) - plan.switchSecond, cycles: cycles)
            total.seconds += (clock.xvbSeconds(until: end) - clock.xvbSeconds(until: since)) * plan.movablePart
        }
        since = end
    }

    /// What they are to bring until the window's end.
    func total(with plan: WindowPlan, cycles: Int) -> PlannedXvB {
        var tally = self
        tally.stood(plan, cycles: cycles, until: plan.window)
        return tally.total
    }
}

/// What ends the slices of a plan.
enum PlanMeasure: Equatable, Sendable {
    /// XvB's work is done, and so its averages are held; a slice a cycle.
    case work
    /// The cycle is over: XvB's averages are far below what they are to be, and are raised step by step.
    case seconds
    /// The window is over, or a cycle of it: to the whole second.
    case clock
}

/// Slices that follow the clock: in each cycle of a window first p2pool, then XvB.
struct ClockSlices {
    /// Seconds of the window, and XvB's of them.
    let window: Int
    let xvb: Int
    let cycles: Int

    /// The cycle of `second`, and when XvB's part of it begins. XvB has whole seconds up to the beginning and the end of the cycle, so that
    /// roundings don't add up.
    func cycle(of second: Int) -> (begin: Int, turn: Int, end: Int) {
        let index = min(max(0, second), window - 1) * cycles / window
        let begin = (index * window + cycles - 1) / cycles
        let end = ((index + 1) * window + cycles - 1) / cycles
        return (begin, end - (xvb * end / window - xvb * begin / window), end)
    }

    /// XvB's seconds of the first `second` ones of the window.
    func xvbSeconds(until second: Double) -> Double {
        let cycle = cycle(of: Int(second))
        return Double(xvb * cycle.begin / window) + max(0, second - Double(cycle.turn))
    }
}

extension WindowPlan {
    /// What ends its slices.
    var measure: PlanMeasure {
        guard cause.isHoldingTier, !followsClock else { return .clock }
        return raisesLevels ? .seconds : .work
    }

    /// The part of the hashrate that can be moved to XvB, 0 … 1.
    var movablePart: Double { hashrate > 0 ? min(1, movableHashrate / hashrate) : 0 }
}
