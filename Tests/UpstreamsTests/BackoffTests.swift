import ProxyTerms
import Testing

@testable import Upstreams

@Suite("Backoff")
struct BackoffTests {
    /// The delays of failures that follow each other, each at the moment the wait before is over, for one seed.
    private static func delays(_ kinds: [Backoff.Kind], seed: UInt64) -> [Double] {
        var random = SeededGenerator(seed: seed)
        var backoff = Backoff()
        var now = at(0)
        return kinds.map { kind in
            let next = backoff.failed(kind, now: now, using: &random)
            defer { now = next }
            return next.seconds(since: now)
        }
    }

    @Test("Ordinary failures wait as the table says", arguments: 0..<40)
    func ordinary(seed: UInt64) {
        let table = [
            1.0...1.25, 2.0...2.5, 4.0...5.0, 8.0...10.0, 16.0...20.0, 32.0...40.0, 48.0...60.0, 48.0...60.0,
            48.0...60.0,
        ]
        let delays = Self.delays(Array(repeating: .ordinary, count: table.count), seed: seed)
        for (delay, range) in zip(delays, table) { #expect(range.contains(delay)) }
    }

    @Test("A bound on ordinary waits leaves those of bans alone", arguments: 0..<40)
    func bounded(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var backoff = Backoff(longestSeconds: 10)
        var now = at(0)
        var waits: [Double] = []
        for _ in 0..<9 {
            let next = backoff.failed(.ordinary, now: now, using: &random)
            waits.append(next.seconds(since: now))
            now = next
        }
        #expect(waits.dropFirst(3).allSatisfy { (8...10).contains($0) } && waits[0] <= 1.25)
        #expect(backoff.failed(.banned, now: now, using: &random).seconds(since: now) >= 60)
    }

    @Test("A pool that leaves shares unanswered is asked ever more seldom, whatever the bound is", arguments: 0..<20)
    func unanswered(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var backoff = Backoff(longestSeconds: 10)
        var now = at(0)
        for range in [1.0...1.25, 2.0...2.5, 4.0...5.0, 8.0...10.0, 16.0...20.0, 32.0...40.0, 48.0...60.0] {
            let next = backoff.failed(.unanswered, now: now, using: &random)
            #expect(range.contains(next.seconds(since: now)))
            // Ready, and left 15 s later.
            backoff.ready(now: next)
            now = next.adding(seconds: 15)
        }
    }

    @Test("A pool that refuses every share waits as long as one that bans, also where ordinary waits are bounded")
    func refusing() {
        var random = SeededGenerator(seed: 5)
        var backoff = Backoff(longestSeconds: 10)
        #expect(backoff.failed(.refusing, now: at(0), using: &random).seconds(since: at(0)) >= 60)
        // It takes some minutes of mining until it shows again.
        backoff.ready(now: at(100))
        #expect(backoff.failed(.refusing, now: at(400), using: &random).seconds(since: at(400)) >= 120)
        backoff.ready(now: at(600))
        #expect(backoff.failed(.ordinary, now: at(700), using: &random).seconds(since: at(700)) <= 10)
    }

    @Test("Bans wait 60 s and more, up to 600 s", arguments: 0..<40)
    func banned(seed: UInt64) {
        let table = [60.0...75.0, 120.0...150.0, 240.0...300.0, 480.0...600.0, 480.0...600.0]
        let delays = Self.delays(Array(repeating: .banned, count: table.count), seed: seed)
        for (delay, range) in zip(delays, table) { #expect(range.contains(delay)) }
    }

    @Test(
        "The third close without a word in a row counts as a ban, but never waits longer than 75 s", arguments: 0..<20)
    func closedAtOnce(seed: UInt64) {
        let table = [1.0...1.25, 2.0...2.5, 60.0...75.0, 60.0...75.0, 60.0...75.0]
        let delays = Self.delays(Array(repeating: .closedAtOnce, count: table.count), seed: seed)
        for (delay, range) in zip(delays, table) { #expect(range.contains(delay)) }
    }

    @Test("Closes with another failure between them are not in a row")
    func notInARow() {
        let delays = Self.delays([.closedAtOnce, .closedAtOnce, .ordinary, .closedAtOnce], seed: 1)
        #expect(delays.allSatisfy { $0 <= 10 })
    }

    @Test("The jitter differs from seed to seed and is the same for the same seed")
    func jitter() {
        let kinds = Array(repeating: Backoff.Kind.ordinary, count: 5)
        #expect(Self.delays(kinds, seed: 1) == Self.delays(kinds, seed: 1))
        #expect(Self.delays(kinds, seed: 1) != Self.delays(kinds, seed: 2))
    }

    @Test("A session that lasted 60 s clears the ordinary failures, a shorter one does not")
    func healthy() {
        var random = SeededGenerator(seed: 3)
        var backoff = Backoff()
        for second in [0.0, 10, 20, 30, 60] { backoff.failed(.ordinary, now: at(second), using: &random) }
        backoff.ready(now: at(100))
        #expect(backoff.failed(.ordinary, now: at(159), using: &random).seconds(since: at(159)) >= 32)
        backoff.ready(now: at(300))
        #expect(backoff.failed(.ordinary, now: at(360), using: &random).seconds(since: at(360)) <= 1.25)
    }

    @Test("It takes 600 s to clear a ban")
    func unbanned() {
        var random = SeededGenerator(seed: 3)
        var backoff = Backoff()
        backoff.failed(.banned, now: at(0), using: &random)
        backoff.ready(now: at(100))
        #expect(backoff.failed(.banned, now: at(699), using: &random).seconds(since: at(699)) >= 120)
        backoff.ready(now: at(1000))
        #expect(backoff.failed(.banned, now: at(1600), using: &random).seconds(since: at(1600)) <= 75)
    }

    @Test("Many lanes that fail together count as one failure")
    func together() {
        var random = SeededGenerator(seed: 4)
        var backoff = Backoff()
        let first = backoff.failed(.ordinary, now: at(0), using: &random)
        for _ in 0..<63 { #expect(backoff.failed(.ordinary, now: at(0.5), using: &random) == first) }
    }

    @Test("The first word of a ban counts even while an ordinary wait is on, the second does not")
    func banWhileWaiting() {
        var random = SeededGenerator(seed: 4)
        var backoff = Backoff()
        backoff.failed(.ordinary, now: at(0), using: &random)
        let ban = backoff.failed(.banned, now: at(0.1), using: &random)
        #expect(ban >= at(60.1))
        #expect(backoff.failed(.banned, now: at(0.2), using: &random) == ban)
        #expect(backoff.failed(.ordinary, now: at(0.3), using: &random) == ban)
    }

    @Test("A session that becomes ready ends the wait")
    func readyEndsWait() {
        var random = SeededGenerator(seed: 4)
        var backoff = Backoff()
        backoff.failed(.ordinary, now: at(0), using: &random)
        backoff.ready(now: at(0.5))
        #expect(backoff.notBefore <= at(0.5))
    }
}
