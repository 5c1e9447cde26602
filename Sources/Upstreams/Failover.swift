import ProxyTerms

/// Which of an upstream's endpoints the lanes use. Endpoints are numbered in order of preference, 0 first.
/// All lanes of an upstream share one value.
public struct Failover: Sendable {
    /// What an input leads to.
    public enum Decision: Equatable, Sendable {
        /// Nothing changes.
        case stay
        /// Lanes use this endpoint from now on; those on another one are replaced (warm: open the new one first).
        case moveTo(Int)
        /// Open one lane to this endpoint to see whether it works; report it with `ready`/`failed` like any other.
        case probe(Int)
    }

    /// Bounds and delays.
    public struct Settings: Equatable, Sendable {
        /// Seconds a preferred endpoint must have been ready, under a probe, before lanes go back to it.
        public var holdDownSeconds: Double = 60
        /// The longest hold-down that flapping leads to, in seconds.
        public var longestHoldDownSeconds: Double = 900
        /// Default settings.
        public init() {}
    }

    /// The endpoint that new lanes use.
    public private(set) var current = 0

    /// `endpoints` (at least 1) in order of preference.
    public init(endpoints: Int, settings: Settings = Settings()) { fatalError("skeleton") }

    /// No connect to `endpoint` before this moment.
    public func notBefore(_ endpoint: Int) -> Instant { fatalError("skeleton") }
    /// Lanes ready on `endpoint`.
    public func readyLanes(_ endpoint: Int) -> Int { fatalError("skeleton") }
    /// When `tick` has something to do at the latest.
    public var nextDeadline: Instant { fatalError("skeleton") }

    /// A lane to `endpoint` became ready.
    public mutating func ready(_ endpoint: Int, now: Instant) -> Decision { fatalError("skeleton") }
    /// An attempt to get a lane to `endpoint` ready failed.
    public mutating func failed(
        _ endpoint: Int, _ kind: Backoff.Kind, now: Instant, using generator: inout SeededGenerator
    ) -> Decision { fatalError("skeleton") }
    /// A ready lane to `endpoint` was lost.
    public mutating func lost(
        _ endpoint: Int, _ kind: Backoff.Kind, now: Instant, using generator: inout SeededGenerator
    ) -> Decision { fatalError("skeleton") }
    /// A lane to `endpoint` was closed by us on purpose; `wasReady` where it was ready.
    public mutating func retired(_ endpoint: Int, wasReady: Bool, now: Instant) { fatalError("skeleton") }
    /// Call at `nextDeadline`, until it answers `stay`.
    public mutating func tick(now: Instant) -> Decision { fatalError("skeleton") }
}
