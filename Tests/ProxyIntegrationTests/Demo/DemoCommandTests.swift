import Foundation
import Glibc
import Testing

@testable import StratumProxy

@Suite("stratum-proxy demo, the real program")
struct DemoCommandTests {
    /// The object in the last line.
    struct Totals: Decodable {
        var windows: Int
        var switches: Int
        var submitted: Int
        var accepted: Int
        var rejected: Int
        var stale: Int
        var after_stop: Int
        var lost: Int
        var duplicates: Int
        var unanswered: Int
        var max_switch_delay_ms: Int
        var p2pool_work: Double
        var xvb_work: Double
        var planned_xvb_share: Double
        var delivered_xvb_share: Double

        init(_ line: String) throws {
            self = try JSONDecoder().decode(Self.self, from: Data(line.utf8))
        }

        /// Every share has its verdict, and none but stale ones a bad one.
        var isWell: Bool {
            rejected == 0 && lost == 0 && duplicates == 0 && unanswered == 0
                && submitted == accepted + stale + after_stop
        }

        /// How far the delivered share may be from the planned one: four standard errors of counting shares. With n
        /// shares of one difficulty, a part f of which is XvB's, one error is √(f(1-f)/n).
        func bound(shareDifficulty: Double) -> Double {
            let shares = (p2pool_work + xvb_work) / shareDifficulty
            return 4 * (planned_xvb_share * (1 - planned_xvb_share) / shares).squareRoot()
        }
    }

    @Test("Two windows: every share answered, none refused, and XvB gets the planned share of the work")
    func twoWindows() throws {
        let place = try TemporaryDirectory()
        let outcome = try BuiltProgram.run(
            ["demo", "--window", "6", "--windows", "2", "--json"], environment: ["TMPDIR": place.url.path])
        #expect(outcome.status == 0 && !outcome.wasSignalled && outcome.errors.isEmpty, "\(outcome.output)")
        let totals = try Totals(#require(outcome.lines.last))
        #expect(totals.windows == 2)
        // To XvB and back in each window.
        #expect(totals.switches == 4)
        #expect(totals.submitted > 300)
        #expect(totals.isWell)
        #expect(totals.planned_xvb_share > 0.1)
        let bound = totals.bound(shareDifficulty: Double(DemoFarm(DemoOptions()).difficulty))
        #expect(abs(totals.delivered_xvb_share - totals.planned_xvb_share) <= bound)
        // Nothing is left behind.
        let left = try FileManager.default.contentsOfDirectory(atPath: place.url.path)
        #expect(left.isEmpty)
    }

    /// 2,000, or as many as the hard limit of open files allows: a rig has two here, a lane as well.
    private var mostRigs: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return min(2_000, (Int(clamping: limit.rlim_max) - 64) / 2 - 2 * DemoOptions().maxLanes)
    }

    @Test("2,000 rigs on pools that leave byte 42 to us: a switch reaches all of them and nothing is lost")
    func largeFarm() throws {
        let rigs = mostRigs
        try #require(rigs > 200, "too few open files are allowed (ulimit -Hn)")
        let outcome = try BuiltProgram.run(
            ["demo", "--rigs", "\(rigs)", "--open-pools", "--window", "8", "--windows", "2", "--json"], seconds: 120)
        #expect(outcome.status == 0 && !outcome.wasSignalled && outcome.errors.isEmpty)
        let totals = try Totals(#require(outcome.lines.last))
        #expect(totals.isWell)
        // A slow machine takes seconds to log them all in: the first plan, from the few that mine by then, has no slice.
        #expect((2...4).contains(totals.switches))
        let moves = outcome.lines.filter { $0.contains("now mining on ") && $0.contains(" moved") }
        #expect(moves.count >= 2 && moves.allSatisfy { $0.contains(": \(rigs) rigs moved; ") })
    }

    @Test("Where XvB's node owns byte 42, as many rigs as there are lanes take part, and the plan says so")
    func fewLanes() throws {
        // One of twelve rigs is 4 kH/s or, by the luck of its first seconds, 6: the farm's 49 kH/s would hold 10, one lane never does.
        let outcome = try BuiltProgram.run(
            ["demo", "--rigs", "12", "--max-lanes", "1", "--window", "6", "--windows", "1", "--json"])
        #expect(outcome.status == 0 && !outcome.wasSignalled && outcome.errors.isEmpty)
        let totals = try Totals(#require(outcome.lines.last))
        #expect(totals.isWell)
        #expect(
            outcome.output.contains("now mining on XvB, as planned: 1 of 12 rigs moved, 11 have no connection to XvB"))
        #expect(outcome.output.contains("; connections to XvB carry only "))
    }

    @Test("Ctrl-C ends it in order: the totals come and every share has its answer")
    func interrupted() throws {
        let program = try RunningProgram(["demo", "--window", "60", "--json"])
        // The first window has begun; dozens of shares come every second.
        try program.waitForLine { $0.contains("hold donor") }
        program.signal(SIGINT)
        let outcome = try program.end()
        #expect(outcome.status == 0 && !outcome.wasSignalled)
        let totals = try Totals(#require(outcome.lines.last))
        #expect(totals.windows == 0)
        #expect(totals.isWell && totals.submitted > 100)
    }

    // Fault N07.
    @Test("Where nobody looks it is at most 60 lines, none of them a single share or job; -v has those")
    func short() throws {
        let outcome = try BuiltProgram.run(["demo", "--window", "5", "--windows", "3"])
        #expect(outcome.status == 0 && outcome.lines.count <= 60, "\(outcome.lines.count)")
        #expect(!outcome.output.contains(" accepted (") && !outcome.output.contains("new job from"))
        let verbose = try BuiltProgram.run(["demo", "--window", "5", "--windows", "1", "-v"])
        #expect(verbose.output.contains(" accepted (") && verbose.output.contains("new job from"))
        #expect(verbose.output.contains(" ms): rig "), "a share has its rig")
    }

    // Fault N14.
    @Test("It ends when nobody reads it any more")
    func unread() throws {
        let began = Date()
        let program = try RunningProgram(["demo", "--window", "60", "--windows", "1"])
        try program.waitForLine { $0.contains("logged in") }
        try program.closeOutput()
        _ = try program.endUnread()
        // A window is a minute long.
        #expect(Date().timeIntervalSince(began) < 45)
    }

    // Fault N14.
    @Test("It ends also when nobody reads it from its first line on")
    func neverRead() throws {
        let program = try RunningProgram(["demo", "--window", "60", "--windows", "1"])
        try program.closeOutput()
        let deadline = Date() + 45
        while program.isRunning, Date() < deadline { usleep(100_000) }
        #expect(!program.isRunning)
    }

    // Fault N07.
    @Test("On a terminal of 80 × 24 it is one screen that is drawn anew, and the totals below it")
    func screen() throws {
        let terminal = try PseudoTerminal(columns: 80, rows: 24)
        let text = try terminal.run(["demo", "--window", "5", "--windows", "1"])
        let frames = text.components(separatedBy: "\u{1B}[J")
        #expect(frames.count > 10)
        for frame in frames.dropLast() {
            let lines = frame.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            #expect(lines.count <= 23)
            let plain = lines.map { $0.replacing(/\u{1B}\[[0-9;]*[A-Za-z]/, with: "").filter { $0 != "\r" } }
            #expect(plain.allSatisfy { $0.count <= 80 })
        }
        for word in ["Window", "Plan", "Pools", "Rigs", "rig-1"] { #expect(frames[5].contains(word), "\(word)") }
        #expect(frames.last?.contains("ok: the books of rigs, proxy and pools agree") == true)
    }

    @Test("What it can't do is said before anything starts", arguments: ["--window 1", "--rigs 0", "--mode fast"])
    func validation(_ arguments: String) throws {
        let outcome = try BuiltProgram.run(["demo"] + arguments.split(separator: " ").map(String.init))
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty && outcome.errors.contains(arguments.split(separator: " ")[0]))
    }
}
