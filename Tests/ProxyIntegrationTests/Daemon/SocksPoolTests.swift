import Foundation
import Glibc
import Testing

extension DaemonTests {
    /// Pools behind a SOCKS5 proxy. Their names end in `.invalid`, which no resolver knows (RFC 6761): what works here was
    /// not looked up here.
    @Suite("The daemon and pools behind a SOCKS5 proxy")
    struct SocksPools {
        /// Sets the stage with a p2pool behind a proxy, and an XvB that works without one.
        private func withProxy(
            _ options: SocksRelay.Options = .init(), pool: ScriptedPool? = nil, credentials: String = "",
            url: String = "pool.invalid:3333", members: String = "", next: ScriptedPool? = nil,
            _ body: (Stage, SocksRelay) throws -> Void
        ) throws {
            let pool = try pool ?? ScriptedPool()
            let relay = try SocksRelay(to: pool, options)
            defer { relay.stop() }
            var stage = Stage.Options()
            stage.p2pool = [pool]
            stage.p2poolJSON =
                "{ \"url\": \"\(url)\", \"socks5\": \"\(credentials)\(relay.address)\"\(members) }"
                + (next.map { ", " + $0.configuration } ?? "")
            try Stage.run(stage) { try body($0, relay) }
        }

        @Test("The proxy gets the pool's name, and shares go through it and are answered")
        func plain() throws {
            try withProxy { stage, relay in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                try stage.roundTrip(rig, try rig.job(), lane)
                try stage.roundTrip(rig, try rig.job(of: lane.sendJob()), lane)
                #expect(relay.targets == ["name pool.invalid:3333"])
                try stage.program.waitForLine(with: "use pool pool.invalid:3333 p2pool")
            }
        }

        @Test("TLS is with the pool: its name is in the greeting, its certificate is the pinned one, whatever drips")
        func tls() throws {
            let certificate = try TestCertificate()
            let pool = try ScriptedPool(ScriptedPool.Options(certificate: certificate))
            let members = ", \"tls\": true, \"tls-fingerprint\": \"\(certificate.fingerprint)\""
            var options = SocksRelay.Options()
            options.dripSeconds = 0.05
            try withProxy(options, pool: pool, members: members) { stage, relay in
                let lane = try pool.acceptLogin()
                #expect(lane.socket.tls?.serverName == "pool.invalid")
                let rig = try stage.rig()
                try stage.roundTrip(rig, try rig.job(), lane)
                #expect(relay.targets == ["name pool.invalid:3333"])
            }
        }

        @Test("Another certificate than the pinned one is not talked to through a proxy either")
        func pinMismatch() throws {
            let pool = try ScriptedPool(ScriptedPool.Options(certificate: TestCertificate()))
            let pin = try TestCertificate().fingerprint
            try withProxy(pool: pool, members: ", \"tls\": true, \"tls-fingerprint\": \"\(pin)\"") { stage, _ in
                #expect(try pool.accept().line() == nil)
                try stage.program.waitForLine(with: "p2pool pool.invalid:3333", "not the pinned one")
            }
        }

        @Test(
            "An address goes to the proxy as an address",
            arguments: [
                ("10.1.2.3:3333", "ipv4 10.1.2.3:3333"),
                ("[fd00::102]:3334", "ipv6 fd.0.0.0.0.0.0.0.0.0.0.0.0.0.1.2:3334"),
            ])
        func literals(url: String, target: String) throws {
            try withProxy(url: url) { stage, relay in
                _ = try stage.p2pool.acceptLogin()
                #expect(relay.targets == [target])
            }
        }

        @Test("A user and a password are told to a proxy that wants them")
        func password() throws {
            var options = SocksRelay.Options()
            options.password = ("me", "hunter2")
            try withProxy(options, credentials: "me:hunter2@") { stage, _ in
                _ = try stage.p2pool.acceptLogin()
            }
        }

        @Test("A password that is wrong or missing is said so, and is not in the log", arguments: ["", "me:hunter2@"])
        func wrongPassword(credentials: String) throws {
            var options = SocksRelay.Options()
            options.password = ("me", "other")
            try withProxy(options, credentials: credentials) { stage, _ in
                let words =
                    credentials.isEmpty ? "it requires a user and a password" : "it refuses the user and password"
                let line = try stage.program.waitForLine(with: "p2pool pool.invalid:3333", words)
                #expect(!line.contains("hunter2"))
            }
        }

        @Test(
            "A proxy that refuses is a failure of that endpoint: said why, tried again later, the next pool is used",
            arguments: [
                (1, "see its own log"), (4, "it can't reach the pool's host"), (5, "the pool refuses connections"),
            ] as [(UInt8, String)])
        func refuses(code: UInt8, words: String) throws {
            let next = try ScriptedPool()
            var options = SocksRelay.Options()
            options.reply = code
            try withProxy(options, next: next) { stage, relay in
                let xvb = try stage.xvb.acceptLogin()
                let rig = try stage.rig()
                let line = try stage.program.waitForLine(with: "p2pool pool.invalid:3333", words)
                #expect(line.contains("SOCKS5 proxy \(relay.address): ") && line.contains("again in"), "\(line)")
                let lane = try next.acceptLogin()
                // It may have begun on XvB while p2pool was not there.
                try stage.roundTrip(rig, try rig.job(of: lane.sendJob()), lane)
                #expect(eventually { relay.targets.count >= 2 })
                withExtendedLifetime(xvb) {}
            }
        }

        @Test(
            "What is no proxy is not taken for one: nothing is sent to the pool, the log says what it looks like",
            arguments: [
                ("HTTP/1.1 400 Bad Request\r\n\r\n", "it is an HTTP proxy"),
                ("\u{0}[", "it speaks SOCKS4"), ("\u{5}\u{9}", "authentication 9, which was not offered"),
                ("\u{5}\u{0}{\"id\":1}\n", "is not valid SOCKS5"),
            ])
        func garbage(words: String, said: String) throws {
            var options = SocksRelay.Options()
            options.words = Array(words.utf8)
            try withProxy(options) { stage, relay in
                try stage.program.waitForLine(with: "p2pool pool.invalid:3333", said)
                #expect(!stage.p2pool.waitForConnection(within: 0))
                #expect(relay.targets.isEmpty)
            }
        }

        @Test("The general proxy carries pools and statistics, with its user and password, and no name is looked up")
        func general() throws {
            let pool = try ScriptedPool()
            var options = SocksRelay.Options()
            options.password = ("me", "p@ss %")
            let relay = try SocksRelay(to: pool, options)
            defer { relay.stop() }
            let place = try TemporaryDirectory()
            let file = try place.write(
                """
                { "mode": "p2pool", "socks5": "me:p@ss %@\(relay.address)", "bind": ["127.0.0.1:0"],
                  "state-directory": "\(place.url.path)",
                  "p2pool": { "pools": [{"url": "pool.invalid"}], "api": "http://api.invalid:8080/x" } }
                """, to: "config.json")
            let program = try RunningProgram(["run", "-c", file.path])
            let connections = [try pool.acceptPlain(), try pool.acceptPlain()]
            let first = try connections.map { try $0.line() ?? "" }.sorted()
            #expect(first[0].hasPrefix("GET /x/"), "\(first)")
            #expect(first[1].contains("\"login\""), "\(first)")
            program.signal(SIGTERM)
            #expect(try program.end().status == 0)
            #expect(Set(relay.targets).isSuperset(of: ["name pool.invalid:3333", "name api.invalid:8080"]))
        }

        @Test("A proxy that hangs up, or is not there, is named")
        func gone() throws {
            var options = SocksRelay.Options()
            options.hangsUp = true
            try withProxy(options) { stage, relay in
                try stage.program.waitForLine(with: "SOCKS5 proxy \(relay.address): the peer closed the connection")
            }
            let closed = try ScriptedPool()
            closed.stopListening()
            var stage = Stage.Options()
            stage.p2poolJSON = "{ \"url\": \"pool.invalid\", \"socks5\": \"\(closed.address)\" }"
            try Stage.run(stage) { stage in
                try stage.program.waitForLine(
                    with: "p2pool pool.invalid:3333", "SOCKS5 proxy \(closed.address): connect failed (ECONNREFUSED)")
            }
        }

        @Test("A proxy that drips its answers for ever is given up after 30 seconds; nothing waits for it")
        func drips() throws {
            var options = SocksRelay.Options()
            options.dripSeconds = 4
            try withProxy(options) { stage, _ in
                let start = monotonicSeconds()
                let xvb = try stage.xvb.acceptLogin()
                let rig = try stage.rig()
                try stage.roundTrip(rig, try rig.job(), xvb)
                #expect(eventually(within: 60) { stage.program.hasSaid("lane 1 closed: no connection in time") })
                #expect((25...60).contains(monotonicSeconds() - start))
            }
        }
    }
}
