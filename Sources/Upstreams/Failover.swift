import ProxyTerms

/// Which of an upstream's endpoints the lanes use. At first the endpoints' numbers are their order of preference; `prefer` gives
/// another one, with other endpoints perhaps.
///
/// All lanes of an upstream share one value and report to it. The trouble of one lane is not the endpoint's as long as
/// another lane to it is ready. An endpoint has failed when no lane to it is ready and an attempt failed, or the last
/// ready one was lost twice within a minute, or was lost while a probe of another endpoint is ready, or it said that we
/// are banned, or it takes no shares (`judged`).
///
/// While a less preferred endpoint is in use, the preferred ones are probed: one extra lane, which carries no rigs. When
/// it has been ready for the hold-down without a break, lanes go back. An endpoint that fails within ten minutes of such
/// a return doubles its hold-down.
public struct Failover: Sendable {
    /// What an input leads to.
    public enum Decision: Equatable, Sendable {
        /// Nothing changes.
        case stay
        /// Lanes use this endpoint from now on; those on another one are replaced (warm: open the new one first).
        case moveTo(Int)
        /// Open one lane to this endpoint to see whether it works; report it with `ready`, `failed`, `lost` or `retired`
        /// like any other.
        case probe(Int)
    }

    /// Bounds and delays.
    public struct Settings: Equatable, Sendable {
        /// Seconds a preferred endpoint must have been ready, under a probe, before lanes go back to it.
        public var holdDownSeconds: Double = 60
        /// The longest hold-down that flapping leads to, in seconds.
        public var longestHoldDownSeconds: Double = 900
        /// A return that lasts this many seconds was a good one: the hold-down is the ordinary one again.
        public var steadySeconds: Double = 600
        /// Two losses within this many seconds are a failure of the endpoint.
        public var strikeSeconds: Double = 60
        /// Seconds after which a probe that was never reported is given up.
        public var probeSeconds: Double = 60
        /// No ordinary wait for the next attempt is longer than this many seconds.
        public var longestRetrySeconds: Double = 60
        /// Default settings.
        public init() {}
    }

    private struct Endpoint {
        /// Lanes ready on it.
        var ready = 0
        /// Since when at least one lane has been ready without a break.
        var readySince: Instant?
        /// The last loss of the last ready lane.
        var strikeAt: Instant?
        var backoff: Backoff
        var doubt = ShareDoubt()
        var probedAt: Instant?
        var holdDown: Double
        /// When lanes last came back to it under the hold-down.
        var returnedAt: Instant?
    }

    /// The endpoint that new lanes use.
    public private(set) var current = 0
    /// The endpoints that may be used, the preferred one first.
    public private(set) var order: [Int]
    private let settings: Settings
    private var endpoints: [Endpoint]

    /// `endpoints` (at least 1) in order of preference.
    public init(endpoints count: Int, settings: Settings = Settings()) {
        precondition(count > 0, "an upstream has an endpoint")
        self.settings = settings
        let fresh = Endpoint(
            backoff: Backoff(longestSeconds: settings.longestRetrySeconds), holdDown: settings.holdDownSeconds)
        endpoints = Array(repeating: fresh, count: count)
        order = Array(0..<count)
    }

    /// Takes another order of preference. What is in use is used on until a preferred endpoint has been ready for the hold-down;
    /// one that is not in `order` is left at once.
    public mutating func prefer(_ order: [Int], now: Instant) -> Decision {
        precondition(!order.isEmpty, "an upstream has an endpoint")
        while let last = order.max(), endpoints.count <= last { endpoints.append(fresh) }
        self.order = order
        return order.contains(current) ? .stay : leave(current, now: now)
    }

    /// Another endpoint has the number `endpoint` from now on; no lane is on it.
    public mutating func replaced(_ endpoint: Int) {
        if endpoint < endpoints.count { endpoints[endpoint] = fresh }
    }

    private var fresh: Endpoint {
        Endpoint(backoff: Backoff(longestSeconds: settings.longestRetrySeconds), holdDown: settings.holdDownSeconds)
    }

    /// Those before the one in use.
    private var preferred: ArraySlice<Int> { order.prefix { $0 != current } }

    /// No connect to `endpoint` before this moment, whichever lane it is for.
    /// `isUrgent`: nothing else has work for the rigs.
    public func notBefore(_ endpoint: Int, isUrgent: Bool = false) -> Instant {
        isUrgent ? endpoints[endpoint].backoff.urgentNotBefore : endpoints[endpoint].backoff.notBefore
    }

    /// Lanes ready on `endpoint`, as reported.
    public func readyLanes(_ endpoint: Int) -> Int { endpoints[endpoint].ready }

    /// Seconds that `endpoint` must be ready under a probe before lanes return to it.
    public func holdDownSeconds(_ endpoint: Int) -> Double { endpoints[endpoint].holdDown }

    /// A lane to `endpoint` became ready.
    public mutating func ready(_ endpoint: Int, now: Instant) -> Decision {
        endpoints[endpoint].probedAt = nil
        endpoints[endpoint].ready += 1
        // What takes no shares takes logins all the same.
        if !endpoints[endpoint].doubt.isOnProbation { endpoints[endpoint].backoff.ready(now: now) }
        if endpoints[endpoint].ready == 1 { endpoints[endpoint].readySince = now }
        // Nothing works where the lanes should be: what does work is taken without a hold-down.
        if endpoint != current && endpoints[current].ready == 0 && order.contains(endpoint) {
            return move(to: endpoint, now: now)
        }
        return .stay
    }

    /// An attempt to get a lane to `endpoint` ready failed.
    public mutating func failed(
        _ endpoint: Int, _ kind: Backoff.Kind, now: Instant, using generator: inout SeededGenerator
    ) -> Decision {
        endpoints[endpoint].probedAt = nil
        // Also where other lanes are ready: a pool that takes no further one must not be hammered.
        endpoints[endpoint].backoff.failed(kind, now: now, using: &generator)
        guard endpoints[endpoint].ready == 0, endpoint == current else { return .stay }
        return leave(endpoint, now: now)
    }

    /// A ready lane to `endpoint` was lost.
    public mutating func lost(
        _ endpoint: Int, _ kind: Backoff.Kind, now: Instant, using generator: inout SeededGenerator
    ) -> Decision {
        removeReady(endpoint)
        endpoints[endpoint].backoff.failed(kind, now: now, using: &generator)
        guard endpoints[endpoint].ready == 0 else { return .stay }
        let lastStrike = endpoints[endpoint].strikeAt
        endpoints[endpoint].strikeAt = now
        guard endpoint == current else { return .stay }
        let again = lastStrike.map { now.seconds(since: $0) <= settings.strikeSeconds } ?? false
        // A probe that is ready is taken at once: rigs need not wait for what may never come back.
        let elsewhere = order.contains { endpoints[$0].ready > 0 }
        return again || elsewhere || kind.leavesAtOnce ? leave(endpoint, now: now) : .stay
    }

    /// A lane to `endpoint` got a verdict; `isWorkElsewhere`: another upstream has work for its rigs, or there is another endpoint.
    /// - Returns: why the endpoint is of no use, where this shows that: close all lanes to it, and report each as `lost`.
    @inline(__always)
    public mutating func judged(
        _ endpoint: Int, _ verdict: Verdict, now: Instant, isWorkElsewhere: @autoclosure () -> Bool
    ) -> PoolFault? {
        switch verdict {
        case .accepted:
            let isProven = endpoints[endpoint].doubt.isOnProbation
            endpoints[endpoint].doubt.accepted()
            if isProven { endpoints[endpoint].backoff.ready(now: now) }
            return nil
        case .rejected(let rejection):
            return endpoints[endpoint].doubt.refused(
                rejection.kind, isWorkElsewhere: order.count > 1 || isWorkElsewhere(), now: now)
        }
    }

    /// A lane to `endpoint` was closed by us on purpose; `wasReady` where it was ready.
    public mutating func retired(_ endpoint: Int, wasReady: Bool, now: Instant) {
        endpoints[endpoint].probedAt = nil
        if wasReady { removeReady(endpoint) }
    }

    /// When `tick` has something to do at the latest; `never` while the preferred endpoint is in use.
    public var nextDeadline: Instant {
        var deadline = Instant.never
        for index in preferred { deadline = min(deadline, due(endpoints[index])) }
        return deadline
    }

    /// Call at `nextDeadline`, until it answers `stay`. `mayReturn`: lanes may go to a preferred endpoint now.
    public mutating func tick(now: Instant, mayReturn: Bool = true) -> Decision {
        for index in preferred where due(endpoints[index]) <= now {
            if endpoints[index].readySince != nil {
                guard mayReturn else { continue }
                endpoints[index].returnedAt = now
                return move(to: index, now: now)
            }
            endpoints[index].probedAt = now
            return .probe(index)
        }
        return .stay
    }

    /// When to return to a preferred endpoint that is not in use, or to probe it.
    private func due(_ endpoint: Endpoint) -> Instant {
        if let since = endpoint.readySince { return since.adding(seconds: endpoint.holdDown) }
        let probeEnd = endpoint.probedAt?.adding(seconds: settings.probeSeconds) ?? .start
        return max(probeEnd, endpoint.backoff.notBefore)
    }

    private mutating func removeReady(_ endpoint: Int) {
        precondition(endpoints[endpoint].ready > 0, "a lane that was reported ready")
        endpoints[endpoint].ready -= 1
        if endpoints[endpoint].ready == 0 { endpoints[endpoint].readySince = nil }
    }

    /// Leaves the endpoint in use for the best other one: ready, else the first that may be tried, else the one that may
    /// be tried soonest (which can be the same one).
    private mutating func leave(_ endpoint: Int, now: Instant) -> Decision {
        if let returnedAt = endpoints[endpoint].returnedAt {
            let steady = now.seconds(since: returnedAt) >= settings.steadySeconds
            endpoints[endpoint].holdDown =
                steady
                ? settings.holdDownSeconds
                : min(endpoints[endpoint].holdDown * 2, settings.longestHoldDownSeconds)
            endpoints[endpoint].returnedAt = nil
        }
        for index in order where index != endpoint && endpoints[index].ready > 0 {
            return move(to: index, now: now)
        }
        var best = order.contains(endpoint) ? endpoint : order[0]
        for index in order {
            let wait = max(endpoints[index].backoff.notBefore, now)
            let bestWait = max(endpoints[best].backoff.notBefore, now)
            if wait < bestWait { best = index }
        }
        return move(to: best, now: now)
    }

    private mutating func move(to endpoint: Int, now: Instant) -> Decision {
        if endpoint == current { return .stay }
        current = endpoint
        return .moveTo(endpoint)
    }
}
