/// Who is read how much: streams that send little are read at once, those that send much take turns.
///
/// A stream may send 4 KiB at once and 1 kB a second after that: a login and five shares a second. One that sends more, or fills a whole
/// read, waits until it is its turn, and so few of these are read in a turn of the loop that a share of another rig never waits long,
/// whatever they send and however many they are. A farm behind one connection loses nothing by it: where nobody else waits, it is always
/// its turn.
struct ReadTurns {
    /// Bytes read from a stream at a time, and so at most in a turn of the loop.
    static let readSize = 2_048
    /// Bytes that a quiet stream may send at once.
    static let allowance: Int32 = 4_096
    /// Bytes that are added to its allowance each millisecond.
    static let bytesPerMillisecond: Int64 = 1
    /// Streams that are read in a turn of the loop beyond their allowance.
    static let streamsPerTurn = 8

    /// Streams that wait for their turn.
    var waiting = RecordQueue()

    /// What is left of an allowance after `count` bytes more; `elapsed` milliseconds after the last ones.
    static func left(of allowance: Int32, elapsed: UInt32, reading count: Int) -> Int32 {
        let earned = min(Int64(Self.allowance), Int64(allowance) + Int64(elapsed) * bytesPerMillisecond)
        // A debt is no larger than what one read can make: a stream that behaves again is read again soon.
        return Int32(max(earned - Int64(count), -Int64(readSize)))
    }
}

extension UnsafeMutablePointer<StreamRecord> {
    /// Books `count` bytes that were read; the stream waits for its turn where they were too many.
    @inline(__always)
    func charge(_ count: Int, _ kind: StreamKind) {
        let now = UInt32(truncatingIfNeeded: kind.loop.now.milliseconds)
        pointee.allowance = ReadTurns.left(of: pointee.allowance, elapsed: now &- pointee.chargedAt, reading: count)
        pointee.chargedAt = now
        guard count >= ReadTurns.readSize || pointee.allowance < 0 else { return }
        guard pointee.flags.isDisjoint(with: [.closing, .waitsTurn]), pointee.flags.contains(.reading) else { return }
        stopReading()
        pointee.flags.insert(.waitsTurn)
        kind.loop.turns.waiting.append(self)
    }

    /// Takes the stream out of the queues that it waits in, and out of the handshakes.
    func leaveQueues() {
        let loop = pointee.kind.takeUnretainedValue().loop
        if pointee.flags.contains(.waitsTurn) { loop.turns.waiting.remove(self) }
        if pointee.flags.contains(.waitsHandshake) { loop.handshakes.waiting.remove(self) }
        pointee.flags.subtract([.waitsTurn, .waitsHandshake])
        loop.handshakes.ended(self)
    }
}

extension EventLoop {
    /// Called once an iteration before the loop waits: lets those have their turn who wait for one.
    func beginTurn() {
        for _ in 0..<ReadTurns.streamsPerTurn {
            guard let record = turns.waiting.popFirst() else { break }
            record.pointee.flags.remove(.waitsTurn)
            record.startReading()
        }
        let mayHandshake = beginHandshakes()
        // Whoever waits still is not to wait for an event of somebody else.
        if !turns.waiting.isEmpty || mayHandshake { later {} }
    }
}
