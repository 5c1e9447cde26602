import Foundation
import Glibc
import Testing

/// A running proxy between scripted pools and rigs.
final class Stage {
    /// How it is set up.
    struct Options {
        /// Pools of p2pool in order of preference; one plain pool where nil.
        var p2pool: [ScriptedPool]?
        /// Pools of XvB.
        var xvb: [ScriptedPool]?
        /// p2pool's pool objects, instead of those of `p2pool`.
        var p2poolJSON: String?
        /// XvB's, instead of those of `xvb`.
        var xvbJSON: String?
        /// In mode `manual`.
        var xvbSeconds = 0
        var window = 3600
        var bind = ["127.0.0.1:0"]
        /// Whether p2pool's API says that XvB may be given something.
        var hasAPI = false
        /// What is logged: everything, unless a test asks what is told by default.
        var level = "debug"
        /// All rigs here have one address, and tests come and go faster than rigs do.
        var limits = "{\"rigs-per-address\": 20000}"
        /// More members of the configuration.
        var more = ""
        /// The page's usual port is one for all proxies that run beside each other here: only who asks for one has it.
        var page: String { more.contains("\"http\"") ? "" : "\"http\": null, " }
        /// Where the proxy keeps its files, instead of a directory of this stage.
        var state: URL?
        /// A command that starts the program.
        var wrapper: [String] = []
    }

    let p2pool: ScriptedPool
    let xvb: ScriptedPool
    let program: RunningProgram
    /// The ports for rigs, in the order of `bind`.
    let ports: [UInt16]
    private let directory: TemporaryDirectory
    /// The proxy's state directory.
    let state: URL
    /// The proxy's configuration file.
    let configuration: URL

    var port: UInt16 { ports[0] }

    /// A valid main-net address of nobody in particular (the donation address that Monero's own documentation shows).
    static let wallet =
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"

    /// Starts the proxy and waits until rigs can connect.
    init(_ options: Options) throws {
        let p2pools = try options.p2pool ?? [ScriptedPool()]
        let xvbs = try options.xvb ?? [ScriptedPool()]
        (p2pool, xvb) = (p2pools[0], xvbs[0])
        let p2poolJSON = options.p2poolJSON ?? p2pools.map(\.configuration).joined(separator: ", ")
        let xvbJSON = options.xvbJSON ?? xvbs.map(\.configuration).joined(separator: ", ")
        directory = try TemporaryDirectory()
        state = options.state ?? directory.url.appendingPathComponent("state")
        let api = options.hasAPI ? "\"api\": \"\(directory.url.path)/api\", " : ""
        if options.hasAPI { try Self.writeAPI(directory) }
        let file = try directory.write(
            """
            { "bind": [\(options.bind.map { "\"\($0)\"" }.joined(separator: ", "))],
              "mode": "manual", "manual-xvb-seconds": \(options.xvbSeconds), "window": \(options.window),
              "state-directory": "\(state.path)", "log-level": "\(options.level)", "verify-shares": "off",
              "limits": \(options.limits), \(options.page)\(options.more)
              "wallet": "\(Self.wallet)",
              "p2pool": { \(api)"pools": [\(p2poolJSON)] },
              "xvb": { "pools": [\(xvbJSON)], "api": null } }
            """, to: "config.json")
        configuration = file
        program = try RunningProgram(["run", "-c", file.path], wrapper: options.wrapper)
        ports = try Self.ports(program, count: options.bind.count)
    }

    /// Runs `body` with a proxy, stops it in order, and holds it to an end without a fault.
    static func run(_ options: Options = Options(), _ body: (Stage) throws -> Void) throws {
        let stage = try Stage(options)
        var failure: (any Error)?
        do { try body(stage) } catch { failure = error }
        stage.program.signal(SIGTERM)
        let outcome = try stage.program.end()
        #expect(outcome.status == 0 && !outcome.wasSignalled)
        guard failure != nil || outcome.status != 0 else { return }
        let said = outcome.lines.suffix(40).joined(separator: "\n")
        Issue.record("\(failure.map { "\($0); " } ?? "")the proxy said:\n\(said)")
    }

    private static func ports(_ program: RunningProgram, count: Int) throws -> [UInt16] {
        var ports: [UInt16] = []
        try program.waitForLine { line in
            guard line.contains("rigs connect to "), let colon = line.lastIndex(of: ":"),
                let port = UInt16(line[line.index(after: colon)...])
            else { return false }
            ports.append(port)
            return ports.count == count
        }
        return ports
    }

    /// What p2pool writes with `--data-api` and `--local-api` while a share of ours is in its window.
    private static func writeAPI(_ directory: TemporaryDirectory) throws {
        let now = Int(Date().timeIntervalSince1970)
        try directory.write(
            "{\"pool_list\":[\"pplns\"],\"pool_statistics\":{\"hashRate\":8550000,\"miners\":9,\"totalHashes\":105587,"
                + "\"lastBlockFoundTime\":\(now - 1000),\"lastBlockFound\":3000000,\"totalBlocksFound\":9,"
                + "\"pplnsWeight\":184680000000,\"pplnsWindowSize\":2160,\"sidechainDifficulty\":85500000,"
                + "\"sidechainHeight\":10000000}}", to: "api/pool/stats")
        try directory.write(
            "{\"hashrate_15m\":0,\"hashrate_1h\":0,\"hashrate_24h\":0,\"total_hashes\":0,\"total_stratum_shares\":0,"
                + "\"last_share_found_time\":\(now - 100),\"shares_found\":1,\"shares_failed\":0,\"average_effort\":100.0,"
                + "\"current_effort\":50.0,\"connections\":1,\"incoming_connections\":1,"
                + "\"block_reward_share_percent\":0.100,\"wallet\":\"\(wallet)\",\"workers\":[]}",
            to: "api/local/stratum")
        try directory.write(
            "{\"connections\":10,\"incoming_connections\":2,\"peer_list_size\":300,\"peers\":[],\"uptime\":5000,"
                + "\"zmq_last_active\":2}", to: "api/local/p2p")
        try directory.write(
            "{\"difficulty\":400000000000,\"hash\":\"\(String(repeating: "b", count: 64))\",\"height\":3000000,"
                + "\"reward\":600000000000,\"timestamp\":\(now)}", to: "api/network/stats")
    }

    // MARK: Actors

    /// Connects a rig that says nothing yet.
    func connect(_ family: Loopback.Family = .ipv4, isTLS: Bool = false, bind: Int = 0) throws -> ScriptedRig {
        ScriptedRig(try LineSocket(port: ports[bind], family, isTLS: isTLS))
    }

    /// Logs a rig in; its job comes with the answer.
    func rig(user: String = "rig+100", isTLS: Bool = false) throws -> ScriptedRig {
        let rig = try connect(isTLS: isTLS)
        rig.logIn(user: user)
        return rig
    }

    /// Has a rig find so many shares that its hashrate is known, without which there is no plan.
    func showHashrate(_ rig: ScriptedRig, _ job: RigJob, _ lane: ScriptedLane) throws {
        for number in 100..<160 { try roundTrip(rig, job, lane, nonce: "000\(number)") }
    }

    /// Sends a rig's share through to a lane, has it accepted and the rig told.
    func roundTrip(_ rig: ScriptedRig, _ job: RigJob, _ lane: ScriptedLane, nonce: String = "0000ff") throws {
        let id = rig.submit(job, nonce: nonce)
        lane.accept(try lane.share())
        #expect(try rig.reply(to: id).status == "OK")
    }
}
