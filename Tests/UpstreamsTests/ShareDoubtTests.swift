import ProxyTerms
import StratumCodec
import Testing

@testable import Upstreams

@Suite("An endpoint that takes no shares")
struct ShareDoubtTests {
    private var random = SeededGenerator(seed: 1)

    /// What `failover` makes of one verdict of endpoint 0.
    private static func judged(
        _ failover: inout Failover, _ kind: Rejection.Kind?, at seconds: Double = 1, elsewhere: Bool = false
    ) -> PoolFault? {
        let message = ByteRange(start: 0, count: 0)
        let verdict: Verdict =
            kind.map { .rejected(Rejection(kind: $0, hangsUp: false, message: message)) } ?? .accepted
        return failover.judged(0, verdict, now: at(seconds), isWorkElsewhere: elsewhere)
    }

    @Test("Fifty refusals in a row are too many; late and repeated ones, and one accepted, tell otherwise")
    func refusing() {
        var it = Failover(endpoints: 1)
        _ = it.ready(0, now: at(0))
        for _ in 0..<49 { #expect(Self.judged(&it, .other) == nil) }
        #expect(Self.judged(&it, nil) == nil)
        for _ in 0..<49 { #expect(Self.judged(&it, .lowDifficulty) == nil) }
        for _ in 0..<60 { #expect(Self.judged(&it, .stale) == nil) }
        for _ in 0..<60 { #expect(Self.judged(&it, .duplicate) == nil) }
        #expect(Self.judged(&it, .invalid) == .refusesShares)
    }

    @Test(
        "Two that say plainly that nobody takes shares are enough where there is no other work, one before an accepted one is not"
    )
    func plain() {
        var it = Failover(endpoints: 1)
        _ = it.ready(0, now: at(0))
        #expect(Self.judged(&it, .noService) == nil)
        #expect(Self.judged(&it, nil) == nil)
        #expect(Self.judged(&it, .noService) == nil)
        #expect(Self.judged(&it, .stale) == nil)
        #expect(Self.judged(&it, .noService) == .noService)
    }

    @Test(
        "Where there is work elsewhere one such refusal is enough, once in ten minutes; of others it takes as many as ever"
    )
    mutating func haste() {
        var it = Failover(endpoints: 1)
        _ = it.ready(0, now: at(0))
        for _ in 0..<24 { #expect(Self.judged(&it, .invalid, elsewhere: true) == nil) }
        #expect(Self.judged(&it, nil) == nil)
        #expect(Self.judged(&it, .noService, at: 1, elsewhere: true) == .noService)
        // It was an odd one. More of them, each before an accepted share, drive nobody away.
        for second in stride(from: 2.0, to: 600, by: 10) {
            #expect(Self.judged(&it, nil, at: second, elsewhere: true) == nil)
            #expect(Self.judged(&it, .noService, at: second, elsewhere: true) == nil)
        }
        #expect(Self.judged(&it, nil, at: 600, elsewhere: true) == nil)
        #expect(Self.judged(&it, .noService, at: 602, elsewhere: true) == .noService)
    }

    @Test("An endpoint with nobody behind it is left at once, and asked for a login again within seconds")
    mutating func left() {
        var it = Failover(endpoints: 2)
        _ = it.ready(0, now: at(0))
        #expect(Self.judged(&it, .noService) == .noService)
        #expect(it.lost(0, PoolFault.noService.backoff, now: at(1), using: &random) == .moveTo(1))
        #expect(it.notBefore(0) >= at(2) && it.notBefore(0) <= at(2.5))
        #expect(it.notBefore(0, isUrgent: true) == it.notBefore(0))
    }

    @Test("One that refuses every share is left for a minute and more, though nothing but its shares failed")
    mutating func leftForLong() {
        var it = Failover(endpoints: 2)
        _ = it.ready(0, now: at(0))
        for _ in 0..<49 { #expect(Self.judged(&it, .other) == nil) }
        #expect(Self.judged(&it, .other) == .refusesShares)
        #expect(it.lost(0, PoolFault.refusesShares.backoff, now: at(1), using: &random) == .moveTo(1))
        #expect(it.notBefore(0) >= at(61))
        #expect(it.notBefore(0, isUrgent: true) == it.notBefore(0))
    }

    @Test(
        "It comes back on probation: one refusal is enough, and each time it is left for longer; a login proves nothing"
    )
    mutating func probation() throws {
        var it = Failover(endpoints: 2)
        _ = it.ready(0, now: at(0))
        var fault = try #require(Self.judged(&it, .noService))
        var now = 1.0
        var waits: [Double] = []
        for _ in 0..<5 {
            #expect(it.lost(0, fault.backoff, now: at(now), using: &random) == .moveTo(1))
            waits.append(it.notBefore(0).seconds(since: at(now)))
            _ = it.ready(1, now: at(now))
            while it.tick(now: at(now)) != .probe(0) { now += 1 }
            _ = it.ready(0, now: at(now))
            while it.tick(now: at(now)) != .moveTo(0) { now += 1 }
            // Ten minutes of a login that nobody mined on.
            now += 700
            fault = try #require(Self.judged(&it, .noService, at: now))
            #expect(fault == .refusesShares)
            it.retired(1, wasReady: true, now: at(now))
        }
        for (wait, least) in zip(waits, [1.0, 60, 120, 240, 480]) { #expect(wait >= least && wait <= least * 1.25) }
    }

    @Test("The first accepted share ends the probation")
    mutating func proven() {
        var it = Failover(endpoints: 1)
        _ = it.ready(0, now: at(0))
        _ = Self.judged(&it, .noService)
        _ = Self.judged(&it, .noService)
        _ = it.lost(0, .noService, now: at(1), using: &random)
        _ = it.ready(0, now: at(80))
        #expect(Self.judged(&it, nil, at: 81) == nil)
        #expect(Self.judged(&it, .noService, at: 82) == nil)
        // And after ten minutes of service what was is forgotten.
        #expect(Self.judged(&it, .noService, at: 700) == .noService)
        _ = it.lost(0, .refusing, now: at(700), using: &random)
        #expect(it.notBefore(0).seconds(since: at(700)) <= 75)
    }
}
