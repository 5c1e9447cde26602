import Foundation
import Testing

extension DaemonTests {
    /// Rigs that do what they should not (docs/invariants.md#faults-of-rigs): they get an answer or are closed, and
    /// others mine on.
    @Suite("The daemon and bad rigs")
    struct RigFaults {
        // Fault R01.
        @Test("Who does not log in within ten seconds is closed, also one that sends a byte now and then")
        func noLogin() throws {
            try Stage.run { stage in
                let start = monotonicSeconds()
                let silent = try stage.connect()
                let silentTLS = try stage.connect(isTLS: true)
                let slow = try stage.connect()
                let greeting = try LineSocket(port: stage.port)
                // The first bytes of a TLS greeting, and no more.
                greeting.sendBytes([0x16, 3, 1])
                let name = String(repeating: "n", count: 100)
                var bytes = Array("{\"id\":1,\"method\":\"login\",\"params\":{\"login\":\"\(name)".utf8)[...]
                while !slow.socket.isReadable(within: 0.5) {
                    slow.socket.sendBytes(Array(bytes.prefix(1)))
                    bytes = bytes.dropFirst()
                    try #require(!bytes.isEmpty)
                }
                for socket in [silent.socket, silentTLS.socket, slow.socket, greeting] {
                    try socket.waitForClose()
                }
                #expect((9...40).contains(monotonicSeconds() - start))
                try stage.program.waitForLine(with: "connection from 127.0.0.1 dropped before login: it did not log in")
            }
        }

        /// Lines that are not Stratum at all.
        private static let noStratum: [(String, [UInt8])] = [
            ("random bytes", (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 197 &+ 128) | 0x80 } + [10]),
            ("a browser", Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)),
            ("text", Array("hello\n".utf8)),
            ("an array", Array("[1]\n".utf8)),
            ("deep", Array((String(repeating: "{\"a\":", count: 65_000) + "\n").utf8)),
            ("deep arrays", Array(("{\"a\":" + String(repeating: "[", count: 4000) + "\n").utf8)),
            ("wide", Array(("{" + (0..<700).map { "\"m\($0)\":0" }.joined(separator: ",") + "}\n").utf8)),
            ("half", Array("{\"id\":1,\"method\":\"login\"\n".utf8)),
            ("a line that never ends", [UInt8](repeating: UInt8(ascii: "{"), count: 200_000)),
            ("a null byte", Array("{\"id\":1,\"method\":\"\0\"}\n".utf8)),
        ]

        // Fault R03.
        @Test("What is no Stratum is closed at once, plain and TLS")
        func garbage() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let good = try stage.rig()
                let job = try good.job()
                let before = try stage.program.residentBytes
                for (name, bytes) in Self.noStratum {
                    for isTLS in [false, true] {
                        let socket = try LineSocket(port: stage.port, isTLS: isTLS)
                        socket.sendBytes(bytes)
                        do { try socket.waitForClose(within: 8) } catch {
                            Issue.record("\(name), TLS \(isTLS): \(error)")
                        }
                    }
                }
                #expect(try stage.program.residentBytes - before < 8_000_000)
                try stage.roundTrip(good, job, lane)
            }
        }

        // Fault R05.
        @Test("A rig that speaks TLS where it is off is closed at once, and the log says what to set")
        func tlsIsOff() throws {
            var options = Stage.Options()
            options.more = "\"tls\": false,"
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                for _ in 0..<3 {
                    // The first bytes of a greeting.
                    let stranger = try LineSocket(port: stage.port)
                    stranger.sendBytes([0x16, 0x03, 0x01, 0x02, 0x00])
                    try stranger.waitForClose(within: 8)
                }
                try stage.program.waitForLine(with: "refused 1 connection with TLS, which is off here")
                let rig = try stage.rig()
                try stage.roundTrip(rig, try rig.job(), lane)
            }
        }

        /// Requests that are understood as such and can't be met: each is answered under its own id.
        private static let requests: [(line: String, id: String)] = [
            ("{\"id\":5,\"method\":7,\"params\":{}}", "5"),
            ("{\"id\":5,\"method\":{},\"params\":{}}", "5"),
            ("{\"id\":5,\"method\":null}", "5"),
            ("{\"id\":5}", "5"),
            ("{\"id\":5,\"method\":\"login\"}", "5"),
            ("{\"id\":5,\"method\":\"login\",\"params\":[]}", "5"),
            ("{\"id\":\"text\",\"method\":\"submit\",\"params\":null}", "\"text\""),
            ("{\"method\":\"submit\"}", "null"),
            ("{\"id\":null,\"method\":\"nothing\"}", "null"),
            ("{\"id\":-3,\"method\":\"nothing\"}", "-3"),
            ("{\"id\":9223372036854775808,\"method\":\"nothing\"}", "9223372036854775808"),
            ("{\"id\":1.5,\"method\":\"login\",\"params\":{}}", "null"),
            ("{\"id\":5,\"method\":\"mining.subscribe\",\"params\":{}}", "5"),
        ]

        // Fault R12.
        @Test("What can't be understood is answered under its own id, the third time it is the end")
        func malformed() throws {
            try Stage.run { stage in
                for (line, id) in Self.requests {
                    let socket = try LineSocket(port: stage.port)
                    for count in 1...3 {
                        socket.send(line)
                        let answer = try #require(try socket.line(), "\(line), \(count)")
                        #expect(answer.hasPrefix("{\"id\":\(id),"), "\(answer)")
                        #expect(try JSONText.object(answer)["error"] is [String: Any])
                    }
                    try socket.waitForClose()
                }
                // A duplicate key, of which two readers could take different ones, is no request.
                let twice = try LineSocket(port: stage.port)
                twice.send("{\"id\":1,\"method\":\"login\",\"method\":\"submit\",\"params\":{}}")
                #expect(try twice.line()?.contains("-32600") == true)
            }
        }

        // Fault R10.
        @Test("Names of rigs can't write to the terminal, however they are spelt")
        func names() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.connect()
                let name = "\\u001b[2J\\u202Eevil\\n\\u0085\\\\"
                rig.logIn(user: name + String(repeating: "n", count: 3000), agent: name)
                _ = try rig.job()
                let line = try stage.program.waitForLine(with: "logged in")
                #expect(line.contains("[2J") && line.contains("evil") && line.count < 300)
                // Nothing but printable ASCII, and the dots of what was cut.
                #expect(line.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) || $0 == "…" }, "\(line)")
                withExtendedLifetime(lane) {}
            }
        }

        // Fault R14.
        @Test("Before the login nothing but a login helps; a second one changes nothing")
        func order() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.connect()
                let early = rig.request(
                    "submit",
                    "{\"id\":\"x\",\"job_id\":\"1\",\"nonce\":\"00000000\",\"result\":\"\(ScriptedRig.good)\"}")
                #expect(try rig.reply(to: early).error != nil)
                rig.logIn()
                let job = try rig.job()
                let again = rig.request("login", "{\"login\":\"other\",\"pass\":\"x\",\"agent\":\"x\"}")
                #expect(try rig.reply(to: again).error == "Already logged in")
                try stage.roundTrip(rig, job, lane)
            }
        }

        // Fault R15.
        @Test("getjob repeats the job that the rig has, keepalived is answered, other methods are refused")
        func requests() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let job = try rig.job()
                let again = try rig.reply(to: rig.request("getjob", "{\"id\":\"\(rig.session)\"}"))
                #expect(again.line.contains("\"\(job.id)\"") && again.line.contains(job.blob))
                #expect(try rig.reply(to: rig.request("mining.authorize", "{}")).error == "Invalid method")
                try rig.settle()
                try stage.roundTrip(rig, job, lane)
            }
        }

        // Fault R19.
        @Test("Shares that the pool must not see are answered here, once each")
        func shares() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let (rig, other) = (try stage.rig(), try stage.rig())
                let (job, otherJob) = (try rig.job(), try other.job())
                func submit(_ job: String, _ nonce: String, _ result: String) -> Int {
                    rig.request(
                        "submit",
                        "{\"id\":\"\(rig.session)\",\"job_id\":\(job),\"nonce\":\(nonce),\"result\":\(result)}")
                }
                let id = "\"\(job.id)\""
                let nonce = "\"020000\(job.slot)\""
                let good = "\"\(ScriptedRig.good)\""
                let zero = String(repeating: "0", count: 64)
                let most = String(repeating: "f", count: 64)
                let wrongSlot = job.slot == "ff" ? "00" : "ff"
                let refused: [(Int, String)] = [
                    (submit(id, nonce, "\"\(most)\""), "Low difficulty share"),
                    (submit(id, nonce, "\"\(zero)\""), "Low difficulty share"),
                    (submit(id, "\"020000\(wrongSlot)\"", good), "Nonce outside the assigned range"),
                    (submit("\"\(otherJob.id)\"", nonce, good), "Unknown job"),
                    (submit("\"\"", nonce, good), "Unknown job"),
                    (submit("\"no such job\"", nonce, good), "Unknown job"),
                ]
                for (request, text) in refused { #expect(try rig.reply(to: request).error == text) }

                // Digits may be upper case; the pool gets them as they are.
                let upper = submit(id, "\"ABCDEF\(job.slot)\"", "\"\(ScriptedRig.good)\"")
                let share = try lane.share()
                #expect(share.nonce == "ABCDEF\(job.slot)")
                lane.accept(share)
                #expect(try rig.reply(to: upper).status == "OK")
                // The same nonce in lower case is the same nonce.
                let again = submit(id, "\"abcdef\(job.slot)\"", good)
                #expect(try rig.reply(to: again).error == "Duplicate share")
                // Nothing else reached the pool.
                try stage.roundTrip(rig, job, lane, nonce: "0000fe")
                try stage.roundTrip(other, otherJob, lane, nonce: "0000fe")
            }
        }

        // Fault R16.
        @Test(
            "Nonces and results of the wrong shape are refused, the third time it is the end",
            arguments: [
                ("\"0000\"", "good"), ("\"0000000g\"", "good"), ("7", "good"), ("\"000000000\"", "good"),
                ("\"00000000\"", "\"\(String(repeating: "0", count: 63))\""), ("\"00000000\"", "\"zz\""),
                ("\"00000000\"", "null"),
            ])
        func malformedShares(_ nonce: String, _ result: String) throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig()
                let job = try rig.job()
                for _ in 1...3 {
                    let result = result == "good" ? "\"\(ScriptedRig.good)\"" : result
                    let id = rig.request(
                        "submit", "{\"id\":\"x\",\"job_id\":\"\(job.id)\",\"nonce\":\(nonce),\"result\":\(result)}")
                    #expect(try rig.reply(to: id).error == "Malformed request")
                }
                try rig.socket.waitForClose()
                withExtendedLifetime(lane) {}
            }
        }

        // Fault R19.
        @Test("A share comes after the rig's connection is new: its old job is not the new rig's")
        func reconnected() throws {
            try Stage.run { stage in
                let lane = try stage.p2pool.acceptLogin()
                var rig: ScriptedRig? = try stage.rig()
                let old = try #require(try rig?.job())
                if let rig { try stage.roundTrip(rig, old, lane) }
                rig = nil
                let back = try stage.rig()
                let job = try back.job()
                // Same job of the pool, but nonces that nobody has searched (docs/invariants.md#rule-6).
                #expect(job.work == old.work && job.slot != old.slot)
                let answer = try back.reply(to: back.submit(old, nonce: "0000ff")).error
                // The second where it has been given the old one's place.
                #expect(answer == "Unknown job" || answer == "Stale share")
                try stage.roundTrip(back, job, lane)
            }
        }

        // Fault R29.
        @Test(
            "A rig that mines no RandomX, or has the wrong password, is told and closed; the log says so once"
        )
        func refusedLogins() throws {
            var options = Stage.Options()
            options.more = "\"access-password\": \"secret\","
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                for pass in ["guess", "", "secretsecret", "Secret"] {
                    let stranger = try stage.connect()
                    stranger.logIn(pass: pass)
                    #expect(try stranger.reply(to: 1).error == "Permission denied")
                    try stranger.socket.waitForClose()
                }
                let foreign = try LineSocket(port: stage.port)
                foreign.send(
                    "{\"id\":1,\"method\":\"login\",\"params\":{\"login\":\"x\",\"pass\":\"secret\",\"agent\":\"x\","
                        + "\"algo\":[\"kawpow\",\"cn/r\"]}}")
                #expect(try foreign.line()?.contains("No compatible algorithm") == true)
                try foreign.waitForClose()
                let rig = try stage.connect()
                rig.logIn(pass: "secret")
                try stage.roundTrip(rig, try rig.job(), lane)
                stage.program.signal(SIGTERM)
                let outcome = try stage.program.end()
                #expect(!outcome.output.contains("secret"))
                // Whoever waits for the rig is told, once a minute at most.
                let told = outcome.lines.filter { $0.contains("with a wrong password") }
                #expect(told.count == 1 && told.first?.contains("set the rig's \"pass\" to access-password") == true)
                #expect(
                    outcome.lines.filter { $0.contains("refused 1 login, the last from") && $0.contains("mine what") }
                        .count == 1)
            }
        }
    }
}
