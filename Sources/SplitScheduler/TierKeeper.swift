import ProxyTerms

/// Decides when a slice for XvB begins and ends so that both credited averages are held with the least work.
///
/// The levels are what counts in XvB's sliding hour and day. While work is on p2pool, the latest second is known at which a
/// slice must begin: early enough, with the luck that shares may need, to replace what leaves. A slice ends as soon as the
/// accepted work allows the next one to begin a `cycle` after this one began. So each cycle is first p2pool, then XvB, and
/// nothing is sent much earlier than needed: that is all the overhead there is.
///
/// Far below a wanted level (after an outage, at the first start) each cycle of the window raises it by a bounded step: a slice by
/// the clock at the cycle's end.
///
/// States: *p2pool since* → *XvB since, to hold levels, or until the cycle ends* → *p2pool since* …
struct TierKeeper: Equatable, Sendable {
    enum State: Equatable, Sendable {
        /// Work is on p2pool since `since`; the last slice for XvB, if there was one, began at `began`.
        case p2pool(since: Int64, began: Int64?)
        /// Work is on XvB since `since`, until `goal` can be held, at the longest until `until`.
        case xvb(since: Int64, goal: CreditLevels, until: Int64)
    }

    enum Decision: Equatable {
        /// Stay on p2pool; a slice begins at `nextStart` if nothing changes.
        case p2pool(nextStart: Int64)
        /// Be on XvB; the slice is expected to end at `expectedEnd`.
        case xvb(expectedEnd: Int64)
        /// A slice is due, but the rigs have searched all that XvB has: stay on p2pool until it has a new job.
        case waitForJob
    }

    /// What is to be held, and how.
    struct Aim: Equatable, Sendable {
        /// Work that must count in XvB's averages.
        var levels: CreditLevels
        /// Most that a level may be raised in a second, in H/s.
        var raise: Double
        /// Least seconds from one slice's beginning to the next.
        var cycle: Int64
        /// When the window began, and with it its first cycle.
        var windowStart: Int64
        /// Least seconds of a slice on either side.
        var minSlice: Int64
        /// How far beyond the next slice's beginning what leaves is heeded, in seconds.
        var foresight: Int64
        /// Whether XvB has work that the rigs haven't searched yet, so that a slice can begin.
        var canBegin = true
        /// Seconds after which rigs that leave XvB can come back (`FreshWork.secondsUntilReturn`).
        var returnAfter: Int64 = 0

        /// What may be missing at a level and still be made up at once: a step, at least three shares.
        func step(_ outlook: CreditOutlook) -> Double {
            max(raise * Double(cycle), 3 * outlook.shareSize)
        }

        /// What is missing at the level that lacks most, in hashes; negative if nothing is.
        func missing(_ outlook: CreditOutlook, now: Int64) -> Double {
            max(levels.hour - outlook.level(.hour, at: now), levels.day - outlook.level(.day, at: now))
        }

        /// Whole seconds of a cycle in which what leaves the hour is replaced and a level is raised by its step.
        func raisingSeconds(_ outlook: CreditOutlook, now: Int64) -> Int64 {
            guard outlook.rate > 0 else { return minSlice }
            let leaving = max(0, outlook.level(.hour, at: now) - outlook.level(.hour, at: now + cycle))
            let seconds = min(Double(cycle), (raise * Double(cycle) + leaving) / outlook.rate)
            return max(minSlice, Int64((seconds - 1e-4).rounded(.up)))
        }
    }

    private(set) var state: State

    init(since second: Int64) {
        state = .p2pool(since: second, began: nil)
    }

    init(state: State) {
        self.state = state
    }

    /// Decides at second `now`. `change` is the second from which on a slice that begins now is counted; it is the next one where
    /// `now` has begun already, so that no slice is shorter than the least.
    mutating func decide(_ aim: Aim, outlook: CreditOutlook, now: Int64, change: Int64? = nil) -> Decision {
        let change = change ?? now
        switch state {
        case .p2pool(let since, let began):
            let (start, until) = nextSlice(aim, outlook: outlook, since: since, began: began, now: now)
            guard start <= now else { return .p2pool(nextStart: start) }
            guard aim.canBegin else { return .waitForJob }
            // A slice of a cycle that has ended meanwhile has the least length.
            let end = until.map { max($0, now + aim.minSlice) } ?? .max
            let goal =
                until == nil ? outlook.levels(at: now).raised(by: aim.step(outlook), upTo: aim.levels) : aim.levels
            state = .xvb(since: change, goal: goal, until: end)
            let expected = expectedEnd(goal, aim: aim, outlook: outlook, since: now, now: now)
            return .xvb(expectedEnd: min(expected, end))
        case .xvb(let since, let goal, let until):
            let rest = max(since + aim.cycle, now + max(aim.minSlice, aim.returnAfter))
            if now >= until
                || now >= since + aim.minSlice
                    && outlook.latestStart(holding: goal, now: now, horizon: rest + aim.foresight, enough: rest) >= rest
            {
                state = .p2pool(since: change, began: since)
                let next = nextSlice(aim, outlook: outlook, since: change, began: since, now: now)
                return .p2pool(nextStart: next.start)
            }
            let expected = expectedEnd(goal, aim: aim, outlook: outlook, since: since, now: now)
            return .xvb(expectedEnd: min(expected, until))
        }
    }

    /// When the next slice is due, as far as XvB's averages go; `now` while one is under way.
    func nextStart(_ aim: Aim, outlook: CreditOutlook, now: Int64) -> Int64 {
        switch state {
        case .p2pool(let since, let began):
            nextSlice(aim, outlook: outlook, since: since, began: began, now: now).start
        case .xvb: now
        }
    }

    /// The slice for XvB was ended, or kept from beginning, by something else.
    mutating func interrupted(now: Int64) {
        if case .xvb(let since, _, _) = state { state = .p2pool(since: now, began: since) }
    }

    /// When the next slice is to begin, and when it has to end, if not by the work.
    private func nextSlice(
        _ aim: Aim, outlook: CreditOutlook, since: Int64, began: Int64?, now: Int64
    ) -> (start: Int64, until: Int64?) {
        let earliest = max(since + aim.minSlice, now)
        let missing = aim.missing(outlook, now: now)
        if missing > aim.step(outlook) {
            // There is no latest moment: what leaves meanwhile and a step more are found at the end of the cycle.
            let length = aim.raisingSeconds(outlook, now: now)
            var cycleStart = now - max(0, now - aim.windowStart) % aim.cycle
            if let began, began >= cycleStart { cycleStart += aim.cycle }
            let end = cycleStart + aim.cycle
            return (max(earliest, end - length), end)
        }
        if missing > outlook.tolerance { return (earliest, nil) }
        let horizon = now + aim.cycle + aim.foresight
        let start = outlook.latestStart(holding: aim.levels, now: now, horizon: horizon, enough: now)
        return (max(start, earliest), nil)
    }

    private func expectedEnd(
        _ goal: CreditLevels, aim: Aim, outlook: CreditOutlook, since: Int64, now: Int64
    ) -> Int64 {
        let later = outlook.levels(at: max(since + aim.cycle, now) + Int64(outlook.seconds(toFind: 1)))
        let missing = max(0, goal.hour - later.hour, goal.day - later.day)
        let rest = outlook.rate > 0 ? missing / (outlook.rate * max(0.1, outlook.creditRatio)) : 0
        return max(now + Int64(min(rest, 86_400)), since + aim.minSlice)
    }
}

extension CreditLevels {
    /// These levels with `step` more, but none above that of `top`.
    func raised(by step: Double, upTo top: CreditLevels) -> CreditLevels {
        CreditLevels(hour: min(top.hour, hour + step), day: min(top.day, day + step))
    }
}
