import ProxyTerms

// The machine slept, and this schedule's clock stood still meanwhile.
extension SplitScheduler {
    /// Takes note that `seconds` have passed before `now` in which the clock that `now` is read from stood still: CLOCK_MONOTONIC
    /// doesn't count a suspend. Everything that is remembered gets so much older, as after a restart, and XvB's hour and day are what
    /// they are; where work goes stays until the next `advance`.
    public mutating func slept(_ seconds: Int64, now: Instant) {
        guard seconds > 0 else { return }
        var woken = SplitScheduler(settings: settings, remembering: memory(at: now).aged(by: seconds), start: now)
        woken.totals = totals
        woken.usable = usable
        woken.upstream = upstream
        woken.isStoodIn = isStoodIn
        woken.nextDeadline = now
        self = woken
    }
}
