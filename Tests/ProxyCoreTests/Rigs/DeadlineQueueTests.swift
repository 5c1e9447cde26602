import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("Deadline queue")
struct DeadlineQueueTests {
    @Test("Gives back what is due, in order, and nothing before")
    func inOrder() {
        var queue = DeadlineQueue()
        #expect(queue.nextDeadline == .never)
        for index in 0..<5000 {
            queue.append(RigID(index: UInt32(index), generation: 1), due: Instant(milliseconds: Int64(index)))
        }
        var taken: [UInt32] = []
        for time in 0..<5000 {
            #expect(queue.nextDeadline == Instant(milliseconds: Int64(time)))
            while let rig = queue.popDue(now: Instant(milliseconds: Int64(time))) { taken.append(rig.index) }
        }
        #expect(taken == Array(0..<5000))
        #expect(queue.nextDeadline == .never)
    }
}
