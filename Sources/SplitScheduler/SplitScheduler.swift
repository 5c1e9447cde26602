import ProxyTerms

/// Says where work goes: the machine behind every window, the same in the daemon and in the simulator.
///
/// A window is planned at its start: first p2pool, then XvB, the switch at a whole second. What changes in between is
/// heeded at once where p2pool would suffer (share lost, figures stale, XvB unreachable), else in the next window. Work is
/// counted when a pool has accepted it; what one window missed the next ones make up.
///
/// The owner calls `advance` after every input and when `nextDeadline` has come, and obeys `upstream`.
///
/// States, in the words of the code: `plan == nil` before the first call; a plan whose cause is a missing input is *waiting*
/// (all p2pool, looked at once a second, and left as soon as the inputs are there); any other plan runs until its window ends.
public struct SplitScheduler: Sendable {
    /// What the operator set; a change counts from the next window.
    public var settings: SplitSettings
    /// What the pools accepted.
    public private(set) var ledger = WorkLedger()
    /// Where work should go now.
    public private(set) var upstream = Upstream.p2pool
    /// The plan of the current window.
    public private(set) var plan: WindowPlan?
    /// When `advance` wants to be called again.
    public private(set) var nextDeadline: Instant
    /// When the current window started.
    public private(set) var windowStart: Instant
    /// What all ended windows brought.
    public private(set) var totals = ScheduleTotals()
    /// The last good reading of p2pool and when it came.
    public private(set) var p2poolReading: Dated<P2PoolReading>?
    /// The last good reading of XvB and when it came.
    public private(set) var xvbReading: Dated<XvBReading>?
    /// Whether XvB knows the wallet, as far as it said.
    public private(set) var isRegistered = true

    private var usable = PerUpstream(p2pool: true, xvb: true)
    private var hashrate = HashrateInputs(total: 0)
    private var directed = PerUpstream(p2pool: 0.0, xvb: 0.0)
    private var directedSince: Instant
    /// Work that XvB should have got in ended windows and didn't, in hashes; negative if it got more.
    private var owed = 0.0

    /// A schedule that starts at `start`, all p2pool until the inputs are there.
    public init(settings: SplitSettings, start: Instant) {
        self.settings = settings
        windowStart = Instant(second: start.wholeSeconds)
        nextDeadline = start
        directedSince = start
    }

    // MARK: Inputs

    /// `upstream` accepted `work` hashes.
    public mutating func credited(work: Double, to upstream: Upstream, at now: Instant) {
        ledger.credit(work, to: upstream, at: now)
    }

    /// p2pool's API was read. A reading that makes no sense is refused, and the last good one stays in use.
    @discardableResult
    public mutating func observed(p2pool reading: P2PoolReading, at now: Instant) -> P2PoolReadingFault? {
        if let fault = reading.fault { return fault }
        p2poolReading = Dated(value: reading, at: now, age: max(0, reading.age))
        nextDeadline = min(nextDeadline, now)
        return nil
    }

    /// XvB's API was read. A reading that makes no sense is refused, and the last good one stays in use.
    @discardableResult
    public mutating func observed(xvb reading: XvBReading, at now: Instant) -> XvBReadingFault? {
        if let fault = reading.fault { return fault }
        xvbReading = Dated(value: reading, at: now, age: reading.age)
        isRegistered = true
        nextDeadline = min(nextDeadline, now)
        return nil
    }

    /// XvB's API said that it doesn't know the wallet (status 422).
    public mutating func observedUnregistered(at now: Instant) {
        isRegistered = false
        nextDeadline = min(nextDeadline, now)
    }

    /// Whether work can be sent to `upstream` at the moment.
    public mutating func reported(_ upstream: Upstream, usable isUsable: Bool, at now: Instant) {
        usable[upstream] = isUsable
        nextDeadline = min(nextDeadline, now)
    }

    /// Brings the schedule to `now`.
    public mutating func advance(now: Instant, hashrate: HashrateInputs) -> SchedulerStep {
        self.hashrate = hashrate
        var step = SchedulerStep()
        if let plan {
            if now >= windowEnd {
                step.closed = close(plan, at: windowEnd)
                // After a long sleep the windows in between are left out.
                let late = now.seconds(since: windowEnd) >= plan.window
                start(at: late ? Instant(second: now.wholeSeconds) : windowEnd, now: now)
                step.planned = self.plan
            } else if plan.cause.isWaiting, makePlan(now: now) != plan {
                start(at: Instant(second: now.wholeSeconds), now: now)
                step.planned = self.plan
            } else if plan.xvbSeconds > 0, let obstacle = obstacle(now: now) {
                self.plan = .allP2Pool(
                    window: plan.window, cause: obstacle, hashrate: plan.hashrate,
                    movableHashrate: plan.movableHashrate, required: plan.requiredP2PoolHashrate)
                step.planned = self.plan
            }
        } else {
            start(at: Instant(second: now.wholeSeconds), now: now)
            step.planned = plan
        }
        step.switched = turn(now: now)
        nextDeadline = deadline(now: now)
        return step
    }

    // MARK: Windows

    /// When the current window ends.
    public var windowEnd: Instant {
        windowStart.adding(milliseconds: Int64(max(1, settings.window)) * 1000)
    }

    private mutating func start(at start: Instant, now: Instant) {
        account(until: start)
        windowStart = start
        directed = PerUpstream(p2pool: 0, xvb: 0)
        plan = makePlan(now: now)
    }

    private mutating func close(_ plan: WindowPlan, at end: Instant) -> WindowReport {
        account(until: end)
        let work = PerUpstream(
            p2pool: ledger.work(.p2pool, from: windowStart, to: end), xvb: ledger.work(.xvb, from: windowStart, to: end)
        )
        let report = WindowReport(
            index: totals.windows, start: windowStart, end: end, plan: plan, directedSeconds: directed, work: work)
        totals.add(report)
        if plan.requiredXvBHashrate > 0 {
            let need = plan.requiredXvBHashrate * plan.window
            // Two windows' need is the most that is remembered, so that a long outage doesn't wind up.
            owed = min(2 * need, max(-2 * need, owed + need - work.xvb))
        } else {
            owed = 0
        }
        return report
    }

    private func makePlan(now: Instant) -> WindowPlan {
        let window = Double(max(1, settings.window))
        if settings.mode == .p2pool {
            return .allP2Pool(window: window, cause: .p2poolMode, hashrate: hashrate.total)
        }
        if let obstacle = obstacle(now: now) {
            return .allP2Pool(window: window, cause: obstacle, hashrate: hashrate.total)
        }
        guard let reading = p2poolReading?.value else { return .allP2Pool(window: window, cause: .noP2PoolReading) }
        return Planner.plan(
            settings,
            PlanInputs(
                hashrate: hashrate.total, movableHashrate: hashrate.movable,
                sidechainDifficulty: reading.sidechainDifficulty, pplnsWindow: reading.pplnsWindow,
                blockTime: reading.blockTime, shareInWindow: reading.shareInWindow,
                externalP2Pool: settings.externalP2Pool, externalXvB: settings.externalXvB ?? 0,
                owedXvBWork: owed / 2))
    }

    /// What forbids sending anything to XvB now.
    private func obstacle(now: Instant) -> PlanCause? {
        guard let dated = p2poolReading else { return .noP2PoolReading }
        if dated.age(at: now) > settings.hold { return .staleP2PoolReading(age: dated.age(at: now)) }
        if dated.value.shareInWindow == false { return .noShare }
        if !isRegistered { return .notRegistered }
        if let fails = xvbReading?.value.fails, fails >= 3 { return .xvbFails(fails) }
        return nil
    }

    // MARK: Slices

    private mutating func turn(now: Instant) -> Switch? {
        guard let plan else { return nil }
        let planned: Upstream = plan.xvbSeconds > 0 && now >= switchInstant(plan) ? .xvb : .p2pool
        let wanted = usable[planned] || !usable[planned.other] ? planned : planned.other
        guard wanted != upstream else { return nil }
        let cause: SwitchCause
        if wanted != planned {
            cause = .upstreamDown
        } else if wanted == .p2pool, now < windowEnd, plan.xvbSeconds == 0 {
            cause = plan.cause == .noShare ? .shareLost : plan.cause.isObstacle ? .planChanged : .planned
        } else {
            cause = .planned
        }
        account(until: now)
        upstream = wanted
        totals.switches += 1
        return Switch(to: wanted, because: cause)
    }

    private func switchInstant(_ plan: WindowPlan) -> Instant {
        windowStart.adding(milliseconds: Int64(plan.switchSecond) * 1000)
    }

    private mutating func account(until now: Instant) {
        guard now > directedSince else { return }
        directed[upstream] += now.seconds(since: directedSince)
        directedSince = now
    }

    private func deadline(now: Instant) -> Instant {
        guard let plan else { return now }
        if plan.cause.isWaiting { return min(windowEnd, now.adding(milliseconds: 1000)) }
        var deadline = windowEnd
        if plan.xvbSeconds > 0 {
            if switchInstant(plan) > now { deadline = min(deadline, switchInstant(plan)) }
            if let dated = p2poolReading {
                deadline = min(deadline, now.adding(seconds: max(1, settings.hold - dated.age(at: now) + 0.001)))
            }
        }
        return deadline
    }
}
