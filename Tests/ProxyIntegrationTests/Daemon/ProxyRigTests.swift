import Foundation
import Testing

extension DaemonTests {
    /// Rigs that are proxies themselves need all four bytes of the nonce.
    @Suite("The daemon and proxies behind it")
    struct ProxyRigs {
        private static let agent = "xmrig-proxy/6.26.0 (Linux x86_64)"

        @Test("A proxy gets a lane of its own, with a zero byte 42 and no word of nicehash; all nonces are its own")
        func laneOfItsOwn() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let ordinary = try rig.job()
                let proxy = try stage.connect()
                proxy.logIn(user: "farm+100", agent: Self.agent)
                let own = try stage.p2pool.acceptLogin()
                let job = try proxy.job()
                #expect(job.slot == "00" && proxy.extensions == ["algo", "keepalive"])
                // Its miners differ in byte 42.
                let ids = ["00", "3a", "ff"].map {
                    proxy.request(
                        "submit",
                        "{\"id\":\"\(proxy.session)\",\"job_id\":\"\(job.id)\",\"nonce\":\"5f0000\($0)\","
                            + "\"result\":\"\(ScriptedRig.good)\"}")
                }
                for id in ids {
                    own.accept(try own.share())
                    #expect(try proxy.reply(to: id).status == "OK")
                }
                try stage.roundTrip(rig, ordinary, lane)
                // A job of either lane goes to whom it belongs.
                let next = own.sendJob()
                #expect(try proxy.job(of: next).slot == "00")
                #expect(try rig.settle().isEmpty)
                // The log says so.
                try stage.program.waitForLine(with: "rig farm logged in", "with its own pool connection")
            }
        }

        @Test("A proxy is not sent to a pool that owns byte 42, and the log says why and what helps")
        func staysAway() throws {
            var options = Stage.Options()
            options.xvb = [try .nicehash(TestCertificate())]
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                let xvb = try stage.xvb.acceptLogin()
                try stage.program.waitForLine(with: "use pool \(stage.xvb.address) XvB")
                let (rig, proxy) = (try stage.rig(), try stage.connect())
                let first = try rig.job()
                proxy.logIn(user: "farm+100", agent: Self.agent)
                let own = try stage.p2pool.acceptLogin()
                let job = try proxy.job()
                // Its miners differ in byte 42.
                let id = proxy.request(
                    "submit",
                    "{\"id\":\"\(proxy.session)\",\"job_id\":\"\(job.id)\",\"nonce\":\"5f00003a\","
                        + "\"result\":\"\(ScriptedRig.good)\"}")
                own.accept(try own.share())
                #expect(try proxy.reply(to: id).status == "OK")
                try stage.program.waitForLine(
                    with: "rig farm mines p2pool only: it needs all 4 nonce bytes", "XvB leaves 3", "\"simple\"")
                try stage.roundTrip(rig, first, lane)
                // Without p2pool the ordinary rig goes to XvB, the proxy has nowhere to go and waits.
                stage.p2pool.stopListening()
                lane.socket.shutDown()
                own.socket.shutDown()
                let moved = try rig.job()
                #expect(moved.slot == "a7")
                try stage.roundTrip(rig, moved, xvb)
                #expect(try proxy.settle().isEmpty)
                // With p2pool back it mines on.
                try stage.p2pool.listenAgain()
                let again = [try stage.p2pool.acceptLogin(), try stage.p2pool.acceptLogin()]
                let back = try proxy.job()
                #expect(back.slot == "00" && back.id != job.id)
                withExtendedLifetime(again) {}
            }
        }

        @Test("A worker that the configuration names as exclusive is treated alike")
        func named() throws {
            var options = Stage.Options()
            options.more = "\"exclusive\": [\"big\"],"
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                _ = try rig.job()
                let big = try stage.rig(user: "big+1000")
                let own = try stage.p2pool.acceptLogin()
                let job = try big.job()
                #expect(job.slot == "00" && !big.extensions.contains("nicehash"))
                try stage.roundTrip(big, job, own)
                withExtendedLifetime(lane) {}
            }
        }
    }
}
