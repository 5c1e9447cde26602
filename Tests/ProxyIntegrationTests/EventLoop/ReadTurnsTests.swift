import ProxyTerms
import Testing

@testable import EventLoop

@Suite("Turns of reading")
struct ReadTurnsTests {
    private func origin(_ number: UInt32) -> ClientAddress { ClientAddress(ipv4: number) }

    /// Calls `body` with so many streams, which end with it.
    private func withRecords(_ count: Int, _ body: ([UnsafeMutablePointer<StreamRecord>]) throws -> Void) throws {
        let test = try LoopTest()
        let kind = StreamKind(test.loop, handler: test)
        let records = (0..<count).map { _ in StreamRecord.make(kind, token: 0) }
        defer { for record in records { StreamRecord.destroy(record) } }
        try body(records)
    }

    @Test("A stream may send 4 KiB at once and a byte a millisecond after that; its debt is no more than one read")
    func allowance() {
        var left = ReadTurns.allowance
        left = ReadTurns.left(of: left, elapsed: 0, reading: 2_048)
        left = ReadTurns.left(of: left, elapsed: 0, reading: 2_048)
        #expect(left == 0)
        #expect(ReadTurns.left(of: left, elapsed: 0, reading: 1) == -1)
        #expect(ReadTurns.left(of: left, elapsed: 200, reading: 200) == 0)
        for _ in 0..<100 { left = ReadTurns.left(of: left, elapsed: 0, reading: 2_048) }
        #expect(left == -2_048)
        #expect(ReadTurns.left(of: left, elapsed: .max, reading: 0) == ReadTurns.allowance)
    }

    @Test("A queue gives the first or the last, and lets anyone leave from anywhere")
    func queue() throws {
        try withRecords(6) { records in
            var queue = RecordQueue()
            for record in records { queue.append(record) }
            queue.remove(records[0])
            queue.remove(records[3])
            queue.remove(records[5])
            let order = [queue.popFirst(), queue.popLast(), queue.popFirst(), queue.popFirst()]
            #expect(order == [records[1], records[4], records[2], nil])
            #expect(queue.isEmpty)
        }
    }

    @Test("A queue that many pass through stays as small as what waits in it")
    func churn() throws {
        try withRecords(3) { records in
            var queue = RecordQueue()
            queue.append(records[0])
            for _ in 0..<10_000 {
                queue.append(records[1])
                queue.append(records[2])
                queue.remove(records[1])
                #expect(queue.popLast() == records[2])
            }
            #expect(records[2].pointee.place < 1000)
            #expect(queue.popFirst() == records[0])
        }
    }

    @Test("Greetings take turns by address, one that has just come first, and of each address the newest is next")
    func greetings() throws {
        try withRecords(8) { records in
            var queue = GreetingQueue()
            // A flood of one address, one that has left among it; then two others come.
            for record in records[0..<5] { queue.append(record, origin: origin(1)) }
            queue.remove(records[4])
            let first = queue.popNext()
            queue.append(records[5], origin: origin(2))
            let second = queue.popNext()
            queue.append(records[6], origin: origin(3))
            queue.append(records[7], origin: origin(3))
            let rest = (0..<6).map { _ in queue.popNext() }
            #expect([first, second] == [records[3], records[5]])
            #expect(rest == [records[7], records[2], records[6], records[1], records[0], nil])
            #expect(queue.isEmpty && queue.count == 0)
            queue.append(records[0], origin: origin(1))
            #expect(queue.count == 1)
            queue.remove(records[0])
            let none = queue.popNext()
            #expect(none == nil)
        }
    }

    @Test("An address that comes amid a flood of many has its turn at once, and each of them in a round")
    func rounds() throws {
        try withRecords(2_001) { records in
            var queue = GreetingQueue()
            for (number, record) in records.dropLast().enumerated() {
                queue.append(record, origin: origin(UInt32(number) % 200))
            }
            for _ in 0..<77 { _ = queue.popNext() }
            queue.append(records[2_000], origin: origin(999))
            let next = queue.popNext()
            #expect(next == records[2_000])
            var seen = 0
            while queue.popNext() != nil { seen += 1 }
            #expect(seen == 2_000 - 77)
        }
    }

    @Test("So many handshakes have a slot and no more; one that ends gives its slot to another")
    func slots() throws {
        try withRecords(HandshakeGate.most + 1) { records in
            var gate = HandshakeGate()
            for (number, record) in records.enumerated() {
                let isIn = gate.begins(record, now: Instant(milliseconds: Int64(number)))
                #expect(isIn == (number < HandshakeGate.most))
            }
            let oldest = gate.oldest()?.record
            #expect(oldest == records[0])
            gate.ended(records[0])
            gate.ended(records[0])
            let hasNext = gate.begins(records[HandshakeGate.most], now: Instant(milliseconds: 9_999))
            #expect(hasNext && gate.count == HandshakeGate.most)
            #expect(gate.oldest()?.record == records[1])
        }
    }

    @Test("Of fifteen thousand greetings at once the first one has its turn before the login's deadline")
    func flood() {
        var (waiting, milliseconds) = (15_000, Int64(0))
        while waiting > 0 {
            milliseconds += HandshakeGate.pressedMilliseconds(waiting: waiting)
            waiting -= HandshakeGate.most
        }
        #expect(milliseconds < 9_000)
        #expect(HandshakeGate.pressedMilliseconds(waiting: HandshakeGate.most) == 500)
    }

    @Test("No handshake is begun in a turn of the loop that had its time of them")
    func time() throws {
        try withRecords(1) { records in
            var gate = HandshakeGate()
            gate.spend(nanoseconds: HandshakeGate.nanosecondsPerTurn)
            let isLate = gate.begins(records[0], now: .start)
            gate.nextTurn()
            let isNext = gate.begins(records[0], now: .start)
            #expect(!isLate && isNext)
        }
    }

    // Fault R07.
    @Test("Who sends a megabyte at once has it read two kilobytes a turn, and others are read in between")
    func fair() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test, isBounded: true)
            let listener = try test.listen(kind: kind)
            let sender = StreamKind(test.loop, handler: test, outputLimit: 4_000_000)
            let flood = test.loop.connect(to: [listener.address], kind: sender, token: 1)
            try test.run { test.accepted.count == 1 && test.log.contains("connected 1") }
            let quiet = test.loop.connect(to: [listener.address], kind: sender, token: 2)
            try test.run { test.accepted.count == 2 && test.log.contains("connected 2") }
            var longest = 0
            var floodedBefore: Int?
            test.onReceived = { stream, bytes in
                longest = max(longest, bytes.count)
                if stream.token == 1001, floodedBefore == nil { floodedBefore = test.received[1000]?.count ?? 0 }
            }
            flood.write([UInt8](repeating: 10, count: 1 << 20))
            quiet.write([7])
            try test.run { (test.received[1000]?.count ?? 0) == 1 << 20 }
            // libuv alone reads up to 2 MiB of one stream before it looks at another.
            #expect(try #require(floodedBefore) <= 4 * ReadTurns.readSize)
            #expect(longest <= ReadTurns.readSize)
            listener.close()
        }
    }
}
