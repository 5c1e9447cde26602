import ProxyTerms
import SplitScheduler

/// The owner of the scheduler: machines ask it which upstream the plan wants, and report what the plan is made from.
final class Schedule {
    private(set) var scheduler: SplitScheduler

    init(_ scheduler: SplitScheduler) {
        self.scheduler = scheduler
    }

    /// The upstream that the plan wants rigs on now.
    @inline(__always)
    var upstream: Upstream { scheduler.upstream }
    var nextDeadline: Instant { scheduler.nextDeadline }
    /// When work is expected to go to the other upstream; nil: not before the next plan.
    var expectedSwitch: Instant? { scheduler.expectedSwitch }
    /// When the next plan is made.
    var windowEnd: Instant { scheduler.windowEnd }
    var mode: SplitMode { scheduler.settings.mode }
    /// Seconds from the start of one slice to the next.
    var sliceSpacing: Double? { scheduler.sliceSpacing }

    /// Whether rigs may get work of `upstream`: lanes to XvB may be there from a mode before this one.
    func mayUse(_ upstream: Upstream) -> Bool {
        upstream == .p2pool || mode != .p2pool
    }

    /// Whether p2pool's figures are fresh enough to act on.
    func trustsP2Pool(at now: Instant) -> Bool { scheduler.p2poolHealth(at: now).isTrusted }

    // MARK: Reports

    func reported(_ upstream: Upstream, usable: Bool, at now: Instant) {
        scheduler.reported(upstream, usable: usable, at: now)
    }

    func connecting(to upstream: Upstream, at now: Instant) { scheduler.connecting(to: upstream, at: now) }

    func reported(seedsDiffer: Bool, at now: Instant) { scheduler.reported(seedsDiffer: seedsDiffer, at: now) }

    /// A pool accepted a share worth `work` hashes.
    func credited(work: Double, to upstream: Upstream, at now: Instant) {
        scheduler.credited(work: work, to: upstream, at: now)
    }

    /// Work that a pool accepted turned out to be forged.
    func takeBack(work: PerUpstream<Double>, at now: Instant) {
        for upstream in Upstream.allCases where work[upstream] > 0 {
            scheduler.takeBack(work: work[upstream], from: upstream, at: now)
        }
    }

    func foundSidechainShare(at now: Instant) { scheduler.foundSidechainShare(at: now) }
    func freshWorkArrived(at now: Instant) { scheduler.freshWorkArrived(at: now) }

    func observed(p2pool reading: P2PoolReading, at now: Instant) -> P2PoolReadingFault? {
        scheduler.observed(p2pool: reading, at: now)
    }

    func observed(xvb reading: XvBReading, at now: Instant) -> XvBReadingFault? {
        scheduler.observed(xvb: reading, at: now)
    }

    func observedWonRound(_ isOurs: Bool, of tier: Tier?, at now: Instant) {
        scheduler.observedWonRound(isOurs, of: tier, at: now)
    }

    func observedUnregistered(at now: Instant) { scheduler.observedUnregistered(at: now) }

    // MARK: Decisions

    func advance(now: Instant, hashrate: HashrateInputs) -> SchedulerStep {
        scheduler.advance(now: now, hashrate: hashrate)
    }

    /// Takes other settings.
    /// - Returns: the plan that replaces the running one, where it changes.
    func change(_ settings: SplitSettings, now: Instant) -> WindowPlan? { scheduler.change(settings, now: now) }

    /// The machine slept for `seconds` before `now`, which its clock doesn't count.
    func slept(_ seconds: Int64, now: Instant) { scheduler.slept(seconds, now: now) }
}
