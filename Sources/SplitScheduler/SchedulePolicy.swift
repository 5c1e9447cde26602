import ProxyTerms

/// What says which upstream work goes to, for the daemon and for the simulator (`ScheduleLab`) alike: values in, a decision out.
///
/// `now` comes from a clock that never runs back. Whatever is told may bring `nextDeadline` forward, so that `advance` is due at
/// once; between two calls of `advance` work goes to `upstream`.
public protocol SchedulePolicy: Sendable {
    /// Where work goes now.
    var upstream: Upstream { get }
    /// When `advance` is due.
    var nextDeadline: Instant { get }

    /// `upstream` accepted `work` hashes, one share.
    mutating func credited(work: Double, to upstream: Upstream, at now: Instant)
    /// p2pool's API was read; tells what is wrong with a reading that is refused.
    @discardableResult mutating func observed(p2pool reading: P2PoolReading, at now: Instant) -> P2PoolReadingFault?
    /// XvB's API was read; tells what is wrong with a reading that is refused.
    @discardableResult mutating func observed(xvb reading: XvBReading, at now: Instant) -> XvBReadingFault?
    /// XvB's public statistics were read: whether this wallet has won the round that is on, and what that asks of it (`nil`: what is held).
    mutating func observedWonRound(_ isOurs: Bool, of tier: Tier?, at now: Instant)
    /// Whether work can be sent to `upstream` at the moment.
    mutating func reported(_ upstream: Upstream, usable isUsable: Bool, at now: Instant)
    /// XvB has sent a job: rigs that wait for work there can have it.
    mutating func freshWorkArrived(at now: Instant)
    /// `seconds` have passed before `now` in which the clock that `now` is read from stood still.
    mutating func slept(_ seconds: Int64, now: Instant)
    /// Decides anew; tells what changed.
    @discardableResult mutating func advance(now: Instant, hashrate: HashrateInputs) -> SchedulerStep
}

/// What a policy may leave out that has no use for it.
extension SchedulePolicy {
    /// Nothing is made of a won round.
    public mutating func observedWonRound(_ isOurs: Bool, of tier: Tier?, at now: Instant) {}
    /// Nothing is made of a job.
    public mutating func freshWorkArrived(at now: Instant) {}
    /// Nothing is made of a clock that stood still.
    public mutating func slept(_ seconds: Int64, now: Instant) {}
}

extension SplitScheduler: SchedulePolicy {}
