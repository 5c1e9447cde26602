import ProxyTerms

extension SplitScheduler {
    /// `upstream` accepted `work` hashes, one share.
    public mutating func credited(work: Double, to upstream: Upstream, at now: Instant) {
        ledger.credit(work, to: upstream, at: now)
        if upstream == .xvb {
            shareSize.add(work)
            wake(now)
        }
    }

    /// Work that `upstream` accepted turned out to be forged: nobody gives anything for it.
    public mutating func takeBack(work: Double, from upstream: Upstream, at now: Instant) {
        ledger.takeBack(work, from: upstream)
        wake(now)
    }

    /// p2pool's API was read. A reading that makes no sense is refused, and the last good one stays in use.
    @discardableResult
    public mutating func observed(p2pool reading: P2PoolReading, at now: Instant)
        -> P2PoolReadingFault?
    {
        if let fault = p2pool.observed(reading, at: now) { return fault }
        p2pool.noteOutside(ledger: ledger, ledgerBeginning: ledgerBeginning, at: now)
        wake(now)
        return nil
    }

    /// XvB's API was read. A reading that makes no sense is refused, and the last good one stays in use.
    @discardableResult
    public mutating func observed(xvb reading: XvBReading, at now: Instant) -> XvBReadingFault? {
        if let fault = reading.fault { return fault }
        credit.observed(
            reading, ledger: ledger, tier: aim == nil ? 0 : choice.held?.hashrate ?? 0,
            stated: settings.externalXvB,
            second: now.wholeSeconds)
        xvbReading = Dated(value: reading, at: now, age: reading.age)
        isRegistered = true
        wake(now)
        return nil
    }

    /// XvB's public statistics were read: whether they name this wallet as the winner of the round that is on. `tier` is what the
    /// round asks of it; `nil` means what is held.
    public mutating func observedWonRound(_ isOurs: Bool, of tier: Tier? = nil, at now: Instant) {
        wonRound.observed(isOurs ? tier ?? choice.held ?? Tier.none : nil, second: now.wholeSeconds)
        wake(now)
    }

    /// XvB's API said that it doesn't know the wallet (status 422).
    public mutating func observedUnregistered(at now: Instant) {
        isRegistered = false
        wake(now)
    }

    /// p2pool accepted a share of ours that met the sidechain's difficulty: it is in the window now.
    public mutating func foundSidechainShare(at now: Instant) {
        p2pool.foundShare(at: now)
        wake(now)
    }

    /// Whether work can be sent to `upstream` at the moment.
    public mutating func reported(_ upstream: Upstream, usable isUsable: Bool, at now: Instant) {
        awake.usable[upstream] = isUsable
        if isUsable { awake.isNew[upstream] = false }
        wake(now)
    }

    /// `upstream` can't be used yet: it is about to be connected to for the first time.
    public mutating func connecting(to upstream: Upstream, at now: Instant) {
        awake.isNew[upstream] = true
        reported(upstream, usable: false, at: now)
    }

    /// Whether the upstreams' jobs have different RandomX seeds, so that each switch costs the rigs a new dataset.
    public mutating func reported(seedsDiffer: Bool, at now: Instant) {
        awake.seedsDiffer = seedsDiffer
        wake(now)
    }

    /// A hashrate measured worse than this is no base for the first plan, as a part of it.
    static let mostHashrateError = 0.2
    /// The same for these settings: a window of seconds has no time to make a bad guess good.
    var mostHashrateError: Double {
        settings.followsClock ? TierChoice.settledError : Self.mostHashrateError
    }
    /// But this long after the first one, it has to do, in seconds.
    static let hashratePatience = 90.0
    /// And this long if it doesn't tell whether any tier can be held.
    static let tierPatience = 600.0

    /// Takes the hashrate to plan with; while it isn't known well, the one from before a restart stands in for it.
    mutating func note(_ new: HashrateInputs, at now: Instant) {
        if new.total > 0, hashrateSince == nil { hashrateSince = now }
        hashrate = new
        if now < rememberedUntil, new.total <= 0 || new.error > mostHashrateError {
            hashrate = HashrateInputs(total: rememberedHashrate)
        }
        let isKnown = hashrateSince != nil && new.error <= Self.mostHashrateError
        history.note(isKnown ? new.total : nil, at: now)
    }

    /// Whether the hashrate is known too badly to begin with.
    func isHashrateVague(at now: Instant) -> Bool {
        guard hashrate.error > mostHashrateError, let hashrateSince else { return false }
        return now.seconds(since: hashrateSince) < Self.hashratePatience
            && (plan?.cause.isWaiting ?? true)
    }

    /// Whether there is no plan yet and more shares may be waited for.
    func isWaitingForShares(at now: Instant) -> Bool {
        guard let hashrateSince, plan?.cause.isWaiting ?? true else { return false }
        return now.seconds(since: hashrateSince) < Self.tierPatience
    }

    private mutating func wake(_ now: Instant) {
        nextDeadline = min(nextDeadline, now)
    }
}
