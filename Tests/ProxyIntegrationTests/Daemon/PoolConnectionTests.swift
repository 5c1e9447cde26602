import Foundation
import Testing

extension DaemonTests {
    /// Pools that can't be reached, or not in the way that was asked for (docs/invariants.md#faults-of-pools).
    @Suite("The daemon and pools out of reach")
    struct PoolConnections {
        /// Sets the stage with a faulty p2pool and an XvB that works; a rig mines on XvB all the time.
        private func withFaulty(
            _ pools: [ScriptedPool], _ body: (Stage, _ rig: ScriptedRig, _ xvb: ScriptedLane) throws -> Void
        ) throws {
            var options = Stage.Options()
            options.p2pool = pools
            try Stage.run(options) { stage in
                let xvb = try stage.xvb.acceptLogin()
                let rig = try stage.rig()
                try stage.roundTrip(rig, try rig.job(), xvb)
                try body(stage, rig, xvb)
            }
        }

        // Fault U02.
        @Test("Where a pool refuses connections the next one is used, and rigs mine elsewhere meanwhile")
        func refused() throws {
            let pools = [try ScriptedPool(), try ScriptedPool()]
            pools[0].stopListening()
            try withFaulty(pools) { stage, rig, _ in
                try stage.program.waitForLine(with: pools[0].address, "connect failed (ECONNREFUSED)")
                let lane = try pools[1].acceptLogin()
                try stage.roundTrip(rig, try rig.job(), lane)
            }
        }

        // Fault U03.
        @Test("A host that answers nothing is given up after five seconds; nothing waits for it")
        func blackHole() throws {
            // Nobody accepts, and the queue is full: the kernel drops further greetings.
            let hole = try ScriptedPool(ScriptedPool.Options(backlog: 0))
            let stuffing = try (0..<4).map { _ in try Loopback.connect(to: hole.port, waits: false) }
            defer { stuffing.forEach { close($0) } }
            let second = try ScriptedPool()
            let start = monotonicSeconds()
            try withFaulty([hole, second]) { stage, rig, xvb in
                let job = xvb.sendJob()
                try stage.roundTrip(rig, try rig.job(of: job), xvb)
                let lane = try second.acceptLogin()
                // Without a deadline of ours the kernel would try for two minutes.
                #expect((4...35).contains(monotonicSeconds() - start))
                try stage.program.waitForLine(with: hole.address, "connect failed (no answer)")
                try stage.roundTrip(rig, try rig.job(), lane)
            }
        }

        // Fault U04.
        @Test(
            "A pool that says nothing in the TLS handshake, or after the login, is given up after ten seconds"
        )
        func silence() throws {
            let certificate = try TestCertificate()
            let mute = try ScriptedPool(ScriptedPool.Options(certificate: certificate))
            let deaf = try ScriptedPool()
            var options = Stage.Options()
            (options.p2pool, options.xvb) = ([mute], [deaf])
            let start = monotonicSeconds()
            try Stage.run(options) { stage in
                let connections = [try mute.acceptPlain(), try deaf.acceptPlain()]
                _ = try connections[1].line(with: "\"login\"")
                try connections[0].waitForClose()
                try connections[1].waitForClose()
                #expect((9...40).contains(monotonicSeconds() - start))
                try stage.program.waitForLine(with: "p2pool", "no TLS handshake in time")
                try stage.program.waitForLine(with: "XvB", "no answer to the login")
            }
        }

        // Fault U04, D08.
        @Test(
            "Plain text or a browser's answer where TLS is expected: closed, said why, no login")
        func noTLS() throws {
            let pool = try ScriptedPool(ScriptedPool.Options(certificate: TestCertificate()))
            try withFaulty([pool]) { stage, _, _ in
                let lines = ["HTTP/1.1 400 Bad Request", "{\"id\":1}"]
                for line in lines {
                    let connection = try pool.acceptPlain()
                    connection.send(line)
                    #expect(try connection.line()?.contains("login") != true)
                    try connection.waitForClose()
                }
                try stage.program.waitForLine(with: "p2pool", "TLS:", "wrong version number")
            }
        }

        // Fault U05.
        @Test(
            "Another certificate than the pinned one: no login is sent, the log says which; rigs stay elsewhere")
        func pinMismatch() throws {
            let (old, new) = (try TestCertificate(), try TestCertificate())
            let pool = try ScriptedPool(
                ScriptedPool.Options(
                    certificate: old, configuration: ", \"tls-fingerprint\": \"\(old.fingerprint.uppercased())\""))
            try withFaulty([pool]) { stage, rig, xvb in
                // The right one first.
                let lane = try pool.acceptLogin()
                try stage.roundTrip(rig, try rig.job(), lane)
                pool.renew(new)
                lane.socket.shutDown()
                try lane.socket.waitForClose()
                let other = try pool.accept()
                #expect(try other.line() == nil)
                try stage.program.waitForLine(with: "not the pinned one", new.fingerprint)
                try stage.roundTrip(rig, try rig.job(), xvb)
            }
        }

        // Fault U06.
        @Test(
            "A login that is refused, or answered with nonsense, is no login",
            arguments: [
                ("{\"id\":1,\"error\":{\"message\":\"Disconnected from P2Pool network\"}}", "again in 1 s"),
                ("{\"id\":1,\"error\":{\"message\":\"Your IP is banned\"}}", "again in 1 m"),
                ("{\"id\":1,\"error\":\"no\"}", "again in 1 s"),
                ("{\"id\":1,\"result\":{\"id\":\"s\",\"status\":\"OK\"}}", "again in 1 s"),
                ("{\"id\":1,\"result\":{\"job\":{}}}", "again in 1 s"),
                ("{\"id\":1,\"result\":true}", "again in 1 s"),
                ("welcome", "again in 1 s"),
            ])
        func refusedLogin(_ line: String, _ retry: String) throws {
            try withFaulty([ScriptedPool()]) { stage, rig, xvb in
                let connection = try stage.p2pool.accept()
                _ = try connection.line(with: "\"login\"")
                connection.send(line)
                try connection.waitForClose()
                let said = try stage.program.waitForLine(with: "p2pool \(stage.p2pool.address) lane 1 closed")
                #expect(said.contains(retry), "\(said)")
                try stage.roundTrip(rig, try rig.job(of: xvb.sendJob()), xvb)
            }
        }

        // Fault U07.
        @Test("A pool that closes each connection at once is not hammered")
        func closesAtOnce() throws {
            try withFaulty([ScriptedPool()]) { stage, rig, xvb in
                // Within a second or two of each other at first, then ever rarer: the third looks like a ban.
                for _ in 1...3 { _ = try stage.p2pool.acceptPlain() }
                #expect(!stage.p2pool.waitForConnection(within: 6))
                try stage.roundTrip(rig, try rig.job(of: xvb.sendJob()), xvb)
            }
        }

        // Fault U01.
        @Test("A name that does not resolve is tried again later; the other upstream mines")
        func unknownName() throws {
            var options = Stage.Options()
            let p2pool = try ScriptedPool()
            options.p2pool = [p2pool]
            options.p2poolJSON = "{ \"url\": \"no-such-host.invalid:3333\" }"
            try Stage.run(options) { stage in
                let xvb = try stage.xvb.acceptLogin()
                let rig = try stage.rig()
                // Where the machine's name server never answers, the deadline of a connection holds.
                try stage.program.waitForLine { line in
                    line.contains("no-such-host.invalid not found")
                        || line.contains("no-such-host.invalid:3333 lane 1 closed: no connection in time")
                }
                try stage.roundTrip(rig, try rig.job(), xvb)
            }
        }
    }
}
