import ProxyTerms
import Testing

@testable import History
@testable import Store

private let now: Int64 = 1_790_000_000

@Suite("An answer from the store")
struct HistoryAnswerTests {
    @Test("It has the marks that reach into its time, oldest first, and says of which kind there were more")
    func marks() throws {
        let place = try StoreTestPlace()
        let session = try place.session(now: now)
        var rows = PendingRows()
        for number in 0...HistoryMark.mostOfKind {
            rows.add(Row.share(at: (now - 1_000) * 1_000 + Int64(number), difficulty: Double(number), rig: nil))
        }
        rows.add(Row.outage(at: (now - 9_000) * 1_000, until: (now - 8_000) * 1_000, .xvb))
        rows.add(Row.outage(at: (now - 7_000) * 1_000, until: (now - 3_000) * 1_000, .xvb))
        rows.add(Row.outage(at: (now - 50) * 1_000, until: nil, .p2pool))
        rows.add(Row.run(at: (now - 9_000) * 1_000, until: (now - 60) * 1_000, version: "1"))
        rows.add(Row.run(at: (now - 40) * 1_000, until: nil, version: "2"))
        try session.write(rows, now: now)
        let query = try #require(HistoryQuery(from: now - 3_600, to: now, step: 0, now: now))
        let answer = try StoreReader(place.path).history(query)
        #expect(answer.shortened == [.share])
        let shares = answer.marks.filter { $0.kind == .share }
        #expect(shares.count == HistoryMark.mostOfKind)
        #expect(!shares.contains { $0.event == .share(difficulty: 0, rig: nil) })
        #expect(
            answer.marks.filter { $0.kind != .share }.map(\.event)
                == [.outage(.xvb), .outage(.p2pool), .start(version: "2")])
        #expect(answer.marks.map(\.at) == answer.marks.map(\.at).sorted())
    }

    @Test("Averages of a day stand in the first point of an hour, too")
    func runUp() throws {
        let place = try StoreTestPlace()
        let session = try place.session(now: now)
        var rows = PendingRows()
        for at in stride(from: now - 25 * 3_600, to: now, by: 60) {
            var totals = Totals()
            totals.seconds = 60
            totals.work.xvb = 60_000
            rows.add(totals, at: at)
        }
        try session.write(rows, now: now)
        let query = try #require(HistoryQuery(from: now - 3_600, to: now, step: 60, now: now))
        let series = try StoreReader(place.path).history(query).series
        let routed = try #require(series.value(.routed24h, of: 0))
        #expect((routed - 1_000).magnitude < 1)
    }
}
