import Foundation
import Testing

@testable import StratumProxy

@Suite("stratum-proxy notify")
struct NotifyCommandTests {
    /// The program with a configuration that names receivers on `server`.
    private func run(_ arguments: [String], _ rest: String, _ test: LoopTest) throws -> BuiltProgram.Outcome {
        let place = try TemporaryDirectory()
        let file = try place.write("{\"mode\": \"p2pool\", \(rest)}", to: "config.json")
        let program = try RunningProgram(["notify", "-c", file.path] + arguments)
        // Its end is no event of the loop.
        for _ in 0..<1_000 where program.isRunning { try test.runBriefly(milliseconds: 50) }
        return try program.end()
    }

    // Fault A03.
    @Test("Each receiver gets a test, each has its line, and no secret is in any")
    func sent() throws {
        try LoopTest.run { test in
            let server = try WebServer(test.loop) { request in
                request.path.hasPrefix("/bad") ? .reply(403, body: Array("no \(request.path) here".utf8)) : .text("ok")
            }
            defer { server.stop() }
            let good = """
                "notify": [{"url": "\(server.plain)/SECRET1"}, {"kind": "ntfy", "url": "\(server.plain)/SECRET2", "token": "SECRET3"},
                  {"kind": "telegram", "url": "\(server.plain)", "token": "9:SECRET4", "chat": "77"}],
                "ping": {"url": "\(server.plain)/SECRET5"}
                """
            let outcome = try run(["--test"], good, test)
            #expect(outcome.status == 0, "\(outcome.lines)")
            #expect(outcome.lines.count == 4 && outcome.lines.allSatisfy { $0.hasSuffix("delivered (status 200)") })
            #expect(!outcome.output.contains("SECRET"))
            #expect(
                Set(server.requests.map(\.path)) == ["/SECRET1", "/SECRET2", "/bot9:SECRET4/sendMessage", "/SECRET5"])
            #expect(
                server.requests.filter { $0.method == "POST" }.allSatisfy { $0.body.contains("Alerts arrive here.") })
            let bad = try run(
                ["--test"],
                "\"notify\": [{\"url\": \"\(server.plain)/badSECRET\"}, {\"url\": \"http://127.0.0.1:1/SECRET\"}, {\"url\": \"\(server.plain)/x\"}]",
                test)
            #expect(bad.status == 1)
            #expect(bad.output.contains("not delivered: it answers with status 403: no *** here"))
            #expect(!bad.output.contains("SECRET"))
            #expect(bad.output.contains("nothing listens there"))
            #expect(bad.output.contains("2 of 3 could not be reached"))
        }
    }

    @Test("Without --test it names them, and says where nobody is named")
    func named() throws {
        try LoopTest.run { test in
            let outcome = try run(
                [],
                #""notify": [{"kind": "ntfy", "url": "https://ntfy.sh/SECRET", "events": ["disk"], "quiet": "22:00-7:00"}]"#,
                test)
            #expect(outcome.status == 0)
            #expect(outcome.lines == ["ntfy at https://ntfy.sh: disk; quiet 22:00-07:00"])
            let none = try run(["--test"], "\"window\": 600", test)
            #expect(none.status == 1 && none.output.contains("nobody is told"))
        }
    }
}
