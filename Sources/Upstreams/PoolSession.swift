import ProxyTerms
import StratumCodec

/// One lane's logged-in session to a pool. Sans-IO: lines and moments in, bytes (appended to the caller's `output`)
/// and small values out. One value lives through many epochs: `opened` starts the next one.
/// It can't be copied, so that looking at it (twice a share) copies none of what it holds.
///
/// ```
/// idle ─opened─► connecting ─connected─► securing ─secured─► loggingIn ─login reply─► ready
///                    └─ connected (no TLS) ──────────────────►┘
/// connecting … ready ─fault or refusal─► failed     connecting … failed ─closed─► closed ─opened─► connecting
/// ```
/// In `failed` every input but `closed` does nothing: the caller is closing the connection.
/// After `closed` every pending submit is taken with `takeLost` and answered (docs/invariants.md#rule-2).
public struct PoolSession: ~Copyable, Sendable {
    /// Where in its life the session is.
    public enum Phase: UInt8, Equatable, Sendable {
        /// Never opened. → connecting
        case idle
        /// The shell resolves and connects. → securing, loggingIn, failed, closed
        case connecting
        /// The shell does the TLS handshake. → loggingIn, failed, closed
        case securing
        /// The login is sent. → ready, failed, closed
        case loggingIn
        /// Jobs come, submits go. → failed, closed
        case ready
        /// A fault or refusal was reported; the connection is being closed. → closed
        case failed
        /// The connection is gone. → connecting
        case closed
    }

    /// What a new TCP connection, or the end of its TLS handshake, leads to.
    public enum OnConnected: Equatable, Sendable {
        /// Begin the TLS handshake.
        case secure
        /// The login was appended to `output`.
        case login
        /// Close the connection.
        case fault(PoolFault)
        /// Nothing: the session has failed or is closed already.
        case ignored
    }

    /// What a line of the pool means. Ranges refer to that line and are valid for that call only.
    public enum OnLine: Equatable, Sendable {
        /// Logged in: the first job, and what the pool announced.
        case loggedIn(PoolJob, PoolExtensions)
        /// A new job, fit for rigs (docs/invariants.md#rule-11). It may repeat the last one; the core compares.
        case job(PoolJob)
        /// The one answer to this submit.
        case verdict(PendingSubmit, Verdict)
        /// No login: close the connection.
        case loginRefused(LoginRefusal)
        /// A faulty job or message was refused; the session goes on.
        case refusedJob(CodecError.Code)
        /// A reply whose id is unknown or was answered already (docs/invariants.md#faults-of-pools).
        case unknownReply
        /// Nothing to us.
        case ignored
        /// Close the connection.
        case fault(PoolFault)
    }

    /// What became of a submit.
    public enum OnSubmit: Equatable, Sendable {
        /// Appended to `output`.
        case sent
        /// Waits until the pool has answered earlier ones; its bytes come with a later call's `output`.
        case queued
        /// Not taken: too many unanswered. Answer the rig.
        case full
        /// Not taken: longer than this pool may be sent in one line. Answer the rig.
        case tooLong
        /// Not taken: no session. Answer the rig.
        case notReady
    }

    /// What the clock brought about; a `keepalived` or queued submits may have been appended to `output`.
    public enum OnTick: Equatable, Sendable {
        /// Nothing.
        case none
        /// Close the connection.
        case fault(PoolFault)
    }

    /// What a closed connection means.
    public enum OnClosed: Equatable, Sendable {
        /// The session had been ready; the kind tells how to back off.
        case lost(Backoff.Kind)
        /// It never got a login through; the kind tells how to back off.
        case neverReady(Backoff.Kind)
        /// It was closed already, or never opened.
        case ignored
    }

    /// A `keepalived` without an answer yet.
    struct Keepalive {
        var id: UInt32
        var sentAt: Instant
        /// Counted as in flight until released.
        var bytes: Int
    }

    /// Submits that may wait for earlier verdicts: two of each rig that a lane can have.
    static let queueEntries = 512
    /// Bytes that may wait for earlier verdicts: as many submits of 256 bytes. xmrig's have about 190, with a commitment 270.
    static let queueBytes = queueEntries * 256
    /// A session id longer than this is refused.
    static let longestSessionID = 256
    /// Seconds after which an unanswered keepalive no longer counts as in flight. Not answering it is no fault.
    static let keepaliveReplySeconds = 15.0
    /// A close within this time of the connect, without a line, looks like a ban (docs/protocol.md#p2pool-bans).
    /// xmrig-proxy without a pool of its own closes after 10 s (docs/protocol.md#xmrig-proxy-timeouts).
    static let closedAtOnceSeconds = 2.0

    /// The session's settings.
    public let settings: PoolSessionSettings
    /// Where in its life the session is.
    public internal(set) var phase: Phase = .idle
    /// Lives so far; the first `opened` makes it 1.
    public internal(set) var epoch: UInt32 = 0
    /// What the pool announced at login.
    public internal(set) var extensions: PoolExtensions = []
    /// Smoothed round trip in milliseconds (submits, keepalives, the login); nil before the first.
    public internal(set) var ping: Double?
    /// What didn't fit in the last line that could not be used.
    public internal(set) var misfits: [LineMisfit] = []

    /// The pool's session id, escaped as sent.
    var sessionID: [UInt8] = []
    var pending: PendingSubmits
    var queue = SubmitQueue()
    /// When one of them may have waited too long.
    var queueDeadline: Instant = .never
    var submitBytesInFlight = 0
    var keepalive: Keepalive?
    var faultyInARow = 0
    /// Whether this epoch got as far as `ready`.
    var wasReady = false
    var gotLine = false
    /// How to back off after this epoch, once a fault or refusal has said so.
    var backoff: Backoff.Kind?
    /// A fault seen in a verdict; reported by the next tick, so that the verdict itself reaches the rig.
    var dueFault: PoolFault?
    /// Deadline of connecting, securing or loggingIn.
    var phaseDeadline: Instant = .never
    var connectedAt: Instant = .start
    var lastSentAt: Instant = .start
    var lastJobAt: Instant = .start
    private let firstID: UInt32

    /// An idle session.
    public init(settings: PoolSessionSettings) {
        self.init(settings: settings, firstID: 2)
    }

    init(settings: PoolSessionSettings, firstID: UInt32) {
        self.settings = settings
        self.firstID = firstID
        pending = PendingSubmits(firstID: firstID)
    }

    /// Bytes sent and not answered yet; always below `settings.inFlightBound`.
    public var inFlightBytes: Int { submitBytesInFlight + (keepalive?.bytes ?? 0) }
    /// Submits taken and not answered yet, in flight or queued.
    public var pendingCount: Int { pending.count + queue.count }
    /// Bytes waiting for earlier verdicts.
    public var queuedBytes: Int { queue.bytes }

    /// The shell starts to connect: a new epoch. Only from `idle` or `closed`, with all lost submits taken.
    public mutating func opened(now: Instant) {
        guard phase == .idle || phase == .closed, pendingCount == 0 else {
            preconditionFailure("a session is opened when idle or closed, and empty")
        }
        phase = .connecting
        epoch &+= 1
        extensions = []
        sessionID.removeAll(keepingCapacity: true)
        pending = PendingSubmits(firstID: firstID)
        queue = SubmitQueue()
        queueDeadline = .never
        submitBytesInFlight = 0
        keepalive = nil
        faultyInARow = 0
        wasReady = false
        gotLine = false
        backoff = nil
        dueFault = nil
        phaseDeadline = now.adding(seconds: settings.connectSeconds)
    }

    /// TCP stands.
    public mutating func connected(now: Instant, into output: inout [UInt8]) -> OnConnected {
        switch phase {
        case .connecting:
            connectedAt = now
            guard settings.tls else { return logIn(now: now, into: &output) }
            phase = .securing
            phaseDeadline = now.adding(seconds: settings.handshakeSeconds)
            return .secure
        case .failed, .closed:
            return .ignored
        case .idle, .securing, .loggingIn, .ready:
            preconditionFailure("connected twice, or before opened")
        }
    }

    /// The TLS handshake is done, and the certificate is good.
    public mutating func secured(now: Instant, into output: inout [UInt8]) -> OnConnected {
        switch phase {
        case .securing:
            return logIn(now: now, into: &output)
        case .failed, .closed:
            return .ignored
        case .idle, .connecting, .loggingIn, .ready:
            preconditionFailure("secured without a handshake")
        }
    }

    /// The connection is gone, from whichever side. Take the lost submits next.
    public mutating func closed(now: Instant) -> OnClosed {
        switch phase {
        case .idle, .closed:
            return .ignored
        case .connecting, .securing, .loggingIn, .ready, .failed:
            break
        }
        let atOnce =
            (phase == .securing || phase == .loggingIn) && !gotLine
            && now.seconds(since: connectedAt) < Self.closedAtOnceSeconds
        let kind = backoff ?? dueFault?.backoff ?? (atOnce ? .closedAtOnce : .ordinary)
        phase = .closed
        queueDeadline = .never
        submitBytesInFlight = 0
        keepalive = nil
        return wasReady ? .lost(kind) : .neverReady(kind)
    }

    /// The next submit that will never get a verdict, oldest first; nil when there are no more. Only after `closed`.
    public mutating func takeLost() -> PendingSubmit? {
        guard phase == .closed || phase == .idle else {
            preconditionFailure("only a closed session has lost submits")
        }
        return pending.removeOldest() ?? queue.popFirst()
    }

    /// Ends the epoch; the caller closes the connection.
    mutating func fail(_ fault: PoolFault) {
        phase = .failed
        backoff = fault.backoff
    }

    private mutating func logIn(now: Instant, into output: inout [UInt8]) -> OnConnected {
        let start = output.count
        PoolRequest.login(user: settings.user, pass: settings.pass, agent: settings.agent, to: &output)
        if let bound = settings.inFlightBound, output.count - start >= bound {
            output.removeLast(output.count - start)
            fail(.loginTooLong)
            return .fault(.loginTooLong)
        }
        phase = .loggingIn
        lastSentAt = now
        phaseDeadline = now.adding(seconds: settings.loginSeconds)
        return .login
    }
}
