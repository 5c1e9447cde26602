import ProxyTerms
import Testing

@testable import StratumProxy

@Suite("Lines of one sort")
struct LineBucketTests {
    private func at(_ seconds: Int64) -> Instant { Instant(milliseconds: 50_000_000 + seconds * 1000) }

    @Test("So many at once are written, the rest is left out and counted in the next that is written")
    func storm() {
        var bucket = LineBucket(burst: 3, refillSeconds: 10)
        #expect((0..<3).map { _ in bucket.take(now: at(0)) } == [0, 0, 0])
        #expect((0..<100).allSatisfy { _ in bucket.take(now: at(9)) == nil })
        #expect(bucket.take(now: at(10)) == 100)
        #expect(bucket.take(now: at(10)) == nil)
        #expect(bucket.take(now: at(20)) == 1)
    }

    @Test("Now and then a line is written for ever; a quiet time brings no more than the burst")
    func quiet() {
        var bucket = LineBucket(burst: 2, refillSeconds: 1)
        #expect((0..<100).allSatisfy { bucket.take(now: at($0)) == 0 })
        let late = (0..<4).map { _ in bucket.take(now: at(1_000_000_000)) }
        #expect(late == [0, 0, nil, nil])
    }
}
