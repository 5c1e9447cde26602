import ProxyTerms
import StratumCodec

/// The pool's answer to one submit.
public enum Verdict: Equatable, Sendable {
    /// Counted by the pool.
    case accepted
    /// Refused by the pool.
    case rejected(Rejection)
}

/// Why a pool refused a submit.
public struct Rejection: Equatable, Sendable {
    /// What the pool's text means (docs/protocol.md#p2pool-verdicts, docs/protocol.md#xmrig-proxy-verdicts).
    public enum Kind: UInt8, Equatable, Sendable, CaseIterable {
        /// The job is gone: "Stale share", "Invalid job id". Costs no points at p2pool
        /// (docs/protocol.md#p2pool-verdicts).
        case stale
        /// The hash does not meet the target. Three of them are a ban at p2pool (docs/invariants.md#rule-7).
        case lowDifficulty
        /// The pool has seen the nonce already.
        case duplicate
        /// The hash or the nonce is not what the rig claims ("Invalid PoW", "Invalid nonce").
        case invalid
        /// The pool has banned our address; the session is of no more use.
        case banned
        /// The pool does not know our session id; the session is of no more use.
        case unauthenticated
        /// Nobody behind the pool takes shares: "Bad gateway" (xmrig-proxy that has lost its own pool) and the like. No share is
        /// at fault.
        case noService
        /// Any other text, or none.
        case other

        /// Whether the pool holds it against the session (docs/protocol.md#p2pool-bans).
        public var isHeldAgainstSession: Bool {
            switch self {
            case .invalid, .lowDifficulty: true
            case .stale, .duplicate, .banned, .unauthenticated, .noService, .other: false
            }
        }
    }

    /// What the text means.
    public var kind: Kind
    /// Whether xmrig hangs up on this text (docs/protocol.md#xmrig-hang-ups), so that it is translated.
    public var hangsUp: Bool
    /// The escaped contents of the pool's text in the line just given; may be empty.
    public var message: ByteRange

    /// A rejection.
    public init(kind: Kind, hangsUp: Bool, message: ByteRange) {
        self.kind = kind
        self.hangsUp = hangsUp
        self.message = message
    }
}

/// Why a pool refused a login.
public struct LoginRefusal: Equatable, Sendable {
    /// What the pool's text means.
    public enum Kind: UInt8, Equatable, Sendable, CaseIterable {
        /// "Disconnected from P2Pool network": the node has no peers and is not ready
        /// (docs/protocol.md#p2pool-refused-logins); ordinary backoff.
        case noPeers
        /// Our address is banned: stay away for 60 s and more.
        case banned
        /// User or password were not accepted ("Permission denied", "Unauthenticated", …): retrying soon is useless.
        case denied
        /// Any other text, or none.
        case other
    }

    /// What the text means.
    public var kind: Kind
    /// The escaped contents of the pool's text in the line just given; may be empty.
    public var message: ByteRange

    /// A refusal.
    public init(kind: Kind, message: ByteRange) {
        self.kind = kind
        self.message = message
    }

    /// How to delay the next attempt.
    public var backoff: Backoff.Kind {
        switch kind {
        case .banned, .denied: .banned
        case .noPeers, .other: .ordinary
        }
    }
}
