import ProxyTerms

/// Two days of one tier.
struct DayPlay {
    let farm: DayForecast.Farm
    let standing: DayForecast.Standing
    let tier: Double
    /// What we have to send of it, in H/s.
    let own: Double
    let goal: CreditLevels
    /// Part of each day that both averages were held, and the work sent in it.
    var held = [0.0, 0.0]
    var sent = [0.0, 0.0]
    /// By how much work more stands in the day's average at the end, up to what the tier needs.
    var gained = 0.0
    private var steps: [Double] = []
    /// What could stand in XvB's hour at most, step by step: before an hour that has less it gets a reserve.
    private var utmost: [Double] = []
    /// With so many times the tier bad luck is made up for at once.
    private static let plenty = 1.5
    /// What XvB can have in each step for long, in H/s: p2pool's surplus is spent once.
    private var reaches: [Double] = []
    /// What p2pool gets in each step, from a window before the first one on, in H/s.
    private var toP2Pool: [Double]

    init(_ forecast: DayForecast, _ tier: Tier, own: Double) {
        farm = forecast.farm
        standing = forecast.standing
        self.tier = tier.hashrate
        self.own = own
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
            utmost.append(min(reach, own * length * (1 + SplitScheduler.reservePart)))
            if levels.day >= goal.day * 0.999_999 {
                // Without room for the overhead luck decides over the hour.
                let room = (levels.hour - tier * 3_600) / (goal.hour - tier * 3_600)
                held[day] += min(1, max(0, room), chance(reach: reach)) / Double(DayForecast.daySteps)
            }
        }
        gained = (min(levels.day, goal.day) - min(standing.levels.day, goal.day)) / standing.creditRatio
    }

    /// The chance that the hour has the tier in spite of the luck of its shares, where XvB can have `reach` in the step and bad luck can't be
    /// made up for. By a curve that is wider than a normal one: good luck is not saved up, what the hour doesn't need is p2pool's.
    private func chance(reach: Double) -> Double {
        let need = own * 3_600
        guard reach < Self.plenty * own * Double(DayForecast.step), utmost.count >= DayForecast.hourSteps else {
            return 1
        }
        let most = utmost.suffix(DayForecast.hourSteps).reduce(0, +)
        return 1 / (1 + Numerics.exponential((need - most) / (need * standing.share).squareRoot()))
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
        // XvB's hour has to be filled again in any case.
        let most = reaches.suffix(count).max() ?? 0
        let lost = 1 - Numerics.exponential(-3_600 / stretch)
        let refill = most > 0 ? need / most * lost : 0
        return min(1, without * (1 + refill + need / spare * lacks))
    }
}
