import EventLoop
import ProxyTerms
import SimulatedPeers
import Testing
import Upstreams

@testable import StratumProxy

/// Pools whose name has several addresses, of which some are of no use (RFC 8305).
@Suite("The daemon and pools with several addresses")
struct PoolAddressTests {
    /// Runs a daemon whose p2pool is a name with these addresses; the living pool is at 127.0.0.1.
    private func run(
        _ addresses: [String],
        _ body: (Daemon, LogOfTest, DemoPool, (_ until: @escaping () -> Bool) throws -> Void) throws -> Void
    ) throws {
        try withTemporaryDirectory { directory in
            let loop = try EventLoop()
            defer { loop.shutdown() }
            let farm = DemoFarm(DemoOptions())
            let pool = try DemoPool(loop, farm.p2pool)
            defer { pool.close() }
            loop.hosts["pool.test"] = try addresses.map { try #require(SocketAddress(host: $0, port: 0)) }
            var settings = try farm.settings(
                p2poolPort: pool.port, xvbPort: 1, apiDirectory: directory, stateDirectory: directory)
            settings.mode = .p2pool
            settings.tls = .off
            settings.upstreams.p2pool.endpoints[0].address = try PoolURL("pool.test:\(pool.port)")
            settings.upstreams.xvb.endpoints = []
            let log = LogOfTest()
            let daemon = Daemon(settings: settings, loop: loop, log: log, seed: 1)
            _ = try daemon.start()
            try body(daemon, log, pool) { condition in
                loop.updateNow()
                let deadline = loop.now.adding(seconds: 60)
                var timer: LoopTimer?
                timer = try LoopTimer(loop) {
                    if condition() || loop.now >= deadline { return loop.stop() }
                    timer?.arm(at: loop.now.adding(milliseconds: 5))
                }
                timer?.arm(at: loop.now)
                loop.run()
                timer?.close()
                timer = nil
                #expect(condition(), "the log: \(log.lines)")
            }
        }
    }

    // Fault D01.
    @Test("An address that drops greetings keeps nobody from the pool, and is named in the log once")
    func silent() throws {
        try run(["127.0.0.8", "127.0.0.1"]) { daemon, log, pool, runUntil in
            let silence = try SilentAddress("127.0.0.8", port: pool.port)
            let start = monotonicSeconds()
            try runUntil { daemon.core.snapshot(now: daemon.loop.now).upstreams.p2pool.readyLanes > 0 }
            #expect(monotonicSeconds() - start < 4)
            let told = log.lines.filter { $0.contains("127.0.0.8:\(pool.port): no answer") }
            #expect(told == ["p2pool: connected to 127.0.0.1:\(pool.port) (127.0.0.8:\(pool.port): no answer)"])
            withExtendedLifetime(silence) {}
        }
    }

    // Fault D01.
    @Test("Where no address answers each is in the log, with its error, and as often as once")
    func noneAnswers() throws {
        try run(["127.0.0.7", "127.0.0.6"]) { _, log, pool, runUntil in
            // Refused at once: three tries take 3 to 4 s.
            let (six, seven) = ("127.0.0.6:\(pool.port): ECONNREFUSED", "127.0.0.7:\(pool.port): ECONNREFUSED")
            try runUntil { log.lines.contains { $0.contains("connect failed (\(six), \(seven))") } }
            let start = monotonicSeconds()
            try runUntil { monotonicSeconds() - start > 4 }
            #expect(log.lines.count { $0.contains("connect failed") } == 1)
        }
    }
}
