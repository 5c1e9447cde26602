import ProxyTerms
import SplitScheduler

// What the schedule and the choice of endpoints are told, and what is read of them.
extension ProxyCore {
    // MARK: The schedule

    /// Where the plan wants work now.
    public var currentUpstream: Upstream { plan.upstream }

    /// Whether an upstream is configured, and the mode uses it.
    public func uses(_ upstream: Upstream) -> Bool { shortage.isUsed(upstream) }

    /// The schedule as it stands, for what is kept of it.
    public var schedule: SplitScheduler { plan.scheduler }

    /// When the preferred endpoint of `upstream` last accepted a share; nil before the first. Its pool has written that down since.
    public func lastAcceptedAt(by upstream: Upstream) -> Instant? { book.lastAcceptedAt[upstream] }

    /// The state as plain values. It looks at every rig: call it now and then, not per share.
    public func snapshot(now: Instant) -> Snapshot {
        SnapshotReader(
            registry: registry, lanes: lanes, schedule: plan, shortage: shortage, dispatcher: dispatcher, book: book,
            regions: regions
        ).read(now: now)
    }

    /// p2pool's API was read. A reading that makes no sense is refused; the last good one stays in use.
    @discardableResult
    public func observed(p2pool reading: P2PoolReading, now: Instant) -> P2PoolReadingFault? {
        let fault = plan.observed(p2pool: reading, at: now)
        if fault == nil { book.sidechain(difficulty: reading.sidechainDifficulty) }
        return fault
    }

    /// XvB's API was read. A reading that makes no sense is refused; the last good one stays in use.
    @discardableResult
    public func observed(xvb reading: XvBReading, now: Instant) -> XvBReadingFault? {
        plan.observed(xvb: reading, at: now)
    }

    /// XvB's public statistics were read: whether they name this wallet as the winner of a round, and what that asks for.
    public func observedWonRound(_ isOurs: Bool, of tier: Tier?, now: Instant) {
        plan.observedWonRound(isOurs, of: tier, at: now)
    }

    /// XvB's API said that it doesn't know the wallet.
    public func observedUnregistered(now: Instant) { plan.observedUnregistered(at: now) }

    /// Takes other settings of the schedule; a switch that they lead to follows at once, rigs stay connected.
    public func changeSchedule(_ settings: SplitSettings, now: Instant) { driver.change(settings, now: now) }

    /// Takes other settings of the rigs' side: what counts for connections, logins and shares from now on.
    public func changeRigs(password: String?, limits: AddressBounds, verifyShares: VerifyShares) {
        gate.change(password: password, bounds: limits)
        submits.mode = verifyShares
        proofs.mode = verifyShares
    }

    /// The machine slept for `seconds` before `now`, which its clock doesn't count. Only the schedule is told: work leaves XvB's averages by
    /// real time. Deadlines of rigs and pools follow the clock that stood still: what they wrote meanwhile is read before any is closed.
    public func slept(_ seconds: Int64, now: Instant) { plan.slept(seconds, now: now) }

    // MARK: Endpoints

    /// A connection to `endpoint` of `upstream` stood after so many milliseconds (`Effect.measure`); nil: it could not be had.
    public func measured(_ upstream: Upstream, endpoint: Int, milliseconds: Double?, now: Instant) {
        regions.measured(upstream, endpoint: endpoint, milliseconds: milliseconds, now: now)
    }

    /// The endpoints of `upstream` by their numbers.
    public func endpoints(of upstream: Upstream) -> [CoreEndpoint] { lanes[upstream].settings.endpoints }

    /// The numbers of the endpoints of `upstream` that may be used, the preferred one first.
    public func endpointOrder(of upstream: Upstream) -> [Int] { lanes[upstream].failover?.order ?? [] }

    /// Takes other endpoints of an upstream that has some. Lanes to endpoints that are gone keep their rigs until new ones have seats for them.
    /// The numbers of endpoints may mean others afterwards (`endpoints`): tell the sockets before the effects are performed.
    public func changeEndpoints(of upstream: Upstream, to list: [CoreEndpoint], nearestFirst: Bool, now: Instant) {
        regions.change(upstream, to: list, nearestFirst: nearestFirst, now: now)
    }
}
