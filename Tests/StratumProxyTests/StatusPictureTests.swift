import ProxyTerms
import Testing

@testable import ProxyCore
@testable import StratumProxy

@Suite("status --watch, the picture")
struct StatusPictureTests {
    private func picture(rigs: Int = 3, hasRegions: Bool = true) -> StatusPicture {
        var report = SampleReport.report
        if !hasRegions { report.snapshot.upstreams.xvb.regions = [] }
        report.rigs = (1...rigs).map { number in
            RigSnapshot(
                name: "rig-\(number)", address: ClientAddress(ipv4: 0x7F00_0001), agent: "XMRig/6.26.0",
                upstream: .p2pool, rate: Rate(hashrate: 1_500, error: 0.05, covered: 60), trust: .unproven,
                counts: RigCounts(), secondsSinceShare: 1)
        }
        return StatusPicture(lines: report.lines, time: "14:03:05")
    }

    @Test(
        "It fits every size, and uses it",
        arguments: [(40, 24), (80, 24), (160, 24), (80, 60), (200, 120), (30, 10), (5, 3), (1, 1)])
    func fits(columns: Int, rows: Int) {
        for rigs in [1, 12, 500] {
            let lines = picture(rigs: rigs).rows(on: Terminal(columns: columns, rows: rows))
            #expect(lines.count <= rows)
            #expect(lines.allSatisfy { $0.count <= columns }, "\(lines.filter { $0.count > columns })")
            if rigs == 500 { #expect(lines.count == rows) }
        }
    }

    @Test("Every block of status is on 80 × 24, a few rigs too, and on a large screen nothing is cut")
    func blocks() {
        let small = picture(rigs: 12, hasRegions: false).rows(on: Terminal(columns: 80, rows: 24))
        let names = "Now Plan Speed Share Tier Figures Raffle p2pool XvB Here Uptime Rigs"
        for name in names.split(separator: " ") {
            #expect(small.contains { $0.hasPrefix(name + " ") }, "\(name)")
        }
        #expect(small.last?.contains("more lines: make the window higher") == true)
        let picture = picture()
        let large = picture.rows(on: Terminal(columns: 80, rows: 100))
        // A fingerprint is longer than such a line, and cut.
        #expect(large.allSatisfy { !$0.hasSuffix("…") || $0.contains("aaaa") || $0.contains("bbbb") })
        #expect(large.dropFirst().contains { $0.contains("risk of") } && !large.contains { $0.contains("more line") })
    }

    @Test("At 40 columns the plan and the share are told in full, and what can wait gives its rows")
    func narrow() {
        let rows = picture(hasRegions: false).rows(on: Terminal(columns: 40, rows: 24))
        let text = rows.map { $0.dropFirst(StatusLines.indent) }.joined(separator: " ")
        #expect(text.contains("risk of"), "\(rows.joined(separator: "\n"))")
        #expect(!rows.contains { $0.hasPrefix("Raffle") || $0.hasPrefix("Here") || $0.hasPrefix("Uptime") })
        #expect(rows.contains { $0.hasPrefix("Rigs") } && rows.count <= 24)
        // Where everything fits nothing is left out.
        #expect(picture().rows(on: Terminal(columns: 40, rows: 120)).contains { $0.hasPrefix("Raffle") })
    }

    @Test("While nobody answers the last figures stay below a line that says since when and why")
    func silent() {
        var picture = picture()
        let before = picture.rows(on: Terminal(columns: 100, rows: 40))
        picture.silence = StatusPicture.Silence(seconds: 75, cause: "no proxy runs at /x")
        let rows = picture.rows(on: Terminal(columns: 100, rows: 40))
        #expect(rows[0].hasPrefix("no answer since 14:03:05, for 1 min 15 s: no proxy runs at /x. This asks again"))
        #expect(Array(rows.suffix(10)) == Array(before.suffix(10)))
        let first = StatusPicture(silence: StatusPicture.Silence(seconds: 0, cause: "no proxy runs at /x"))
        #expect(first.rows(on: Terminal(columns: 200, rows: 5)).count == 1)
        #expect(first.rows(on: Terminal(columns: 200, rows: 5))[0].hasPrefix("no answer yet: no proxy runs at /x"))
    }

    @Test("Colours change no column; what needs attention is yellow")
    func colors() {
        let plain = picture().rows(on: Terminal(columns: 80, rows: 40))
        let painted = picture().rows(on: Terminal(columns: 80, rows: 40, hasColors: true))
        #expect(painted != plain && painted.contains { $0.contains("\u{1B}[33m") })
        #expect(painted.map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") } == plain)
    }
}
