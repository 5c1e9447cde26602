import ProxyTerms

// The operator's mind has changed while the schedule runs.
extension SplitScheduler {
    /// Takes other settings: the window in progress is planned anew with them, and `advance` is due. The window's length stays,
    /// and so does whether slices follow the clock: what has been counted hangs on both.
    /// - Returns: the new plan; `nil` where nothing changed or a plan is being waited for anyway.
    public mutating func change(_ new: SplitSettings, now: Instant) -> WindowPlan? {
        var wanted = new
        wanted.window = settings.window
        wanted.followsClock = settings.followsClock
        guard wanted != settings else { return nil }
        account(until: now)
        settings = wanted
        nextDeadline = min(nextDeadline, now)
        guard let plan, !plan.cause.isWaiting, now < windowEnd else { return nil }
        let replanned = makePlan(now: now)
        replace(plan, by: replanned, now: now)
        return replanned
    }
}
