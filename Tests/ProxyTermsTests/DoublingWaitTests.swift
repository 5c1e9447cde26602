import Testing

@testable import ProxyTerms

@Suite("A wait that doubles")
struct DoublingWaitTests {
    @Test("It doubles with each failure up to its bound, however many there are")
    func doubles() {
        let wait = DoublingWait(first: 1, longest: 60)
        #expect((0...7).map { wait.seconds(after: $0) } == [1, 2, 4, 8, 16, 32, 60, 60])
        for failures in [64, 1_000, Int.max] { #expect(wait.seconds(after: failures) == 60) }
        #expect(wait.seconds(after: -1) == 1)
    }

    @Test("A fifth at most is taken off", arguments: [0.0, 0.5, 1.0])
    func jitter(jitter: Double) {
        let wait = DoublingWait(first: 75, longest: 600)
        for failures in 0..<6 {
            let whole = wait.seconds(after: failures)
            #expect((0.8 * whole...whole).contains(wait.seconds(after: failures, jitter: jitter)))
        }
        #expect(wait.seconds(after: 2, jitter: 1) == 300 && wait.seconds(after: 2, jitter: 0) == 240)
    }
}
