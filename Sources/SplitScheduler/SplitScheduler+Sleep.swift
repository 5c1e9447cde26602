import ProxyTerms

/// What a sleep of the machine leaves as it was: it has no time in it, and isn't remembered over a restart, after which it is told anew.
struct Awake: Sendable {
    /// Where work goes.
    var upstream = Upstream.p2pool
    /// The other upstream stands in for the one that the plan wants.
    var isStoodIn = false
    /// It does so because that one has not been connected to yet.
    var isStoodInForNew = false
    /// Upstreams that have not been connected to yet.
    var isNew = PerUpstream(p2pool: false, xvb: false)
    /// Where work can be sent.
    var usable = PerUpstream(p2pool: true, xvb: true)
    /// The upstreams' jobs have different RandomX seeds.
    var seedsDiffer = false
    /// What all ended windows brought.
    var totals = ScheduleTotals()
}

// The machine slept, and this schedule's clock stood still meanwhile.
extension SplitScheduler {
    /// Takes note that `seconds` have passed before `now` in which the clock that `now` is read from stood still: CLOCK_MONOTONIC
    /// doesn't count a suspend. Everything that is remembered gets so much older, as after a restart, and XvB's hour and day are what
    /// they are; where work goes stays until the next `advance`.
    public mutating func slept(_ seconds: Int64, now: Instant) {
        guard seconds > 0 else { return }
        var woken = SplitScheduler(
            settings: settings, remembering: memory(at: now).aged(by: seconds), start: now)
        woken.awake = awake
        woken.nextDeadline = now
        self = woken
    }
}
