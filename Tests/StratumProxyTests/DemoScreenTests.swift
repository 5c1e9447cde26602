import ProxyTerms
import SplitScheduler
import Testing

@testable import ProxyCore
@testable import StratumProxy

@Suite("The demo on a terminal")
struct DemoScreenTests {
    private func screen(rigs: Int = 3, events: Int = 30) -> DemoScreen {
        var snapshot = SampleReport.snapshot
        snapshot.rigs = rigs
        let list = (1...rigs).map { number in
            RigSnapshot(
                name: "rig-\(number)", address: ClientAddress(ipv4: 0x7F00_0001), agent: "XMRig/6.26.0",
                upstream: number == 2 ? .xvb : .p2pool, rate: Rate(hashrate: 1_500, error: 0.05, covered: 60),
                trust: .unproven, counts: RigCounts(), secondsSinceShare: 1)
        }
        let lines = (1...events).map {
            (level: $0 % 7 == 0 ? LogLevel.warning : .info, text: "event \($0) " + String(repeating: "x", count: 90))
        }
        return DemoScreen(
            snapshot: snapshot, rigs: list, windows: (1, 3), events: lines, now: Instant(milliseconds: 3_600_000))
    }

    @Test(
        "It fits every size from the least on, with the newest event at the end",
        arguments: [(60, 20), (80, 24), (200, 60)])
    func fits(columns: Int, rows: Int) {
        for rigs in [1, 3, 40] {
            let lines = screen(rigs: rigs).lines(columns: columns, rows: rows, hasColors: false)
            #expect(lines.count <= rows - 1)
            #expect(lines.allSatisfy { $0.count <= columns }, "\(lines.filter { $0.count > columns })")
            #expect(lines.last?.hasPrefix("event 30 ") == true)
        }
    }

    @Test("Rigs, pools, the window with its slice, the plan and the last events are on 80 × 24")
    func golden() throws {
        let lines = screen(rigs: 12).lines(columns: 80, rows: 24, hasColors: false)
        try Golden.expect(lines.map { $0 + "\n" }.joined(), "demo-80x24.txt")
    }

    @Test("Colours change no column")
    func colors() {
        let plain = screen().lines(columns: 80, rows: 24, hasColors: false)
        let painted = screen().lines(columns: 80, rows: 24, hasColors: true)
        #expect(painted != plain)
        let stripped = painted.map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") }
        #expect(stripped == plain)
    }
}
