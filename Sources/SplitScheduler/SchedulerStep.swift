import ProxyTerms

/// What the schedule knows about the rigs at one moment.
public struct HashrateInputs: Equatable, Sendable {
    /// All rigs together (15 min average), in H/s; 0 while unknown.
    public var total: Double
    /// The part that can be moved to XvB (lanes are limited), in H/s.
    public var movable: Double
    /// The statistical error of `total`, as a part of it; 0 where it is exact.
    public var error: Double
    /// What XvB has unsearched work for; `nil` where there is always some (the nonce byte of its jobs is ours).
    public var fresh: FreshWork?

    /// All of `total` is movable when not told otherwise.
    public init(total: Double, movable: Double? = nil, error: Double = 0, fresh: FreshWork? = nil) {
        self.total = total
        self.movable = movable ?? total
        self.error = error
        self.fresh = fresh
    }
}

/// What came of advancing the schedule: all `nil` most of the time.
public struct SchedulerStep: Equatable, Sendable {
    /// A window ended; this is what was planned and what came of it.
    public var closed: WindowReport?
    /// A plan was made (at a window's start, or because something changed that the plan rests on).
    public var planned: WindowPlan?
    /// Work goes to another upstream from now on.
    public var switched: Switch?

    /// A step in which nothing happened, unless told.
    public init(closed: WindowReport? = nil, planned: WindowPlan? = nil, switched: Switch? = nil) {
        self.closed = closed
        self.planned = planned
        self.switched = switched
    }

    /// Nothing happened.
    public static let none = SchedulerStep()
}

/// A change of the upstream that work goes to.
public struct Switch: Equatable, Sendable {
    /// Where work goes now.
    public var upstream: Upstream
    /// Why.
    public var cause: SwitchCause

    /// A switch.
    public init(to upstream: Upstream, because cause: SwitchCause) {
        self.upstream = upstream
        self.cause = cause
    }
}

/// Why work goes to another upstream.
public enum SwitchCause: Equatable, Sendable {
    /// The plan's second has come.
    case planned
    /// XvB has what it needs for now.
    case workDone
    /// The wallet's last share left p2pool's window, or is about to.
    case shareLost
    /// p2pool has to get its need first.
    case p2poolFirst
    /// The upstream that the plan wants, or that stood in for it, can't be reached.
    case upstreamDown
    /// The upstream that the plan wants has not been connected to yet; the other one has.
    case notConnectedYet
    /// The upstream that the plan wants can be reached again.
    case upstreamBack
    /// The upstream that the plan wants can be reached for the first time.
    case upstreamConnected
    /// What the plan rested on is gone (stale figures, no registration, too many fails, the mode).
    case planChanged

    /// Whether work goes where it goes because there is no other upstream.
    package var isForWantOfAnother: Bool {
        switch self {
        case .upstreamDown, .notConnectedYet: true
        case .planned, .workDone, .shareLost, .p2poolFirst, .upstreamBack, .upstreamConnected, .planChanged: false
        }
    }
}
