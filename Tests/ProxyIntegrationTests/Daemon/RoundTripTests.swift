import Foundation
import Testing

extension DaemonTests {
    /// What travels between rigs and pools when all is well.
    @Suite("The daemon: login, job, share, verdict")
    struct RoundTrip {
        /// Members of a submit that nobody knows, with their blanks and escapes.
        private static let more =
            ",\"commitment\":\"\(String(repeating: "c", count: 64))\",\"new\" : [ 1,{\"\\u00e9\":null}]"

        @Test("A share's whole way: under the pool's ids to the pool, its verdict under the rig's; the rest unchanged")
        func plain() throws {
            try Stage.run { stage in
                let first = stage.p2pool.job()
                let lane = try stage.p2pool.acceptLogin(first)
                // p2pool takes `name+difficulty`, and no rig-id ever (docs/invariants.md#rule-8).
                #expect(lane.login.contains("\"login\":\"stratum-proxy+20000\"") && !lane.login.contains("rigid"))
                let rig = try stage.rig()
                let job = try rig.job()
                #expect(job.work == first.text("blob").prefix(78) + first.text("blob").dropFirst(86))
                #expect(
                    job.line.contains("\"unknown\":" + PoolJobText.unknown) && job.line.contains("\"height\":3000001"))
                #expect(rig.extensions == ["algo", "keepalive", "nicehash"] && !rig.session.isEmpty)

                let id = rig.submit(job, more: Self.more)
                let share = try lane.share()
                #expect(share.job == "j1" && share.nonce == "010000" + job.slot)
                #expect(share.line.contains("\"params\":{\"id\":\"s1\",") && share.line.contains(Self.more))
                lane.accept(share)
                #expect(try rig.reply(to: id).status == "OK")

                // A job that is announced has the same members.
                let second = lane.sendJob()
                #expect(try rig.job(of: second).line.contains("\"unknown\":" + PoolJobText.unknown))
            }
        }

        @Test("TLS at both ends, and a pool that owns byte 42: it stays as the pool sent it")
        func encrypted() throws {
            var options = Stage.Options()
            let certificate = try TestCertificate()
            let p2pool = try ScriptedPool()
            p2pool.stopListening()
            options.p2pool = [p2pool]
            options.xvb = [try .nicehash(certificate)]
            try Stage.run(options) { stage in
                let lane = try stage.xvb.acceptLogin()
                // The user is the wallet's first 8 characters; an address is no name to ask for.
                #expect(
                    lane.login.contains("\"login\":\"\(Stage.wallet.prefix(8))\"") && lane.socket.tls?.serverName == nil
                )
                try stage.program.waitForLine(with: "fingerprint (SHA-256): \"\(certificate.fingerprint)\"")
                try stage.program.waitForLine(with: "use pool \(stage.xvb.address) XvB TLSv1.3", "one rig per lane")
                let rig = try stage.rig(isTLS: true)
                let job = try rig.job()
                #expect(job.slot == "a7" && rig.extensions.contains("nicehash"))
                let id = rig.submit(job, more: Self.more)
                let share = try lane.share()
                #expect(share.nonce == "010000a7" && share.line.contains(Self.more))
                lane.accept(share)
                #expect(try rig.reply(to: id).status == "OK")
                let next = lane.sendJob()
                #expect(try rig.job(of: next).slot == "a7")
            }
        }

        // Fault S11.
        @Test("Plain and TLS rigs, IPv4 and IPv6, on every port that is bound, at the same time")
        func ports() throws {
            var options = Stage.Options()
            // Where the machine has no IPv6, what is left of it.
            options.bind = ["0.0.0.0:0", "127.0.0.1:0"] + (Loopback.hasIPv6 ? ["[::]:0"] : [])
            let pool = try ScriptedPool(ScriptedPool.Options(family: Loopback.hasIPv6 ? .ipv6 : .ipv4))
            options.p2pool = [pool]
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                let ways: [(Int, Loopback.Family)] = [(0, .ipv4), (1, .ipv4), (2, .ipv6)]
                var rigs: [ScriptedRig] = []
                for (bind, family) in ways.prefix(options.bind.count) {
                    for isTLS in [false, true] {
                        let rig = try stage.connect(family, isTLS: isTLS, bind: bind)
                        rig.logIn()
                        try stage.roundTrip(rig, try rig.job(), lane)
                        rigs.append(rig)
                    }
                }
                let next = lane.sendJob()
                let slots = try rigs.map { try $0.job(of: next).slot }
                #expect(Set(slots).count == rigs.count)
            }
        }

        @Test("Addresses of both families can have the same port", .enabled(if: Loopback.hasIPv6))
        func samePort() throws {
            // A port that both have free.
            var reservations: [Int32] = []
            defer { for descriptor in reservations { close(descriptor) } }
            var port: UInt16 = 0
            for _ in 0..<100 where reservations.count < 2 {
                for descriptor in reservations { close(descriptor) }
                let first = try Loopback.reserve(.ipv4)
                port = first.port
                reservations = [first.descriptor]
                if let second = try? Loopback.reserve(.ipv6, port: port) { reservations.append(second.descriptor) }
            }
            try #require(reservations.count == 2)
            var options = Stage.Options()
            options.bind = Loopback.Family.allCases.map { $0.address(port) }
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                for (bind, family) in Loopback.Family.allCases.enumerated() {
                    #expect(stage.ports[bind] == port)
                    let rig = try stage.connect(family, bind: bind)
                    rig.logIn()
                    try stage.roundTrip(rig, try rig.job(), lane)
                }
            }
        }

        // Fault U09.
        @Test("Lines may come byte by byte, many at once, and end with CR LF")
        func segments() throws {
            try Stage.run { stage in
                let lane = ScriptedLane(try stage.p2pool.accept(), pool: stage.p2pool)
                try lane.receiveLogin()
                let job = stage.p2pool.job()
                let reply =
                    "{\"id\":1,\"jsonrpc\":\"2.0\",\"result\":{\"id\":\"s1\",\"job\":\(job.json),\"status\":\"OK\"}}\r\n"
                for byte in Array(reply.utf8) { lane.socket.sendBytes([byte]) }
                let rig = try stage.connect()
                let login =
                    "{\"id\":1,\"method\":\"login\",\"params\":{\"login\":\"x\",\"pass\":\"x\",\"agent\":\"x\"}}\r\n"
                for byte in Array(login.utf8) { rig.socket.sendBytes([byte]) }
                let first = try rig.job(of: job)
                // Two jobs, and a share's verdict between them, in one piece.
                let id = rig.submit(first)
                let share = try lane.share()
                let jobs = [stage.p2pool.job(), stage.p2pool.job()]
                lane.socket.send(
                    jobs[0].notification + "\r\n{\"id\":\(share.id),\"result\":{\"status\":\"OK\"}}\n\n"
                        + jobs[1].notification)
                #expect(try rig.reply(to: id).status == "OK")
                _ = try rig.job(of: jobs[1])
            }
        }

        @Test("A login waits for a pool that comes up later, and is answered with its job")
        func heldLogin() throws {
            var options = Stage.Options()
            let pool = try ScriptedPool()
            pool.stopListening()
            options.p2pool = [pool]
            options.xvb = [pool]
            try Stage.run(options) { stage in
                let rigs = try (0..<3).map { _ in try stage.rig() }
                try stage.program.waitForLine(with: "rig rig logged in")
                // What a waiting rig asks for meanwhile is answered.
                let early = rigs[0].request("keepalived", "{\"id\":\"\"}")
                #expect(try rigs[0].reply(to: early).status == "KEEPALIVED")
                let tooEarly = rigs[0].request("getjob", "{\"id\":\"\"}")
                #expect(try rigs[0].reply(to: tooEarly).error != nil)
                try pool.listenAgain()
                let lanes = [try pool.acceptLogin(), try pool.acceptLogin()]
                for rig in rigs { _ = try rig.job() }
                withExtendedLifetime(lanes) {}
            }
        }
    }
}
