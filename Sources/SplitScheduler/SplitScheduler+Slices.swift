import ProxyTerms

// Slices: where work goes within a window.
extension SplitScheduler {
    /// Decides where work goes now; tells if that is somewhere else than before.
    mutating func turn(now: Instant) -> Switch? {
        guard let plan else { return nil }
        account(until: now)
        let (planned, cause) = slice(plan, now: now)
        // With both down nothing moves; whichever is back first gets the work.
        if !awake.usable.p2pool, !awake.usable.xvb, settings.mode != .p2pool { return nil }
        // Rigs find work anywhere rather than none, but in mode p2pool XvB gets nothing whatever happens.
        let mayStandIn = awake.usable[planned.other] && settings.mode != .p2pool
        let wanted = awake.usable[planned] || !mayStandIn ? planned : planned.other
        let comesBack = awake.isStoodIn && awake.usable[planned]
        let wasNew = awake.isStoodInForNew
        awake.isStoodIn = wanted != planned
        awake.isStoodInForNew = awake.isStoodIn && awake.isNew[planned]
        guard wanted != upstream else { return nil }
        awake.upstream = wanted
        awake.totals.switches += 1
        if awake.isStoodIn || !awake.usable[planned] {
            return Switch(to: wanted, because: awake.isNew[planned] ? .notConnectedYet : .upstreamDown)
        }
        return Switch(to: wanted, because: !comesBack ? cause : wasNew ? .upstreamConnected : .upstreamBack)
    }

    /// Where the plan wants work to go now, and why if that is new.
    private mutating func slice(_ plan: WindowPlan, now: Instant) -> (Upstream, SwitchCause) {
        plannedSwitch = nil
        let before = sliceWork
        sliceWork = .asPlanned
        switch plan.cause {
        case .noShare, .shareLeaving:
            keeper.interrupted(now: now.wholeSeconds)
            return (.p2pool, .shareLost)
        case .noHashrate, .vagueHashrate, .noP2PoolReading, .staleP2PoolReading, .insaneInputs,
            .shareUnknown,
            .xvbConnecting, .xvbDown,
            .seedsDiffer, .xvbFails,
            .notRegistered, .p2poolMode, .hashrateTooLow, .noTierInReach, .tierNotHeld, .tierHeldOutside:
            keeper.interrupted(now: now.wholeSeconds)
            return (.p2pool, .planChanged)
        case .hero, .manual:
            keeper.interrupted(now: now.wholeSeconds)
            return clockSlice(plan, before: before, now: now)
        case .holdTier:
            guard settings.followsClock else { return tierSlice(plan, now: now) }
            keeper.interrupted(now: now.wholeSeconds)
            return clockSlice(plan, before: before, now: now)
        }
    }

    /// A slice that follows the clock: in each window, or in each cycle of it, first p2pool, then XvB.
    private mutating func clockSlice(
        _ plan: WindowPlan, before: SliceWork, now: Instant
    ) -> (Upstream, SwitchCause) {
        let window = settings.window
        let second = Int(now.wholeSeconds - windowStart.wholeSeconds)
        let slices = ClockSlices(window: window, xvb: window - switchSecond(plan), cycles: cycles(plan))
        let (begin, planned, end) = slices.cycle(of: second)
        // What earlier slices lacked for want of work is made up by beginning earlier.
        let early = isWorkSpent ? planned : max(begin, planned - Int(owed))
        // One that has begun so goes on: what is owed gets less meanwhile.
        let turn = before == .paysBack && upstream == .xvb ? min(early, second) : early
        let next = second < turn ? turn : end
        if next < window || second < turn {
            plannedSwitch = windowStart.adding(milliseconds: Int64(next) * 1000)
        }
        guard second >= turn else { return (.p2pool, .planned) }
        if second < planned { sliceWork = .paysBack }
        return (begun(left: before == .waitsForJob ? end - second : .max), .planned)
    }

    /// The cycles of a window whose plan follows the clock.
    func cycles(_ plan: WindowPlan) -> Int { cycles(xvb: settings.window - switchSecond(plan)) }

    /// How many cycles of at least `cycle` seconds a window has that gives XvB `xvb` of them: so few that neither side's part of
    /// one is shorter than the least slice (a second more, as both are rounded).
    func cycles(xvb: Int) -> Int {
        let part = min(xvb, settings.window - xvb)
        let most = part > 0 ? part / (max(1, settings.minSlice) + 1) : 1
        return max(1, min(settings.window / max(1, settings.cycle ?? settings.window), most))
    }

    /// The second of the window in which work goes to XvB: as planned, or later if so many rigs went meanwhile that p2pool would
    /// lack a tenth of the window. (Manual seconds are the operator's.)
    func switchSecond(_ plan: WindowPlan) -> Int {
        guard plan.cause == .hero else { return plan.switchSecond }
        let needed = p2poolNeed(plan) * plan.window
        return needed > Double(plan.switchSecond) + plan.window / 10
            ? Int((needed - 1e-4).rounded(.up)) : plan.switchSecond
    }

    /// A slice that holds a tier.
    private mutating func tierSlice(_ plan: WindowPlan, now: Instant) -> (Upstream, SwitchCause) {
        let second = now.wholeSeconds
        guard let aim, awake.usable.xvb else {
            keeper.interrupted(now: second)
            return (.xvb, .planned)
        }
        // The second from which on a change is counted: one that has begun is not a whole one of what comes.
        let change = Instant(second: second) == now ? second : second + 1
        // p2pool first: while it is behind its need nothing goes to XvB.
        let need = p2poolNeed(plan)
        let onXvBFor: Int64? =
            if case .xvb(let since, _, _) = keeper.state { second - since } else { nil }
        // A new plan that asks for more cuts no slice below the least one.
        let enough = enoughLead(aim, need: need)
        let ahead = onXvBFor == nil ? enough : 0
        let outlook = outlook(second: second)
        if need > 0, p2poolLead < ahead, onXvBFor.map({ $0 >= aim.minSlice }) ?? true {
            keeper.interrupted(now: change)
            let due = keeper.nextStart(aim, outlook: outlook, now: second)
            plannedSwitch = Instant(second: max(due, p2poolAhead(by: enough, need: need, second: second)))
            return (.p2pool, .p2poolFirst)
        }
        let heeding = heedingJobs(aim, outlook: outlook, second: second)
        switch keeper.decide(heeding, outlook: outlook, now: second, change: change) {
        case .p2pool(let nextStart):
            plannedSwitch = Instant(second: max(nextStart, p2poolAhead(by: enough, need: need, second: second)))
            return (.p2pool, .workDone)
        case .xvb(let expectedEnd):
            let allowed = need > 0 ? second + Int64(min(p2poolLead / need, 86_400)) + 1 : .max
            plannedSwitch = Instant(second: min(expectedEnd, allowed))
            return (.xvb, .planned)
        case .waitForJob:
            waitForJob(second: second)
            return (.p2pool, .workDone)
        }
    }

    /// The second at which p2pool will be `enough` seconds ahead of its `need` if all goes there: no slice begins before.
    private func p2poolAhead(by enough: Double, need: Double, second: Int64) -> Int64 {
        guard need > 0, p2poolLead < enough else { return second }
        return second + Int64(min((enough - p2poolLead) / max(0.01, 1 - need), 3_600).rounded(.up))
    }

    /// p2pool's need as a part of the time, by the hashrate of this moment: rigs that go in mid-window are not p2pool's loss. While
    /// the hashrate is getting known it is thought to be what it is at least.
    func p2poolNeed(_ plan: WindowPlan) -> Double {
        p2poolNeed(of: plan.requiredP2PoolHashrate)
            ?? (plan.window > 0 ? max(0, 1 - plan.mostXvBSeconds / plan.window) : 0)
    }

    /// The same where p2pool needs `required` H/s; `nil` while no rig can be moved.
    private func p2poolNeed(of required: Double) -> Double? {
        let doubt = choice.isSettled ? 0 : 2 * hashrate.error
        let total = hashrate.total * max(0, 1 - doubt)
        let movable = min(hashrate.movable, hashrate.total) * max(0, 1 - doubt)
        guard movable > 0 else { return nil }
        return 1 - min(1, max(0, total - required) / movable)
    }

    /// Seconds that p2pool is ahead of its need of `required` H/s when a window begins, beyond the ups and downs of a cycle: XvB's in
    /// this window.
    func spareLead(_ aim: TierKeeper.Aim, required: Double) -> Double {
        guard let need = p2poolNeed(of: required) else { return 0 }
        let lead = isFirstPlan ? max(p2poolLead, firstLead(need: need)) : p2poolLead
        return max(0, lead - enoughLead(aim, need: need) / 2)
    }

    /// Seconds that p2pool has to be ahead of its need before a slice for XvB begins: once behind, it gets enough for a whole cycle.
    private func enoughLead(_ aim: TierKeeper.Aim, need: Double) -> Double {
        need * max(Double(aim.minSlice), Double(aim.cycle) * (1 - need))
    }

    /// While there was no plan all went to p2pool: it has its need for a cycle.
    func firstLead(need: Double) -> Double { need * Double(cycle) }

    /// Whether the plan that is made now follows none that gave XvB something.
    var isFirstPlan: Bool { (plan?.cause.isWaiting ?? true) && !resumesWindow }

    mutating func account(until now: Instant) {
        guard now > directedSince else { return }
        let seconds = now.seconds(since: directedSince)
        directed[upstream] += seconds
        directedSince = now
        noteOwed(seconds)
        guard let plan, plan.cause.isHoldingTier else { return }
        let need = p2poolNeed(plan)
        let most = need * plan.window
        // Rigs that wait for XvB's next job mine on p2pool meanwhile.
        let onXvB = upstream == .xvb ? freshPart : 0
        p2poolLead = min(most, max(-most, p2poolLead + seconds * (1 - onXvB - need)))
    }

    func deadline(now: Instant) -> Instant {
        guard let plan else { return now }
        if plan.cause.isWaiting { return min(windowEnd, now.adding(milliseconds: 1000)) }
        var deadline = windowEnd
        // One that is overdue (it hangs on more than the clock) is looked at once a second.
        if let plannedSwitch {
            deadline = min(
                deadline, plannedSwitch > now ? plannedSwitch : now.adding(milliseconds: 1000))
        }
        if !plan.cause.isObstacle, let dated = p2pool.reading {
            deadline = min(
                deadline, now.adding(seconds: max(1, settings.hold - dated.age(at: now) + 0.001)))
            if let left = p2pool.secondsUntilShareLeaves(at: now), left > shareGuard {
                deadline = min(deadline, now.adding(seconds: left - shareGuard + 0.001))
            }
        }
        return deadline
    }
}
