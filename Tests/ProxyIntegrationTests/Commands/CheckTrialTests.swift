import Foundation
import Glibc
import Testing

@testable import StratumProxy

extension DaemonTests {
    @Suite("N4: stratum-proxy check tries what run does")
    struct CheckTrials {
        private let place: TemporaryDirectory

        init() throws {
            place = try TemporaryDirectory()
        }

        /// Writes a configuration and begins to check it.
        private func check(
            p2pool: String, xvb: String? = nil, bind: String = "127.0.0.1:0", more: String = "\"http\": null,",
            api: String? = nil
        )
            throws -> RunningProgram
        {
            let mode = xvb == nil ? "p2pool" : "default"
            let file = try place.write(
                """
                {"wallet": "\(KnownWallet.donation)", "mode": "\(mode)", "bind": ["\(bind)"], \(more)
                 "state-directory": "\(place.url.path)/state", "p2pool": {"api": \(api.map { "\"\($0)\"" } ?? "null"), "pools": [\(p2pool)]},
                 "xvb": {"api": null, "pools": [\(xvb ?? "{\"url\": \"127.0.0.1:1\"}")]}}
                """, to: "c.json")
            return try RunningProgram(["check", "-c", file.path])
        }

        // Fault N04.
        @Test("It logs in at each pool, plain and with TLS, says which job came, and leaves")
        func mines() throws {
            let (plain, secure) = (try ScriptedPool(), try ScriptedPool.nicehash(TestCertificate()))
            let check = try check(p2pool: plain.configuration, xvb: secure.configuration)
            let lane = try plain.acceptLogin()
            let other = try secure.acceptLogin()
            let outcome = try check.end()
            #expect(outcome.status == 0, "\(outcome.lines)")
            #expect(outcome.lines.count { $0.contains("logged in within") && $0.contains("difficulty") } == 1)
            #expect(outcome.lines.count { $0.contains("logged in (TLSv1.3) within") } == 1)
            #expect(outcome.lines.last?.contains("would start and mine") == true)
            // Both are left: their connections end.
            #expect(try lane.socket.line() == nil)
            #expect(try other.socket.line() == nil)
        }

        // Fault N04, N12.
        @Test("Where p2pool's API is named and can't be read XvB would get nothing: exit code 1, and what is wrong")
        func noFigures() throws {
            for api in ["\(place.url.path)/nowhere", "http://127.0.0.1:1/api"] {
                let pools = [try ScriptedPool(), try ScriptedPool()]
                let check = try check(p2pool: pools[0].configuration, xvb: pools[1].configuration, api: api)
                for pool in pools { _ = try pool.acceptLogin() }
                let outcome = try check.end()
                #expect(outcome.status == 1, "\(outcome.lines)")
                #expect(outcome.lines.contains { $0.contains("XvB would get nothing: p2pool's API can't be used") })
            }
        }

        @Test("A pool behind a SOCKS5 proxy is tried through it")
        func socks5() throws {
            let pool = try ScriptedPool()
            let relay = try SocksRelay(to: pool)
            defer { relay.stop() }
            let check = try check(p2pool: "{\"url\": \"pool.invalid:3333\", \"socks5\": \"\(relay.address)\"}")
            _ = try pool.acceptLogin()
            let outcome = try check.end()
            #expect(outcome.status == 0 && relay.targets == ["name pool.invalid:3333"], "\(outcome.lines)")
        }

        // Fault N04.
        @Test("Without a pool of p2pool that answers it would start and not mine: exit code 1, the cause named")
        func noPool() throws {
            let outcome = try check(p2pool: "{\"url\": \"127.0.0.1:1\"}").end()
            #expect(outcome.status == 1)
            #expect(
                outcome.lines.contains {
                    $0.hasPrefix("!") && $0.contains("127.0.0.1:1: connect failed (ECONNREFUSED)")
                })
            #expect(outcome.lines.last?.contains("would start, but no pool of p2pool can be used") == true)
        }

        @Test("One good pool of several is enough; the other is pointed out")
        func oneOfTwo() throws {
            let pool = try ScriptedPool()
            let check = try check(p2pool: "{\"url\": \"127.0.0.1:1\"}, \(pool.configuration)")
            _ = try pool.acceptLogin()
            let outcome = try check.end()
            #expect(outcome.status == 0)
            #expect(outcome.lines.last?.hasSuffix("1 line above needs attention (a warning or !)") == true)
        }

        // Fault N04.
        @Test("A port that another program has keeps it from starting, and so does an address of another machine")
        func ports() throws {
            let (descriptor, port) = try Loopback.listen()
            defer { close(descriptor) }
            for (bind, cause) in [
                ("127.0.0.1:\(port)", "Another program has this port"), ("192.0.2.7:3355", "no such address"),
            ] {
                let outcome = try check(p2pool: "{\"url\": \"127.0.0.1:1\"}", bind: bind).end()
                #expect(outcome.status == 1)
                #expect(outcome.lines.contains { $0.hasPrefix("!") && $0.contains(cause) }, "\(outcome.lines)")
                #expect(outcome.lines.last?.hasSuffix("the proxy would not start") == true)
            }
        }

        @Test("A page's port of one's own that is taken keeps it from starting, and check says who has it")
        func page() throws {
            let (descriptor, port) = try Loopback.listen()
            defer { close(descriptor) }
            let pool = try ScriptedPool()
            let check = try check(p2pool: pool.configuration, more: "\"http\": \"127.0.0.1:\(port)\",")
            _ = try pool.acceptLogin()
            let outcome = try check.end()
            #expect(outcome.status == 1)
            let who = "127.0.0.1:\(port) is in use by"
            #expect(
                outcome.lines.contains {
                    $0.hasPrefix("!") && $0.contains(who) && $0.contains("(process \(getpid()))")
                }, "\(outcome.lines)")
            let page = "page        http://127.0.0.1:\(port)/, for everybody on this machine"
            #expect(outcome.lines.contains(page))
            #expect(outcome.lines.last?.hasSuffix("the proxy would not start") == true)
        }

        @Test("The port of the proxy that runs with the same state directory is as it should be")
        func runs() throws {
            var options = Stage.Options()
            options.bind = ["127.0.0.1:0"]
            try Stage.run(options) { stage in
                _ = try stage.p2pool.acceptLogin()
                let state = stage.configuration.deletingLastPathComponent().appendingPathComponent("state").path
                let file = try place.write(
                    """
                    {"mode": "p2pool", "bind": ["127.0.0.1:\(stage.port)"], "state-directory": "\(state)",
                     "p2pool": {"pools": [\(stage.p2pool.configuration)]}}
                    """, to: "c.json")
                let check = try RunningProgram(["check", "-c", file.path])
                _ = try stage.p2pool.acceptLogin()
                let outcome = try check.end()
                #expect(outcome.status == 0, "\(outcome.lines)")
                #expect(outcome.lines.contains { $0.contains("in use by the proxy that runs") })
            }
        }

        // Fault N01.
        @Test("N1: our own port as a pool is an error, by address and by name", arguments: ["127.0.0.1", "localhost"])
        func ourselves(_ host: String) throws {
            let outcome = try check(p2pool: "{\"url\": \"\(host):33557\"}", bind: "0.0.0.0:33557").end()
            #expect(outcome.status == 1)
            #expect(outcome.lines.contains { $0.contains("is the proxy itself") }, "\(outcome.lines)")
        }

        @Test("Pools that say nothing end it after their deadlines, all at the same time")
        func bounded() throws {
            let pools = try (0..<3).map { _ in try ScriptedPool() }
            let began = Date()
            let outcome = try check(p2pool: pools.map(\.configuration).joined(separator: ", ")).end()
            #expect(outcome.status == 1)
            #expect(Date().timeIntervalSince(began) < 25)
            #expect(
                outcome.lines.count { $0.hasPrefix("!") && $0.contains("no answer to the login") } == 3,
                "\(outcome.lines)")
        }
    }
}
