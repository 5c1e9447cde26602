import Foundation
import Testing

extension DaemonTests {
    /// Whoever is refused is told of in the log as it is by default, with what to look at.
    @Suite("Why a rig was refused")
    struct RigReasons {
        /// What is sent, and what the log says of it.
        private static let lines: [(String, [UInt8], String)] = [
            (
                "a login that is a list", Array("{\"id\":1,\"method\":\"login\",\"params\":[\"x\"]}\n".utf8),
                "its params [\"x\"] is no object"
            ),
            (
                "an id that is an object", Array("{\"id\":{},\"method\":\"login\"}\n".utf8),
                "its id {} is no number and no short text"
            ),
            (
                "another coin", Array("{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}\n".utf8),
                "its method \"mining.subscribe\" is none of login, submit, keepalived, getjob: it is set to another coin"
            ),
            (
                "a share before the login",
                Array(
                    "{\"id\":1,\"method\":\"submit\",\"params\":{\"id\":\"a\",\"job_id\":\"b\",\"nonce\":\"00000000\",\"result\":\"\(String(repeating: "0", count: 64))\"}}\n"
                        .utf8), "a share without a login: "
            ),
            (
                "a PROXY header", Array("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n".utf8),
                "a PROXY header, which a load balancer puts before a connection"
            ),
            (
                "a long line", Array("{\"id\":1,\"method\":\"\(String(repeating: "a", count: 20_000))".utf8),
                "it is longer than a request may be"
            ),
        ]

        private var options: Stage.Options {
            var options = Stage.Options()
            options.level = "info"
            return options
        }

        // Fault D08.
        @Test("A stranger's line is told with the member and its value, once of each cause")
        func strangers() throws {
            try Stage.run(options) { stage in
                for (name, bytes, text) in Self.lines {
                    for _ in 0..<2 {
                        let socket = try LineSocket(port: stage.port)
                        socket.sendBytes(bytes)
                        try stage.program.waitForLine(with: "a line from 127.0.0.1, before a login: \(text)")
                        socket.reset()
                    }
                    #expect(stage.program.lines.count { $0.contains(text) } == 1, "\(name)")
                }
            }
        }

        // Fault D08.
        @Test("A rig's submit that does not fit is told with its name, the member and the value; it mines on")
        func submits() throws {
            try Stage.run(options) { stage in
                let lane = try stage.p2pool.acceptLogin()
                let rig = try stage.rig(user: "garage+100")
                let job = try rig.job()
                let id = rig.request(
                    "submit", "{\"id\":\"a\",\"job_id\":\"\(job.id)\",\"nonce\":\"12\",\"result\":\"00\"}")
                try stage.program.waitForLine(
                    with: "rig garage (127.0.0.1): request refused: its nonce \"12\" is not 8 hex digits")
                #expect(try rig.reply(to: id).error == "Malformed request")
                try stage.roundTrip(rig, job, lane)
            }
        }

        // Fault D08.
        @Test(
            "A TLS greeting that leads to nothing is told with its address, on a port that has TLS and on one that has not"
        )
        func greetings() throws {
            try Stage.run(options) { stage in
                let socket = try LineSocket(port: stage.port)
                // TLS 1.0 and nothing else.
                socket.sendBytes(
                    [0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 1] + [UInt8](repeating: 7, count: 32) + [
                        0, 0, 2, 0, 0x2F, 1, 0,
                    ])
                try socket.waitForClose()
                try stage.program.waitForLine(with: "TLS with 127.0.0.1 failed: ")
            }
            var options = options
            options.more = "\"tls\": false,"
            try Stage.run(options) { stage in
                let socket = try LineSocket(port: stage.port)
                socket.sendBytes([0x16, 3, 1, 2, 0])
                try socket.waitForClose()
                try stage.program.waitForLine(
                    with: "TLS, which is off here (the last from 127.0.0.1): set \"tls\" to false in the rig's pool")
            }
        }
    }
}
