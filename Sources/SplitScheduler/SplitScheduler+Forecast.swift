import ProxyTerms

// The forecast that tiers are chosen by.
extension SplitScheduler {
    /// What the choice of a tier is made from.
    func tierOutlook(_ inputs: PlanInputs, second: Int64) -> TierChoice.Outlook {
        let forecast = forecast(inputs, second: second)
        let reach = Planner.reach(settings, inputs)
        let factor = (1 + settings.xvbBuffer / 100) * (1 + forecast.overhead)
        let tiers = settings.tier.map { [$0] } ?? Tier.allCases.filter { $0 != .none }
        let knowledge = history.knowledge(present: present(inputs))
        return TierChoice.Outlook(asked: settings.tier, error: hashrate.error, knowledge: knowledge) { scale in
            let scaled = scale == 1 ? forecast : forecast.scaled(by: scale)
            return tiers.map {
                TierChoice.Prospect(
                    tier: $0, outcome: scaled.outcome($0), isInReach: reach >= $0.hashrate * factor)
            }
        }
    }

    /// The hashrate of about the last hour, in H/s: a mean that began with a guess says less than that of the last minutes.
    private func present(_ inputs: PlanInputs) -> Double {
        history.knowsLastHour ? history.recent ?? inputs.hashrate : inputs.hashrate
    }

    /// What is to be expected of the coming days.
    func forecast(_ inputs: PlanInputs, second: Int64) -> DayForecast {
        let hour = history.hour(of: second)
        // What p2pool's figures prove of others' work is luck once in a while: a share of it is not counted on for days.
        let outside = settings.externalP2Pool ?? max(0, inputs.externalP2Pool - inputs.oneShareHashrate)
        let farm = DayForecast.Farm(
            hours: history.expected(present: present(inputs), hours: DayForecast.hours),
            intoHour: second - history.anchor - hour * 3_600,
            movablePart: min(1, inputs.movableHashrate / inputs.hashrate),
            required: max(0, inputs.oneShareHashrate * settings.wantedShares - outside),
            oneShare: inputs.oneShareHashrate, window: inputs.pplnsWindow * inputs.blockTime,
            outside: outside)
        let outlook = outlook(second: second)
        // Luck costs more where there is less hashrate: the mean hour counts, not the present one.
        var ordinary = outlook
        let mean = farm.hours.reduce(0, +) / Double(max(1, farm.hours.count)) * farm.movablePart
        if outlook.rate > 0, mean > 0 { ordinary.rate = mean }
        return DayForecast(
            farm: farm, standing: DayForecast.Standing(outlook, second: second), buffer: settings.xvbBuffer,
            overhead: overhead(ordinary))
    }
}
