import ProxyTerms

/// Says where work goes: the machine behind every window, the same in the daemon and in the simulator.
///
/// A window is planned at its start. To hold a tier it is carried out in cycles, each first p2pool, then XvB, as long as it
/// takes until XvB's sliding hour can be held over the next cycle (`TierKeeper`). The modes `hero` and `manual` follow the
/// clock. What p2pool would suffer from is heeded at once: a share lost or about to leave, stale figures, XvB unreachable.
///
/// The owner calls `advance` after every input and when `nextDeadline` has come, and obeys `upstream`.
///
/// States: no plan before the first `advance`; a plan whose cause is a missing input is *waiting* (all p2pool, looked at once a
/// second, left as soon as the inputs are there); a plan whose cause is an *obstacle* gives all to p2pool until the obstacle
/// goes; any other plan runs until its window ends.
public struct SplitScheduler: Sendable {
    /// What the operator set; a change counts from the next plan.
    public var settings: SplitSettings
    /// What the pools accepted.
    public internal(set) var ledger = WorkLedger()
    /// What a sleep of the machine leaves as it was.
    var awake = Awake()
    /// Where work should go now.
    public var upstream: Upstream { awake.upstream }
    /// The plan of the current window.
    public internal(set) var plan: WindowPlan?
    /// When `advance` wants to be called again.
    public internal(set) var nextDeadline: Instant
    /// When work is expected to move to the other upstream; `nil` means not before the window ends, or when that one can
    /// be reached again.
    public var expectedSwitch: Instant? { awake.usable[awake.upstream.other] ? plannedSwitch : nil }
    /// When the plan wants work to move to the other upstream.
    var plannedSwitch: Instant?
    /// When the current window started.
    public internal(set) var windowStart: Instant
    /// What all ended windows brought.
    public var totals: ScheduleTotals { awake.totals }
    /// The last good reading of XvB and when it came.
    public internal(set) var xvbReading: Dated<XvBReading>?
    /// Whether XvB knows the wallet, as far as it said.
    public internal(set) var isRegistered = true

    var p2pool = P2PoolOutlook()
    var credit: CreditModel
    var shareSize = ShareSize()
    var wonRound = WonRound()
    var choice = TierChoice()
    /// The rigs' hashrate over the last days.
    var history: HashrateHistory
    /// What the tiers were chosen from the last time.
    var prospects: [TierChoice.Prospect] = []
    /// What was held in the last 24 h.
    var record: TierRecord
    var keeper: TierKeeper
    var aim: TierKeeper.Aim?
    var hashrate = HashrateInputs(total: 0)
    var directed = PerUpstream(p2pool: 0.0, xvb: 0.0)
    var directedSince: Instant
    /// Seconds that p2pool is ahead of its need; XvB gets nothing while it is behind.
    var p2poolLead = 0.0
    /// How the slice that is due stands to XvB's jobs.
    var sliceWork = SliceWork.asPlanned
    /// What the window's plans are to bring XvB.
    var planned = PlannedTally()
    /// Seconds that slices by the clock lacked because the rigs had searched all that XvB had.
    var owed = 0.0
    /// When this schedule began, or was restored.
    let startedAt: Instant
    /// The ledger knows all work since this second.
    var ledgerBeginning: Int64
    /// The window that `windowStart` names was begun before a restart and is to be gone on with.
    var resumesWindow = false
    /// The hashrate before a restart stands in for one that isn't measured yet, until `rememberedUntil`.
    var rememberedHashrate = 0.0
    var rememberedUntil = Instant.start
    /// When the first hashrate was shown.
    var hashrateSince: Instant?

    /// A schedule that starts at `start`, all p2pool until the inputs are there.
    public init(settings: SplitSettings, start: Instant) {
        self.settings = settings
        startedAt = start
        windowStart = Instant(second: start.wholeSeconds)
        nextDeadline = start
        directedSince = start
        ledgerBeginning = start.wholeSeconds
        credit = CreditModel(ledgerBeginning: start.wholeSeconds)
        keeper = TierKeeper(since: start.wholeSeconds)
        history = HashrateHistory(anchor: start.wholeSeconds)
        record = TierRecord(second: start.wholeSeconds)
    }

    /// The last good reading of p2pool and when it came.
    public var p2poolReading: Dated<P2PoolReading>? {
        p2pool.reading
    }

    /// The tier that is aimed at; `nil` before the first choice.
    public var aimedAt: Tier? { choice.held }

    /// Brings the schedule to `now`.
    @discardableResult
    public mutating func advance(now: Instant, hashrate: HashrateInputs) -> SchedulerStep {
        note(hashrate, at: now)
        noteTier(at: now)
        var step = SchedulerStep()
        step.closed = runWindow(now: now, planned: &step.planned)
        step.switched = turn(now: now)
        nextDeadline = deadline(now: now)
        return step
    }
}
