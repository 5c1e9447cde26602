import ProxyTerms
import StratumCodec

/// One lane's logged-in session to a pool. Sans-IO: lines and moments in, bytes (appended to the caller's `output`)
/// and small values out. One value lives through many epochs: `opened` starts the next one.
///
/// ```
/// idle ─opened─► connecting ─connected─► securing ─secured─► loggingIn ─login reply─► ready
///                    └─ connected (no TLS) ──────────────────►┘
/// any but idle ─fault or refusal─► failed          connecting … failed ─closed─► closed ─opened─► connecting
/// ```
/// In `failed` every input but `closed` does nothing: the caller is closing the connection.
/// After `closed` every pending submit is taken with `takeLost` and answered (rule 2).
public struct PoolSession: Sendable {
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

    /// What a new TCP connection leads to.
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
        /// A new job, fit for rigs (rule 11). It may repeat the last one (U15): the core compares.
        case job(PoolJob)
        /// The one answer to this submit.
        case verdict(PendingSubmit, Verdict)
        /// No login: close the connection.
        case loginRefused(LoginRefusal)
        /// A faulty job or message was refused and counted (`faultyMessages`); the session goes on.
        case refusedJob(CodecError.Code)
        /// A reply whose id is unknown or was answered already (U22).
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

    /// What the clock brought about; a `keepalived` may have been appended to `output`.
    public enum OnTick: Equatable, Sendable {
        /// Nothing.
        case none
        /// Close the connection.
        case fault(PoolFault)
    }

    /// What a closed connection means.
    public enum OnClosed: Equatable, Sendable {
        /// It was ready until now (or had failed after that): reconnect soon.
        case lost
        /// It never got a login through; the kind tells how to back off.
        case neverReady(Backoff.Kind)
        /// It was closed already.
        case ignored
    }

    /// The session's settings.
    public let settings: PoolSessionSettings
    /// Where in its life the session is.
    public private(set) var phase: Phase = .idle
    /// Lives so far; the first `opened` makes it 1.
    public private(set) var epoch: UInt32 = 0
    /// What the pool announced at login.
    public private(set) var extensions: PoolExtensions = []
    /// The fault or refusal that ended this epoch, for status displays.
    public private(set) var lastFault: PoolFault?
    /// Smoothed round trip in milliseconds (submits, keepalives, the login); nil before the first.
    public private(set) var ping: Double?
    /// Faulty jobs and messages refused in this epoch.
    public private(set) var faultyMessages: UInt32 = 0

    /// An idle session.
    public init(settings: PoolSessionSettings) { self.settings = settings }

    /// Bytes sent and not answered yet; always below `settings.inFlightBound`.
    public var inFlightBytes: Int { fatalError("skeleton") }
    /// Submits taken and not answered yet, in flight or queued.
    public var pendingCount: Int { fatalError("skeleton") }
    /// Bytes waiting for earlier verdicts.
    public var queuedBytes: Int { fatalError("skeleton") }
    /// When `tick` has something to do at the latest; `never` where nothing is awaited.
    public var nextDeadline: Instant { fatalError("skeleton") }

    /// The shell starts to connect: a new epoch. Only from `idle` or `closed`, with all lost submits taken.
    public mutating func opened(now: Instant) { fatalError("skeleton") }
    /// TCP stands.
    public mutating func connected(now: Instant, into output: inout [UInt8]) -> OnConnected { fatalError("skeleton") }
    /// The TLS handshake is done.
    public mutating func secured(now: Instant, into output: inout [UInt8]) -> OnConnected { fatalError("skeleton") }
    /// One line of the pool, without its line end. Queued submits may be appended to `output`.
    public mutating func line(_ line: UnsafeRawBufferPointer, now: Instant, into output: inout [UInt8]) -> OnLine { fatalError("skeleton") }
    /// A rig's share for this pool: `line` is the rig's own line, `job` the pool's job id as the pool wrote it.
    public mutating func submit(
        _ submit: Submit, line: UnsafeRawBufferPointer, job: UnsafeRawBufferPointer, pending: PendingSubmit,
        now: Instant, into output: inout [UInt8]
    ) -> OnSubmit { fatalError("skeleton") }
    /// Call at `nextDeadline`.
    public mutating func tick(now: Instant, into output: inout [UInt8]) -> OnTick { fatalError("skeleton") }
    /// The connection is gone, from whichever side. Take the lost submits next.
    public mutating func closed(now: Instant) -> OnClosed { fatalError("skeleton") }
    /// The next submit that will never get a verdict, oldest first; nil when there are no more. Only after `closed`.
    public mutating func takeLost() -> PendingSubmit? { fatalError("skeleton") }
}
