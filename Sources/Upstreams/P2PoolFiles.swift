import ProxyTerms
import StrictJSON

/// Reads p2pool's API documents into figures, and keeps the last good value of each with its age.
///
/// The shell reads the files (or fetches them) and hands over what it found; nothing of it is trusted. A document that is
/// missing, broken or absurd leaves the last good value in place.
public struct P2PoolFiles: Sendable {
    /// Bounds, in seconds.
    public struct Settings: Equatable, Sendable {
        /// `pool/stats` is written about every 10 s (nano 30 s).
        public var poolSeconds: Double = 300
        /// `local/p2p` is written every 60 s.
        public var p2pSeconds: Double = 180
        /// `network/stats` is written at each Monero block, 120 s apart on average.
        public var networkSeconds: Double = 1800
        /// Up to this age `local/stratum` needs nobody to vouch for it.
        public var stratumSeconds: Double = 120
        /// monerod says something every few seconds; silence beyond this means that it is stuck.
        public var monerodSeconds: Double = 300
        /// A file this far in the future is taken for one of this moment: clocks and file systems are coarse.
        public var futureSeconds: Double = 30
        /// After a change of sidechain the figures settle for this long.
        public var settleSeconds: Double = 60
        /// Default bounds.
        public init() {}
    }

    /// A document as last read, and its last good value.
    private struct Kept<Value: Sendable>: Sendable {
        var health = FileHealth.unread
        var value: Value?
        /// When the last good content was written.
        var writtenAt: Instant = .start
        /// When the last good content was read first: it can't have been written later, whatever its file's clock says.
        var seenAt: Instant = .start
        /// Tells same content from new where there is no time of writing.
        var fingerprint: UInt64 = 0
    }

    /// A document that the shell got hold of.
    public struct Found: Sendable {
        /// When it was last written, in Unix seconds; nil where that is not known (HTTP without Last-Modified).
        public var modified: Double?
        /// What the wall clock shows now, in Unix seconds.
        public var wallClock: Double

        /// A document written at `modified`, read at `wallClock`.
        public init(modified: Double?, wallClock: Double) {
            self.modified = modified
            self.wallClock = wallClock
        }
    }

    /// Whether `local/` is to be had; false for public mirrors.
    public var hasLocal: Bool
    private let settings: Settings
    private var pool = Kept<PoolStats>()
    private var stratum = Kept<LocalStratum>()
    private var p2p = Kept<LocalP2P>()
    private var network = Kept<NetworkStats>()
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
        _ file: P2PoolFile, _ bytes: UnsafeRawBufferPointer, _ found: Found, now: Instant
    ) -> FileHealth {
        switch file {
        case .poolStats:
            let previous = (pool.value?.sidechainHeight, pool.writtenAt)
            take(bytes, found, now: now, into: &pool, PoolStats.init)
            noteSwitch(from: previous.0, at: previous.1, now: now)
        case .localStratum:
            if take(bytes, found, now: now, into: &stratum, LocalStratum.init) {
                lastShareAt = stratum.value?.lastShareAt.map {
                    now.adding(seconds: -min(max(0, found.wallClock - $0), 1e9))
                }
            }
        case .localP2P:
            take(bytes, found, now: now, into: &p2p, LocalP2P.init)
        case .networkStats:
            take(bytes, found, now: now, into: &network, NetworkStats.init)
        }
        return health(file, now: now)
    }

    /// A document could not be had.
    public mutating func failed(_ file: P2PoolFile, _ failure: FileFailure) {
        switch file {
        case .poolStats: pool.health = .failed(failure)
        case .localStratum: stratum.health = .failed(failure)
        case .localP2P: p2p.health = .failed(failure)
        case .networkStats: network.health = .failed(failure)
        }
    }

    /// How a document is at this moment.
    public func health(_ file: P2PoolFile, now: Instant) -> FileHealth {
        switch file {
        case .poolStats: return health(pool, bound: settings.poolSeconds, now: now)
        case .localP2P: return health(p2p, bound: settings.p2pSeconds, now: now)
        case .networkStats: return health(network, bound: settings.networkSeconds, now: now)
        case .localStratum:
            // Written only when something changed, so its own age says little (docs/protocol.md#p2pool-local-stratum):
            // p2pool vouches for it.
            let bound = vouched(now: now) ? .infinity : settings.stratumSeconds
            return health(stratum, bound: bound, now: now)
        }
    }

    /// The figures; nil before `pool/stats` was good once.
    public func figures(now: Instant) -> P2PoolFigures? {
        guard let pool = pool.value else { return nil }
        let stratumAge = stratum.value.map { _ in vouched(now: now) ? 0 : age(stratum, now: now) }
        return P2PoolFigures(
            sidechainDifficulty: pool.sidechainDifficulty, pplnsWindow: pool.pplnsWindow, poolHashrate: pool.hashrate,
            sidechainHeight: pool.sidechainHeight, poolAge: age(self.pool, now: now),
            rewardSharePercent: stratum.value?.rewardSharePercent,
            lastShareAge: lastShareAt.map { max(0, now.seconds(since: $0)) },
            shareToldAge: stratum.value.map { _ in
                max(0, now.seconds(since: min(stratum.writtenAt, stratum.seenAt)))
            },
            hashrate15m: stratum.value?.hashrate15m, stratumAge: stratumAge, wallet: stratum.value?.wallet,
            mainDifficulty: network.value?.difficulty, node: node(pool, now: now))
    }

    // MARK: Judging

    private func node(_ pool: PoolStats, now: Instant) -> P2PoolFigures.Node {
        if let p2p = p2p.value {
            let age = age(self.p2p, now: now)
            if age > settings.p2pSeconds { return .silent(age) }
            if p2p.peers == 0 { return .noPeers }
            let silence = p2p.monerodSilence + age
            if silence > settings.monerodSeconds { return .monerodSilent(silence) }
        }
        // The lowest difficulty of all sidechains, with less height than window: it still syncs.
        if pool.sidechainDifficulty <= 100_000 && pool.sidechainHeight < pool.pplnsWindow { return .syncing }
        if let switchedAt, now.seconds(since: switchedAt) < settings.settleSeconds { return .switchedSidechain }
        return p2p.value == nil ? .unknown : .working
    }

    /// Whether p2pool works, so that a `local/stratum` left alone is one in which nothing changed.
    private func vouched(now: Instant) -> Bool {
        guard p2p.health == .good, let value = p2p.value else { return false }
        let age = age(p2p, now: now)
        return age <= settings.p2pSeconds && value.monerodSilence + age <= settings.monerodSeconds
    }

    private func age<Value>(_ kept: Kept<Value>, now: Instant) -> Double {
        max(0, now.seconds(since: kept.writtenAt))
    }

    private func health<Value>(_ kept: Kept<Value>, bound: Double, now: Instant) -> FileHealth {
        guard kept.health == .good else { return kept.health }
        let age = age(kept, now: now)
        return age > bound ? .stale(age) : .good
    }

    /// A sidechain's height grows by a block every 10 or 30 s; a jump means that p2pool runs on another one.
    private mutating func noteSwitch(from height: Double?, at writtenAt: Instant, now: Instant) {
        guard let height, let value = pool.value else { return }
        let change = value.sidechainHeight - height
        let elapsed = max(0, now.seconds(since: writtenAt))
        if change < -100 || change > 200 + elapsed { switchedAt = now }
    }

    // MARK: Taking

    /// - Returns: whether the document is good; if not the last good value stays.
    @discardableResult
    private func take<Value>(
        _ bytes: UnsafeRawBufferPointer, _ found: Found, now: Instant, into kept: inout Kept<Value>,
        _ read: (JSONDocument) throws(DocumentFault) -> Value
    ) -> Bool {
        guard bytes.count <= P2PoolFile.longest else {
            kept.health = .failed(.tooLarge)
            return false
        }
        guard !bytes.isEmpty else {
            kept.health = .empty
            return false
        }
        let fingerprint = fingerprint(bytes)
        let isSame = fingerprint == kept.fingerprint && kept.value != nil
        var writtenAt = isSame ? kept.writtenAt : now
        if let modified = found.modified {
            let age = found.wallClock - modified
            guard age.isFinite, age >= -settings.futureSeconds else {
                kept.health = .inFuture(-age)
                return false
            }
            // Older than the loop's clock can say is old enough.
            writtenAt = now.adding(seconds: -min(max(0, age), 1e9))
        }
        do throws(JSONFault) {
            let document = try JSONDocument(bytes)
            do throws(DocumentFault) {
                kept.value = try read(document)
            } catch {
                kept.health = error.health
                return false
            }
        } catch {
            kept.health = .broken(error.code)
            return false
        }
        kept.writtenAt = writtenAt
        if !isSame { kept.seenAt = now }
        kept.fingerprint = fingerprint
        kept.health = .good
        return true
    }

    /// FNV-1a.
    private func fingerprint(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
