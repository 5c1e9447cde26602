import ProxyTerms

/// A job as a pool issued it to one session.
struct IssuedJob {
    var id: String
    var algorithm: String
    var work: SimulatedWork
    var target: UInt64
    /// Where a client's own, easier difficulty stands in for the pool's: what counts as work
    /// (docs/protocol.md#xmrig-proxy-difficulty).
    var creditTarget: UInt64
}

/// One connection of a client, as the pool sees it.
struct PoolSession {
    let id: Int
    let address: String
    let openedAt: Instant
    /// The session id of the login reply; nil before the login.
    var rpcID: String?
    var name = ""
    var lines = PeerLines()
    /// The jobs that are still taken, the newest last.
    var jobs: [IssuedJob] = []
    var jobsIssued: UInt64 = 0
    /// p2pool's points: -5 for a bad share, closed and banned at -15 (docs/protocol.md#p2pool-verdicts).
    var score = 0
    /// Shares that it found wrong.
    var wrong = 0
    /// The difficulty asked for in the login name.
    var fixedDifficulty: UInt64?
    var automatic: AutomaticDifficulty
    /// Which blob of a nicehash node it shares, and its value of byte 42.
    var group = 0
    var slot: UInt8 = 0
    /// Bytes of submits that have no verdict yet.
    var unansweredBytes = 0
    var lastActivity: Instant
    var acceptedWork = 0.0

    init(id: Int, address: String, settings: PoolSettings, now: Instant) {
        self.id = id
        self.address = address
        openedAt = now
        lastActivity = now
        automatic = AutomaticDifficulty(start: settings.difficulty, connectedAt: now)
    }
}
