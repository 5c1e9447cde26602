import Foundation
import Glibc
import Testing

@testable import EventLoop

extension DaemonTests {
    /// Pools and certificates are taken while the proxy runs.
    @Suite("The daemon and pools and certificates that change")
    struct ReloadPools {
        private func rewrite(_ stage: Stage, _ change: (String) -> String) throws {
            let text = try String(contentsOf: stage.configuration, encoding: .utf8)
            try change(text).write(to: stage.configuration, atomically: true, encoding: .utf8)
            stage.program.signal(SIGHUP)
        }

        // Fault N09.
        @Test(
            "Another pool is logged in at first, then the rig gets its job on the connection that it has; late shares go back"
        )
        func replaced() throws {
            let next = try ScriptedPool()
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let job = try rig.job()
                let inFlight = rig.submit(job, nonce: "000001")
                let share = try lane.share()
                try rewrite(stage) { $0.replacing(stage.p2pool.configuration, with: next.configuration) }
                try stage.program.waitForLine(with: "SIGHUP:", "reloaded: p2pool.pools")
                let fresh = try next.acceptLogin()
                let moved = try rig.job()
                try stage.roundTrip(rig, moved, fresh, nonce: "000002")
                // What was sent before, and what the rig found for the old job.
                lane.accept(share)
                #expect(try rig.reply(to: inFlight).status == "OK")
                try stage.roundTrip(rig, job, lane, nonce: "000003")
                try stage.program.waitForLine(with: "p2pool moves from", "to \(next.address)")
            }
        }

        @Test("A pool behind the one in use is taken in without a connection, and used when the first one is gone")
        func added() throws {
            let backup = try ScriptedPool()
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let job = try rig.job()
                try rewrite(stage) {
                    $0.replacing(
                        stage.p2pool.configuration, with: stage.p2pool.configuration + ", " + backup.configuration)
                }
                try stage.program.waitForLine(with: "SIGHUP:", "reloaded: p2pool.pools")
                try stage.roundTrip(rig, job, lane)
                #expect(!backup.waitForConnection(within: 0.3))
                stage.p2pool.stopListening()
                lane.socket.shutDown()
                let other = try backup.acceptLogin()
                try stage.roundTrip(rig, try rig.job(), other)
            }
        }

        @Test("A new login name at the same address is a new connection; nothing else is opened or closed")
        func renamed() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let xvb = try stage.xvb.acceptLogin()
                let rig = try stage.rig()
                _ = try rig.job()
                try rewrite(stage) {
                    $0.replacing(
                        stage.p2pool.configuration,
                        with: "{ \"url\": \"\(stage.p2pool.address)\", \"user\": \"other\", \"tls\": false }")
                }
                let fresh = try stage.p2pool.acceptLogin()
                #expect(fresh.login.contains("\"other+") && !lane.login.contains("\"other+"))
                try stage.roundTrip(rig, try rig.job(), fresh)
                try stage.program.waitForLine(with: "connects anew to \(stage.p2pool.address)")
                #expect(!xvb.socket.isReadable(within: 0.1) && !stage.xvb.waitForConnection(within: 0.1))
            }
        }

        @Test("Pools come with what else changed; what only a restart changes is named beside them")
        func together() throws {
            let next = try ScriptedPool()
            try Stage.run { stage in
                _ = try stage.p2pool.acceptLogin()
                try rewrite(stage) {
                    $0.replacing(stage.p2pool.configuration, with: next.configuration)
                        .replacing("\"window\": 3600", with: "\"window\": 1800")
                }
                try stage.program.waitForLine(with: "SIGHUP:", "reloaded: p2pool.pools")
                try stage.program.waitForLine(with: "SIGHUP: restart to apply window ")
                _ = try next.acceptLogin()
            }
        }

        /// Makes another certificate and key.
        private func renew(_ files: (certificate: String, key: String)) throws {
            unlink(files.certificate)
            unlink(files.key)
            try TLSKeyPair.makeIfAbsent(
                certificateFile: files.certificate, keyFile: files.key, commonName: "stratum-proxy")
        }

        private func fingerprint(_ rig: ScriptedRig) -> String? {
            rig.socket.tls?.peer?.certificate.map { "\($0.fingerprint)" }
        }

        // Fault N09.
        @Test("A renewed certificate is shown to rigs that connect from then on; others keep their connection")
        func certificate() throws {
            let directory = try TemporaryDirectory()
            let files = ("\(directory.url.path)/cert.pem", "\(directory.url.path)/key.pem")
            try renew(files)
            var options = Stage.Options()
            options.more = "\"tls\": { \"cert\": \"\(files.0)\", \"key\": \"\(files.1)\" },"
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                let first = try stage.rig(isTLS: true)
                let job = try first.job()
                let old = try #require(fingerprint(first))
                try renew(files)
                stage.program.signal(SIGHUP)
                try stage.program.waitForLine(with: "rigs that connect from now on see the certificate ")
                let second = try stage.rig(isTLS: true)
                _ = try second.job()
                let new = try #require(fingerprint(second))
                #expect(new != old && stage.program.lines.contains { $0.contains("see the certificate \(new)") })
                try stage.roundTrip(first, job, lane)

                try Data("no certificate".utf8).write(to: URL(fileURLWithPath: files.0))
                stage.program.signal(SIGHUP)
                try stage.program.waitForLine(with: "rigs go on with the certificate as it was")
                let third = try stage.rig(isTLS: true)
                _ = try third.job()
                #expect(fingerprint(third) == new)
            }
        }

        @Test("Regions are measured with connections that say nothing, through the SOCKS5 proxy as well, and told")
        func regions() throws {
            let (gone, near) = (try ScriptedPool(), try ScriptedPool())
            gone.stopListening()
            let relay = try SocksRelay(to: near)
            defer { relay.stop() }
            var options = Stage.Options()
            let far = try ScriptedPool(
                ScriptedPool.Options(configuration: ", \"socks5\": \"\(relay.address)\""))
            options.xvb = [gone, near, far]
            try Stage.run(options) { stage in
                try rewrite(stage) { $0.replacing("\"api\": null", with: "\"nearest\": true, \"api\": null") }
                try stage.program.waitForLine(with: "SIGHUP:", "reloaded: xvb.nearest")
                let text = try stage.program.waitForLine {
                    $0.contains("XvB: ") && $0.contains(" ms") && $0.contains("does not answer")
                }
                #expect(text.contains("\(gone.address) does not answer"))
                // The order of the two that answer is the luck of one round trip on loopback.
                #expect([near, far].allSatisfy { text.contains($0.address) && !text.contains("\($0.address) does") })
                #expect(relay.targets.count == 3)
            }
        }
    }
}
