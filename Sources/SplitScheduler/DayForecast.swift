import ProxyTerms

/// Plays the coming two days for a tier, a quarter of an hour at a time: for how long both averages would be held, and for how
/// much work.
///
/// XvB's hour can't be filled in advance, its day can: what is sent stands in it for 24 h. So with less reach than the tier for
/// some hours a day the tier is held in the others only, and only if the day's sum is reached by sending more in these. In
/// the second day the play has settled; it stands for the days after it.
public struct DayForecast: Equatable, Sendable {
    /// Seconds of a step.
    static let step: Int64 = 900
    /// Steps in a day and in an hour.
    static let daySteps = Int(86_400 / DayForecast.step)
    static let hourSteps = Int(3_600 / DayForecast.step)
    /// Hours that have to be forecast.
    static let hours = 48
    /// Days that are reckoned with: the two that are played, and the second one again and again.
    static let days = 5.0

    /// What is expected of the rigs and asked by p2pool.
    struct Farm: Equatable, Sendable {
        /// Expected hashrate of the hour that runs and of those after it, in H/s.
        var hours: [Double]
        /// How much of the running hour is over, in seconds.
        var intoHour: Int64
        /// The part of it that can be moved to XvB.
        var movablePart: Double
        /// What p2pool must get, in H/s.
        var required: Double
        /// The hashrate that finds one share a p2pool window on average, in H/s.
        var oneShare: Double
        /// Length of p2pool's window in seconds.
        var window: Double
        /// What others send to p2pool with this wallet, in H/s.
        var outside: Double

        /// Hashrate in a step of the play.
        func hashrate(_ step: Int) -> Double {
            let hour = Int((intoHour + Int64(step) * DayForecast.step) / 3_600)
            return hours.isEmpty ? 0 : hours[min(hour, hours.count - 1)]
        }

        /// What XvB can get of `hashrate` where p2pool got `recent` over its window (`PlanInputs.required`).
        func reach(_ hashrate: Double, recent: Double, surplusWeight: Double = PlanInputs.surplusWeight) -> Double {
            let kept = PlanInputs.required(required, recent: recent, surplusWeight: surplusWeight)
            return min(max(0, hashrate - kept), hashrate * movablePart)
        }

        /// p2pool's window in steps of the play.
        var windowSteps: Int { max(1, min(DayForecast.daySteps, Int(window / Double(DayForecast.step)))) }
    }

    /// What counts at XvB now and when it leaves, as credited, in hashes.
    struct Standing: Equatable, Sendable {
        var levels: CreditLevels
        /// What leaves the hour in each of its steps.
        var leavingHour: [Double]
        /// What leaves the day in each of its steps.
        var leavingDay: [Double]
        /// What p2pool got from us in each step of its last window, oldest first, in H/s; empty: what it needs.
        var toP2Pool: [Double] = []
        /// What XvB counts of a hash,
        var creditRatio: Double
        /// and of a share, in hashes.
        var share: Double
        /// What others send to XvB with this wallet, in H/s; part of the levels: what their bad luck leaves of it in an hour,
        var outside: Double
        /// and in a day.
        var outsideDay: Double

        init(_ outlook: CreditOutlook, second: Int64) {
            func leaving(_ span: CreditSpan, _ steps: Int) -> [Double] {
                let levels = (0...steps).map { outlook.level(span, at: second + Int64($0) * DayForecast.step) }
                return zip(levels, levels.dropFirst()).map { max(0, $0 - $1) }
            }
            levels = outlook.levels(at: second)
            leavingHour = leaving(.hour, DayForecast.hourSteps)
            leavingDay = leaving(.day, DayForecast.daySteps)
            creditRatio = max(0.1, outlook.creditRatio)
            share = outlook.shareSize * creditRatio
            outside = outlook.foreign.hashrate(.hour)
            outsideDay = outlook.foreign.hashrate(.day)
        }
    }

    /// What comes of aiming at a tier.
    public struct Outcome: Equatable, Sendable {
        /// The part of the time that both averages are at the tier.
        public var held: Double
        /// What XvB counts of our work over what the tier is in the time that it is held, so that others' work makes it cheaper; infinite
        /// if it never is held.
        public var price: Double
    }

    var farm: Farm
    var standing: Standing
    /// What is sent beyond a tier, in percent.
    var buffer: Double
    /// The part that holding a tier costs beyond its hashrate.
    var overhead: Double

    /// The same with `factor` times the hashrate.
    func scaled(by factor: Double) -> DayForecast {
        var scaled = self
        for index in scaled.farm.hours.indices { scaled.farm.hours[index] *= factor }
        return scaled
    }

    /// The same on a day on which a fifth of the rigs is left for twelve hours: what a farm that isn't known yet may turn out to be.
    var withANight: DayForecast {
        var changed = self
        for index in farm.hours.indices where index % 24 >= 12 { changed.farm.hours[index] /= 5 }
        return changed
    }

    /// What we have to send for `tier`, with the buffer and less what others send, in H/s.
    func own(_ tier: Tier) -> Double {
        max(0, tier.hashrate * (1 + buffer / 100) - standing.outside)
    }

    /// What comes of aiming at `tier`.
    func outcome(_ tier: Tier) -> Outcome {
        let own = own(tier)
        guard tier != .none, own > 0 else { return Outcome(held: 1, price: 0) }
        var play = DayPlay(self, tier, own: own)
        play.run()
        let luck = 1 - play.lostToLuck()
        let held = (play.held[0] + play.held[1] * (Self.days - 1)) / Self.days * luck
        let sent = play.sent[0] + play.sent[1] * (Self.days - 1) - play.gained
        // What builds up the day's average is not lost, but never makes a tier cheaper than it will be once held.
        let settled = play.held[1] * luck
        guard held > 0, settled > 0 else { return Outcome(held: held, price: .infinity) }
        // That XvB counts less than it takes is no fault of the farm's hours.
        let work = max(max(0, sent) / (held * Self.days), play.sent[1] / settled) * standing.creditRatio
        return Outcome(held: held, price: work / (tier.hashrate * 86_400))
    }
}
