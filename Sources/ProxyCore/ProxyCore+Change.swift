import ProxyTerms
import SplitScheduler

// Settings that change while the proxy runs.
extension ProxyCore {
    /// Takes other settings of the schedule; the switch that they may lead to follows at once, rigs stay where they are
    /// connected.
    public func changeSchedule(_ settings: SplitSettings, now: Instant) {
        guard let plan = scheduler.change(settings, now: now) else { return }
        effects.notices.append(.planned(plan))
        // Another mode may leave rigs without an upstream, or give them one.
        careSoon(now)
    }
}
