import ProxyTerms
import StrictJSON

/// A rig as it behaves on the wire: xmrig 6.26 (docs/protocol.md#xmrig), an older one, or an xmrig-proxy.
///
/// It owns no socket. The harness connects where `wantsConnection` says so and calls `connected`, hands it what arrives,
/// sends what it appends to the output, closes where `wantsClose` says so, and calls `tick` at `nextDeadline`.
public struct SimulatedRig {
    /// A connection's life:
    /// `waiting` --retry pause over--> `wantsConnection` --connected--> `loggingIn` --reply with a job--> `mining`;
    /// any of the last three --a reason to hang up--> `closing` --closed--> `waiting`; a close by the peer leads there too.
    enum Link: Equatable {
        case waiting(until: Instant)
        case wantsConnection
        case loggingIn
        case mining
        case closing
    }

    /// A request that waits for its answer.
    struct Request {
        var sentAt: Instant
        var isSubmit: Bool
    }

    /// A share of an old job on its way out.
    struct LateShare {
        var dueAt: Instant
        var job: RigJob
        var nonce: UInt32
    }

    /// What the rig is like.
    public var settings: RigSettings
    /// What it has counted.
    public internal(set) var counters = RigCounters()

    var link = Link.waiting(until: .start)
    var hashrate: Double
    var random: SeededGenerator
    var lines = PeerLines()
    /// The session id of the login reply.
    var session = ""
    var is24Bit = false
    var sendsKeepalive = false
    /// One counter for the whole process, over reconnects (docs/protocol.md#xmrig-request-ids); login uses a value up
    /// but sends 1.
    var sequence: UInt32 = 0
    var requests: [UInt32: Request] = [:]
    /// Answered request ids of this connection, to notice a second answer.
    var answered: Set<UInt32> = []
    var keepaliveAt = Instant.never
    /// xmrig up to 6.25: when it gives up waiting for any line.
    var answerDueBy = Instant.never

    /// The newest job; survives reconnects (docs/protocol.md#repeated-jobs).
    var job: RigJob?
    var nonceCounters: [NonceCounter]
    var threads: [MiningThread]
    /// Until when the threads have been moved on.
    var minedUntil = Instant.start
    var lateShares: [LateShare] = []
    var searched: [SearchedRange] = []
    /// When it makes up the next share, and with which nonce.
    var forgesAt = Instant.never
    var forgedNonce: UInt32 = 0

    /// A rig that wants to connect at once.
    public init(_ settings: RigSettings) {
        self.settings = settings
        hashrate = settings.hashrate
        random = SeededGenerator(seed: settings.seed)
        switch settings.program {
        case .xmrig:
            nonceCounters = [NonceCounter(ownByte: nil)]
            threads = (0..<max(1, settings.threads)).map { _ in MiningThread(counter: 0) }
        case .xmrigProxy(let miners):
            // xmrig-proxy starts its byte at random and counts on (docs/protocol.md#xmrig-proxy-nonce-byte).
            let first = UInt8(truncatingIfNeeded: random.next())
            let count = min(max(1, miners), 256)
            nonceCounters = (0..<count).map { NonceCounter(ownByte: first &+ UInt8(truncatingIfNeeded: $0)) }
            threads = (0..<count).flatMap { miner in
                (0..<max(1, settings.threads)).map { _ in MiningThread(counter: miner) }
            }
        }
        link = .wantsConnection
    }

    /// Whether the harness should open a connection now.
    public var wantsConnection: Bool { link == .wantsConnection }
    /// Whether the rig has hung up: the harness closes the connection and calls `closed`.
    public var wantsClose: Bool { link == .closing }
    /// Whether it is logged in and has a job.
    public var isMining: Bool { link == .mining }
    /// Shares that wait for their verdict.
    public var pending: Int { requests.values.reduce(0) { $0 + ($1.isSubmit ? 1 : 0) } }
    /// When the share was sent whose verdict has been awaited longest.
    public var oldestPending: Instant? { requests.values.lazy.filter(\.isSubmit).map(\.sentAt).min() }

    /// The searched ranges since the last call (where the settings ask for them).
    public mutating func takeSearched() -> [SearchedRange] {
        defer { searched.removeAll(keepingCapacity: true) }
        return searched
    }

    /// The same as `connected`, under the name that reads well for a first connection.
    public mutating func start(now: Instant, to output: inout [UInt8]) {
        connected(now: now, to: &output)
    }

    /// The connection is open: logs in.
    public mutating func connected(now: Instant, to output: inout [UInt8]) {
        lines.removeAll()
        requests.removeAll()
        answered.removeAll()
        link = .loggingIn
        sequence += 1
        var line = "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{"
        line +=
            "\"login\":\"\(JSONObject.escaped(settings.user))\",\"pass\":\"\(JSONObject.escaped(settings.pass))\",\"agent\":\"\(settings.agent)\""
        if let rigID = settings.rigID { line += ",\"rigid\":\"\(JSONObject.escaped(rigID))\"" }
        if settings.program == .xmrig {
            line += ",\"algo\":[" + settings.algorithms.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        }
        send(line + "}}", now: now, to: &output)
    }

    /// The connection has ended, or could not be opened: tries again after the retry pause of 5 s
    /// (docs/protocol.md#xmrig-reconnects).
    public mutating func closed(now: Instant) {
        mine(until: now)
        if link == .loggingIn || link == .mining { counters.peerCloses += 1 }
        counters.abandoned += pending
        requests.removeAll()
        lateShares.removeAll()
        stopThreads()
        keepaliveAt = .never
        answerDueBy = .never
        forgesAt = .never
        link = .waiting(until: now.adding(seconds: 5))
    }

    /// When `tick` is due.
    public var nextDeadline: Instant {
        switch link {
        case .waiting(let until): until
        case .wantsConnection, .closing: .never
        case .loggingIn, .mining:
            min(keepaliveAt, answerDueBy, forgesAt, miningDeadline, lateShares.lazy.map(\.dueAt).min() ?? .never)
        }
    }

    /// Moves the rig on to `now`.
    public mutating func tick(now: Instant, to output: inout [UInt8]) {
        if case .waiting(let until) = link, now >= until { link = .wantsConnection }
        guard link == .loggingIn || link == .mining else { return }
        mine(until: now, to: &output)
        sendLateShares(now: now, to: &output)
        forge(now: now, to: &output)
        if now >= answerDueBy {
            return hangUp(link == .loggingIn ? "login: no answer in 20 s" : "no answer in 20 s", now: now)
        }
        if link == .mining, now >= keepaliveAt {
            // An old rig counts from the last line received, and does so once (docs/protocol.md#xmrig-timeouts).
            keepaliveAt = .never
            let id = nextRequest(isSubmit: false, now: now)
            send(
                "{\"id\":\(id),\"jsonrpc\":\"2.0\",\"method\":\"keepalived\",\"params\":{\"id\":\"\(session)\"}}",
                now: now, to: &output)
        }
    }

    /// Changes the rig's speed from `now` on.
    public mutating func setHashrate(_ hashrate: Double, now: Instant, to output: inout [UInt8]) {
        if link == .mining { mine(until: now, to: &output) }
        self.hashrate = hashrate
    }

    /// The rig closes for a reason of its own.
    mutating func hangUp(_ reason: String, now: Instant) {
        mine(until: now)
        counters.hangups[reason, default: 0] += 1
        stopThreads()
        link = .closing
    }

    mutating func nextRequest(isSubmit: Bool, now: Instant) -> UInt32 {
        sequence += 1
        requests[sequence] = Request(sentAt: now, isSubmit: isSubmit)
        return sequence
    }

    mutating func send(_ line: String, now: Instant, to output: inout [UInt8]) {
        output.append(contentsOf: Array(line.utf8))
        output.append(10)
        if settings.isLegacy {
            answerDueBy = now.adding(seconds: 20)
        } else if link == .mining, sendsKeepalive {
            keepaliveAt = now.adding(seconds: 60)
        }
    }
}
