import ProxyTerms
import Testing

@testable import History

/// A minute in which both upstreams took work.
private func minute(_ number: Int64, p2pool: Double = 0, xvb: Double = 0, seconds: Int64 = 60) -> TotalsRow {
    var totals = Totals()
    totals.seconds = seconds
    totals.work = PerUpstream(p2pool: p2pool, xvb: xvb)
    totals.shares.xvb.accepted = 1
    totals.credited1h = number % 2 == 0 ? Double(number) : nil
    return TotalsRow(.minute, at: number * 60, totals)
}

@Suite("The roll-up")
struct RollUpTests {
    @Test("Minutes become ten minutes and hours with the same sums", arguments: [Grain.tenMinutes, .hour])
    func sums(grain: Grain) {
        let minutes = (0..<180).map { minute($0, p2pool: Double($0), xvb: 2) }
        let folded = TotalsRow.fold(minutes.shuffled(), into: grain)
        #expect(folded.count == Int(180 * 60 / grain.seconds))
        #expect(folded.map(\.at) == folded.indices.map { Int64($0) * grain.seconds })
        #expect(folded.reduce(0) { $0 + $1.totals.work.p2pool } == 179 * 90)
        #expect(folded.reduce(0) { $0 + $1.totals.shares.xvb.accepted } == 180)
        #expect(folded.allSatisfy { $0.totals.seconds == grain.seconds })
    }

    @Test("What XvB credits is the last that it said in the time, whatever order the minutes come in")
    func last() {
        let folded = TotalsRow.fold([minute(9), minute(8), minute(2), minute(11)], into: .tenMinutes)
        #expect(folded.map(\.totals.credited1h) == [8, nil])
    }

    @Test("Ten minutes folded to hours are the minutes folded to hours")
    func twoSteps() {
        let minutes = (7..<300).map { minute($0, p2pool: Double($0)) }
        let direct = TotalsRow.fold(minutes, into: .hour)
        #expect(TotalsRow.fold(TotalsRow.fold(minutes, into: .tenMinutes), into: .hour) == direct)
    }

    @Test("A rate is over the seconds that the proxy ran, also where two minutes fell on one because the clock was set")
    func rates() {
        var totals = minute(0, p2pool: 6_000).totals
        #expect(totals.rate(totals.work.p2pool) == 100)
        totals.add(totals)
        #expect(totals.rate(totals.work.p2pool) == 100)
        #expect(Totals().rate(0) == 0)
    }

    @Test("A row comes back as it was written")
    func row() {
        var row = minute(4, p2pool: 1.5, xvb: 3)
        row.totals.tier = 2
        row.totals.price = 1.04
        row.totals.tierWork = 1_000
        row.totals.rigSeconds = 300
        row.totals.rigWork = 5
        row.totals.xvbSeconds = 20
        row.totals.shares.p2pool.refused = 3
        #expect(row.row.values.count == Table.totals.columns.count)
        #expect(TotalsRow(row.row.values) == row)
        #expect(TotalsRow([.integer(61)] + row.row.values.dropFirst()) == nil)
        #expect(row.totals.rigs == 5)
    }
}

@Suite("The tables")
struct TableTests {
    @Test("Each row has a value for each column of its table, the key's first")
    func columns() {
        let rows: [Row] = [
            .slice(at: 1, until: nil, .xvb, work: 0),
            .change(
                at: 1, planned: 1, to: .p2pool, Row.Moves(moved: 1, there: 2, waiting: 3, elsewhere: 4), text: ""),
            .plan(
                at: 1,
                Row.Plan(
                    window: 1, xvbSeconds: 1, tier: "vip", hashrate: 1, p2poolNeed: 1, expectedShares: 1), text: ""),
            .window(at: 1, until: 2, plannedXvB: 1, PerUpstream(p2pool: 1, xvb: 1), text: ""),
            .xvbReading(at: 1, credited1h: 1, credited24h: nil, fails: nil, isRegistered: true),
            .p2poolReading(
                at: 1, difficulty: 1, windowBlocks: 1, poolHashrate: 1, height: nil, rewardPercent: nil, shareAge: nil),
            .win(at: 1, until: nil, tier: "vip"), .outage(at: 1, until: nil, .xvb),
            .share(at: 1, difficulty: 1, rig: nil), .rig("a", agent: "b", at: 1), .run(at: 1, until: 2, version: "1"),
            WorkSecond(at: 1, work: PerUpstream(p2pool: 1, xvb: 1)).row,
            RigTotals(work: 1, accepted: 1, refused: 1).row(RigTotals.Key(at: 1, rig: "a")),
            TotalsRow(.hour, at: 0, Totals()).row, MemoryRow(.state, at: 1).row,
        ]
        #expect(Set(rows.map(\.table)) == Set(Table.allCases))
        for row in rows {
            let columns = row.table.columns
            #expect(row.values.count == columns.count, "\(row.table)")
            #expect(columns.first?.merge == .key, "\(row.table)")
            let keys = columns.prefix { $0.merge == .key }.count
            #expect(keys == columns.count { $0.merge == .key }, "\(row.table)")
            #expect(columns.contains { $0.name == row.table.dateColumn }, "\(row.table)")
        }
    }

    @Test("Every table is bounded: by time, by rows, or because its rows replace each other")
    func bounds() {
        for table in Table.allCases {
            let isBounded = table.keptSeconds != nil || table == .totals || table == .memory
            #expect(isBounded, "\(table)")
        }
        let days: [Int64] = [8, 120, 1_830]
        #expect(Grain.allCases.map { $0.keptSeconds / 86_400 } == days)
    }
}
