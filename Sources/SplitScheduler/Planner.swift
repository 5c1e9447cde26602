/// Divides one window (docs/algorithm.md#worked-examples): pure, the same for the command `plan`, for the daemon and for
/// the simulator.
///
/// - mHR = PD / (PWS × block time), one expected share per p2pool window.
/// - p2pool needs mHR × λ (λ = 1 + buffer, or from the confidence), less what others send to p2pool.
/// - a tier needs its hashrate × (1 + XvB buffer), less what others send to XvB, or what the ledger says is missing.
/// - what p2pool doesn't need is spare; XvB can get the smaller of the spare and of what can be moved.
public enum Planner {
    /// The plan of a window.
    public static func plan(_ settings: SplitSettings, _ inputs: PlanInputs) -> WindowPlan {
        let window = Double(max(1, settings.window))
        if settings.mode == .p2pool {
            return .allP2Pool(window: window, cause: .p2poolMode, hashrate: inputs.hashrate)
        }
        guard inputs.hashrate > 0 else { return .allP2Pool(window: window, cause: .noHashrate) }
        guard inputs.areSane else { return .allP2Pool(window: window, cause: .insaneInputs) }
        let need = Need(settings, inputs, window: window)
        // Manual seconds are the operator's, unless XvB would skip a win for certain.
        guard inputs.shareInWindow == true || (inputs.shareInWindow == nil && settings.mode == .manual) else {
            return need.allP2Pool(inputs.shareInWindow == nil ? .shareUnknown : .noShare)
        }
        switch settings.mode {
        case .p2pool:
            return need.allP2Pool(.p2poolMode)
        case .manual:
            let wanted = settings.manualXvBSeconds.isFinite ? settings.manualXvBSeconds : 0
            let seconds = min(max(0, wanted), window)
            return need.divided(xvbSeconds: seconds, keeping: 0, cause: .manual, minSlice: 0)
        case .hero:
            guard need.spare > 0 else { return need.allP2Pool(.hashrateTooLow) }
            return need.divided(
                xvbSeconds: need.mostXvBSeconds, keeping: need.p2poolSeconds, cause: .hero, minSlice: settings.minSlice)
        case .default:
            guard need.spare > 0 else { return need.allP2Pool(.hashrateTooLow) }
            return need.holdingTier(settings)
        }
    }
}

extension Planner {
    /// All of a window for p2pool because of `cause`, with what the inputs say about it.
    static func allP2Pool(_ settings: SplitSettings, _ inputs: PlanInputs?, cause: PlanCause) -> WindowPlan {
        let window = Double(max(1, settings.window))
        guard let inputs, inputs.areSane else {
            return .allP2Pool(window: window, cause: cause, hashrate: inputs?.hashrate ?? 0)
        }
        return Need(settings, inputs, window: window).allP2Pool(cause)
    }

    /// A manual plan without p2pool's figures: its seconds are the operator's, whatever p2pool needs.
    static func manual(_ settings: SplitSettings, hashrate: HashrateInputs) -> WindowPlan {
        let window = Double(max(1, settings.window))
        let wanted = settings.manualXvBSeconds.isFinite ? settings.manualXvBSeconds : 0
        let seconds = min(max(0, wanted), window)
        var plan = WindowPlan.allP2Pool(
            window: window, cause: .manual, hashrate: hashrate.total,
            movableHashrate: min(hashrate.movable, hashrate.total))
        plan.p2poolSeconds = window - seconds
        plan.xvbSeconds = seconds
        plan.switchSecond = Int((window - seconds + 1e-4).rounded(.down))
        plan.mostXvBSeconds = window
        plan.tier = Tier.highest(within: plan.xvbHashrate)
        return plan
    }

    /// The most that XvB can have, with what comes from outside, when p2pool keeps its need, in H/s.
    static func reach(_ settings: SplitSettings, _ inputs: PlanInputs) -> Double {
        guard inputs.areSane else { return 0 }
        return Need(settings, inputs, window: Double(max(1, settings.window))).reach + inputs.externalXvB
    }
}

/// What both sides need in one window.
private struct Need {
    let inputs: PlanInputs
    let window: Double
    let movable: Double
    let xvbBuffer: Double
    /// What p2pool must get from us, in H/s.
    let required: Double
    /// What p2pool doesn't need, in H/s; may be negative.
    let spare: Double

    init(_ settings: SplitSettings, _ inputs: PlanInputs, window: Double) {
        self.inputs = inputs
        self.window = window
        movable = min(inputs.movableHashrate, inputs.hashrate)
        xvbBuffer = settings.xvbBuffer
        required = inputs.requiredP2Pool(shares: settings.wantedShares)
        spare = inputs.hashrate - required
    }

    /// The most seconds that XvB can get without cutting p2pool's need: rigs that can't be moved mine to p2pool all the time.
    var mostXvBSeconds: Double {
        movable > 0 ? min(window, max(0, spare) * window / movable) : 0
    }

    /// The least seconds with all rigs on p2pool.
    var p2poolSeconds: Double {
        window - mostXvBSeconds
    }

    /// The most that XvB can get on average, in H/s.
    var reach: Double {
        min(max(0, spare), movable)
    }

    func holdingTier(_ settings: SplitSettings) -> WindowPlan {
        let outside = inputs.externalXvB
        let best = Tier.highest(within: reach + outside, buffer: xvbBuffer)
        let wanted = inputs.aim ?? min(best, settings.tier ?? best)
        // Where the tier was chosen before, the choice knows why it is no higher one.
        let beyond = settings.tier.flatMap { inputs.aim == nil && $0 > wanted ? HigherTier.outOfReach($0) : nil }
        guard wanted != .none else {
            var plan = allP2Pool(
                inputs.refused.map { .tierNotHeld($0.prospect.tier, $0.prospect.outcome, upTo: $0.upTo) }
                    ?? .noTierInReach)
            plan.tier = best
            plan.higher = beyond
            plan.isLimitedByLanes = lanesLimit(beyond: best, asked: settings.tier)
            return plan
        }
        let wantedHashrate = max(0, wanted.hashrate * (1 + xvbBuffer / 100) - outside)
        let work = inputs.neededXvBWork ?? wantedHashrate * window
        let most = min(window, mostXvBSeconds + max(0, inputs.p2poolLead))
        let seconds = movable > 0 ? min(work / movable, most) : 0
        let cause: PlanCause = wantedHashrate > 0 ? .holdTier(wanted) : .tierHeldOutside(wanted)
        var plan = divided(
            xvbSeconds: seconds, keeping: p2poolSeconds, cause: cause, minSlice: settings.minSlice)
        plan.tier = wanted
        plan.higher = beyond
        plan.isLimitedByLanes = lanesLimit(beyond: wanted, asked: settings.tier)
        return plan
    }

    /// Whether more lanes would make a higher tier than `tier` reachable, and one that is wanted.
    private func lanesLimit(beyond tier: Tier, asked: Tier?) -> Bool {
        let reachable = Tier.highest(within: max(0, spare) + inputs.externalXvB, buffer: xvbBuffer)
        return movable < max(0, spare) && min(reachable, asked ?? reachable) > tier
    }

    func allP2Pool(_ cause: PlanCause) -> WindowPlan {
        .allP2Pool(
            window: window, cause: cause, hashrate: inputs.hashrate, movableHashrate: movable, required: required,
            expectedShares: shares(p2poolHashrate: inputs.hashrate),
            tier: Tier.highest(within: inputs.externalXvB))
    }

    func divided(xvbSeconds: Double, keeping: Double, cause: PlanCause, minSlice: Int) -> WindowPlan {
        let whole = Int(window)
        let slice = xvbSeconds > 0 ? min(max(xvbSeconds, Double(minSlice)), window) : 0
        // A ten-thousandth of a second is forgiven, so that 540.0000001 isn't rounded to 541.
        let latest = Int((window - slice + 1e-4).rounded(.down))
        // p2pool's part is no shorter either, where it has one.
        let leastP2Pool = xvbSeconds < window ? min(Double(minSlice), window / 2) : 0
        let earliest = Int((max(keeping, leastP2Pool) - 1e-4).rounded(.up))
        let average = movable * xvbSeconds / window
        return WindowPlan(
            window: window, p2poolSeconds: window - xvbSeconds, xvbSeconds: xvbSeconds,
            switchSecond: min(whole, max(0, max(latest, earliest))),
            tier: Tier.highest(within: average + inputs.externalXvB), requiredP2PoolHashrate: required,
            hashrate: inputs.hashrate, movableHashrate: movable,
            expectedShares: shares(p2poolHashrate: inputs.hashrate - average), cause: cause,
            mostXvBSeconds: window - keeping, isLimitedByLanes: cause == .hero && movable < spare)
    }

    /// λ for what p2pool gets from us and from others; where it is known what it got in its window, at the end of this one.
    private func shares(p2poolHashrate: Double) -> Double {
        let part = inputs.recentP2Pool == nil ? 1 : min(1, window / (inputs.pplnsWindow * inputs.blockTime))
        let own = p2poolHashrate * part + (inputs.recentP2Pool ?? 0) * (1 - part)
        return (own + inputs.externalP2Pool) / inputs.oneShareHashrate
    }
}
