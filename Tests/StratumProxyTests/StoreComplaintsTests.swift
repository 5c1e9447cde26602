import Glibc
import Store
import Testing

@testable import StratumProxy

@Suite("What is said of the store")
struct StoreComplaintsTests {
    private func state(
        written: Int, fault: StoreFault? = nil, dropped: Int = 0, aside: [Store.State.Aside] = []
    ) -> Store.State {
        var state = Store.State()
        state.written = written
        state.fault = fault
        state.dropped = dropped
        state.aside = aside
        return state
    }

    @Test("A full disk is told once, with the system's name for it, and once that it is over and what was left out")
    func once() {
        var complaints = StoreComplaints("/s/store.db")
        #expect(complaints.news(state(written: 1), seconds: 2).isEmpty)
        let first = complaints.news(state(written: 1, fault: .system(errno: ENOSPC)), seconds: 2)
        #expect(first.count == 1 && first[0].level == .warning && first[0].text.contains("ENOSPC"))
        // Another reason for the same trouble, and the same for hours.
        #expect(complaints.news(state(written: 1, fault: .sqlite(code: 13)), seconds: 2).isEmpty)
        for _ in 0..<1_000 { #expect(complaints.news(state(written: 1, fault: .sqlite(code: 13)), seconds: 2).isEmpty) }
        let last = complaints.news(state(written: 2, dropped: 7), seconds: 2)
        #expect(last.count == 1 && last[0].level == .info && last[0].text.contains("7 rows"))
        #expect(complaints.news(state(written: 3, dropped: 7), seconds: 2).isEmpty)
        // The next trouble is news again, and has its own count.
        #expect(complaints.news(state(written: 3, fault: .system(errno: EIO), dropped: 7), seconds: 2).count == 1)
        #expect(!(complaints.news(state(written: 4, dropped: 7), seconds: 2).first?.text.contains("rows") ?? true))
    }

    @Test("A disk that takes nothing and refuses nothing is called slow after half a minute")
    func slow() {
        var complaints = StoreComplaints("/s/store.db")
        _ = complaints.news(state(written: 1), seconds: 2)
        var said: [Int] = []
        for turn in 1...100 where !complaints.news(state(written: 1), seconds: 2).isEmpty { said.append(turn) }
        #expect(said == [15])
        #expect(complaints.news(state(written: 2), seconds: 2).map(\.level) == [.info])
        #expect(complaints.news(state(written: 3), seconds: 2).isEmpty)
    }

    @Test("A file that was set aside is told with its new name")
    func aside() {
        var complaints = StoreComplaints("/s/store.db")
        let foreign = Store.State.Aside(fault: .foreign, path: "/s/store.db.foreign-1")
        let first = complaints.news(state(written: 0, aside: [foreign]), seconds: 2)
        #expect(first.count == 1 && first[0].text.contains("/s/store.db.foreign-1"))
        #expect(complaints.news(state(written: 1, aside: [foreign]), seconds: 2).isEmpty)
        let removed = Store.State.Aside(fault: .sqlite(code: 11), path: nil)
        let second = complaints.news(state(written: 1, aside: [foreign, removed]), seconds: 2)
        #expect(second.count == 1 && second[0].text.contains("removed"))
    }
}
