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
        var taken: [UInt16] = []
        for time in 0..<5000 {
            #expect(queue.nextDeadline == Instant(milliseconds: Int64(time)))
            while let rig = queue.popDue(now: Instant(milliseconds: Int64(time))) { taken.append(rig.index) }
        }
        #expect(taken == Array(0..<5000))
        #expect(queue.nextDeadline == .never)
    }

    @Test("A queue that is never empty keeps its times for years")
    func forYears() {
        var queue = DeadlineQueue()
        let day: Int64 = 86_400_000
        for number in 0..<400 {
            queue.append(RigID(index: UInt32(number), generation: 1), due: Instant(milliseconds: Int64(number) * day))
            guard number >= 3 else { continue }
            let due = Instant(milliseconds: Int64(number - 3) * day)
            #expect(queue.nextDeadline == due)
            #expect(queue.popDue(now: due.adding(milliseconds: -1)) == nil)
            #expect(queue.popDue(now: due)?.index == UInt16(number - 3))
        }
    }

    @Test("An entry takes eight bytes")
    func size() { #expect(MemoryLayout<DeadlineQueue.Entry>.stride == 8) }
}
