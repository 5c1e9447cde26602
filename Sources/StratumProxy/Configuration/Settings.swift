import ProxyTerms
import SplitScheduler
import Upstreams

/// What the operator wants, checked: the whole configuration with every default filled in.
///
/// Units are in the names or beside them; `ConfigurationKeys` tells what each one means.
struct Settings: Equatable, Sendable {
    /// TLS towards rigs (`tls`).
    enum RigTLS: Equatable, Sendable {
        /// Plain connections only.
        case off
        /// With a self-signed pair that is made and kept in the state directory.
        case selfSigned
        /// With the operator's own PEM files.
        case files(certificate: String, key: String)
    }

    /// Where rigs connect. Port 0 lets the kernel choose.
    var bind: [HostPort]
    /// The operator's address; nil only where nothing needs it.
    var wallet: WalletAddress?
    var mode: SplitMode
    /// XvB's seconds of each window in mode `manual`.
    var manualXvBSeconds: Double
    var windowSeconds: Int
    /// The only tier wanted in mode `default`; nil: the highest that can be held.
    var tier: Tier?
    /// Least seconds from one XvB slice to the next; nil: what the schedule finds best.
    var cycleSeconds: Int?
    /// No XvB slice is planned shorter; nil: what suits the window.
    var minSliceSeconds: Int?
    /// The wanted probability of a share in p2pool's window, above 0 and below 1; nil: by p2pool's buffer.
    var p2poolConfidence: Double?
    var upstreams: PerUpstream<UpstreamSettings>
    /// What rigs must log in with; nil: anything.
    var accessPassword: Secret?
    var tls: RigTLS
    /// Where the proxy keeps its own files.
    var stateDirectory: String
    /// Workers that get a lane of their own.
    var exclusiveWorkers: Set<String>
    /// What the proxy calls itself at pools.
    var userAgent: String
    /// Seconds between status blocks; 0: none.
    var printTimeSeconds: Int
    var logLevel: LogLevel
    /// Whether a terminal gets colours.
    var colors: Bool
}

/// One upstream as configured.
struct UpstreamSettings: Equatable, Sendable {
    /// Where its statistics come from (`api`).
    enum API: Equatable, Sendable {
        case none
        /// The directory that p2pool writes.
        case directory(String)
        /// The beginning of an http or https address, without a slash at its end.
        case url(String)
    }

    /// The enabled endpoints in order of preference; empty only for XvB in mode `p2pool`.
    var endpoints: [EndpointSettings]
    var api: API
    var apiIntervalSeconds: Int
    /// Percent over what is needed.
    var bufferPercent: Double
    /// Hashrate that reaches this upstream by other ways, in H/s; nil: what its figures prove.
    var externalHashrate: Double?
    /// 1 ... 256.
    var rigsPerLane: Int
    var maxLanes: Int
    /// The SOCKS5 proxy for `api`; nil: none.
    var apiSOCKS5: SOCKS5Address?
    /// A PEM file of the certificate authorities that may vouch for `api`; nil: the system's.
    var apiAuthorityFile: String?
}

/// One pool object as configured.
struct EndpointSettings: Equatable, Sendable {
    /// Host, port, and whether the address itself asked for TLS (`usesTLS` has the last word).
    var address: PoolURL
    /// The login name, without a difficulty.
    var user: String
    var pass: Secret
    var usesTLS: Bool
    /// Whether the TLS greeting names the host.
    var sendsServerName: Bool
    /// The SHA-256 that the pool's certificate must have.
    var fingerprint: CertificatePin?
    /// Seconds between `keepalived`; nil: none are sent.
    var keepaliveSeconds: Int?
    /// The SOCKS5 proxy that the pool is reached through; nil: none.
    var socks5: SOCKS5Address?
}
