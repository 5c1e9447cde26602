import ProxyTerms

// Windows: when one ends, what it brought, and the plan of the next.
extension SplitScheduler {
    /// When the current window ends.
    public var windowEnd: Instant {
        windowStart.adding(milliseconds: Int64(max(1, settings.window)) * 1000)
    }

    /// Ends and begins windows and makes the plans that are due.
    mutating func runWindow(now: Instant, planned: inout WindowPlan?) -> WindowReport? {
        guard let plan else {
            begin(at: firstStart(now), now: now)
            planned = self.plan
            return nil
        }
        if now >= windowEnd {
            let report = close(plan, at: windowEnd)
            // After a long sleep the windows in between are left out.
            let isLate = now.seconds(since: windowEnd) >= plan.window
            begin(at: isLate ? Instant(second: now.wholeSeconds) : windowEnd, now: now)
            planned = self.plan
            return report
        }
        guard plan.cause.isObstacle || obstacle(now: now, midWindow: true) != nil else { return nil }
        var new = divide(now: now)
        guard new.cause.isObstacle != plan.cause.isObstacle || !new.cause.isSameKind(as: plan.cause)
        else { return nil }
        if plan.cause.isWaiting {
            begin(at: firstStart(now), now: now)
        } else {
            new.credited = averages(second: now.wholeSeconds)
            replace(plan, by: new, now: now)
        }
        planned = self.plan
        return nil
    }

    /// Where a window begins that doesn't follow another one: now, or before the restart if that one is still in progress.
    private func firstStart(_ now: Instant) -> Instant {
        resumesWindow && now < windowEnd ? windowStart : Instant(second: now.wholeSeconds)
    }

    private mutating func begin(at start: Instant, now: Instant) {
        account(until: start)
        let isFirst = isFirstPlan
        windowStart = start
        directed = PerUpstream(p2pool: 0, xvb: 0)
        planned = PlannedTally()
        plan = makePlan(now: now)
        guard let plan, !plan.cause.isWaiting else { return }
        if isFirst { p2poolLead = max(p2poolLead, firstLead(need: p2poolNeed(plan))) }
        resumesWindow = false
    }

    private mutating func close(_ plan: WindowPlan, at end: Instant) -> WindowReport {
        account(until: end)
        let work = PerUpstream(
            p2pool: ledger.work(.p2pool, from: windowStart, to: end),
            xvb: ledger.work(.xvb, from: windowStart, to: end)
        )
        let report = WindowReport(
            index: totals.windows, start: windowStart, end: end, plan: plan, directedSeconds: directed,
            work: work, planned: planned.total(with: plan, cycles: cycles(plan)))
        awake.totals.add(report)
        return report
    }

    /// Another plan for the rest of the window. What the one before it was to bring until now stays planned.
    mutating func replace(_ old: WindowPlan, by new: WindowPlan, now: Instant) {
        planned.stood(old, cycles: cycles(old), until: max(0, now.seconds(since: windowStart)))
        plan = new
    }

    mutating func makePlan(now: Instant) -> WindowPlan {
        var plan = divide(now: now)
        plan.credited = averages(second: now.wholeSeconds)
        return plan
    }

    private mutating func divide(now: Instant) -> WindowPlan {
        aim = nil
        if settings.mode != .default { prospects = [] }
        var inputs = planInputs(now: now)
        if settings.mode == .p2pool { return Planner.allP2Pool(settings, inputs, cause: .p2poolMode) }
        // At the start nothing else is worth telling: the pools are being connected to.
        if inputs != nil || settings.mode == .manual, hashrate.total <= 0, plan?.cause.isWaiting ?? true {
            return Planner.allP2Pool(settings, inputs, cause: .noHashrate)
        }
        if let obstacle = obstacle(now: now, midWindow: false) {
            return Planner.allP2Pool(settings, inputs, cause: obstacle)
        }
        if settings.mode == .manual, p2pool.reading.map({ isStale($0, at: now) }) ?? true {
            return Planner.manual(settings, hashrate: hashrate)
        }
        guard var found = inputs else {
            return Planner.allP2Pool(settings, nil, cause: .noP2PoolReading)
        }
        if settings.mode != .manual, isHashrateVague(at: now) {
            return Planner.allP2Pool(settings, found, cause: .vagueHashrate)
        }
        guard settings.mode == .default, !settings.followsClock, found.hashrate > 0, found.areSane
        else {
            var plan = Planner.plan(settings, found)
            plan.followsClock = true
            plan.reckonsShare = !p2pool.tellsOfShares
            return plan
        }
        let second = now.wholeSeconds
        found.recentP2Pool = p2pool.recent(ledger: ledger, ledgerBeginning: ledgerBeginning, at: now)
        inputs?.recentP2Pool = found.recentP2Pool
        let outlook = tierOutlook(found, second: second)
        if isWaitingForShares(at: now), choice.isOpen(outlook) {
            return Planner.allP2Pool(settings, found, cause: .vagueHashrate)
        }
        let tier = choice.choose(outlook, at: now)
        prospects = outlook.likely
        inputs?.aim = tier
        if tier == .none { inputs?.refused = outlook.refused }
        var raises = false
        if tier != .none {
            let aim = aim(
                for: tier, reach: Planner.reach(settings, found), second: second,
                windowStart: windowStart.wholeSeconds)
            self.aim = aim
            let needed = workNeeded(for: aim, second: second)
            inputs?.neededXvBWork = needed.work
            raises = needed.raises
            inputs?.p2poolLead = spareLead(
                aim, required: found.requiredP2Pool(shares: settings.wantedShares))
        }
        var plan = Planner.plan(settings, inputs ?? found)
        plan.raisesLevels = raises
        plan.reckonsShare = !p2pool.tellsOfShares
        plan.higher = choice.higher(outlook, day: Double(history.secondsUntilDayIsKnown(at: second)), at: now)
        return plan
    }

    /// What there is to plan with; `nil` before p2pool's figures were read.
    private func planInputs(now: Instant) -> PlanInputs? {
        guard let reading = p2pool.reading?.value else { return nil }
        return PlanInputs(
            hashrate: hashrate.total, movableHashrate: hashrate.movable,
            sidechainDifficulty: reading.sidechainDifficulty, pplnsWindow: reading.pplnsWindow,
            blockTime: reading.blockTime, shareInWindow: true, externalP2Pool: outsideP2Pool(at: now),
            externalXvB: settings.externalXvB ?? credit.foreign(at: now.wholeSeconds).hashrate)
    }

    /// Hashrate that others send to p2pool with this wallet: stated, or else proven, in H/s.
    func outsideP2Pool(at now: Instant) -> Double {
        settings.externalP2Pool ?? p2pool.outside
    }

    /// What forbids sending anything to XvB now. In mid-window an XvB that can't be reached is waited for.
    func obstacle(now: Instant, midWindow: Bool) -> PlanCause? {
        if let obstacle = p2poolObstacle(now: now) { return obstacle }
        if !isRegistered { return .notRegistered }
        if let fails = xvbReading?.value.fails, fails >= XvBReading.mostFails { return .xvbFails(fails) }
        if awake.seedsDiffer { return .seedsDiffer }
        if !midWindow, !awake.usable.xvb { return isConnecting(at: now) ? .xvbConnecting : .xvbDown }
        return nil
    }

    /// Whether XvB has not been usable yet, and a first connection may still come about.
    private func isConnecting(at now: Instant) -> Bool {
        (plan?.cause.isWaiting ?? true) && now.seconds(since: startedAt) < Self.connectPatience
    }

    /// Seconds for the first connection to XvB.
    static let connectPatience = 10.0

    /// What p2pool's figures have against XvB. In manual mode only a share that is missing for certain: XvB skips a winner without one.
    private func p2poolObstacle(now: Instant) -> PlanCause? {
        let isManual = settings.mode == .manual
        guard let dated = p2pool.reading else { return isManual ? nil : .noP2PoolReading }
        if isStale(dated, at: now) {
            return isManual ? nil : .staleP2PoolReading(age: dated.age(at: now))
        }
        switch p2pool.shareInWindow(ledger: ledger, at: now) {
        case .yes, .likely: break
        case .no: return .noShare
        case .unknown: return isManual ? nil : .shareUnknown
        }
        if !isManual, p2pool.shareIsLeaving(within: shareGuard, at: now) {
            return .shareLeaving(seconds: p2pool.secondsUntilShareLeaves(at: now) ?? 0)
        }
        return nil
    }

    private func isStale(_ dated: Dated<P2PoolReading>, at now: Instant) -> Bool {
        dated.age(at: now) > settings.hold
    }

    /// p2pool comes first when our newest share leaves its window within this many seconds, or within the longest slice.
    static let leastShareGuard = 120.0

    var shareGuard: Double {
        let isClock = settings.followsClock || settings.mode != .default
        let longest = isClock ? Int64(min(settings.window, settings.cycle ?? settings.window)) : cycle
        return max(Self.leastShareGuard, Double(longest))
    }
}
