import ProxyTerms
import StratumCodec
import Testing

@testable import Upstreams

@Suite("Turns in a lane's queue")
struct SubmitQueueTests {
    private func entry(_ rig: UInt32, _ number: Int, at seconds: Double = 0) -> SubmitQueue.Entry {
        SubmitQueue.Entry(
            pending: PendingSubmit(
                rigIndex: rig, rigGeneration: 1, request: .null, work: 1, hash: 1,
                takenAt: .start.adding(seconds: seconds)),
            line: Array("{\"id\":0}\n".utf8), id: 6..<7)
    }

    private func order(_ queue: inout SubmitQueue) -> [UInt32] {
        var order: [UInt32] = []
        while let next = queue.popFirst() { order.append(next.rigIndex) }
        return order
    }

    @Test("A rig with many shares waits behind its own: each other rig's next share goes before its second")
    func turns() {
        var queue = SubmitQueue()
        for number in 0..<5 { queue.append(entry(1, number)) }
        queue.append(entry(2, 0))
        queue.append(entry(3, 0))
        queue.append(entry(2, 1))
        #expect(order(&queue) == [1, 2, 3, 1, 2, 1, 1, 1])
        #expect(queue.isEmpty && queue.bytes == 0)
    }

    @Test("One rig's shares keep their order, and whoever has always one more doesn't keep the others waiting")
    func noJumping() {
        var queue = SubmitQueue()
        for number in 0..<4 { queue.append(entry(1, number)) }
        var order: [UInt32] = []
        for _ in 0..<8 {
            if order.last != 1 { queue.append(entry(2, 0)) }
            if let next = queue.popFirst() { order.append(next.rigIndex) }
        }
        #expect(order == [1, 2, 1, 2, 1, 2, 1, 2])
    }

    @Test("What was taken too long ago is found wherever it stands")
    func overdue() {
        var queue = SubmitQueue()
        for number in 0..<3 { queue.append(entry(1, number, at: Double(number))) }
        queue.append(entry(2, 0, at: 10))
        #expect(queue.oldestTakenAt == .start)
        let gone = [queue.popTaken(by: .start.adding(seconds: 2)), queue.popTaken(by: .start.adding(seconds: 2))]
        #expect(gone.map { $0?.rigIndex } == [1, 1])
        #expect(queue.count == 2)
        #expect(queue.popTaken(by: .start.adding(seconds: 1)) == nil)
        #expect(queue.oldestTakenAt == .start.adding(seconds: 2))
    }
}
