import ProxyTerms

/// What a simulated rig is like.
public struct RigSettings: Sendable {
    /// What runs on the rig.
    public enum Program: Equatable, Sendable {
        /// xmrig: one nonce counter, and an algorithm list in its login.
        case xmrig
        /// xmrig-proxy with so many miners behind it, each with its own byte 42; no algorithm list
        /// (docs/protocol.md#xmrig-proxy-as-a-client).
        case xmrigProxy(miners: Int)
    }

    /// The name it logs in with.
    public var user: String
    /// Its password.
    public var pass = "x"
    /// Its rig-id, sent where there is one.
    public var rigID: String?
    /// Hashes a second, all threads together.
    public var hashrate: Double
    /// Mining threads: each takes nonces in chunks of 32,768.
    public var threads = 2
    /// What runs on it.
    public var program = Program.xmrig
    /// What it can mine, as listed in its login.
    public var algorithms = ["cn/0", "cn/r", "rx/0", "rx/2", "rx/wow", "ghostrider"]
    /// xmrig up to 6.25: it closes where no answer of any kind comes within 20 s of a request
    /// (docs/protocol.md#xmrig-timeouts).
    public var isLegacy = false
    /// Whether it sends `keepalived` although the pool announced no `keepalive` extension.
    public var keepalive = false
    /// How often a thread still hands in a share of the old job after a new one came, 0 ... 1
    /// (docs/protocol.md#late-shares).
    public var lateShareProbability = 0.01
    /// Adds a member `commitment` to each submit that the proxy does not know of, as for rx/2
    /// (docs/invariants.md#rule-10).
    public var sendsCommitment = false
    /// How true its shares are.
    public enum Honesty: Equatable, Sendable {
        /// Each hash is what it claims.
        case honest
        /// Each claims the best of all hashes: a p2pool share.
        case liesHigh
        /// Each claims a hash that just reaches its target.
        case forges
        /// One in so many is wrong: bad memory, overclocked.
        case unstable(oneIn: UInt64)
    }

    /// How true its shares are.
    public var honesty = Honesty.honest
    /// Shares that it makes up each second, besides those that it finds: of its own difficulty, each with another nonce and some hash.
    public var forgedPerSecond = 0.0
    /// Whether each searched range of nonces is kept for `takeSearched`.
    public var recordsSearch = false
    /// Drives late shares and the byte-42 values of a proxy's miners. Which nonces are shares does not depend on it.
    public var seed: UInt64

    /// A rig called `user` with `hashrate` hashes a second.
    public init(user: String, hashrate: Double, seed: UInt64) {
        self.user = user
        self.hashrate = hashrate
        self.seed = seed
    }

    /// The agent text of its login.
    public var agent: String {
        let version = isLegacy ? "6.21.0" : "6.26.0"
        return switch program {
        case .xmrig: "XMRig/\(version) (Linux x86_64) libuv/1.44.2 gcc/12.2.0"
        case .xmrigProxy: "xmrig-proxy/\(version) (Linux x86_64) libuv/1.44.2 gcc/12.2.0"
        }
    }
}

/// What a simulated rig has counted.
public struct RigCounters: Equatable, Sendable {
    /// Shares handed in.
    public var submitted = 0
    /// Of those, shares whose hash was not what they claimed.
    public var wrong = 0
    /// Shares answered with OK.
    public var accepted = 0
    /// Shares answered with an error, by its text.
    public var rejected: [String: Int] = [:]
    /// Shares whose answer never came before the connection ended.
    public var abandoned = 0
    /// Shares of a job that was no longer the newest when they were handed in.
    public var late = 0
    /// Jobs taken, those of login replies included.
    public var jobs = 0
    /// Logins answered with a job.
    public var logins = 0
    /// Answers to `keepalived`.
    public var keepalives = 0
    /// How often the rig itself closed, by reason.
    public var hangups: [String: Int] = [:]
    /// How often the other side closed.
    public var peerCloses = 0
    /// Hashes done.
    public var hashes = 0.0
    /// What a correct server never does, as text; the first 32 are kept.
    public var violations: [String] = []
    /// How many violations there were.
    public var violationCount = 0
    /// The longest wait for a verdict, in milliseconds.
    public var longestAnswer: Int64 = 0

    /// Shares answered with an error.
    public var rejectedTotal: Int { rejected.values.reduce(0, +) }

    mutating func violate(_ text: String) {
        violationCount += 1
        if violations.count < 32 { violations.append(text) }
    }
}

/// A range of nonces that a rig searched.
public struct SearchedRange: Equatable, Sendable {
    /// The blob: `SimulatedWork.key`.
    public var work: UInt64
    /// The nonces.
    public var nonces: Range<UInt64>
}
