import Testing

@testable import StratumProxy

@Suite("Troubles of an upstream")
struct LoggedTroublesTests {
    /// Which of `words` are news, told in that order.
    private func news(_ words: [String]) -> [Bool] {
        var troubles = LoggedTroubles()
        return words.map { troubles.isNews($0) }
    }

    @Test("The same trouble is news once")
    func once() {
        #expect(news(["refused", "refused", "timed out", "refused"]) == [true, false, true, false])
    }

    @Test("A pool with other words each time fills no memory: the oldest are forgotten")
    func bounded() {
        let words = (0...LoggedTroubles.mostRemembered).map { "login refused at \($0)" }
        #expect(news(words).allSatisfy { $0 })
        #expect(news(words + [words[1], words[0]]).suffix(2) == [false, true])
    }
}
