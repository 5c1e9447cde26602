/// What comes of aiming at a tier with a farm whose hashrate stays as it is.
public struct SteadyProspect: Equatable, Sendable {
    /// The tier.
    public var tier: Tier
    /// For how long it is held, and at which price.
    public var outcome: DayForecast.Outcome
    /// The part of p2pool's expected income that it costs; `nil` where it is out of reach.
    public var incomeCost: Double?

    /// What an outcome costs a farm of `hashrate`.
    public init(_ tier: Tier, _ outcome: DayForecast.Outcome, hashrate: Double) {
        self.tier = tier
        self.outcome = outcome
        guard outcome.price.isFinite, hashrate > 0 else { return }
        incomeCost = tier.hashrate * outcome.price * outcome.held / hashrate
    }
}

extension Planner {
    /// The plan of a window by which the daemon holds a tier with a farm whose hashrate stays as it is and is well known, and what
    /// would come of each tier. `xvbShare` is what one share at XvB is worth.
    public static func steadyPlan(
        _ settings: SplitSettings, _ inputs: PlanInputs, xvbShare: Double? = nil
    ) -> (plan: WindowPlan, prospects: [SteadyProspect]) {
        guard inputs.areSane else { return (plan(settings, inputs), []) }
        let outlook = steadyOutlook(settings, inputs, xvbShare: xvbShare)
        var choice = TierChoice()
        var planned = inputs
        planned.aim = choice.choose(outlook, at: .start)
        if planned.aim == Tier.none { planned.refused = outlook.refused }
        let prospects = outlook.likely.map {
            SteadyProspect($0.tier, $0.outcome, hashrate: inputs.hashrate)
        }
        var plan = plan(settings, planned)
        plan.higher = choice.higher(outlook, day: 0, at: .start)
        return (plan, prospects)
    }

    /// The least steady hashrate with which the daemon aims at `tier`, all else as in `inputs`, in H/s; `nil` where none is enough.
    public static func leastHashrate(for tier: Tier, _ settings: SplitSettings, _ inputs: PlanInputs) -> Double? {
        var settings = settings
        settings.tier = tier
        func isEnough(_ hashrate: Double) -> Bool {
            var inputs = inputs
            inputs.hashrate = hashrate
            inputs.movableHashrate = hashrate
            guard inputs.areSane else { return false }
            let outlook = steadyOutlook(settings, inputs, xvbShare: nil)
            return outlook.likely.contains {
                $0.tier == tier && $0.isInReach && $0.cost <= outlook.limits.taken
            }
        }
        var low = 0.0
        var high = 20 * (tier.hashrate + inputs.oneShareHashrate * max(1, settings.wantedShares))
        guard isEnough(high) else { return nil }
        for _ in 0..<30 {
            let middle = (low + high) / 2
            if isEnough(middle) { high = middle } else { low = middle }
        }
        return high
    }

    /// What the choice is made from where each tier has been held for a day already.
    private static func steadyOutlook(
        _ settings: SplitSettings, _ inputs: PlanInputs, xvbShare: Double?
    ) -> TierChoice.Outlook {
        var scheduler = SplitScheduler(settings: settings, start: .start)
        scheduler.hashrate = HashrateInputs(total: inputs.hashrate, movable: inputs.movableHashrate)
        if let xvbShare { scheduler.shareSize.add(xvbShare) }
        let forecast = scheduler.forecast(inputs, second: 0)
        var outlook = scheduler.tierOutlook(inputs, second: 0)
        let settled = outlook.likely.map {
            var prospect = $0
            prospect.outcome = forecast.settled(at: $0.tier).outcome($0.tier)
            return prospect
        }
        outlook.likely = settled
        outlook.prospects = { _ in settled }
        outlook.cautious = nil
        return outlook
    }
}

extension DayForecast {
    /// The same where `tier` has been held for a day already.
    fileprivate func settled(at tier: Tier) -> DayForecast {
        let own = own(tier) * (1 + overhead)
        var settled = self
        settled.standing.levels = CreditLevels(
            hour: (own + standing.outside) * 3_600, day: (own + standing.outside) * 86_400)
        let leaving = own * Double(Self.step)
        settled.standing.leavingHour = [Double](repeating: leaving, count: Self.hourSteps)
        settled.standing.toP2Pool = [Double](
            repeating: max(farm.required, (farm.hours.first ?? 0) - own), count: farm.windowSteps)
        settled.standing.leavingDay = [Double](repeating: leaving, count: Self.daySteps)
        return settled
    }
}
