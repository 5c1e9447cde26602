import Foundation
import Glibc
import History
import Store
import Testing

@testable import StratumProxy

@Suite("Questions for the history")
struct HistoryDeskTests {
    /// A store in which `minutes` up to now are known.
    private func fill(_ path: String, minutes: Int64) {
        let now = Int64(Date().timeIntervalSince1970)
        let store = Store(path)
        _ = store.restore()
        store.start()
        store.post { rows in
            for number in 1...minutes {
                var totals = Totals()
                totals.seconds = 60
                totals.work.p2pool = 60_000
                rows.add(totals, at: now - number * 60)
            }
            rows.add(Row.share(at: (now - 60) * 1_000, difficulty: 5, rig: "a"))
        }
        store.finish()
    }

    @Test("The last hour is answered with figures and marks, on the loop, after it has gone on")
    func answered() throws {
        let place = try TemporaryDirectory()
        let path = place.url.appendingPathComponent("store.db").path
        fill(path, minutes: 60)
        try LoopTest.run { test in
            let desk = HistoryDesk(test.loop, path: path)
            var outcomes: [HistoryDesk.Outcome] = []
            desk.history(from: nil, to: nil, step: nil) { outcomes.append($0) }
            #expect(outcomes.isEmpty)
            try test.run { !outcomes.isEmpty }
            guard case .answered(let answer)? = outcomes.first else {
                Issue.record("\(outcomes)")
                return
            }
            let rates = answer.series.points.indices.map { answer.series.value(.p2pool, of: $0) }
            #expect(rates.filter { $0 == 1_000 }.count >= 58)
            #expect(answer.marks.map(\.event) == [.share(difficulty: 5, rig: "a")])
            #expect(HistoryWords.text(answer.marks[0]) == "p2pool share found by a, difficulty 5")
        }
    }

    @Test("Where there is no store the answer says why; where there is no time between, that; too many are turned away")
    func refused() throws {
        let place = try TemporaryDirectory()
        try LoopTest.run { test in
            let desk = HistoryDesk(test.loop, path: place.url.appendingPathComponent("none.db").path)
            var outcomes: [HistoryDesk.Outcome] = []
            desk.history(from: 10, to: 5, step: 0) { outcomes.append($0) }
            #expect(outcomes == [.empty])
            outcomes = []
            for _ in 0..<HistoryDesk.mostWaiting + 3 {
                desk.history(from: nil, to: nil, step: nil) { outcomes.append($0) }
            }
            // One is being read.
            #expect(outcomes == [.busy, .busy])
            try test.run { outcomes.count == HistoryDesk.mostWaiting + 3 }
            #expect(outcomes.dropFirst(2).allSatisfy { $0 == .unavailable(.system(errno: ENOENT)) })
        }
    }
}
