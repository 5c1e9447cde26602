import Foundation
import Glibc
import Testing

/// The real program between scripted pools and rigs, over real sockets.
@Suite("The daemon")
struct DaemonTests {
    /// A running proxy with both upstreams scripted.
    private final class Stage {
        let p2pool: ScriptedPool
        let xvb: ScriptedPool
        let program: RunningProgram
        let port: UInt16
        private let directory: TemporaryDirectory

        init(_ more: String = "") throws {
            p2pool = try ScriptedPool()
            xvb = try ScriptedPool()
            directory = try TemporaryDirectory()
            let file = directory.url.appendingPathComponent("config.json")
            let configuration = """
                { "bind": ["127.0.0.1:0"], "mode": "manual", "manual-xvb-seconds": 0, "window": 3600, "tls": false,
                  "state-directory": "\(directory.url.path)/state", "log-level": "debug", \(more)
                  "wallet": "\(DaemonTests.wallet)",
                  "p2pool": { "pools": [{ "url": "127.0.0.1:\(p2pool.port)" }] },
                  "xvb": { "pools": [{ "url": "127.0.0.1:\(xvb.port)" }], "api": null } }
                """
            try configuration.write(to: file, atomically: true, encoding: .utf8)
            program = try RunningProgram(["run", "-c", file.path])
            var found: UInt16?
            try program.waitForLine { line in
                guard let range = line.range(of: "rigs connect to 127.0.0.1:") else { return false }
                found = UInt16(line[range.upperBound...].prefix { $0.isNumber })
                return true
            }
            port = try #require(found)
        }

        /// Logs a rig in; its job comes with the answer.
        func rig(pass: String = "x") throws -> LineSocket {
            let rig = try LineSocket(port: port)
            rig.send(
                "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{\"login\":\"rig+100\",\"pass\":\"\(pass)\","
                    + "\"agent\":\"XMRig/6.26.0\",\"algo\":[\"rx/0\"]}}")
            return rig
        }

        /// Stops it in order and holds it to an exit without a fault.
        func stop() throws {
            program.signal(SIGTERM)
            let outcome = try program.end()
            #expect(outcome.status == 0 && !outcome.wasSignalled)
        }
    }

    /// A valid main-net address of nobody in particular (the donation address that Monero's own documentation shows).
    static let wallet =
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"

    /// The contents of a string member.
    private func text(_ name: String, _ line: String) -> String? {
        line.range(of: "\"\(name)\":\"").map { String(line[$0.upperBound...].prefix { $0 != "\"" }) }
    }

    /// A submit for the job of `line` that meets every target here.
    private func submit(for line: String, id: Int, nonce: String = "010000") throws -> String {
        let job = try #require(text("job_id", line))
        let byte = try #require(text("blob", line)).dropFirst(84).prefix(2)
        return "{\"id\":\(id),\"jsonrpc\":\"2.0\",\"method\":\"submit\",\"params\":{\"id\":\"s\",\"job_id\":\"\(job)\","
            + "\"nonce\":\"\(nonce)\(byte)\",\"result\":\"\(String(repeating: "0", count: 48))0100000000000000\",\"more\":1}}"
    }

    @Test("A share's whole way: login, job, submit under the pool's ids, verdict under the rig's")
    func roundTrip() throws {
        let stage = try Stage()
        let lane = try stage.p2pool.acceptLogin()
        let rig = try stage.rig()
        let login = try #require(try rig.line())
        #expect(login.contains("\"algo\":\"rx/0\"") && login.contains("\"height\":100"))
        #expect(login.contains("\"unknown\":[1,2]"))
        rig.send(try submit(for: login, id: 77))
        let forwarded = try lane.line(with: "\"submit\"")
        #expect(text("job_id", forwarded) == "j1" && forwarded.contains("\"more\":1"))
        let id = forwarded.dropFirst(6).prefix { $0.isNumber }
        lane.send("{\"id\":\(id),\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"OK\"}}")
        let answer = try #require(try rig.line())
        #expect(answer.hasPrefix("{\"id\":77,") && answer.contains("\"OK\""))
        try stage.stop()
    }

    @Test("A login waits for a pool that comes up later")
    func heldLogin() throws {
        let stage = try Stage()
        let rig = try stage.rig()
        try stage.program.waitForLine { $0.contains("rig rig logged in") }
        let lane = try stage.p2pool.acceptLogin()
        #expect(try #require(try rig.line()).contains("\"OK\""))
        withExtendedLifetime(lane) {}
        try stage.stop()
    }

    @Test("When p2pool's connection breaks, rigs get XvB's job on their open connection, and every share is answered")
    func upstreamDies() throws {
        let stage = try Stage()
        var lane: LineSocket? = try stage.p2pool.acceptLogin()
        let xvb = try stage.xvb.acceptLogin()
        try stage.program.waitForLine { $0.contains("use pool 127.0.0.1:\(stage.xvb.port) XvB") }
        let rig = try stage.rig()
        let login = try #require(try rig.line())
        rig.send(try submit(for: login, id: 5))
        _ = try lane?.line(with: "\"submit\"")
        lane = nil
        let next = [try #require(try rig.line()), try #require(try rig.line())]
        #expect(next.contains { $0.contains("\"id\":5,") && $0.contains("Pool connection lost") })
        let job = try #require(next.first { $0.contains("\"method\":\"job\"") })
        rig.send(try submit(for: job, id: 6))
        #expect(try xvb.line(with: "\"submit\"").contains("\"job_id\":\"j1\""))
        try stage.stop()
    }

    @Test("An orderly stop waits for the verdict in flight and hands it to the rig")
    func orderlyStop() throws {
        let stage = try Stage()
        let lane = try stage.p2pool.acceptLogin()
        let rig = try stage.rig()
        rig.send(try submit(for: try #require(try rig.line()), id: 9))
        let forwarded = try lane.line(with: "\"submit\"")
        stage.program.signal(SIGTERM)
        try stage.program.waitForLine { $0.contains("stopping: 1 verdicts are awaited") }
        let id = forwarded.dropFirst(6).prefix { $0.isNumber }
        lane.send("{\"id\":\(id),\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"OK\"}}")
        #expect(try #require(try rig.line()).contains("\"id\":9,"))
        let outcome = try stage.program.end()
        #expect(outcome.status == 0 && !outcome.wasSignalled)
        #expect(outcome.output.contains("accepted 1 rejected 0 stale 0"))
    }

    @Test("A second signal ends it at once, whatever is in flight")
    func secondSignal() throws {
        let stage = try Stage()
        let lane = try stage.p2pool.acceptLogin()
        let rig = try stage.rig()
        rig.send(try submit(for: try #require(try rig.line()), id: 9))
        _ = try lane.line(with: "\"submit\"")
        stage.program.signal(SIGINT)
        try stage.program.waitForLine { $0.contains("stopping") }
        stage.program.signal(SIGINT)
        #expect(try stage.program.end().status == 130)
    }

    @Test("SIGHUP does not end it: rigs stay connected")
    func hangup() throws {
        let stage = try Stage()
        let lane = try stage.p2pool.acceptLogin()
        let rig = try stage.rig()
        _ = try rig.line()
        stage.program.signal(SIGHUP)
        try stage.program.waitForLine { $0.contains("restart to apply") }
        lane.send("{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":\(stage.p2pool.job())}")
        #expect(try #require(try rig.line()).contains("\"method\":\"job\""))
        try stage.stop()
    }

    @Test("Bad jobs and endless lines of a pool do not reach the rig; it mines on with the next good job")
    func badPool() throws {
        let stage = try Stage()
        let lane = try stage.p2pool.acceptLogin()
        let rig = try stage.rig()
        _ = try rig.line()
        lane.send("{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":\(stage.p2pool.job(target: "00000000"))}")
        lane.send("{\"method\":\"client.reconnect\",\"params\":[\"evil.example\",\"1\"]}")
        let good = stage.p2pool.job()
        lane.send("{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":\(good)}")
        let received = try #require(try rig.line())
        #expect(text("blob", received)?.prefix(70) == text("blob", good)?.prefix(70))
        lane.sendBytes([UInt8](repeating: UInt8(ascii: "x"), count: 100_000))
        try stage.program.waitForLine { $0.contains("p2pool") && $0.contains("endless line") }
        try stage.stop()
    }

    @Test("What is no Stratum, and a line without an end, is closed; others mine on")
    func badRigs() throws {
        let stage = try Stage()
        let lane = try stage.p2pool.acceptLogin()
        let browser = try LineSocket(port: stage.port)
        browser.send("GET / HTTP/1.1\r")
        try browser.waitForClose()
        let endless = try LineSocket(port: stage.port)
        endless.sendBytes([UInt8](repeating: UInt8(ascii: "{"), count: 20_000))
        try endless.waitForClose()
        let rig = try stage.rig()
        #expect(try #require(try rig.line()).contains("\"OK\""))
        withExtendedLifetime(lane) {}
        try stage.stop()
    }

    @Test("A rig with the wrong password is told and closed")
    func password() throws {
        let stage = try Stage("\"access-password\": \"secret\",")
        let lane = try stage.p2pool.acceptLogin()
        let stranger = try stage.rig(pass: "guess")
        #expect(try #require(try stranger.line()).contains("Permission denied"))
        try stranger.waitForClose()
        let rig = try stage.rig(pass: "secret")
        #expect(try #require(try rig.line()).contains("\"OK\""))
        withExtendedLifetime(lane) {}
        try stage.stop()
    }

    @Test("Hundreds of rigs come and go without a trace")
    func churn() throws {
        let stage = try Stage()
        let lane = try stage.p2pool.acceptLogin()
        for number in 1...300 {
            let rig = try stage.rig()
            #expect(try #require(try rig.line()).contains("\"OK\""))
            // The slot of a rig that is gone rests until the next job (rule 6), so one job serves 256 logins.
            if number % 100 == 0 { lane.send("{\"method\":\"job\",\"params\":\(stage.p2pool.job())}") }
        }
        try stage.stop()
        withExtendedLifetime(lane) {}
    }
}
