import Foundation
import Testing

extension DaemonTests {
    /// Where rigs mine when the plan, or a pool's end, sends them elsewhere.
    @Suite("The daemon between its upstreams")
    struct UpstreamFaults {
        // Fault R20.
        @Test(
            "At the planned second rigs get XvB's job on their open connection; late shares go where they belong")
        func plannedSwitch() throws {
            var options = Stage.Options()
            options.window = 10
            options.xvbSeconds = 5
            options.hasAPI = true
            options.xvb = [try .nicehash(TestCertificate())]
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                let xvb = try stage.xvb.acceptLogin()
                try stage.program.waitForLine(with: "use pool \(stage.xvb.address) XvB")
                let rig = try stage.rig()
                let job = try rig.job()
                #expect(job.slot != "a7")
                try stage.showHashrate(rig, job, lane)
                let next = try rig.job()
                #expect(next.slot == "a7")
                try stage.program.waitForLine(with: "now mining on XvB, as planned: 1 rig moved")

                // Two late shares, and one for the new job, at once.
                let ids = [
                    rig.submit(job, nonce: "00aa00"), rig.submit(next, nonce: "00aa00"),
                    rig.submit(job, nonce: "00ab00"),
                ]
                let late = [try lane.share(), try lane.share()]
                let share = try xvb.share()
                #expect(late[0].nonce == "00aa00" + job.slot && share.nonce == "00aa00a7")
                xvb.accept(share)
                lane.refuse(late[1], "Invalid job id")
                lane.accept(late[0])
                #expect(try rig.reply(to: ids[0]).status == "OK")
                #expect(try rig.reply(to: ids[1]).status == "OK")
                #expect(try rig.reply(to: ids[2]).error == "Stale share")

                // And back at the end of the window: p2pool's job has not changed, so the nonces are others
                // (docs/invariants.md#rule-4).
                let back = try rig.job()
                #expect(back.work == job.work && back.slot != job.slot)
                try stage.roundTrip(rig, back, lane)
            }
        }

        // Fault U27.
        @Test("An upstream that dies in its slice has its rigs on the other one in under two seconds")
        func upstreamDies() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let xvb = try stage.xvb.acceptLogin()
                try stage.program.waitForLine(with: "use pool \(stage.xvb.address) XvB")
                let rigs = try (0..<5).map { _ in try stage.rig() }
                let jobs = try rigs.map { try $0.job() }
                let ids = zip(rigs, jobs).map { $0.submit($1) }
                for _ in ids { _ = try lane.share() }
                stage.p2pool.stopListening()
                let start = monotonicSeconds()
                lane.socket.shutDown()
                let moved = try rigs.map { try $0.job() }
                // Not two: this machine may have other things to do. The proxy itself takes no time to it.
                #expect(monotonicSeconds() - start < 5)
                let lost = try stage.program.waitForLine(with: "p2pool \(stage.p2pool.address) lane 1 closed")
                let told = try stage.program.waitForLine(with: "now mining on XvB, p2pool is down: 5 rigs moved")
                #expect(try LoggedTime.seconds(from: lost, to: told) < 1)
                for (rig, id) in zip(rigs, ids) { #expect(try rig.reply(to: id).error == "Pool connection lost") }
                for (rig, job) in zip(rigs, moved) { try stage.roundTrip(rig, job, xvb) }
                // A share for the dead session is told to be stale, and goes nowhere.
                #expect(try rigs[0].reply(to: rigs[0].submit(jobs[0], nonce: "0000ee")).error == "Stale share")

                // Its return brings them back; what they found meanwhile is still XvB's.
                try stage.p2pool.listenAgain()
                let again = try stage.p2pool.acceptLogin()
                let back = try rigs.map { try $0.job() }
                try stage.program.waitForLine(with: "now mining on p2pool, it is back: 5 rigs moved")
                try stage.roundTrip(rigs[1], moved[1], xvb, nonce: "00dd00")
                for (rig, job) in zip(rigs, back) { try stage.roundTrip(rig, job, again) }
            }
        }

        // Fault U27.
        @Test("XvB's end in its own slice brings rigs to p2pool, also when it only stops talking TLS")
        func xvbDies() throws {
            var options = Stage.Options()
            options.window = 10
            options.xvbSeconds = 10
            options.hasAPI = true
            options.xvb = [try .nicehash(TestCertificate())]
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                let xvb = try stage.xvb.acceptLogin()
                let rig = try stage.rig()
                var job = try rig.job()
                if job.slot != "a7" {
                    try stage.showHashrate(rig, job, lane)
                    job = try rig.job()
                }
                #expect(job.slot == "a7")
                stage.xvb.stopListening()
                let start = monotonicSeconds()
                xvb.socket.reset()
                xvb.socket.shutDown()
                let next = try rig.job()
                #expect(monotonicSeconds() - start < 5)
                #expect(next.slot != "a7")
                try stage.roundTrip(rig, next, lane, nonce: "0f0f0f")
            }
        }

        @Test("What can't be reached stands beside where the rigs mine; with both down nobody is said to mine anywhere")
        func statusOfDown() throws {
            try Stage.run { stage in
                func now() throws -> String? {
                    try BuiltProgram.run(["status", "-c", stage.configuration.path]).lines.first
                }
                let lane = try stage.p2pool.acceptLogin()
                let xvb = try stage.xvb.acceptLogin()
                try stage.program.waitForLine(with: "use pool \(stage.xvb.address) XvB")
                #expect(try now()?.contains("can't be reached") == false)
                stage.p2pool.stopListening()
                stage.xvb.stopListening()
                xvb.socket.shutDown()
                try stage.program.waitForLine(with: "XvB is down")
                let alone = try now() ?? ""
                #expect(alone.contains("mining on p2pool, the next plan in "), "\(alone)")
                #expect(alone.contains(" (XvB can't be reached); 0 rigs"), "\(alone)")
                lane.socket.shutDown()
                try stage.program.waitForLine(with: "neither p2pool nor XvB can be reached")
                #expect(try now()?.contains("mining nowhere: p2pool and XvB can't be reached; 0 rigs") == true)
            }
        }

        @Test("Both down for a moment: rigs keep their connection, and get a new job when one is back")
        func bothDown() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let xvb = try stage.xvb.acceptLogin()
                try stage.program.waitForLine(with: "use pool \(stage.xvb.address) XvB")
                let rig = try stage.rig()
                let job = try rig.job()
                stage.p2pool.stopListening()
                stage.xvb.stopListening()
                xvb.socket.shutDown()
                try stage.program.waitForLine(with: "XvB is down")
                let id = rig.submit(job)
                _ = try lane.share()
                lane.socket.shutDown()
                try stage.program.waitForLine(with: "neither p2pool nor XvB can be reached")
                #expect(try rig.reply(to: id).error == "Pool connection lost")
                // What it finds meanwhile is answered, and a newcomer waits.
                #expect(try rig.reply(to: rig.submit(job, nonce: "0000bb")).error == "Stale share")
                let late = try stage.rig()
                try stage.program.waitForLine { _ in
                    stage.program.lines.filter { $0.contains("logged in (") }.count == 2
                }
                #expect(try rig.settle().isEmpty)
                try stage.xvb.listenAgain()
                let again = try stage.xvb.acceptLogin()
                for rig in [rig, late] { try stage.roundTrip(rig, try rig.job(), again) }
            }
        }

        // Fault U30.
        @Test("Of two endpoints the first is used; when it is lost for good, the second; no rig is closed")
        func failover() throws {
            let pools = [try ScriptedPool(), try ScriptedPool()]
            var options = Stage.Options()
            options.p2pool = pools
            try Stage.run(options) { stage in
                let first = try pools[0].acceptLogin()
                let rig = try stage.rig()
                try stage.roundTrip(rig, try rig.job(), first)
                pools[0].stopListening()
                first.socket.shutDown()
                let second = try pools[1].acceptLogin()
                try stage.program.waitForLine(with: "p2pool moves from \(pools[0].address) to \(pools[1].address)")
                try stage.roundTrip(rig, try rig.job(), second)
                // The first one is back, and is looked at, but the rigs stay until it has held for a while.
                try pools[0].listenAgain()
                let probe = try pools[0].acceptLogin()
                let next = second.sendJob()
                try stage.roundTrip(rig, try rig.job(of: next), second)
                // When the second one goes, the one that works is there at once.
                let start = monotonicSeconds()
                second.socket.shutDown()
                try stage.roundTrip(rig, try rig.job(), probe)
                #expect(monotonicSeconds() - start < 10)
            }
        }

        // Fault U29.
        @Test("A pool that comes and goes is not hammered, and its rigs are served all the time")
        func flapping() throws {
            try Stage.run { stage in
                let xvb = try stage.xvb.acceptLogin()
                let rig = try stage.rig()
                _ = try rig.job()
                let start = monotonicSeconds()
                var logins = 0
                while monotonicSeconds() - start < 8 {
                    guard stage.p2pool.waitForConnection(within: 0.1) else { continue }
                    let lane = try stage.p2pool.acceptLogin()
                    logins += 1
                    try stage.roundTrip(rig, try rig.job(), lane, nonce: "0\(logins)0000")
                    lane.socket.shutDown()
                    try lane.socket.waitForClose()
                    try stage.roundTrip(rig, try rig.job(of: xvb.sendJob()), xvb, nonce: "0\(logins)0001")
                }
                // 0, 1, 3 and 7 seconds after the first.
                #expect((2...4).contains(logins))
            }
        }
    }
}
