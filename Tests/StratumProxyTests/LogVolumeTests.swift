import EventLoop
import Foundation
import ProxyTerms
import Testing

@testable import ProxyCore
@testable import SplitScheduler
@testable import StratumProxy

@Suite("How much is logged")
struct LogVolumeTests {
    private final class Lines: DaemonLog {
        var level = LogLevel.info
        var lines: [String] = []

        func writes(_ level: LogLevel) -> Bool { level <= self.level }

        func line(_ level: LogLevel, _ tag: LogTag, _ text: @autoclosure () -> String) {
            if writes(level) { lines.append(text()) }
        }
    }

    private static let plan: WindowPlan = {
        var plan = WindowPlan.allP2Pool(
            window: 600, cause: .holdTier(.donor), hashrate: 10_000, movableHashrate: 10_000, required: 3_958,
            expectedShares: 2.4)
        plan.tier = .donor
        plan.xvbSeconds = 74
        return plan
    }()

    /// The lines of a day of three rigs of 10 kH/s: a share in 3 s, a job of p2pool in 10 s and of XvB in 30 s, a slice a minute, a plan
    /// in 200 s, and the status block.
    private func day(verbose: Bool) throws -> [String] {
        let home = FileManager.default.temporaryDirectory.appendingPathComponent("log-volume-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        let loaded = ConfigurationLoader.load(
            text: Array("{\"mode\": \"p2pool\", \"verbose\": \(verbose)}".utf8), file: "c.json",
            flags: FlagOverrides(), environment: ["HOME": home.path])
        let loop = try EventLoop()
        defer { loop.shutdown() }
        let log = Lines()
        let daemon = Daemon(settings: try #require(loaded.settings), loop: loop, log: log, seed: 1)
        let notices = NoticeLog(daemon)
        var moves = MoveCount()
        moves.moved = 3
        var plan = Self.plan
        let rig = RigID(index: 0, generation: 1)
        for name in ["attic", "cellar", "garage"] {
            notices.tell(.rigJoined(rig, name: name, agent: "XMRig/6.26.0", fullNonceSpace: false), now: .start)
        }
        for second in 0..<Int64(86_400) {
            let now = Instant(milliseconds: second * 1000)
            if second % 600 == 0 {
                var planned = PlannedXvB()
                planned.work = 7e5
                let report = WindowReport(
                    index: Int(second / 600), start: now.adding(seconds: -600), end: now, plan: plan,
                    directedSeconds: PerUpstream(p2pool: 526, xvb: 74), work: PerUpstream(p2pool: 5e6, xvb: 7e5),
                    planned: planned)
                notices.tell(.windowClosed(report), now: now)
                notices.printStatus(now: now)
            }
            if second % 200 == 0 {
                plan.xvbSeconds = Double(60 + second / 200 % 30)
                notices.tell(.planned(plan), now: now)
            }
            for (upstream, interval) in [(Upstream.p2pool, Int64(10)), (.xvb, 30)] where second % interval == 0 {
                notices.tell(
                    .newJob(upstream, endpoint: "127.0.0.1:3333", difficulty: 20_000, .rx0, height: 3_500_000), now: now
                )
            }
            if second % 60 == 0 { notices.tell(.switched(to: .xvb, cause: .planned, moves, plannedAt: now), now: now) }
            if second % 60 == 8 {
                notices.tell(.switched(to: .p2pool, cause: .workDone, moves, plannedAt: now), now: now)
            }
            if second % 3 == 0 {
                notices.tell(
                    AcceptedShare(
                        .p2pool, rig, difficulty: 20_000, milliseconds: 3, accepted: UInt64(second / 3), rejected: 0),
                    now: now)
            }
        }
        return log.lines
    }

    // Fault N07.
    @Test("A day of three rigs is less than 1,500 lines, and none of them is a single share or job")
    func day() throws {
        let lines = try day(verbose: false)
        #expect(lines.count <= 1_300, "of 1,500, which leaves some for what goes wrong")
        #expect(!lines.contains { $0.hasPrefix("accepted") || $0.hasPrefix("new job") })
        // 144 windows with plan, first slice and its end.
        #expect(lines.count { $0.hasPrefix("window ") && $0.hasSuffix(", in 10 slices") } >= 143)
        #expect(lines.count { $0.hasPrefix("now mining on XvB") } == 144)
        #expect(lines.count { $0.hasPrefix("XvB ") } == 144)
    }

    @Test("Who wants to see everything has each share, each switch, and each job of the upstream that is mined")
    func verbose() throws {
        let lines = try day(verbose: true)
        #expect(lines.count { $0.hasPrefix("accepted") } == 28_800)
        #expect(lines.count { $0.hasPrefix("new job") } == 8_640)
        #expect(lines.count { $0.hasPrefix("now mining on") } == 2_880)
    }
}
