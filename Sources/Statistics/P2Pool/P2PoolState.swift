import ProxyTerms
import SplitScheduler
import StrictJSON

/// p2pool's API documents as last read: the last good content of each with its age, the reading that they make together, and what is wrong.
///
/// The shell reads the files (or fetches them) and hands over what it found; nothing of it is trusted. A document that is
/// missing, broken or absurd leaves the last good content in place. The daemon's rounds and `check` use this alike.
public struct P2PoolState: Sendable {
    /// Bounds, in seconds.
    public struct Settings: Equatable, Sendable {
        /// `pool/stats` is written about every 10 s (nano 30 s).
        public var poolSeconds: Double = 300
        /// `local/p2p` is written every 60 s.
        public var p2pSeconds: Double = 180
        /// Up to this age `local/stratum` needs nobody to vouch for it.
        public var stratumSeconds: Double = 120
        /// `local/stratum` is written at most 20 s after a share that p2pool took; allowed here is this.
        public var rewriteSeconds: Double = 120
        /// monerod says something every few seconds; silence beyond this means that it is stuck.
        public var monerodSeconds: Double = 300
        /// A file this far in the future is taken for one of this moment: clocks and file systems are coarse.
        public var futureSeconds: Double = 30
        /// After a change of sidechain the figures settle for this long.
        public var settleSeconds: Double = 60
        /// Default bounds.
        public init() {}
    }

    /// Whether `local/` is to be had; false for public mirrors.
    public var hasLocal: Bool
    /// When p2pool last took a share of ours, as far as the shares go to the p2pool whose documents these are.
    public var lastAcceptedAt: Instant?
    private let settings: Settings
    private var pool = KeptDocument<PoolStats>()
    private var stratum = KeptDocument<LocalStratum>()
    private var p2p = KeptDocument<LocalP2P>()
    /// When the last share was found, on the loop's clock.
    private var lastShareAt: Instant?
    private var switchedAt: Instant?

    /// Nothing read yet. `hasLocal` is false for a source that has no `local/` (public mirrors).
    public init(hasLocal: Bool = true, settings: Settings = Settings()) {
        self.hasLocal = hasLocal
        self.settings = settings
    }

    /// The documents that this source is to be asked for.
    public var files: [P2PoolFile] {
        P2PoolFile.allCases.filter { hasLocal || !$0.isLocal }
    }

    /// A document was read.
    /// - Returns: how it is; `health` says the same until it is read again, but for its age.
    @discardableResult
    public mutating func read(
        _ file: P2PoolFile, _ bytes: UnsafeRawBufferPointer, _ found: FoundDocument, now: Instant
    ) -> FileHealth {
        let future = settings.futureSeconds
        switch file {
        case .poolStats:
            let before = pool
            pool.take(bytes, found, now: now, latestAhead: future, PoolStats.init)
            noteSwitch(from: before, now: now)
        case .localStratum:
            if stratum.take(bytes, found, now: now, latestAhead: future, LocalStratum.init) {
                lastShareAt = stratum.value?.lastShareAt.map {
                    now.adding(seconds: -min(max(0, found.wallClock - $0), 1e9))
                }
            }
        case .localP2P:
            p2p.take(bytes, found, now: now, latestAhead: future, LocalP2P.init)
        }
        return health(file, now: now)
    }

    /// A document could not be had.
    public mutating func failed(_ file: P2PoolFile, _ failure: FileFailure) {
        switch file {
        case .poolStats: pool.health = .failed(failure)
        case .localStratum: stratum.health = .failed(failure)
        case .localP2P: p2p.health = .failed(failure)
        }
    }

    /// How a document is at this moment.
    public func health(_ file: P2PoolFile, now: Instant) -> FileHealth {
        switch file {
        case .poolStats: pool.health(bound: settings.poolSeconds, now: now)
        case .localP2P: p2p.health(bound: settings.p2pSeconds, now: now)
        case .localStratum: stratumHealth(now: now)
        }
    }

    /// The figures; nil before `pool/stats` was good once. A `local/stratum` that nobody vouches for is as old as it is, and what rests on a
    /// monerod that stands still is as old as monerod's last word: p2pool goes on writing then (docs/protocol.md#p2pool-api-files).
    public func reading(now: Instant) -> P2PoolReading? {
        guard let value = pool.value else { return nil }
        let stratumAge = stratum.value == nil || isStratumCurrent(now: now) ? 0 : stratum.age(now: now)
        return P2PoolReading(
            sidechainDifficulty: value.sidechainDifficulty, pplnsWindow: value.pplnsWindow,
            poolHashrate: value.hashrate, sidechainHeight: value.sidechainHeight,
            rewardSharePercent: stratum.value?.rewardShare,
            lastShareAge: lastShareAt.map { max(0, now.seconds(since: $0)) },
            shareToldAge: stratum.value.map { _ in max(0, now.seconds(since: min(stratum.writtenAt, stratum.seenAt))) },
            age: max(pool.age(now: now), stratumAge, monerodSilence(now: now) ?? 0))
    }

    /// Whether p2pool was moved to another sidechain a moment ago: its figures are settling.
    public func hasSwitchedSidechain(now: Instant) -> Bool {
        switchedAt.map { now.seconds(since: $0) < settings.settleSeconds } ?? false
    }

    /// What is wrong, the documents first. `wallet` is the one that p2pool should pay to, `nil` where that doesn't matter. What is wrong
    /// with all documents alike (no directory, no right to read, p2pool gone) is told of the first one.
    public func troubles(wallet: String?, now: Instant) -> [P2PoolTrouble] {
        var troubles: [P2PoolTrouble] = []
        var told: [FileHealth] = []
        for file in files {
            let health = health(file, now: now)
            guard !health.isGood, health != .unread else { continue }
            guard case .file(_, let kind) = P2PoolTrouble.file(file, health).kind, !told.contains(kind) else {
                continue
            }
            told.append(kind)
            troubles.append(.file(file, health))
        }
        if let fault = reading(now: now)?.fault { troubles.append(.figures(fault)) }
        if hasLocal, health(.localP2P, now: now).isGood { troubles += nodeTroubles(now: now) }
        if let trouble = walletTrouble(ours: wallet) { troubles.append(trouble) }
        if let trouble = shareTrouble(now: now) { troubles.append(trouble) }
        for member in (stratum.value?.gaps ?? []) + (p2p.value?.gaps ?? []) where member.since != nil {
            troubles.append(.untold(member))
        }
        return troubles
    }

    // MARK: Judging

    private func nodeTroubles(now: Instant) -> [P2PoolTrouble] {
        guard let value = p2p.value else { return [] }
        var troubles: [P2PoolTrouble] = value.peers == 0 ? [.noPeers] : []
        if value.monerod == .neverHeard {
            troubles.append(.monerodNeverHeard)
        } else if let silence = monerodSilence(now: now) {
            troubles.append(.monerodSilent(silence))
        }
        return troubles
    }

    /// Seconds since monerod was heard, where that is so long that p2pool's jobs are old; nil where it isn't, or nobody tells.
    private func monerodSilence(now: Instant) -> Double? {
        guard let value = p2p.value, p2p.age(now: now) <= settings.p2pSeconds else { return nil }
        switch value.monerod {
        case .untold: return nil
        // As old as a reading may be, not as old as the clock.
        case .neverHeard: return 1e8
        case .silent(let seconds):
            let silence = seconds + p2p.age(now: now)
            return silence > settings.monerodSeconds ? silence : nil
        }
    }

    private func walletTrouble(ours: String?) -> P2PoolTrouble? {
        guard let ours, let theirs = stratum.value?.wallet, !theirs.isEmpty, theirs != ours else { return nil }
        // Subaddresses of the main net begin with 8, and only a main address can be registered at XvB.
        return theirs.hasPrefix("8") ? .subaddress(theirs) : .otherWallet(theirs)
    }

    /// The wallet's shares of the window are all of this p2pool, unless somebody else mines to it; the newest one can't be older than the
    /// window then (an uncle may be a little).
    private func shareTrouble(now: Instant) -> P2PoolTrouble? {
        guard let reading = reading(now: now), reading.fault == nil, reading.shareInWindow == true,
            let age = reading.lastShareAge, age > 1.1 * reading.windowSeconds + 600
        else { return nil }
        return .shareFromElsewhere(age)
    }

    /// `local/stratum` is written only when something changed, so its own age says little: a p2pool that works vouches for it, unless p2pool
    /// took a share of ours since, which changes it.
    private func stratumHealth(now: Instant) -> FileHealth {
        guard stratum.health == .good else { return stratum.health }
        if let missed = missedRewrite(now: now) { return .notRewritten(missed) }
        return stratum.health(bound: isVouched(now: now) ? .infinity : settings.stratumSeconds, now: now)
    }

    private func isStratumCurrent(now: Instant) -> Bool {
        isVouched(now: now) && missedRewrite(now: now) == nil
    }

    /// Whether p2pool works: it writes `local/p2p` and hears from monerod.
    private func isVouched(now: Instant) -> Bool {
        p2p.health == .good && p2p.age(now: now) <= settings.p2pSeconds && monerodSilence(now: now) == nil
    }

    /// Seconds since the share of ours that `local/stratum` should tell by now; nil where it may be current.
    private func missedRewrite(now: Instant) -> Double? {
        guard let lastAcceptedAt, lastAcceptedAt.seconds(since: stratum.writtenAt) > settings.rewriteSeconds else {
            return nil
        }
        return max(0, now.seconds(since: lastAcceptedAt))
    }

    private mutating func noteSwitch(from before: KeptDocument<PoolStats>, now: Instant) {
        guard let then = before.value, let value = pool.value else { return }
        let elapsed = now.seconds(since: before.writtenAt)
        if P2PoolReading.isAnotherSidechain(
            height: value.sidechainHeight, before: then.sidechainHeight, elapsed: elapsed)
        {
            switchedAt = now
        }
    }
}
