import ProxyTerms
import Upstreams

/// One pool address of an upstream.
public struct CoreEndpoint: Equatable, Sendable {
    /// Where it is.
    public var endpoint: Endpoint
    /// Whether the connection is TLS.
    public var usesTLS: Bool
    /// Whether the TLS greeting names the host (SNI).
    public var sendsServerName = true
    /// Which certificates of it are taken.
    public var certificates = CertificatePolicy.none
    /// Login name. Towards p2pool a `+difficulty` is added unless it holds one.
    public var user: String
    /// Login password.
    public var pass: String
    /// Seconds of silence after which `keepalived` is sent; nil sends none: p2pool never answers (docs/protocol.md#p2pool-input).
    public var keepaliveSeconds: Double?
    /// The SOCKS5 proxy that the pool is reached through; nil connects directly.
    public var socks5: Socks5Proxy?

    /// An endpoint.
    public init(
        host: String, port: UInt16, usesTLS: Bool = false, user: String, pass: String = "x",
        keepaliveSeconds: Double? = nil
    ) {
        endpoint = Endpoint(host: host, port: port)
        self.usesTLS = usesTLS
        self.user = user
        self.pass = pass
        self.keepaliveSeconds = keepaliveSeconds
    }

    /// `host:port` for people; an IPv6 address in brackets.
    public var address: String {
        endpoint.description
    }
}

/// How one upstream is used.
public struct CoreUpstream: Equatable, Sendable {
    /// Addresses in order of preference; may be empty for an upstream that is not used.
    public var endpoints: [CoreEndpoint]
    /// Most rigs on a lane whose pool leaves byte 42 to us, 1 ... 256.
    public var rigsPerLane: Int
    /// Most lanes in use at a time, 1 ... 1024.
    public var maxLanes: Int
    /// What its pools are like.
    public var profile: PoolProfile
    /// The endpoints are one service's in several places: the nearest is preferred, not the first.
    public var prefersNearest = false

    /// An upstream.
    public init(endpoints: [CoreEndpoint], rigsPerLane: Int = 256, maxLanes: Int? = nil, profile: PoolProfile) {
        self.endpoints = endpoints
        self.rigsPerLane = rigsPerLane
        self.maxLanes = maxLanes ?? profile.maxLanes
        self.profile = profile
    }
}

/// Everything the core is told at its start.
public struct CoreSettings: Equatable, Sendable {
    /// The two upstreams.
    public var upstreams: PerUpstream<CoreUpstream>
    /// What `pass` of a rig must be; nil takes any.
    public var accessPassword: String?
    /// Workers that get a lane of their own with all four nonce bytes; rigs whose agent is `xmrig-proxy/…` always do.
    public var exclusiveWorkers: Set<String> = []
    /// What we call ourselves towards pools.
    public var agent: String
    /// Whose shares are proven. The shell performs `Effect.proveFirst` and `proveBeside` unless this is `off`.
    public var verifyShares = VerifyShares.off
    /// What one address may take; nil: no bounds.
    public var limits: AddressBounds?
    /// Most rigs at a time.
    public var maxRigs = 16_384
    /// Longest line of a rig, bytes.
    public var maxLineBytes = 8_192
    /// Longest line of a pool, bytes.
    public var maxPoolLineBytes = 65_536
    /// A connection that has not logged in by then is closed, seconds.
    public var loginSeconds = 10.0
    /// A rig that has sent nothing for so long is closed, seconds.
    public var idleSeconds = 600.0
    /// How long a rig keeps its connection while no upstream has work for it, seconds.
    public var graceSeconds = 60.0
    /// How long an orderly stop waits for verdicts in flight, seconds.
    public var stopSeconds = 5.0
    /// How long it then waits for rigs to close their connections, seconds: a close that the other side has not answered may
    /// take the last verdict with it. 0 leaves the rigs to the shell.
    public var farewellSeconds = 1.0
    /// Difficulty of a p2pool lane of which no hashrate is known yet.
    public var startLaneDifficulty: UInt64 = 20_000
    /// Least difficulty asked of p2pool.
    public var leastLaneDifficulty = PoolProfile.p2pool.leastDifficulty
    /// First difficulty of a rig that named none.
    public var startRigDifficulty: UInt64 = 5_000

    /// Settings with the usual limits.
    public init(upstreams: PerUpstream<CoreUpstream>, accessPassword: String? = nil, agent: String) {
        self.upstreams = upstreams
        self.accessPassword = accessPassword
        self.agent = agent
    }
}
