import ProxyTerms
import Testing

@testable import RandomX

@Suite("Which claim is proven next")
struct ProofQueueTests {
    private typealias Queue = ProofQueue<Int>

    private func entry(_ token: UInt64, urgent: Bool = false, until deadline: Int64 = 10_000) -> Queue.Entry {
        Queue.Entry(token: token, claim: 0, isUrgent: urgent, deadline: Instant(milliseconds: deadline))
    }

    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }

    @Test("Urgent claims are first, each kind in its order, one at a time")
    func order() {
        var queue = Queue(capacity: 8, share: 1)
        for (token, urgent) in [(1, false), (2, true), (3, false), (4, true)] as [(UInt64, Bool)] {
            #expect(queue.append(entry(token, urgent: urgent)) == .waits)
        }
        var order: [UInt64] = []
        while let next = queue.begin(now: at(0)) {
            #expect(queue.begin(now: at(0)) == nil)
            order.append(next.token)
            queue.ended(seconds: 0.1, now: at(0))
        }
        #expect(order == [2, 4, 1, 3])
    }

    @Test("A full queue refuses; an urgent claim takes the place of the newest that isn't")
    func full() {
        var queue = Queue(capacity: 2, share: 1)
        #expect(queue.append(entry(1)) == .waits)
        #expect(queue.append(entry(2)) == .waits)
        #expect(queue.append(entry(3)) == .full)
        #expect(queue.append(entry(4, urgent: true)) == .inPlaceOf(2))
        #expect(queue.append(entry(5, urgent: true)) == .inPlaceOf(1))
        #expect(queue.append(entry(6, urgent: true)) == .full)
        #expect(queue.count == 2)
    }

    @Test("After work of t seconds it rests t seconds where half a core is its share, nine times t for a tenth")
    func rest() {
        for (share, rest) in [(0.5, 40), (0.1, 360), (1, 0)] as [(Double, Int64)] {
            var queue = Queue(capacity: 8, share: share)
            _ = queue.append(entry(1))
            _ = queue.append(entry(2))
            #expect(queue.begin(now: at(0))?.token == 1)
            queue.ended(seconds: 0.04, now: at(50))
            #expect(queue.nextDeadline == at(50 + rest))
            if rest > 0 { #expect(queue.begin(now: at(49 + rest)) == nil) }
            #expect(queue.begin(now: at(50 + rest))?.token == 2)
        }
    }

    @Test("A claim waits until its deadline, whatever is computed meanwhile")
    func deadlines() {
        var queue = Queue(capacity: 8, share: 0.5)
        #expect(queue.nextDeadline == .never)
        _ = queue.append(entry(1, until: 100))
        _ = queue.append(entry(2, until: 300))
        _ = queue.append(entry(3, urgent: true, until: 200))
        #expect(queue.begin(now: at(0))?.token == 3)
        #expect(queue.nextDeadline == at(100))
        #expect(queue.popExpired(now: at(99)) == nil)
        #expect(queue.popExpired(now: at(100))?.token == 1)
        #expect(queue.nextDeadline == at(300))
        #expect(queue.popExpired(now: at(300))?.token == 2)
        #expect(queue.nextDeadline == .never)
    }
}
