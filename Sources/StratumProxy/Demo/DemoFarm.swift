import ProxyTerms
import SimulatedPeers
import SplitScheduler
import Upstreams

/// The figures of a demo: rigs, pools and sidechain chosen so that a few short windows show what long ones do.
///
/// - A farm of up to 10 rigs has 4.9 kH/s together and the sidechain is so hard that p2pool needs 2.5 kH/s of it (buffer
///   included): XvB gets the donor tier, 1.1 kH/s of 4.9 (buffer included), 22 % of a window. Ten, a hundred, a thousand
///   times as many rigs have as many times the hashrate, and hold the next tier.
/// - Shares are easy enough for dozens a second, so that the delivered share of the work can be told from the planned one
///   in less than a minute: n shares have an error of √(f(1-f)/n).
struct DemoFarm {
    private let options: DemoOptions
    /// What the hashrate and the sidechain's difficulty are multiplied with: the tiers are a factor of ten apart.
    private let scale: Double
    /// Hashes a second of all rigs.
    let hashrate: Double
    /// Difficulty of both pools' shares.
    let difficulty: UInt64

    init(_ options: DemoOptions) {
        self.options = options
        switch options.rigs {
        case ...10: scale = 1
        case ...100: scale = 10
        case ...1000: scale = 100
        case _: scale = 1000
        }
        hashrate = 4900 * scale
        difficulty = UInt64(hashrate / Self.sharesPerSecond(rigs: options.rigs))
    }

    /// Shares of all rigs together that both pools are to see, per second.
    private static func sharesPerSecond(rigs: Int) -> Double {
        min(max(45, Double(rigs) / 12), 200)
    }

    /// The percentage kept over what one share in p2pool's window needs.
    static let p2poolBuffer = 25.0
    /// The percentage sent over what the tier needs.
    static let xvbBuffer = 10.0
    /// Most rigs on a lane whose pool leaves byte 42 to us. Half of the 256, so that a rig that comes back from XvB
    /// before p2pool has a new job finds a slot that nobody was given on the old one (docs/invariants.md#rule-4).
    static let rigsPerLane = 128

    // MARK: Peers

    /// The rigs: every third of the same speed, 9 : 15 : 25.
    var rigs: [RigSettings] {
        let weights: [Double] = [9, 15, 25]
        let total = (0..<options.rigs).reduce(0) { $0 + weights[$1 % weights.count] }
        return (0..<options.rigs).map { index in
            var rig = RigSettings(
                user: "rig-\(index + 1)", hashrate: hashrate * weights[index % weights.count] / total,
                seed: options.seed &+ UInt64(index) &* 7919)
            // One thread is enough for a slow rig, and cheap to simulate.
            rig.threads = options.rigs > 100 ? 1 : 2
            return rig
        }
    }

    /// Whether a rig speaks TLS: the second, and one of sixteen in a large farm.
    func usesTLS(rig index: Int) -> Bool { index % 16 == 1 }

    /// The simulated p2pool.
    var p2pool: PoolSettings {
        var pool = PoolSettings(kind: .p2pool, seed: options.seed ^ 0x7032_706F_6F6C)
        pool.blockInterval = min(max(Double(options.window) / 4, 0.5), 10)
        pool.minimumDifficulty = difficulty
        pool.sidechainDifficulty = UInt64(43e6 * scale)
        pool.verdictDelay = 1...4
        return pool
    }

    /// The simulated XvB node.
    ///
    /// Where the pool owns byte 42, a rig can't come back to a blob that it has searched before
    /// (docs/invariants.md#rule-4): a slice can begin only with a job that is new since the last one. So jobs come
    /// every tenth of a window, and never as far apart as p2pool's part of it is long.
    var xvb: PoolSettings {
        var pool = PoolSettings(kind: options.opensPools ? .open : .nicehash, seed: options.seed ^ 0x78_7662)
        pool.blockInterval = min(max(Double(options.window) / 10, 0.2), 5)
        pool.difficulty = difficulty
        pool.verdictDelay = 15...40
        return pool
    }

    /// The sidechain as the demo finds it: the wallet's last share is 40 blocks old, so there is one in the window.
    func prepare(_ sidechain: inout SimulatedPeers.Sidechain) {
        sidechain.ownShares = [sidechain.height - 40]
    }

    // MARK: The proxy

    /// The wallet of the simulated p2pool's documents.
    static let wallet = WalletAddress(text: "4" + String(repeating: "A", count: 94))

    /// The configuration of the proxy: what an operator's file would say, and ports and paths of this demo.
    func settings(p2poolPort: UInt16, xvbPort: UInt16, apiDirectory: String, stateDirectory: String) throws -> Settings
    {
        // A difficulty in the login name is taken as it is; what p2pool is asked for otherwise gives a share in 10 s.
        let p2pool = EndpointSettings(
            address: try PoolURL("127.0.0.1:\(p2poolPort)"), user: "demo+\(difficulty - 1)", pass: Secret("x"),
            usesTLS: false, sendsServerName: false, certificates: .none, keepaliveSeconds: nil)
        let xvb = EndpointSettings(
            address: try PoolURL("127.0.0.1:\(xvbPort)"), user: Self.wallet.xvbUser, pass: Secret("x"),
            usesTLS: true, sendsServerName: true, certificates: .firstUse, keepaliveSeconds: 60)
        var settings = Settings(
            bind: [Endpoint(host: "127.0.0.1", port: 0)], wallet: Self.wallet,
            upstreams: PerUpstream(
                p2pool: upstream(p2pool, api: .directory(apiDirectory)), xvb: upstream(xvb, api: .none)),
            accessPassword: nil, tls: .selfSigned, stateDirectory: stateDirectory,
            userAgent: "stratum-proxy/\(Version.current)")
        // The demo's shares stand for RandomX, and are none.
        settings.verifyShares = .off
        // All of them share one address.
        settings.limits.rigsPerAddress = max(settings.limits.rigsPerAddress, options.rigs)
        settings.http = options.httpPort.map { HTTPSettings(address: Endpoint(host: "127.0.0.1", port: $0)) }
        settings.mode = options.mode
        settings.verbose = options.isVerbose
        settings.manualXvBSeconds = (Double(options.window) / 4).rounded()
        settings.windowSeconds = options.window
        settings.printTimeSeconds = max(5, options.window)
        for upstream in Upstream.allCases {
            settings.upstreams[upstream].apiIntervalSeconds = 1
            settings.upstreams[upstream].maxLanes = options.maxLanes
        }
        settings.upstreams.p2pool.bufferPercent = Self.p2poolBuffer
        settings.upstreams.xvb.bufferPercent = Self.xvbBuffer
        return settings
    }

    private func upstream(_ endpoint: EndpointSettings, api: UpstreamSettings.API) -> UpstreamSettings {
        UpstreamSettings(endpoints: [endpoint], api: api, rigsPerLane: Self.rigsPerLane)
    }
}
