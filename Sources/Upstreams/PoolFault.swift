import StratumCodec
import StrictJSON

/// What made a pool session useless: the connection must be closed, the lane tries again after a backoff.
public enum PoolFault: Error, Equatable, Sendable {
    /// No TCP connection in time.
    case connectTimeout
    /// No end of the TLS handshake in time.
    case handshakeTimeout
    /// No answer to the login in time.
    case loginTimeout
    /// A submit got no verdict in time, though TCP is alive (docs/invariants.md#faults-of-pools).
    case submitTimeout
    /// Many shares in a row were refused, for other causes than being late.
    case refusesShares
    /// It says that nobody behind it takes shares, as xmrig-proxy does whose own pool is gone.
    case noService
    /// No job for too long: the pool is stuck.
    case jobSilence
    /// A line that is no JSON object.
    case garbage(JSONFault.Code)
    /// Several faulty jobs or messages in a row; the last one's first fault, and all of them.
    case faultyJobs(CodecError.Code, [LineMisfit] = [])
    /// A login reply without a session id or without a good job; what was wrong with it.
    case badLogin(CodecError.Code, [LineMisfit] = [])
    /// Our login line is longer than the pool reads (docs/invariants.md#rule-7): a setting must change.
    case loginTooLong
    /// The pool says that our address is banned.
    case banned
    /// The pool does not know our session id any more.
    case unauthenticated
    /// All 2^32 request ids of the epoch are used up.
    case idsExhausted
    /// A line grew over the framer's bound. The session's caller sees it, and closes.
    case lineTooLong

    /// The same with all that didn't fit.
    public func explained(by misfits: [LineMisfit]) -> PoolFault {
        switch self {
        case .faultyJobs(let code, _): .faultyJobs(code, misfits)
        case .badLogin(let code, _): .badLogin(code, misfits)
        case .connectTimeout, .handshakeTimeout, .loginTimeout, .submitTimeout, .refusesShares, .noService,
            .jobSilence, .garbage, .loginTooLong, .banned, .unauthenticated, .idsExhausted, .lineTooLong:
            self
        }
    }

    /// How to delay the next attempt.
    public var backoff: Backoff.Kind {
        switch self {
        case .banned, .loginTooLong: .banned
        case .submitTimeout: .unanswered
        case .noService: .noService
        case .refusesShares: .refusing
        case .connectTimeout, .handshakeTimeout, .loginTimeout, .jobSilence, .garbage, .faultyJobs,
            .badLogin, .unauthenticated, .idsExhausted, .lineTooLong:
            .ordinary
        }
    }
}
