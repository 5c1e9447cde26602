import ProxyTerms

/// Something that says where work goes, as the simulator sees it.
protocol SimulatedPolicy {
    /// Whether moving the rigs costs them a reconnect.
    var reconnects: Bool { get }
    /// Where work should go now.
    var upstream: Upstream { get }
    /// When it wants to be asked again.
    var nextDeadline: Instant { get }
    /// P(no share in the window) that it promises now; `nil` if it promises nothing.
    var promisedRisk: Double? { get }
    /// Whether it knows the hashrate from counted shares, with their scatter, and not from the rigs.
    var countsShares: Bool { get }
    /// The tier that it holds or aims at; `nil` before it knows.
    var aimedAt: Tier? { get }

    mutating func credited(work: Double, to upstream: Upstream, at now: Instant)
    mutating func observed(p2pool: P2PoolReading, at now: Instant)
    mutating func observed(xvb: XvBReading, at now: Instant)
    mutating func reported(_ upstream: Upstream, usable: Bool, at now: Instant)
    /// XvB's public statistics were read: whether this wallet's won round is on.
    mutating func observedRound(isOurs: Bool, at now: Instant)
    /// XvB sent a job: lanes that were searched have new work.
    mutating func freshWorkArrived(at now: Instant)
    /// The machine has slept, and its clock stood still meanwhile.
    mutating func slept(_ seconds: Double, now: Instant)
    mutating func advance(now: Instant, hashrate: HashrateInputs)
    /// Its process died at `died` and is back `now`.
    mutating func restarted(died: Instant, now: Instant)
}

extension SimulatedPolicy {
    var countsShares: Bool { false }
    mutating func observedRound(isOurs: Bool, at now: Instant) {}
    mutating func freshWorkArrived(at now: Instant) {}
    mutating func slept(_ seconds: Double, now: Instant) {}
}

/// The policies that can be compared.
public enum PolicyName: String, CaseIterable, Sendable {
    /// The scheduler of this proxy.
    case ours
    /// The draft: open loop, one slice in 600 s, 25 % buffers.
    case draft
    /// Gupaxx 1.13 (xvb.md §1.3, 1.4): 60 s periods, all to XvB while its averages are low.
    case gupaxx
    /// Pithead (xvb.md §3.3): 10 min cycles, a slow controller on the credited hour.
    case pithead
}
