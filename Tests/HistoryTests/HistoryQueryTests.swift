import ProxyTerms
import Testing

@testable import History

private let now: Int64 = 1_790_000_000

@Suite("A question for the history")
struct HistoryQueryTests {
    @Test(
        "It is answered from the coarsest grain that shows each step, and from a coarser one where that is not kept so long",
        arguments: [
            (3_600, 60, Grain.minute, 60), (86_400, 300, .minute, 300), (86_400, 600, .tenMinutes, 600),
            (7 * 86_400, 1_800, .tenMinutes, 1_800), (30 * 86_400, 60, .tenMinutes, 1_800),
            (100 * 86_400, 3_600, .hour, 7_200), (400 * 86_400, 60, .hour, 18_000),
        ] as [(Int64, Int64, Grain, Int64)])
    func grain(span: Int64, step: Int64, grain: Grain, effective: Int64) throws {
        let query = try #require(HistoryQuery(from: now - span, to: now, step: step, now: now))
        #expect(query.grain == grain)
        #expect(query.step == effective)
        #expect(query.from % query.step == 0 && query.from <= now - span)
    }

    @Test("No answer is longer than a screen is wide, whatever is asked")
    func bounded() throws {
        for span in [1, 3_599, 86_400, 10_000_000, now, Int64.max / 4] {
            let query = try #require(HistoryQuery(from: now - span, to: .max, step: -1, now: now))
            #expect(HistorySeries(query, []).points.count <= Int(HistoryQuery.mostPoints) + 1)
        }
        #expect(HistoryQuery(from: now + 10, to: now + 20, step: 60, now: now) == nil)
        #expect(HistoryQuery(from: now, to: now - 1, step: 60, now: now) == nil)
    }

    @Test("Each row is in the point of its time, and what lies outside in none")
    func points() throws {
        let query = try #require(HistoryQuery(from: now - 1_200, to: now, step: 300, now: now))
        let rows = stride(from: query.from - 120, to: query.to + 600, by: 60).map { at in
            var totals = Totals()
            totals.seconds = 60
            totals.work.xvb = 1
            return TotalsRow(.minute, at: at, totals)
        }
        let series = HistorySeries(query, rows)
        #expect(series.points.first?.work.xvb == 5)
        #expect(series.points.allSatisfy { $0.work.xvb == 5 })
        #expect(series.start(of: 1) == query.from + 300)
    }

    @Test("Where nothing is said it is about the last hour; where no step is, about some hundred points")
    func usual() throws {
        let query = try #require(HistoryQuery(from: nil, to: nil, step: nil, now: now))
        #expect(query.to == now + 1)
        #expect(query.from <= now - 3_599 && query.from > now - 3_700 && query.step == 60)
        for span in [7_200, 86_400, 7 * 86_400, 365 * 86_400] as [Int64] {
            for step in [nil, 0] as [Int64?] {
                let query = try #require(HistoryQuery(from: now - span, to: nil, step: step, now: now))
                let points = HistorySeries(query, []).points.count
                #expect(points <= Int(HistoryQuery.usualPoints) + 1 && points > 100, "\(span): \(points)")
            }
        }
    }

    @Test("A step as long as can be written is as long as the time asked for")
    func longest() throws {
        let query = try #require(HistoryQuery(from: now - 7_200, to: now, step: .max, now: now))
        #expect(HistorySeries(query, []).points.count <= 2)
    }
}
