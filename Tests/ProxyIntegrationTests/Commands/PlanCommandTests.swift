import Foundation
import Testing

@Suite("stratum-proxy plan, the real program")
struct PlanCommandTests {
    private struct Plan: Decodable {
        var p2pool_seconds: Double
        var xvb_seconds: Double
        var tier: String
        var required_p2pool_hs: Double
        var reason: String
    }

    /// The sidechain of the draft's examples, buffers 0.
    private let sidechain = [
        "--sidechain-difficulty", "85.5e6", "--pplns-window", "2160", "--block-time", "10", "--p2pool-buffer", "0",
        "--xvb-buffer", "0",
    ]

    private func plan(_ arguments: String) throws -> Plan {
        let given = arguments.split(separator: " ").map(String.init)
        let outcome = try BuiltProgram.run(["plan", "--json"] + sidechain + given)
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.lines.count == 1)
        return try JSONDecoder().decode(Plan.self, from: Data(outcome.output.utf8))
    }

    @Test(
        "The examples of the draft come out to a tenth of a second",
        arguments: [
            ("--hashrate 2000 --share-in-window yes", 600, 0, "none"),
            ("--hashrate 10000 --mode default --share-in-window yes", 540, 60, "donor"),
            ("--hashrate 10000 --mode hero --share-in-window yes", 237.5, 362.5, "donor"),
            ("--hashrate 5000 --mode default --external-p2pool 2000 --external-xvb 8000", 360, 240, "vip"),
            ("--hashrate 5000 --mode hero --external-p2pool 2000 --external-xvb 8000", 235, 365, "vip"),
            ("--hashrate 10000 --mode default --share-in-window no", 600, 0, "none"),
            ("--hashrate 10000 --mode p2pool", 600, 0, "none"),
            ("--hashrate 10000 --mode manual --manual-xvb-seconds 90", 510, 90, "donor"),
            ("--hashrate 10000 --mode default --window 120", 108, 12, "donor"),
        ] as [(String, Double, Double, String)])
    func examples(arguments: String, p2pool: Double, xvb: Double, tier: String) throws {
        let plan = try plan(arguments)
        #expect(abs(plan.p2pool_seconds - p2pool) < 0.1)
        #expect(abs(plan.xvb_seconds - xvb) < 0.1)
        #expect(plan.tier == tier)
        #expect(!plan.reason.isEmpty)
    }

    // Fault W08.
    @Test("Without the draft's buffers the answer is the daemon's, for a farm whose hashrate stays as it is (found S8)")
    func daemon() throws {
        func plan(_ arguments: String) throws -> Plan {
            let given = "plan --json --sidechain-difficulty 85.5e6 " + arguments
            let outcome = try BuiltProgram.run(given.split(separator: " ").map(String.init))
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try JSONDecoder().decode(Plan.self, from: Data(outcome.output.utf8))
        }
        let poor = try plan("--hashrate 5500")
        #expect(poor.xvb_seconds == 0 && poor.reason.contains("donor (1 kH/s) is out of reach"), "\(poor)")
        // In reach, but p2pool would have no share for a fourth of the time, and nothing to make up for it.
        let border = try plan("--hashrate 6100")
        #expect(border.xvb_seconds == 0 && border.reason.contains("not aiming at donor (1 kH/s)"), "\(border)")
        let enough = try plan("--hashrate 10000")
        #expect(enough.tier == "donor" && (60...60.7).contains(enough.xvb_seconds), "\(enough)")
        #expect(try plan("--hashrate 15500").tier == "donor")
        #expect(try plan("--hashrate 25000").tier == "vip")
    }

    @Test("A part of less than the least slice is told as slices that are further apart")
    func fewSlices() throws {
        let arguments = "plan --hashrate 10000 --sidechain-difficulty 85.5e6 --external-xvb 999"
        let outcome = try BuiltProgram.run(arguments.split(separator: " ").map(String.init))
        #expect(outcome.output.contains("one slice of 5 s about every"), "\(outcome.output)")
        #expect(!outcome.output.contains("then XvB"))
    }

    // Fault W11.
    @Test("It says what a tier costs of p2pool's income, and for how long it would be held at which price")
    func costs() throws {
        let arguments = "plan --hashrate 10000 --sidechain-difficulty 85.5e6 --xvb-share-difficulty 50000"
        let outcome = try BuiltProgram.run(arguments.split(separator: " ").map(String.init))
        #expect(outcome.output.contains("costs      10 % of p2pool's expected income"), "\(outcome.output)")
        #expect(outcome.output.contains("forecast   donor held for "), "\(outcome.output)")
    }

    @Test("What p2pool needs is told in H/s")
    func required() throws {
        #expect(abs(try plan("--hashrate 10000").required_p2pool_hs - 3958.333) < 0.001)
        #expect(abs(try plan("--hashrate 10000 --external-p2pool 2000").required_p2pool_hs - 1958.333) < 0.001)
    }

    @Test("A tier that is asked for is the highest that is held, and one out of reach is told")
    func tier() throws {
        let held = try plan("--hashrate 25000 --tier donor")
        #expect(held.tier == "donor" && abs(held.xvb_seconds - 24) < 0.1)
        #expect(try plan("--hashrate 25000").tier == "vip")
        let beyond = try plan("--hashrate 10000 --tier vip")
        #expect(beyond.xvb_seconds == 60)
        #expect(beyond.reason.contains("VIP donor (10 kH/s) is out of reach"), "\(beyond.reason)")
    }

    @Test("A confidence of 95 % is three shares to expect, whatever the buffer's default is")
    func confidence() throws {
        let arguments = "plan --json --hashrate 20000 --sidechain-difficulty 85.5e6 --confidence 0.95"
        let outcome = try BuiltProgram.run(arguments.split(separator: " ").map(String.init))
        let plan = try JSONDecoder().decode(Plan.self, from: Data(outcome.output.utf8))
        // 85.5e6 / (2160 × 10 s) × -ln 0.05
        #expect(abs(plan.required_p2pool_hs - 11_858.11) < 0.01)
    }

    @Test("People get sentences")
    func text() throws {
        let outcome = try BuiltProgram.run(["plan", "--hashrate", "10000"] + sidechain)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("p2pool until second 540, then XvB"))
        #expect(outcome.output.contains("donor"))
    }

    @Test(
        "Numbers that make no sense are refused with exit code 64 and the flag's name",
        arguments: [
            "--hashrate x", "--hashrate nan", "--hashrate 1e300", "--hashrate 1 --window 1",
            "--hashrate 1 --mode heroo", "--hashrate 1 --tier none", "--hashrate 1 --confidence 1",
            "--hashrate 1 --confidence nan", "--hashrate 1 --confidence 0.9",
            "--hashrate 1 --mode hero --tier vip",
        ])
    func refused(arguments: String) throws {
        let given = arguments.split(separator: " ").map(String.init)
        let outcome = try BuiltProgram.run(["plan"] + sidechain + given)
        #expect(outcome.status == 64 && outcome.output.isEmpty)
        #expect(outcome.errors.contains(given.dropLast().last ?? ""))
    }

    @Test("Nothing crashes when nobody reads the output")
    func closedOutput() throws {
        let program = try BuiltProgram.url.path
        let arguments = sidechain.joined(separator: " ")
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        // A reader that is gone before the first byte, then no standard output at all.
        shell.arguments = [
            "-c",
            """
            (sleep 0.2; '\(program)' plan --hashrate 1e4 \(arguments); echo $? >&2) | true
            '\(program)' plan --hashrate 1e4 \(arguments) >&-; echo $? >&2
            """,
        ]
        let pipe = Pipe()
        shell.standardError = pipe
        try shell.run()
        let statuses = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        shell.waitUntilExit()
        #expect(statuses == "0\n0\n")
    }
}
