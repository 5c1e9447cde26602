import ProxyTerms
import Testing

@testable import History

private let now: Int64 = 1_790_000_040 / 3_600 * 3_600

/// A minute of which `seconds` are known, in which XvB took `xvb` hashes.
private func minute(_ at: Int64, xvb: Double, seconds: Int64 = 60) -> TotalsRow {
    var totals = Totals()
    totals.seconds = seconds
    totals.rigSeconds = 3 * seconds
    totals.work = PerUpstream(p2pool: 2 * xvb, xvb: xvb)
    return TotalsRow(.minute, at: at, totals)
}

@Suite("The points of an answer")
struct HistorySeriesTests {
    @Test("Rates are over the seconds that the proxy ran; where it did not run nothing is known")
    func rates() throws {
        let query = try #require(HistoryQuery(from: now - 300, to: now, step: 60, now: now))
        let series = HistorySeries(
            query,
            [
                minute(now - 300, xvb: 600), minute(now - 240, xvb: 300, seconds: 30),
                minute(now - 60, xvb: 9, seconds: 9),
            ])
        #expect((0..<5).map { series.value(.xvb, of: $0) } == [10, 10, nil, nil, nil])
        #expect(series.value(.p2pool, of: 1) == 20)
        #expect(series.value(.rigs, of: 1) == 3)
        #expect(series.value(.rigs, of: 4) == nil)
        #expect(series.value(.time, of: 1) == Double(now - 240))
    }

    @Test("What was routed over an hour and a day counts what lies before the first point, and ends with its own")
    func routed() throws {
        let rows = stride(from: now - 30 * 3_600, to: now, by: 60).map { minute($0, xvb: $0 < now - 1_800 ? 600 : 0) }
        let query = try #require(HistoryQuery(from: now - 7_200, to: now, step: 600, now: now))
        let series = HistorySeries(query, TotalsRow.fold(rows, into: query.grain))
        let hours = series.points.indices.map { series.value(.routed1h, of: $0) ?? -1 }
        #expect(hours == [10, 10, 10, 10, 10, 10, 10, 10, 10, 50 / 6.0, 40 / 6.0, 5])
        let last = series.points.count - 1
        #expect(series.value(.routed24h, of: last) == 10 * 23.5 / 24)
    }

    @Test("Of a row that an average begins in the middle of, the part inside counts")
    func edge() throws {
        let rows = stride(from: now - 7_200, to: now + 60, by: 60).map { minute($0, xvb: 600) }
        // Half a minute has gone by, and has its work.
        let running = rows.dropLast() + [minute(now, xvb: 300, seconds: 30)]
        let query = try #require(HistoryQuery(from: now, to: now + 30, step: 60, now: now + 30))
        #expect(HistorySeries(query, Array(running)).value(.routed1h, of: 0) == 10)
    }

    @Test("The tier's work stands where the plan holds one")
    func tierWork() throws {
        let query = try #require(HistoryQuery(from: now - 180, to: now, step: 60, now: now))
        var rows = [minute(now - 180, xvb: 1), minute(now - 120, xvb: 1), minute(now - 60, xvb: 1)]
        rows[0].totals.tierWork = 1_000
        rows[1].totals.tierWork = 0
        let series = HistorySeries(query, rows)
        #expect((0..<3).map { series.value(.tierWork, of: $0) } == [1_000, nil, nil])
    }

    @Test("A mark says what its row says")
    func marks() throws {
        func mark(_ kind: HistoryMark.Kind, _ row: Row) -> HistoryMark? { HistoryMark(kind, row.values) }
        let moves = Row.Moves(moved: 1, there: 2, waiting: 0, elsewhere: 0)
        let change = try #require(mark(.switched, .change(at: 5_500, planned: 5_000, to: .xvb, moves, text: "now")))
        #expect(change.at == 5 && change.until == nil && change.event == .switched(.xvb, text: "now"))
        let outage = try #require(mark(.outage, .outage(at: 5_000, until: 9_999, .p2pool)))
        #expect(outage.until == 9 && outage.upstream == .p2pool && outage.kind == .outage)
        #expect(mark(.share, .share(at: 1, difficulty: 7, rig: "a"))?.event == .share(difficulty: 7, rig: "a"))
        #expect(mark(.start, .run(at: 1, until: 7, version: "1"))?.until == nil)
        #expect(mark(.win, .win(at: 1, until: nil, tier: "vip"))?.upstream == .xvb)
        #expect(HistoryMark(.outage, [.integer(1), .null, .text("third")]) == nil)
        #expect(HistoryMark(.share, []) == nil)
    }
}
