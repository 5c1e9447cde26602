import Foundation
import Testing

extension DaemonTests {
    /// Certificates of pools: what is taken, what is refused, what an operator can do (docs/security.md).
    @Suite("Pools' certificates")
    struct PoolTrust {
        private let place: TemporaryDirectory
        private let state: URL

        init() throws {
            place = try TemporaryDirectory()
            state = place.url.appendingPathComponent("state")
        }

        /// An XvB node with that certificate.
        private func pool(_ certificate: TestCertificate, _ more: String = "") throws -> ScriptedPool {
            try ScriptedPool(ScriptedPool.Options(certificate: certificate, ownsByte: true, configuration: more))
        }

        /// A proxy with that XvB node; `authority` is the only one of its system.
        private func run(
            xvb: ScriptedPool, authority: TestCertificate? = nil, _ body: (Stage) throws -> Void
        ) throws {
            var options = Stage.Options()
            options.xvb = [xvb]
            options.state = state
            if let authority {
                let file = try place.write(authority.pem, to: "authorities.pem")
                options.wrapper = ["/usr/bin/env", "SSL_CERT_FILE=\(file.path)"]
            }
            try Stage.run(options, body)
        }

        /// The pool is connected to, and no login comes.
        private func expectRefusal(_ stage: Stage, _ parts: String...) throws {
            #expect(try stage.xvb.accept().line() == nil)
            try stage.program.waitForLine { line in
                line.contains("XvB \(stage.xvb.address) lane 1 closed") && parts.allSatisfy { line.contains($0) }
            }
        }

        private func trust(_ arguments: String...) throws -> BuiltProgram.Outcome {
            try BuiltProgram.run(["trust", "--state-directory", state.path] + arguments)
        }

        /// What status says of XvB's certificate.
        private func status() throws -> [String: Any] {
            let outcome = try BuiltProgram.run(["status", "--json", "--state-directory", state.path])
            let root = try JSONText.object(outcome.output)
            let xvb = (root["upstreams"] as? [String: Any])?["xvb"] as? [String: Any]
            return try #require((xvb?["certificates"] as? [[String: Any]])?.first)
        }

        // Fault U05.
        @Test(
            "First use: the certificate is remembered over a restart; a changed one is refused and told, until it is taken"
        )
        func firstUse() throws {
            let (old, new) = (try TestCertificate(), try TestCertificate())
            let node = try pool(old)
            try run(xvb: node) { stage in
                _ = try node.acceptLogin()
                try stage.program.waitForLine(with: "fingerprint (SHA-256): \"\(old.fingerprint)\"", "self-signed")
                try stage.program.waitForLine(with: "use pool \(node.address) XvB")
            }
            let file = state.appendingPathComponent("known-pools.json").path
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            node.renew(new)
            try run(xvb: node) { stage in
                try expectRefusal(stage, "has changed", "Somebody may be in between", old.fingerprint, new.fingerprint)
                // All p2pool.
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                try stage.roundTrip(rig, try rig.job(), lane)
                let told = try status()
                #expect(told["taken"] as? Bool == false && told["fingerprint"] as? String == new.fingerprint)
                #expect(told["known_fingerprint"] as? String == old.fingerprint)
                #expect((told["because"] as? String)?.contains("has changed") == true)
                // It waits for an operator, who takes it; the daemon that runs goes on with it.
                var listed = ""
                for _ in 0..<100 where !listed.contains(new.fingerprint) { listed = try trust().output }
                #expect(listed.contains(old.fingerprint) && listed.contains("stratum-proxy trust \(node.address)"))
                #expect(try trust(node.address).status == 0)
                var isLogin = false
                for _ in 0..<5 where !isLogin { isLogin = try node.accept().line()?.contains("\"login\"") == true }
                #expect(isLogin)
                try stage.program.waitForLine(with: "fingerprint (SHA-256): \"\(new.fingerprint)\"", "known since")
                #expect(try status()["taken"] as? Bool == true)
            }
        }

        // Fault U05.
        @Test("First use: a renewed certificate that an authority vouches for is taken, told once, and remembered")
        func renewed() throws {
            let authority = try TestCertificate(TestCertificate.Options(name: "authority", isAuthority: true))
            let names = "DNS:localhost,IP:127.0.0.1"
            let (old, new) = (
                try TestCertificate(), try TestCertificate(TestCertificate.Options(names: names, issuer: authority))
            )
            let node = try pool(old)
            try run(xvb: node, authority: authority) { stage in
                let lane = try node.acceptLogin()
                node.renew(new)
                lane.socket.shutDown()
                try lane.socket.waitForClose()
                let next = try node.acceptLogin()
                try stage.program.waitForLine(with: new.fingerprint, "taken instead of \(old.fingerprint)")
                next.socket.shutDown()
                try next.socket.waitForClose()
                _ = try node.acceptLogin()
                #expect(stage.program.lines.count { $0.contains("taken instead of") } == 1)
            }
            #expect(try trust().output.contains(new.fingerprint))
        }

        private static var worthless: [(TestCertificate.Options, String)] {
            [
                (TestCertificate.Options(from: -30, until: -1), "has expired on"),
                (TestCertificate.Options(from: 2), "is this machine's clock right?"),
                (TestCertificate.Options(key: .rsa(bits: 1024)), "an RSA key of 1024 bits"),
                (TestCertificate.Options(hash: "SHA1"), "signed with SHA1"),
                // No elliptic curve signs with it.
                (TestCertificate.Options(key: .rsa(bits: 2048), hash: "MD5"), "signed with MD5"),
            ]
        }

        // Fault U04.
        @Test("First use takes no certificate that is worthless: the reason is told, and nothing is remembered")
        func worthless() throws {
            for (options, reason) in Self.worthless {
                try run(xvb: pool(TestCertificate(options))) { try expectRefusal($0, reason) }
                #expect(try trust().status == 1)
            }
        }

        // Fault U04.
        @Test(
            "By authority: a name that is vouched for is mined at; another name, another authority and itself are not")
        func authority() throws {
            let authority = try TestCertificate(TestCertificate.Options(name: "authority", isAuthority: true))
            let stranger = try TestCertificate(TestCertificate.Options(name: "stranger", isAuthority: true))
            let ca = ", \"tls-verify\": \"ca\""
            let good = try TestCertificate(TestCertificate.Options(names: "IP:127.0.0.1", issuer: authority))
            let node = try pool(good, ca)
            try run(xvb: node, authority: authority) { stage in
                _ = try node.acceptLogin()
                try stage.program.waitForLine(with: good.fingerprint, "an authority vouches for it")
            }
            for (options, reason) in [
                (TestCertificate.Options(names: "IP:127.0.0.2,DNS:a.example", issuer: authority), "for another name"),
                (
                    TestCertificate.Options(names: "IP:127.0.0.1", issuer: stranger),
                    "no authority that this system knows"
                ),
                (TestCertificate.Options(names: "IP:127.0.0.1"), "self-signed"),
            ] {
                try run(xvb: pool(TestCertificate(options), ca), authority: authority) { try expectRefusal($0, reason) }
            }
        }

        @Test("By authority: it is the name in the address that must be vouched for")
        func name() throws {
            let authority = try TestCertificate(TestCertificate.Options(name: "authority", isAuthority: true))
            let file = try place.write(authority.pem, to: "authorities.pem")
            for (names, isGood) in [("DNS:localhost", true), ("DNS:*.example,IP:127.0.0.1", false)] {
                let certificate = try TestCertificate(TestCertificate.Options(names: names, issuer: authority))
                let pool = try ScriptedPool(ScriptedPool.Options(certificate: certificate))
                var options = Stage.Options()
                options.p2pool = [pool]
                options.p2poolJSON =
                    "{\"url\": \"localhost:\(pool.port)\", \"tls\": true, \"sni\": false, \"tls-verify\": \"ca\"}"
                options.wrapper = ["/usr/bin/env", "SSL_CERT_FILE=\(file.path)"]
                try Stage.run(options) { stage in
                    if isGood { _ = try pool.acceptLogin() } else { #expect(try pool.accept().line() == nil) }
                    try stage.program.waitForLine(
                        with: "p2pool localhost:\(pool.port)", isGood ? "an authority vouches" : "another name")
                }
            }
        }

        // Fault U04.
        @Test("A pool that speaks old TLS only is refused in the handshake, and it is said why")
        func old() throws {
            let node = try ScriptedPool(ScriptedPool.Options(certificate: TestCertificate(), isOld: true))
            try run(xvb: node) { stage in
                #expect(throws: BuiltProgram.Fault.self) { try node.accept() }
                try stage.program.waitForLine(with: "XvB", "no version of TLS in common")
            }
        }

        @Test("A list of known certificates that is none is set aside, told, and begun anew")
        func corrupt() throws {
            try place.write("{\"version\":1,\"pools\":[{", to: "state/known-pools.json")
            let node = try pool(TestCertificate())
            try run(xvb: node) { stage in
                try stage.program.waitForLine(with: "known-pools.json.bad", "remembered anew")
                _ = try node.acceptLogin()
                try stage.program.waitForLine(with: "use pool \(node.address)")
            }
            #expect(try trust().output.contains(node.address))
        }

        @Test("Where nothing can be written it is told, and the proxy mines")
        func unwritable() throws {
            let node = try pool(TestCertificate())
            var options = Stage.Options()
            options.xvb = [node]
            options.state = try place.write("", to: "file").appendingPathComponent("state")
            try Stage.run(options) { stage in
                _ = try node.acceptLogin()
                try stage.program.waitForLine(with: "known-pools.json can't be written")
                try stage.program.waitForLine(with: "use pool \(node.address)")
            }
        }

        @Test("check says what the daemon would: new, known, changed; it remembers nothing")
        func check() throws {
            let certificate = try TestCertificate()
            let node = try pool(certificate)
            let p2pool = try ScriptedPool()
            func check(_ isTaken: Bool) throws -> [String] {
                let file = try place.write(
                    """
                    {"wallet": "\(Stage.wallet)", "mode": "manual", "manual-xvb-seconds": 1, "bind": ["127.0.0.1:0"],
                     "state-directory": "\(state.path)", "p2pool": {"pools": [\(p2pool.configuration)]},
                     "xvb": {"api": null, "pools": [\(node.configuration)]}}
                    """, to: "c.json")
                let check = try RunningProgram(["check", "-c", file.path])
                _ = try p2pool.acceptLogin()
                if isTaken { _ = try node.acceptLogin() } else { #expect(try node.accept().line() == nil) }
                return try check.end().lines
            }
            #expect(try check(true).contains { $0.contains("new here and would be remembered") })
            #expect(!FileManager.default.fileExists(atPath: state.path))
            try run(xvb: node) { stage in
                _ = try node.acceptLogin()
                try stage.program.waitForLine(with: "use pool \(node.address)")
            }
            #expect(try check(true).contains { $0.contains("its certificate: known since") })
            node.renew(try TestCertificate())
            #expect(try check(false).contains { $0.hasPrefix("!") && $0.contains("has changed") })
            #expect(try !trust().output.contains("refused on"))
        }

        @Test("trust takes nothing that was not shown: no list, another pool, no other certificate")
        func nothingToTake() throws {
            #expect(try trust().errors.contains("no certificate of a pool is known"))
            let node = try pool(TestCertificate())
            try run(xvb: node) { stage in
                _ = try node.acceptLogin()
                try stage.program.waitForLine(with: "use pool \(node.address)")
            }
            let other = try trust("pool.example:1")
            #expect(other.status == 1 && other.errors.contains("there are those of: \(node.address)"))
            let same = try trust(node.address)
            #expect(same.status == 1 && same.errors.contains("there is nothing to take"))
        }
    }
}
