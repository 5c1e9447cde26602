import EventLoop
import HTTPFetch
import ProxyCore
import ProxyTerms
import SimulatedPeers
import Testing

@testable import StratumProxy

/// The real daemon between simulated rigs and pools on real sockets, with web servers in the places of p2pool's API and
/// XvB's.
final class MiningFarm {
    let loop: EventLoop
    let daemon: Daemon
    let xvbAPI: WebServer
    let p2poolAPI: WebServer
    let log = LogOfTest()
    private let pools: PerUpstream<DemoPool>
    private var rigs: DemoRigs?
    private let farm: DemoFarm

    /// Runs `body` with a farm that is started.
    static func run(
        xvb: @escaping (WebServer) -> WebServer.Answer, _ body: (MiningFarm) throws -> Void
    ) throws {
        try withTemporaryDirectory { directory in
            let loop = try EventLoop()
            defer { loop.shutdown() }
            let farm = try MiningFarm(loop, directory, xvb: xvb)
            try body(farm)
            farm.close()
        }
    }

    private init(
        _ loop: EventLoop, _ directory: String, xvb answer: @escaping (WebServer) -> WebServer.Answer
    ) throws {
        self.loop = loop
        let farm = DemoFarm(DemoOptions())
        self.farm = farm
        let tls = try FetchTest.context(directory, "localhost")
        let xvbAPI = try WebServer(loop, tls: tls)
        xvbAPI.answer = { [unowned xvbAPI] request in
            request.path == XvBWatcher.statisticsPath ? .text("{}") : answer(xvbAPI)
        }
        self.xvbAPI = xvbAPI
        let pools = PerUpstream(p2pool: try DemoPool(loop, farm.p2pool), xvb: try DemoPool(loop, farm.xvb, tls: tls))
        self.pools = pools
        pools.p2pool.updateSidechain(farm.prepare)
        p2poolAPI = try WebServer(loop) { [loop] request in
            let documents = pools.p2pool.pool.p2poolDocuments(now: loop.now, unixTime: 1_800_000_000)
            guard let document = documents.first(where: { "/\($0.path)" == request.path }) else { return .reply(404) }
            return .reply(200, body: document.bytes)
        }
        var settings = try farm.settings(
            p2poolPort: pools.p2pool.port, xvbPort: pools.xvb.port, apiDirectory: "", stateDirectory: directory)
        settings.upstreams.p2pool.api = .url(p2poolAPI.plain)
        settings.upstreams.xvb.api = .url(xvbAPI.secure)
        settings.upstreams.xvb.apiAuthorityFile = "\(directory)/localhost.pem"
        daemon = Daemon(settings: settings, loop: loop, log: log, seed: 1)
        let addresses = try daemon.start()
        rigs = try DemoRigs(loop, farm: farm, proxy: addresses[0])
    }

    /// Verdicts that pools have given, and what they were.
    var counts: PerUpstream<ShareCounts> {
        let snapshot = daemon.core.snapshot(now: loop.now)
        return PerUpstream(p2pool: snapshot.upstreams.p2pool.counts, xvb: snapshot.upstreams.xvb.counts)
    }

    /// Runs the loop until `condition` holds, at most a minute.
    func run(until condition: @escaping () -> Bool, _ location: SourceLocation = #_sourceLocation) throws {
        loop.updateNow()
        let deadline = loop.now.adding(seconds: 60)
        var isTimedOut = false
        var timer: LoopTimer?
        timer = try LoopTimer(loop) { [loop] in
            isTimedOut = loop.now >= deadline
            if isTimedOut || condition() { loop.stop() } else { timer?.arm(at: loop.now.adding(milliseconds: 5)) }
        }
        timer?.arm(at: loop.now)
        loop.run()
        timer?.close()
        timer = nil
        if isTimedOut { Issue.record("nothing more happened; the log: \(log.lines)", sourceLocation: location) }
    }

    private func close() {
        daemon.stop()
        rigs?.close()
        pools.p2pool.close()
        pools.xvb.close()
    }
}

/// Keeps the lines.
final class LogOfTest: DaemonLog {
    private(set) var lines: [String] = []

    func writes(_ level: LogLevel) -> Bool { level != .debug }

    func line(_ level: LogLevel, _ tag: LogTag, _ text: @autoclosure () -> String) {
        if writes(level) { lines.append(text()) }
    }

    /// Lines that begin with this.
    func lines(of beginning: String) -> [String] {
        lines.filter { $0.hasPrefix(beginning) }
    }
}
