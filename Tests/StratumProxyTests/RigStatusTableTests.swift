import ProxyTerms
import Testing

@testable import ProxyCore
@testable import StratumProxy

@Suite("status rigs")
struct RigStatusTableTests {
    private func rig(_ name: String, _ hashrate: Double = 5_000, online: Double = 90_000) -> RigSnapshot {
        RigSnapshot(
            name: name, address: ClientAddress(ipv4: 0x0A00_0007), agent: "XMRig/6.26.0 (Linux x86_64)", upstream: .xvb,
            rate: Rate(hashrate: hashrate, error: 0.05, covered: 900),
            rates: RateWindow.allCases.map {
                Rate(hashrate: hashrate, error: 1 / $0.seconds.squareRoot(), covered: 60)
            },
            connectedSeconds: online, trust: .proven, counts: RigCounts(), secondsSinceShare: 12)
    }

    private var rigs: [RigSnapshot] {
        var counts = RigCounts()
        for _ in 0..<1_200 { counts.add(.accepted, second: 3_500) }
        for _ in 0..<7 { counts.add(.belowPoolTarget, second: 3_500) }
        for _ in 0..<12 { counts.add(.duplicate, second: 3_500) }
        counts.add(.stale, second: 3_500)
        var busy = rig("garage-with-a-long-name-of-32-ch", 12_345)
        busy.counts = counts
        busy.secondsSinceRefusal = 100
        var suspect = rig("laptop", 850)
        suspect.trust = .suspect
        var gone = rig("cellar")
        (gone.upstream, gone.rates, gone.connectedSeconds) = (nil, [], nil)
        gone.departure = RigSnapshot.Departure(secondsAgo: 7_200, reason: .byRig)
        var cut = gone
        cut.name = "den"
        cut.cut = RigSnapshot.Cut(seconds: 2_220, offence: .flood)
        var silent = rig("new", 0, online: 42)
        (silent.upstream, silent.secondsSinceShare) = (nil, nil)
        return [gone, silent, busy, rig("attic\u{1B}[31m"), cut, suspect]
    }

    private func table(_ rigs: [RigSnapshot]) throws -> RigStatusTable {
        var report = SampleReport.report
        report.rigs = rigs
        report.snapshot.rigs = rigs.count { $0.departure == nil }
        return try #require(RigStatusTable(Array(report.json.utf8)))
    }

    // Fault N03.
    @Test("The table at 40, 80 and 160 columns is the golden files', and fits", arguments: [40, 80, 160])
    func golden(columns: Int) throws {
        let text = try table(rigs).text(on: Terminal(columns: columns))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns })
        try Golden.expect(text, "rigs-\(columns).txt")
    }

    // Fault N03.
    @Test(
        "Whatever the width, each rig has its name, address, agent, three hashrates with error, age, counts and place")
    func complete() throws {
        for terminal in [Terminal(columns: 40), Terminal(columns: 80), Terminal(columns: 160), Terminal()] {
            let text = try table([rigs[2]]).text(on: terminal)
            let words = text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
            for part in [
                "garage-", "10.0.0.7", "XMRig/6.26.0 (Linux", "12.3 kH/s ±13 %", "12.3 kH/s ±5 %", "12.3 kH/s ±2 %",
                "12 s", "1 d 01 h", "1200", "on XvB", "7 good but too small",
                "12 duplicate, 1 stale, the last 1 min 40 s ago",
            ] {
                #expect(words.contains(part), "\(part) at \(terminal.columns ?? 0): \(words)")
            }
        }
    }

    @Test("What needs somebody stands first, then who mines, by name, then who left")
    func order() throws {
        let lines = try table(rigs).text(on: Terminal(columns: 200)).split(separator: "\n").dropFirst(2)
        let names = lines.compactMap { line in
            ["den", "laptop", "attic", "garage", "new", "cellar"].first { line.hasPrefix($0) }
        }
        #expect(names == ["den", "laptop", "attic", "garage", "new", "cellar"])
    }

    @Test("Names of wide characters keep the columns below each other, and fit", arguments: [40, 80, 160])
    func wide(columns: Int) throws {
        let text = try table([rig("attic"), rig("车库矿机"), rig("マイナー")]).text(on: Terminal(columns: columns))
        let lines = text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.columns <= columns })
        let starts = lines.compactMap { line in
            line.range(of: "12 s").map { line[..<$0.lowerBound].columns }
        }
        #expect(columns == 40 || starts.count == 3 && Set(starts).count == 1, "\(text)")
    }

    @Test("Off a terminal a rig is a line; a screen shows as much as fits, and how to see the rest")
    func lines() throws {
        let many = try table((0..<60).map { rig("rig\($0)") })
        #expect(many.text(on: Terminal()).split(separator: "\n").count == 62)
        for (columns, rows) in [(40, 24), (80, 24), (160, 50), (200, 120), (20, 5), (5, 3), (1, 1)] {
            let lines = many.rows(columns: columns, most: rows, Paint(isOn: false))
            #expect(lines.count <= rows && lines.allSatisfy { $0.count <= columns }, "\(columns) × \(rows)")
        }
        #expect(
            many.rows(columns: 80, most: 24, Paint(isOn: false)).last?.contains("`stratum-proxy status rigs | less`")
                == true)
    }

    @Test("Without a rig it says how to connect one; where not all fit, where the others are")
    func none() throws {
        #expect(
            try table([]).text(on: Terminal())
                == "no rig has connected within a day: give xmrig the pool \"url\": \"pi-shelf:3355\"\n")
        let text = try table((0..<500).map { rig("rig\($0)") }).text(on: Terminal())
        #expect(text.hasPrefix("500 rigs online; "))
        #expect(text.contains(" more rigs: http://127.0.0.1:3356/api/v1/rigs has all of them"))
    }

    @Test("At the socket of status there is room for a hundred and fifty rigs and more, and its answer fits")
    func room() throws {
        var report = SampleReport.report
        report.rigs = (0..<1_000).map { rig("rig-with-a-usual-name-\($0)") }
        let json = report.json(mostRigBytes: StatusReport.mostRigBytes.socket)
        let table = try #require(RigStatusTable(Array(json.utf8)))
        #expect(table.text(on: Terminal()).split(separator: "\n").count > 150)
        #expect(json.utf8.count + report.lines.wire.utf8.count < 262_144)
    }

    @Test("Its JSON has the rigs as they are in the state's, and how many are left out")
    func json() throws {
        let json = try table(rigs).json
        #expect(
            json.hasPrefix("{\"version\":1,\"rigs\":[{\"name\":\"cellar\",")
                && json.hasSuffix("],\"rigs_not_listed\":0}"))
        #expect(try table(rigs).json.contains("\"minute_hs\":850,"))
    }

    @Test("An answer of an earlier version, without the new members, is a table as well; what is no state is none")
    func earlier() throws {
        let old = "{\"schema\":1,\"rig_list\":[{\"name\":\"a\",\"online\":true,\"accepted\":3}]}"
        #expect(RigStatusTable(Array(old.utf8))?.text(on: Terminal()).contains("a") == true)
        #expect(RigStatusTable(Array("{}".utf8)) == nil && RigStatusTable(Array("no".utf8)) == nil)
    }
}
