import Foundation
import Testing

extension DaemonTests {
    /// Pools that do what they should not (docs/invariants.md#faults-of-pools): nothing of it reaches a rig.
    @Suite("The daemon and bad pools")
    struct PoolFaults {
        /// Jobs that no rig may see (docs/invariants.md#rule-11): the member that is wrong, and its JSON; nil is
        /// absent.
        private static let faults: [(member: String, json: String?)] = [
            ("target", "\"00000000\""), ("target", "\"0000000000000000\""), ("target", "\"fffff\""),
            ("target", "\"ffffff\""), ("target", "\"\""), ("target", "5"), ("target", nil), ("target", "\"gggggggg\""),
            ("blob", "\"\""), ("blob", "\"1010\""), ("blob", "\"\(String(repeating: "1", count: 151))\""),
            ("blob", "\"\(String(repeating: "1", count: 20_000))\""),
            ("blob", "\"\(String(repeating: "1", count: 900))\""),
            ("blob", "\"\(String(repeating: "x", count: 152))\""), ("blob", nil), ("blob", "null"),
            ("algo", "\"kawpow\""), ("algo", "\"rx/wow\""),
            ("seed_hash", nil), ("seed_hash", "\"aa\""), ("seed_hash", "\"\(String(repeating: "g", count: 64))\""),
            ("job_id", nil), ("job_id", "5"), ("job_id", "\"\""),
            ("job_id", "\"\(String(repeating: "j", count: 5000))\""),
        ]

        // Fault U14.
        @Test("A job that no rig can mine does not reach one, whatever is wrong with it")
        func badJobs() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                _ = try rig.job()
                for (member, json) in Self.faults {
                    lane.sendJob(stage.p2pool.job { $0[member] = json })
                    // A good job in between, or the pool is given up; nothing came before it.
                    let good = lane.sendJob()
                    let received = try rig.job()
                    #expect(
                        received.work == good.text("blob").prefix(78) + good.text("blob").dropFirst(86), "\(member)")
                }
                for count in 1...Self.faults.count {
                    let lines = stage.program.lines.filter { $0.contains("that no rig can mine") }
                    if lines.count >= count { continue }
                    try stage.program.waitForLine { _ in
                        stage.program.lines.filter { $0.contains("that no rig can mine") }.count >= count
                    }
                }
            }
        }

        @Test("A pool that sends nothing but bad jobs is left; its rigs mine on the other upstream")
        func onlyBadJobs() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let xvb = try stage.xvb.acceptLogin()
                let rig = try stage.rig()
                _ = try rig.job()
                try stage.program.waitForLine(with: "use pool \(stage.xvb.address) XvB")
                for _ in 1...3 { lane.sendJob(stage.p2pool.job { $0["target"] = "\"00000000\"" }) }
                try lane.socket.waitForClose()
                try stage.roundTrip(rig, try rig.job(), xvb)
            }
        }

        // Fault U15.
        @Test("The job that a rig has already is no news")
        func sameJob() throws {
            try Stage.run { stage in
                let first = stage.p2pool.job()
                let lane = try stage.p2pool.acceptLogin(first)
                let rig = try stage.rig()
                let job = try rig.job()
                for _ in 1...50 { lane.sendJob(first) }
                try stage.roundTrip(rig, job, lane)
                #expect(try rig.settle().isEmpty)
            }
        }

        // Fault U18.
        @Test("Of 20,000 jobs in one burst a rig gets the newest, and not each on the way")
        func burst() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                _ = try rig.job()
                let before = try stage.program.residentBytes
                var lines = ""
                for _ in 1...20_000 { lines += stage.p2pool.job().notification + "\n" }
                let last = stage.p2pool.job()
                lane.socket.sendBytes(Array((lines + last.notification + "\n").utf8))
                var received = 1
                while try rig.job().work.prefix(30) != last.text("blob").prefix(30) { received += 1 }
                #expect(received < 2000)
                #expect(try stage.program.residentBytes - before < 8_000_000)
                lane.sendJob()
                try stage.roundTrip(rig, try rig.job(), lane)
            }
        }

        /// What a pool may write as the reason of a refusal: JSON of `error`, and what the rig must be told in return.
        private static let errors: [(json: String, text: String?)] = [
            ("{\"code\":-1,\"message\":\"Invalid job id\"}", "Stale share"),
            ("{\"message\":\"\\u0049nvalid job id, sorry\"}", "Stale share"),
            ("{\"code\":-1,\"message\":\"quotes \\\" and \\\\ and \\n lines\"}", nil),
            ("{\"message\":\"\(String(repeating: "long ", count: 8000))\"}", nil),
            ("{\"message\":\"\\u0000\\u001b[2J\"}", nil),
            ("{\"message\":null}", nil), ("{\"message\":{\"a\":1}}", nil), ("{\"message\":5}", nil), ("{}", nil),
            ("\"just text\"", "just text"), ("[1,2]", nil), ("17", nil), ("true", nil),
            ("{\"message\":\"Low diff share\"}", "Low diff share"), ("{\"message\":\"\"}", nil),
        ]

        // Fault U20.
        @Test(
            "Whatever a pool writes in a refusal, the rig gets one answer of valid JSON that keeps it connected")
        func uglyErrors() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let job = try rig.job()
                for (number, (json, text)) in Self.errors.enumerated() {
                    let nonce = "0" + String(0x10000 + number, radix: 16)
                    let id = rig.submit(job, nonce: nonce)
                    let share = try lane.share()
                    lane.refuse(share, error: json)
                    let reply = try rig.reply(to: id)
                    let told = try #require(reply.error, "\(json)")
                    if let text { #expect(told == text) }
                    #expect(told.count <= 256 && reply.line.utf8.count < 1600)
                    // An answer that comes twice is not passed on (the rig would count it).
                    lane.accept(share)
                }
                try stage.roundTrip(rig, job, lane)
                #expect(try rig.settle().isEmpty)
            }
        }

        // Fault U22.
        @Test("A verdict may be late, early or for nobody: each share gets its own, matched by id")
        func outOfOrder() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let job = try rig.job()
                let ids = (0..<4).map { rig.submit(job, nonce: "0000a\($0)") }
                let shares = try ids.map { _ in try lane.share() }
                lane.socket.send("{\"id\":4000000000,\"error\":null,\"result\":{\"status\":\"OK\"}}")
                lane.socket.send("{\"id\":1,\"error\":null,\"result\":{\"status\":\"OK\"}}")
                lane.socket.send("{\"id\":\"2\",\"error\":null,\"result\":{\"status\":\"OK\"}}")
                for (place, share) in shares.enumerated().reversed() {
                    if place % 2 == 0 { lane.accept(share) } else { lane.refuse(share, "number \(place)") }
                }
                for (place, id) in ids.enumerated() {
                    #expect(try rig.reply(to: id).error == (place % 2 == 0 ? nil : "number \(place)"))
                }
                try rig.settle()
            }
        }

        /// Lines after which the connection to the pool is ended.
        private static let garbageLines = [
            "<html><body>502 Bad Gateway</body></html>", "\u{1}\u{2}\u{3}", "[]", "{\"jsonrpc\":", "null",
            "{\"id\":2,\"error\":{\"message\":\"half a pair: \\ud800\"}}",
        ]

        // Fault U10.
        @Test(
            "Garbage ends the session, nothing of it reaches a rig, and the next session works",
            arguments: garbageLines)
        func garbage(_ line: String) throws {
            try Stage.run { stage in
                var lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                _ = try rig.job()
                lane.socket.send(line)
                try lane.socket.waitForClose()
                lane = try stage.p2pool.acceptLogin()
                try stage.roundTrip(rig, try rig.job(), lane)
            }
        }

        // Fault U11.
        @Test("An endless line is cut at its bound, and memory stays flat")
        func endlessLine() throws {
            try Stage.run { stage in
                var lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                _ = try rig.job()
                let before = try stage.program.residentBytes
                let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
                lane.socket.sendBytes(Array("{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":{\"blob\":\"".utf8))
                for _ in 1...13 { lane.socket.sendBytes(piece) }
                try stage.program.waitForLine(with: "p2pool", "it sent an endless line")
                #expect(try stage.program.residentBytes - before < 2_000_000)
                lane = try stage.p2pool.acceptLogin()
                try stage.roundTrip(rig, try rig.job(), lane)
            }
        }

        // Fault U08.
        @Test("A line that is cut by the end of a connection is not continued by the next one")
        func cutLine() throws {
            try Stage.run { stage in
                var lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                _ = try rig.job()
                let line = Array(stage.p2pool.job().notification.utf8)
                lane.socket.sendBytes(Array(line.prefix(line.count / 2)))
                let next = ScriptedLane(
                    try {
                        lane.socket.shutDown(); return try stage.p2pool.accept()
                    }(), pool: stage.p2pool)
                lane = next
                try lane.receiveLogin()
                // The rest of the old line, then what belongs here.
                lane.answerLogin(stage.p2pool.job())
                try stage.roundTrip(rig, try rig.job(), lane)
            }
        }

        // Fault U32.
        @Test("Redirects, unknown methods and results of megabytes are ignored (rule 12)")
        func redirect() throws {
            try Stage.run { stage in
                let elsewhere = try ScriptedPool()
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let job = try rig.job()
                for line in [
                    "{\"id\":null,\"method\":\"client.reconnect\",\"params\":[\"127.0.0.1\",\"\(elsewhere.port)\"]}",
                    "{\"id\":8,\"method\":\"client.reconnect\",\"params\":[\"127.0.0.1\",\(elsewhere.port),0]}",
                    "{\"method\":\"mining.set_target\",\"params\":[1]}",
                    "{\"id\":99,\"error\":null,\"result\":{\"data\":\"\(String(repeating: "d", count: 60_000))\"}}",
                    "{\"method\":\"client.show_message\",\"params\":[\"hello\"]}",
                ] { lane.socket.send(line) }
                try stage.roundTrip(rig, job, lane)
                #expect(try rig.settle().isEmpty && !elsewhere.waitForConnection(within: 0))
            }
        }

        @Test("A pool that refuses every share is left for minutes; its rigs mine on the other upstream")
        func refusesAll() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let xvb = try stage.xvb.acceptLogin()
                try stage.program.waitForLine(with: "use pool \(stage.xvb.address) XvB")
                let rig = try stage.rig()
                let job = try rig.job()
                for number in 10..<60 {
                    let id = rig.submit(job, nonce: "0001\(number)")
                    lane.refuse(try lane.share(), "Rejected")
                    #expect(try rig.reply(to: id).error == "Rejected")
                }
                try lane.socket.waitForClose()
                try stage.program.waitForLine(with: "it refuses every share, again in 1 min")
                try stage.roundTrip(rig, try rig.job(), xvb)
            }
        }

        // Fault U21.
        @Test("A pool that answers no shares is left before old rigs lose patience; each share has its answer")
        func noVerdicts() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let xvb = try stage.xvb.acceptLogin()
                try stage.program.waitForLine(with: "use pool \(stage.xvb.address) XvB")
                let rig = try stage.rig()
                let job = try rig.job()
                let ids = (10..<30).map { rig.submit(job, nonce: "0001\($0)") }
                // xmrig up to 6.25 hangs up after 20 s without an answer (docs/protocol.md#xmrig-timeouts).
                for id in ids { #expect(try rig.reply(to: id, within: 19).error != nil) }
                try lane.socket.waitForClose()
                try stage.program.waitForLine(with: "it does not answer shares")
                try stage.roundTrip(rig, try rig.job(), xvb)
            }
        }
    }
}
