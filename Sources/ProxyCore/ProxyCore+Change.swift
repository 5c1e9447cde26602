import ProxyTerms
import SplitScheduler

// Settings that change while the proxy runs.
extension ProxyCore {
    /// Takes other settings of the schedule; the switch that they may lead to follows at once, rigs stay where they are
    /// connected.
    public func changeSchedule(_ settings: SplitSettings, now: Instant) {
        if let plan = scheduler.change(settings, now: now) {
            effects.notices.append(.planned(plan))
            // Another mode may leave rigs without an upstream, or give them one.
            careSoon(now)
        }
        watchSeeds(now: now)
    }

    /// The machine slept for `seconds` before `now`, which its clock doesn't count. Only the schedule is told: what stands in XvB's
    /// averages leaves them by the time that has really passed. Deadlines of rigs and pools follow the clock that stood still:
    /// what they wrote meanwhile is read before any of them is closed.
    public func slept(_ seconds: Int64, now: Instant) {
        scheduler.slept(seconds, now: now)
    }
}
