import CLibuv
import Glibc
import ProxyTerms

/// How many handshakes of accepted connections are under way, and how much time they take.
///
/// A handshake costs the loop's one thread 0.8 ms and holds 41 kB until the peer has answered, and a stranger needs no password for it. So
/// a greeting stays in the kernel, and costs nothing here, until there is a slot for it and time in this turn of the loop. Where greetings
/// wait their addresses take turns (`GreetingQueue`), and a handshake that has had its time makes room.
struct HandshakeGate {
    /// Handshakes under way at a time: 10 MB.
    static let most = 256
    /// Nanoseconds of handshakes in a turn of the loop, after which none is begun.
    static let nanosecondsPerTurn: UInt64 = 5_000_000
    /// Milliseconds that a handshake has while others wait; else the login's deadline is its own. Where so many wait that their turn would
    /// come after that deadline, a rig of the same network has time enough all the same.
    static func pressedMilliseconds(waiting: Int) -> Int64 { waiting > 4 * most ? 100 : 500 }
    /// Greetings that are looked at in a turn of the loop.
    static let perTurn = 16
    /// The slot of a stream that has none.
    static let noSlot = UInt16.max

    private struct Slot {
        let record: UnsafeMutablePointer<StreamRecord>
        let since: Instant
    }

    private var slots: [Slot?] = Array(repeating: nil, count: most)
    private var free: [UInt16] = Array((0..<UInt16(most)).reversed())
    private var spent: UInt64 = 0
    /// Streams whose greeting waits in the kernel.
    var waiting = GreetingQueue()

    /// Handshakes under way.
    var count: Int { Self.most - free.count }
    var hasSlot: Bool { !free.isEmpty }

    /// A greeting has come. Where there is no slot or no time the stream is to wait.
    mutating func begins(_ record: UnsafeMutablePointer<StreamRecord>, now: Instant) -> Bool {
        guard spent < Self.nanosecondsPerTurn, let slot = free.popLast() else { return false }
        slots[Int(slot)] = Slot(record: record, since: now)
        record.pointee.slot = slot
        return true
    }

    /// The stream's handshake is over, well or not, if it had a slot.
    mutating func ended(_ record: UnsafeMutablePointer<StreamRecord>) {
        let slot = record.pointee.slot
        guard slot != Self.noSlot else { return }
        record.pointee.slot = Self.noSlot
        slots[Int(slot)] = nil
        free.append(slot)
    }

    mutating func spend(nanoseconds: UInt64) { spent += nanoseconds }

    mutating func nextTurn() { spent = 0 }

    /// The handshake that has taken longest, and since when.
    func oldest() -> (record: UnsafeMutablePointer<StreamRecord>, since: Instant)? {
        var oldest: Slot?
        for case let slot? in slots where slot.since < oldest?.since ?? .never { oldest = slot }
        return oldest.map { ($0.record, $0.since) }
    }
}

extension UnsafeMutablePointer<StreamRecord> {
    /// Looks at the first byte of an accepted stream, which stays in the kernel: a TLS greeting waits where it can't be answered now.
    func mayBegin(_ kind: StreamKind) -> Bool {
        var first: UInt8 = 0
        guard kind.tls != nil, pointee.slot == HandshakeGate.noSlot,
            recv(descriptor, &first, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 1, first == 0x16
        else { return true }
        guard !kind.loop.handshakes.begins(self, now: kind.loop.now) else { return true }
        pointee.flags.insert(.waitsHandshake)
        kind.loop.handshakes.waiting.append(self, origin: TCPStream(self).peer?.client ?? .unknown)
        return false
    }
}

extension EventLoop {
    /// Lets greetings in that wait, in turn; those that have had their time make room.
    /// - Returns: whether more of them may come in without anything else happening.
    func beginHandshakes() -> Bool {
        handshakes.nextTurn()
        guard !handshakes.waiting.isEmpty else { return false }
        for _ in 0..<HandshakeGate.perTurn {
            if !handshakes.hasSlot {
                guard let oldest = handshakes.oldest() else { return false }
                let most = HandshakeGate.pressedMilliseconds(waiting: handshakes.waiting.count)
                let due = oldest.since.adding(milliseconds: most)
                guard due <= now else {
                    wake(at: due)
                    return false
                }
                oldest.record.close(.tls("no answer in time while others wait"))
            }
            guard let record = handshakes.waiting.popNext() else { return false }
            record.pointee.flags.remove(.waitsHandshake)
            record.startReading()
        }
        return handshakes.hasSlot && !handshakes.waiting.isEmpty
    }
}
