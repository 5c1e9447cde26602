import ProxyTerms

// The forecast that tiers are chosen by.
extension SplitScheduler {
    /// What the choice of a tier is made from.
    func tierOutlook(_ inputs: PlanInputs, second: Int64) -> TierChoice.Outlook {
        let forecast = forecast(inputs, second: second)
        let reach = Planner.reach(settings, inputs)
        let factor = (1 + settings.xvbBuffer / 100) * (1 + forecast.overhead)
        let tiers = Tier.all(upTo: settings.tier)
        func prospects(_ forecast: DayForecast) -> [TierChoice.Prospect] {
            tiers.map {
                TierChoice.Prospect(
                    tier: $0, outcome: forecast.outcome($0), isInReach: reach >= $0.hashrate * factor,
                    stands: forecast.standing.levels.day >= $0.hashrate * 86_400, overhead: forecast.overhead)
            }
        }
        var cautious: [TierChoice.Prospect]?
        if settings.tier == nil, !history.knowsDay {
            cautious = prospects(forecast.scaled(by: max(0, 1 - 2 * hashrate.error)).withANight)
        }
        return TierChoice.Outlook(
            asked: settings.tier, limits: TierChoice.Limits(price: settings.mostTierPrice), error: hashrate.error,
            cautious: cautious, likely: prospects(forecast)
        ) { prospects(forecast.scaled(by: $0)) }
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
        var outlook = outlook(second: second)
        outlook.foreign.hashrate = credit.expectedForeign(
            at: second, stated: settings.externalXvB, shareSize: shareHashes)
        // Luck costs more where there is less hashrate: the mean hour counts, not the present one.
        var ordinary = outlook
        let mean = farm.hours.reduce(0, +) / Double(max(1, farm.hours.count)) * farm.movablePart
        if outlook.rate > 0, mean > 0 { ordinary.rate = mean }
        var standing = DayForecast.Standing(outlook, second: second)
        if inputs.recentP2Pool != nil {
            standing.toP2Pool = (0..<farm.windowSteps).reversed().map { back in
                let end = second - Int64(back) * DayForecast.step
                return ledger.work(.p2pool, after: end - DayForecast.step, through: end) / Double(DayForecast.step)
            }
        }
        return DayForecast(
            farm: farm, standing: standing, buffer: settings.xvbBuffer,
            overhead: overhead(ordinary))
    }
}
