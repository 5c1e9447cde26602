import ProxyTerms

/// What a pool session needs to know before it starts, and its bounds.
public struct PoolSessionSettings: Equatable, Sendable {
    /// Login name, made by `PoolLogin` (docs/invariants.md#rule-8).
    public var user: String
    /// Password; pools of the xmrig family ignore it or want "x".
    public var pass: String
    /// Our agent string.
    public var agent: String
    /// Whether a TLS handshake comes between connect and login.
    public var tls: Bool
    /// Seconds without a line sent after which `keepalived` is sent. nil: never, but every 60 s where the pool
    /// announces the `keepalive` extension. p2pool never answers it (docs/protocol.md#p2pool-input), xmrig-proxy closes
    /// after 600 s without (docs/protocol.md#xmrig-proxy-timeouts).
    public var keepaliveSeconds: Double?
    /// Unanswered bytes stay strictly below this; nil: not bounded. p2pool: 1,024 (docs/invariants.md#rule-7).
    public var inFlightBound: Int?
    /// Seconds for the TCP connect.
    public var connectSeconds: Double = 10
    /// Seconds for the TLS handshake.
    public var handshakeSeconds: Double = 10
    /// Seconds for the answer to the login.
    public var loginSeconds: Double = 10
    /// Seconds for a verdict, counted from when the submit was sent: xmrig up to 6.25 gives up after 20 s in which it
    /// hears nothing (docs/protocol.md#xmrig-timeouts).
    public var submitSeconds: Double = 15
    /// Seconds that a submit may wait for its turn; p2pool takes none for a job that is four jobs old, which comes to about 40 s.
    public var queueSeconds: Double = 30
    /// Seconds without a job after which the pool counts as stuck.
    public var jobSilenceSeconds: Double
    /// Longest line of a submit on a session with an in-flight bound: 1,000 of p2pool's 1,024 bytes
    /// (docs/invariants.md#rule-7). Longer ones are refused.
    public var longestBoundedLine: Int { (inFlightBound ?? .max) - 24 }

    /// Faulty jobs or messages in a row that end the session (docs/invariants.md#faults-of-pools).
    public var faultyMessagesInARow = 3

    /// Settings for a pool of this kind, with the default deadlines.
    public init(
        _ profile: PoolProfile, user: String, pass: String = "x", agent: String, tls: Bool = false,
        keepaliveSeconds: Double? = nil
    ) {
        self.user = user
        self.pass = pass
        self.agent = agent
        self.tls = tls
        self.keepaliveSeconds = keepaliveSeconds
        inFlightBound = profile.inFlightBound
        jobSilenceSeconds = profile.jobSilenceSeconds
    }
}
