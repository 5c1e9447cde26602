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
        _ addresses: [String], tls: Bool = false, socks5: ((DemoPool) throws -> String)? = nil,
        _ body: (Daemon, LogOfTest, DemoPool, (_ until: @escaping () -> Bool) throws -> Void) throws -> Void
    ) throws {
        try withTemporaryDirectory { directory in
            let loop = try EventLoop()
            defer { loop.shutdown() }
            let farm = DemoFarm(DemoOptions())
            let pool = try DemoPool(loop, farm.p2pool)
            defer { pool.close() }
            loop.hosts["socks.test"] = try ["127.0.0.5", "127.0.0.1"].map {
                try #require(SocketAddress(host: $0, port: 0))
            }
            loop.hosts["pool.test"] = try addresses.map { try #require(SocketAddress(host: $0, port: 0)) }
            var settings = try farm.settings(
                p2poolPort: pool.port, xvbPort: 1, apiDirectory: directory, stateDirectory: directory)
            settings.mode = .p2pool
            settings.tls = .off
            settings.upstreams.p2pool.endpoints[0].address = try PoolURL("pool.test:\(pool.port)")
            settings.upstreams.p2pool.endpoints[0].usesTLS = tls
            settings.upstreams.p2pool.endpoints[0].socks5 = try socks5.map { try SOCKS5Address($0(pool)) }
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
    @Test(
        "An address that hangs after the connection, in the login or in TLS, is named, and another one is first the next time",
        arguments: [false, true])
    func hangs(tls: Bool) throws {
        try run(["127.0.0.5", "127.0.0.1"], tls: tls) { daemon, log, pool, runUntil in
            let hanging = try HangingAddress("127.0.0.5", port: pool.port)
            let what = tls ? "no TLS handshake in time" : "no answer to the login"
            try runUntil { log.lines.contains { $0.contains("lane 1 closed: \(what)") } }
            let told = log.lines.filter { $0.contains(what) }
            #expect(
                told.count == 1 && told[0].contains("p2pool pool.test:\(pool.port) (127.0.0.5) lane 1 closed"),
                "\(told)")
            // The demo's pool speaks no TLS, which is told of its address.
            try runUntil {
                tls
                    ? log.lines.contains { $0.contains("pool.test:\(pool.port) (127.0.0.1) lane 1 closed") }
                    : daemon.core.snapshot(now: daemon.loop.now).upstreams.p2pool.readyLanes > 0
            }
            withExtendedLifetime(hanging) {}
        }
    }

    // Fault D01.
    @Test("Through a SOCKS5 proxy with several addresses: one that greets nobody is not the first one the next time")
    func socks() throws {
        var relay: SocksRelay?
        var mute: HangingAddress?
        var poolPort: UInt16 = 0
        try run(
            ["127.0.0.1"],
            socks5: { pool in
                poolPort = pool.port
                let living = try SocksRelay(toPort: pool.port)
                mute = try HangingAddress("127.0.0.5", port: living.port, hangsUp: true)
                relay = living
                return "socks.test:\(living.port)"
            }
        ) { daemon, log, _, runUntil in
            let port = try #require(relay?.port)
            try runUntil { daemon.core.snapshot(now: daemon.loop.now).upstreams.p2pool.readyLanes > 0 }
            #expect(log.lines.contains { $0.contains("SOCKS5 proxy socks.test:\(port)") }, "\(log.lines)")
            #expect(relay?.targets == ["name pool.test:\(poolPort)"])
        }
        relay?.stop()
        withExtendedLifetime(mute) {}
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
