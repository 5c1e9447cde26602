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
        /// What XvB counts of a hash.
        var creditRatio: Double
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
            outside = outlook.foreign.hashrate(.hour)
            outsideDay = outlook.foreign.hashrate(.day)
        }
    }

    /// What comes of aiming at a tier.
    public struct Outcome: Equatable, Sendable {
        /// The part of the time that both averages are at the tier.
        public var held: Double
        /// Work sent over what the tier is in the time that it is held; infinite if it never is.
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

    /// The same on a day on which half of the rigs stop for eight hours: what a farm that isn't known yet may turn out to be.
    var withANight: DayForecast {
        var changed = self
        for index in farm.hours.indices where index % 24 >= 16 { changed.farm.hours[index] /= 2 }
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
        var play = Play(self, tier, own: own)
        play.run()
        let luck = 1 - play.lostToLuck()
        let held = (play.held[0] + play.held[1] * (Self.days - 1)) / Self.days * luck
        let sent = play.sent[0] + play.sent[1] * (Self.days - 1) - play.gained
        // What builds up the day's average is not lost, but never makes a tier cheaper than it will be once held.
        let settled = play.held[1] * luck
        guard held > 0, settled > 0 else { return Outcome(held: held, price: .infinity) }
        let price = max(max(0, sent) / (held * Self.days), play.sent[1] / settled) / (own * 86_400)
        return Outcome(held: held, price: price)
    }
}

/// Two days of one tier.
private struct Play {
    let farm: DayForecast.Farm
    let standing: DayForecast.Standing
    let tier: Double
    let goal: CreditLevels
    /// Part of each day that both averages were held, and the work sent in it.
    var held = [0.0, 0.0]
    var sent = [0.0, 0.0]
    /// By how much work more stands in the day's average at the end, up to what the tier needs.
    var gained = 0.0
    private var steps: [Double] = []
    /// What XvB can have in each step for long, in H/s: p2pool's surplus is spent once.
    private var reaches: [Double] = []
    /// What p2pool gets in each step, from a window before the first one on, in H/s.
    private var toP2Pool: [Double]

    init(_ forecast: DayForecast, _ tier: Tier, own: Double) {
        farm = forecast.farm
        standing = forecast.standing
        self.tier = tier.hashrate
        let known = standing.toP2Pool.suffix(farm.windowSteps)
        toP2Pool = [Double](repeating: farm.required, count: farm.windowSteps - known.count) + known
        let hour = standing.outside + own * (1 + forecast.overhead)
        goal = CreditLevels(hour: max(hour, self.tier * 1.001) * 3_600, day: self.tier * 86_400)
    }

    mutating func run() {
        let length = Double(DayForecast.step)
        var levels = standing.levels
        steps.reserveCapacity(2 * DayForecast.daySteps)
        let window = farm.windowSteps
        var inWindow = toP2Pool.reduce(0, +)
        for step in 0..<2 * DayForecast.daySteps {
            let hashrate = farm.hashrate(step)
            let recent = inWindow / Double(window)
            reaches.append(farm.reach(hashrate, recent: recent, surplusWeight: 1))
            let reach = farm.reach(hashrate, recent: recent) * length * standing.creditRatio
            let leavingHour =
                step < DayForecast.hourSteps ? standing.leavingHour[step] : steps[step - DayForecast.hourSteps]
            let leavingDay =
                step < DayForecast.daySteps ? standing.leavingDay[step] : steps[step - DayForecast.daySteps]
            levels.hour -= leavingHour
            levels.day -= leavingDay
            let raise = max(SplitScheduler.raise * tier * length, SplitScheduler.raiseOfReach * reach)
            let wanted = max(
                min(goal.hour - levels.hour, leavingHour + raise), min(goal.day - levels.day, leavingDay + raise))
            let credited = min(reach, max(0, wanted))
            steps.append(credited)
            toP2Pool.append(max(0, hashrate - credited / standing.creditRatio / length))
            inWindow += toP2Pool[step + window] - toP2Pool[step]
            levels.hour += credited
            levels.day += credited
            let day = step / DayForecast.daySteps
            sent[day] += credited / standing.creditRatio
            if levels.day >= goal.day * 0.999_999 {
                // Without room for the overhead luck decides over the hour.
                let room = (levels.hour - tier * 3_600) / (goal.hour - tier * 3_600)
                held[day] += min(1, max(0, room)) / Double(DayForecast.daySteps)
            }
        }
        gained = (min(levels.day, goal.day) - min(standing.levels.day, goal.day)) / standing.creditRatio
    }

    /// The part of the time that is lost because p2pool's window has no share of ours, and to the making up for it after that.
    func lostToLuck() -> Double {
        guard farm.oneShare > 0 else { return 0 }
        let count = DayForecast.daySteps
        let length = Double(DayForecast.step)
        var hashrate = 0.0
        var reach = 0.0
        // What p2pool gets, summed up over two rounds of the second day.
        var sums = [0.0]
        for index in 0..<2 * count {
            let step = count + index % count
            if index < count {
                hashrate += farm.hashrate(step) + farm.outside
                reach += reaches[step]
            }
            sums.append((sums.last ?? 0) + toP2Pool[step + farm.windowSteps] + farm.outside)
        }
        let span = farm.windowSteps
        var without = 0.0
        for end in count..<2 * count {
            let shares = (sums[end] - sums[end - span]) / Double(span) / farm.oneShare
            without += Numerics.exponential(-shares) / Double(count)
        }
        // While there is none all goes to p2pool, and so one comes sooner.
        if hashrate > 0 { without *= min(1, sums[count] / hashrate) }
        let mean = sent[1] / Double(count) / length
        let spare = min(reach / Double(count) - mean, max(SplitScheduler.raise * tier, reach / Double(count) / 2))
        guard spare > 0, hashrate > 0 else { return without > 0 ? 1 : 0 }
        // What the hour asks for beyond the day's average stands in that: a stretch without a share that it outlasts costs no making up.
        let need = max(0, tier - standing.outsideDay)
        let stretch = farm.oneShare * farm.window / (hashrate / Double(count))
        let surplus = max(0, mean - need) * 86_400
        let lacks = need > 0 ? Numerics.exponential(-surplus / (need * stretch)) : 0
        return min(1, without * (1 + need / spare * lacks))
    }
}
