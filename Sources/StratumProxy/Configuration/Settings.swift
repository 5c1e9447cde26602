import ProxyCore
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

    /// What one address may take (`limits`); nil follows from the number of rigs.
    struct RigLimits: Equatable, Sendable {
        var rigsPerAddress = 0
        var connectionsPerSecond: Double?
        var loginsPerSecond: Double?
        var rigsWithoutShare: Int?
    }

    // What something is made of by `SettingsBuilder`.

    /// Where rigs connect. Port 0 lets the kernel choose.
    var bind: [Endpoint]
    /// The operator's address; nil only where nothing needs it.
    var wallet: WalletAddress?
    var upstreams: PerUpstream<UpstreamSettings>
    /// What rigs must log in with; nil: anything.
    var accessPassword: Secret?
    var tls: RigTLS
    /// Where the proxy keeps its own files.
    var stateDirectory: String
    /// What the proxy calls itself at pools.
    var userAgent: String
    /// Where the admin port is; nil: nowhere.
    var http: HTTPSettings?
    /// Who is alerted.
    var notify: [AlertReceiver] = []
    /// What is called again and again while the proxy works.
    var ping = PingSettings()

    // What is taken as it stands, by the table's `SettingsField`s: the initial values here mean nothing.

    var mode = SplitMode.default
    /// XvB's seconds of each window in mode `manual`.
    var manualXvBSeconds = 0.0
    var windowSeconds = 0
    /// The highest tier wanted in mode `default`; nil: the highest that is worth its price.
    var tier: Tier?
    /// What a tier may cost: work sent over its work in the time that it is held.
    var mostTierPrice = 0.0
    /// Least seconds from one XvB slice to the next; nil: what the schedule finds best.
    var cycleSeconds: Int?
    /// No XvB slice is planned shorter; nil: what suits the window.
    var minSliceSeconds: Int?
    /// The wanted probability of a share in p2pool's window, above 0 and below 1; nil: by p2pool's buffer.
    var p2poolConfidence: Double?
    /// Workers that get a lane of their own.
    var exclusiveWorkers: Set<String> = []
    /// What one address of rigs may take.
    var limits = RigLimits()
    /// Percent of the day's hashrate below which it is told as low.
    var lowHashratePercent = 0.0
    /// Whose shares are proven.
    var verifyShares = VerifyShares.off
    /// Seconds between status blocks; 0: none.
    var printTimeSeconds = 0
    var logLevel = LogLevel.info
    /// Whether shares, jobs and switches are told one by one.
    var verbose = false
    /// Whether a terminal gets colours.
    var colors = false

    /// Settings with the table's defaults for all that is taken as it stands.
    init(
        bind: [Endpoint], wallet: WalletAddress?, upstreams: PerUpstream<UpstreamSettings>, accessPassword: Secret?,
        tls: RigTLS, stateDirectory: String, userAgent: String
    ) {
        self.bind = bind
        self.wallet = wallet
        self.upstreams = upstreams
        self.accessPassword = accessPassword
        self.tls = tls
        self.stateDirectory = stateDirectory
        self.userAgent = userAgent
        for key in ConfigurationKeys.all { key.field?.fill(&self, key.standardContent) }
    }
}

/// The admin port (`http`).
struct HTTPSettings: Equatable, Sendable {
    /// Where it listens. Port 0 lets the kernel choose.
    var address: Endpoint
    /// What readers must show; nil: nothing.
    var token: Secret?
    /// Names that it may be asked for by, besides localhost and addresses.
    var names: [String] = []

    /// Nobody chose it: the proxy goes on without it where it can't be had.
    var isStandard: Bool { address == Self.standard }

    /// The table's default.
    private static let standard = Endpoint(host: "127.0.0.1", port: 3356)
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
    /// They are one service's in several places, and the nearest is preferred.
    var prefersNearest = false
    var api: API
    /// 1 ... 256.
    var rigsPerLane: Int
    /// The SOCKS5 proxy for `api`; nil: none.
    var apiSOCKS5: SOCKS5Address?
    /// A PEM file of the certificate authorities that may vouch for `api`; nil: the system's.
    var apiAuthorityFile: String?

    // What is taken as it stands, as in `Settings`.

    var apiIntervalSeconds = 0
    /// Percent over what is needed.
    var bufferPercent = 0.0
    /// Hashrate that reaches this upstream by other ways, in H/s; nil: what its figures prove.
    var externalHashrate: Double?
    var maxLanes = 0
}

extension UpstreamSettings {
    /// Whether its pools are those of `other`.
    func hasPools(of other: UpstreamSettings) -> Bool {
        endpoints == other.endpoints && prefersNearest == other.prefersNearest
    }
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
    /// Which certificates of the pool are taken.
    var certificates: CertificatePolicy
    /// Seconds between `keepalived`; nil: none are sent.
    var keepaliveSeconds: Int?
    /// The SOCKS5 proxy that the pool is reached through; nil: none.
    var socks5: SOCKS5Address?
}
