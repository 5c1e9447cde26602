import ProxyTerms

/// A pool that judges as strictly as the real ones, and a little stricter: it also notices what they would let pass.
///
/// It owns no socket. The harness calls `connect` for each new connection, hands over what arrives, carries out the
/// effects, and calls `tick` at `nextDeadline`.
public struct SimulatedPool {
    /// What the pool is like.
    public internal(set) var settings: PoolSettings
    /// What it has counted.
    public internal(set) var counters = PoolCounters()
    /// Takes connections and never says anything on them.
    public var isSilent = false
    /// Judges submits and never says how.
    public var isWithholdingVerdicts = false
    /// Brings no new jobs.
    public var isStalled = false
    /// Refuses connections: the harness asks before it connects.
    public internal(set) var isDown = false

    var random: SeededGenerator
    var sessions: [Int: PoolSession] = [:]
    var nextSession = 1
    var template: UInt64 = 0
    var height: UInt64
    var nextBlockAt = Instant.never
    var nextSweepAt = Instant.never
    var verdicts: [PendingVerdict] = []
    var bannedUntil: [String: Instant] = [:]
    /// Nonces that came, by blob, over the pool's whole life.
    var seen: [UInt64: Set<UInt32>] = [:]
    /// Slots in use, by group (`.nicehash`).
    var groups: [Set<UInt8>] = []
    /// Those of them whose session is gone: an xmrig-proxy gives them out again after the next job (NonceStorage).
    var restingSlots: [(group: Int, slot: UInt8)] = []
    var nextSlot: UInt8
    var history = WorkHistory()
    let startedAt: Instant
    /// p2pool's sidechain, for its documents.
    var sidechain = Sidechain()

    /// A verdict on its way out.
    struct PendingVerdict {
        var dueAt: Instant
        var session: Int
        var bytes: [UInt8]
        /// Length of the submit's line: it counts as unanswered until the verdict leaves.
        var submitLength: Int
    }

    /// A pool that starts at `now`.
    public init(_ settings: PoolSettings, now: Instant) {
        self.settings = settings
        random = SeededGenerator(seed: settings.seed)
        height = settings.height
        startedAt = now
        nextSlot = UInt8(truncatingIfNeeded: random.next())
        template = 1
        scheduleBlock(now: now)
    }

    /// Whether `session` is open and has logged in.
    public func hasLoggedIn(session: Int) -> Bool { sessions[session]?.rpcID != nil }
    /// Whether `address` is banned.
    public func isBanned(_ address: String, now: Instant) -> Bool { bannedUntil[address].map { now < $0 } ?? false }

    /// A client connects from `address`.
    /// - Returns: the session's number, nil where the connection is closed at once (down or banned).
    public mutating func connect(address: String, now: Instant) -> Int? {
        guard !isDown, !isBanned(address, now: now) else { return nil }
        let id = nextSession
        nextSession += 1
        sessions[id] = PoolSession(id: id, address: address, settings: settings, now: now)
        counters.sessions += 1
        scheduleSweep(now: now)
        return id
    }

    /// A client's connection has ended.
    public mutating func disconnected(session: Int) {
        forget(session)
    }

    /// Goes down: every connection is closed and new ones are refused, until `up`.
    public mutating func down(to effects: inout [PoolEffect]) {
        isDown = true
        for session in sessions.keys.sorted() { close(session, reason: "pool is down", to: &effects) }
    }

    /// Takes connections again.
    public mutating func up() {
        isDown = false
    }

    /// When `tick` is due.
    public var nextDeadline: Instant {
        min(nextBlockAt, sessions.isEmpty ? .never : nextSweepAt, verdicts.lazy.map(\.dueAt).min() ?? .never)
    }

    /// Moves the pool on to `now`.
    public mutating func tick(now: Instant, to effects: inout [PoolEffect]) {
        sendVerdicts(now: now, to: &effects)
        if now >= nextBlockAt {
            if isStalled { scheduleBlock(now: now) } else { newBlock(now: now, to: &effects) }
        }
        if now >= nextSweepAt {
            sweep(now: now, to: &effects)
            scheduleSweep(now: now)
        }
    }

    /// Closes `session` and says why.
    mutating func close(_ session: Int, reason: String, to effects: inout [PoolEffect]) {
        guard sessions[session] != nil else { return }
        counters.closes[reason, default: 0] += 1
        forget(session)
        effects.append(.close(session: session))
    }

    /// Closes `session` for something a correct client never does; p2pool bans its address for 600 s
    /// (docs/protocol.md#p2pool-bans).
    mutating func punish(_ session: Int, reason: String, now: Instant, to effects: inout [PoolEffect]) {
        guard let address = sessions[session]?.address else { return }
        counters.violate("\(reason) (session \(session))")
        if settings.kind == .p2pool, address != "127.0.0.1", address != "::1" {
            bannedUntil[address] = now.adding(seconds: 600)
            counters.bans += 1
        }
        close(session, reason: reason, to: &effects)
    }

    mutating func sendVerdicts(now: Instant, to effects: inout [PoolEffect]) {
        guard verdicts.contains(where: { $0.dueAt <= now }) else { return }
        let due = verdicts.filter { $0.dueAt <= now }.sorted { $0.dueAt < $1.dueAt }
        verdicts.removeAll { $0.dueAt <= now }
        for verdict in due {
            sessions[verdict.session]?.unansweredBytes -= verdict.submitLength
            effects.append(.send(session: verdict.session, bytes: verdict.bytes))
        }
    }

    private mutating func forget(_ session: Int) {
        guard let gone = sessions.removeValue(forKey: session) else { return }
        verdicts.removeAll { $0.session == session }
        if settings.kind == .nicehash, gone.rpcID != nil { restingSlots.append((gone.group, gone.slot)) }
    }

    /// Closes sessions that are late with their login, or idle (docs/protocol.md#p2pool-refused-logins,
    /// docs/protocol.md#xmrig-proxy-timeouts).
    private mutating func sweep(now: Instant, to effects: inout [PoolEffect]) {
        guard !isSilent else { return }
        for session in sessions.values.sorted(by: { $0.id < $1.id }) {
            if session.rpcID == nil, now.seconds(since: session.openedAt) >= 10 {
                punish(session.id, reason: "no login within 10 s", now: now, to: &effects)
            } else if settings.kind != .p2pool, now.seconds(since: session.lastActivity) >= 600 {
                punish(session.id, reason: "idle for 600 s", now: now, to: &effects)
            }
        }
    }

    private mutating func scheduleSweep(now: Instant) {
        if nextSweepAt <= now || nextSweepAt == .never { nextSweepAt = now.adding(seconds: 5) }
    }

    mutating func scheduleBlock(now: Instant) {
        guard settings.blockInterval > 0 else {
            nextBlockAt = .never
            return
        }
        var wait =
            switch settings.blockTimes {
            case .fixed: settings.blockInterval
            case .exponential(let most): min(exponential(random.next()), most) * settings.blockInterval
            }
        // p2pool renews its template after 20 s at the latest (docs/protocol.md#p2pool-jobs).
        if settings.kind == .p2pool { wait = min(wait, 22) }
        nextBlockAt = now.adding(seconds: max(wait, 0.05))
    }
}
