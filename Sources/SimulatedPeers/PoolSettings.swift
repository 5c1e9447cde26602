import ProxyTerms

/// What a simulated pool is like.
public struct PoolSettings: Sendable {
    /// Whose manners it has.
    public enum Kind: Equatable, Sendable {
        /// p2pool 4.18, as strict as the real one (docs/protocol.md#p2pool-input).
        case p2pool
        /// An xmrig-proxy in nicehash mode, as XvB's nodes most likely are: it owns byte 42 of each session
        /// (docs/protocol.md#xmrig-proxy-nonce-byte).
        case nicehash
        /// A plain pool: byte 42 is the client's, a blob for each session, duplicates are refused.
        case open
    }

    /// Whose manners it has.
    public var kind: Kind
    /// Drives blobs, block times, slots and verdict delays.
    public var seed: UInt64
    /// How the times between new jobs scatter.
    public enum BlockTimes: Equatable, Sendable {
        /// All the same.
        case fixed
        /// Exponentially, as blocks are found; none above so many times the mean.
        case exponential(most: Double)
    }

    /// Mean seconds between new jobs; 0: only `newBlock` brings one.
    public var blockInterval = 10.0
    /// How they scatter.
    public var blockTimes = BlockTimes.exponential(most: 2)
    /// The share difficulty of `.nicehash` and `.open`, and what p2pool's automatic difficulty starts from.
    public var difficulty: UInt64 = 500_001
    /// No job of p2pool is easier than this.
    public var minimumDifficulty = PoolProfile.p2pool.leastDifficulty
    /// The sidechain's difficulty: no job of p2pool is harder, and a share that reaches it is a sidechain share.
    public var sidechainDifficulty: UInt64 = 1_000_000_000
    /// Milliseconds from a submit to its verdict; drawn anew for each, so verdicts overtake each other.
    public var verdictDelay: ClosedRange<Int64> = 0...0
    /// Whether each job carries a member that no one knows, which rigs check (docs/invariants.md#rule-10).
    public var tagsJobs = true
    /// Whether the pool demands the `commitment` that rigs with `sendsCommitment` add (docs/invariants.md#rule-10).
    public var expectsCommitment = false
    /// Whether wrong hashes are none of the client's faults: there are liars among its rigs.
    public var meetsLiars = false
    /// Whether each share's hash is computed; `.open` pools do that anyway, p2pool for what claims to be of its sidechain.
    public var verifiesAll = false
    /// Height of the first block.
    public var height: UInt64 = 3_560_000
    /// The algorithm of all jobs.
    public var algorithm = "rx/0"
    /// The seed hash of all jobs.
    public var seedHash = String(repeating: "1a", count: 32)

    /// A pool of `kind`.
    public init(kind: Kind, seed: UInt64) {
        self.kind = kind
        self.seed = seed
    }
}

/// Why a pool refused a share.
public enum Refusal: String, CaseIterable, Sendable {
    /// The job id is not among those it still takes.
    case oldJob
    /// The claimed result does not meet the target.
    case lowDifficulty
    /// The nonce of this blob came before.
    case duplicate
    /// Byte 42 is not the session's.
    case wrongSlot
    /// The session id is not the session's.
    case unauthenticated
    /// `algo` is not the job's.
    case wrongAlgorithm
    /// The result is not the hash of that blob and nonce.
    case invalidWork
    /// The address is banned.
    case banned
}

/// What a simulated pool has counted.
public struct PoolCounters: Equatable, Sendable {
    /// Sessions that were opened.
    public var sessions = 0
    /// Logins answered with a job.
    public var logins = 0
    /// Shares judged.
    public var submitted = 0
    /// Shares taken.
    public var accepted = 0
    /// Sum of 2^64 / target over the shares taken, in hashes.
    public var acceptedWork = 0.0
    /// Shares refused, by reason.
    public var refused: [Refusal: Int] = [:]
    /// Nonces of one blob that came more than once, whether the pool's program would notice or not.
    public var duplicates = 0
    /// Shares whose result is not the hash of their job's blob, whether the pool's program would notice or not.
    public var invalidWork = 0
    /// The most shares of one session that the pool found wrong.
    public var mostWrongOfSession = 0
    /// Shares that reached the sidechain's difficulty.
    public var sidechainShares = 0
    /// Addresses banned.
    public var bans = 0
    /// Sessions the pool closed, by reason.
    public var closes: [String: Int] = [:]
    /// The most bytes of submits that waited for their verdict on one session at a time.
    public var mostUnansweredBytes = 0
    /// What a correct client never does, as text; the first 32 are kept.
    public var violations: [String] = []
    /// How many violations there were.
    public var violationCount = 0

    /// Shares refused for any reason.
    public var refusedTotal: Int { refused.values.reduce(0, +) }

    mutating func violate(_ text: String) {
        violationCount += 1
        if violations.count < 32 { violations.append(text) }
    }
}

/// What the harness does for a pool.
public enum PoolEffect: Equatable, Sendable {
    /// Sends bytes on a session's connection.
    case send(session: Int, bytes: [UInt8])
    /// Closes a session's connection; the pool has forgotten the session.
    case close(session: Int)
}
