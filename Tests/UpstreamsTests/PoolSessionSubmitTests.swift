import ProxyTerms
import StratumCodec
import Testing

@testable import Upstreams

@Suite("A pool session carries submits")
struct PoolSessionSubmitTests {
    /// A session without an in-flight bound.
    private static var unbounded: PoolSessionSettings { .xvb(user: "4abcdefg", agent: "test/1", tls: false) }

    @Test("The rig's line goes out with the pool's session, the pool's job and an id of our own")
    func spliced() {
        var it = Rehearsal.ready()
        #expect(it.submit(at: 1) == .sent)
        #expect(
            it.takeLines() == [
                #"{"id":2,"jsonrpc":"2.0","method":"submit","params":{"id":"914df79b","job_id":"1","nonce":"70000000","#
                    + #""result":"0c48f4adaf224627a30f347f8dae4e67badfb51b8eb4e7a95c57d172d0130e00","algo":"rx/0"}}"#
            ])
    }

    @Test("The verdict comes back with all that the core gave along, and the moment of sending")
    func payload() {
        var it = Rehearsal.ready()
        _ = it.submit(rig: 9, work: 500_054, at: 1)
        guard case .verdict(let pending, .accepted) = it.line(Lines.accepted(2), at: 1.5) else {
            Issue.record("no verdict")
            return
        }
        #expect(pending.rigIndex == 9)
        #expect(pending.work == 500_054)
        #expect(withBytes("7") { RequestID(text: $0) } == pending.request)
        #expect(pending.takenAt == at(1))
        #expect(pending.sentAt == at(1))
    }

    @Test("Replies that overtake each other reach their own rigs")
    func overtaking() {
        var it = Rehearsal.ready()
        for rig in 1...4 { _ = it.submit(rig: UInt32(rig), at: 1) }
        #expect(verdict(it.line(Lines.accepted(4), at: 2))?.rig == 3)
        #expect(verdict(it.line(Lines.rejected(2, "Stale share"), at: 2))?.rig == 1)
        #expect(verdict(it.line(Lines.accepted(5), at: 2))?.rig == 4)
        #expect(verdict(it.line(Lines.accepted(3), at: 2))?.rig == 2)
        #expect(it.session.pendingCount == 0)
        #expect(it.session.inFlightBytes == 0)
    }

    // Fault U22.
    @Test("A repeated reply, and one that nobody asked for, are ignored")
    func unknownReplies() {
        var it = Rehearsal.ready()
        _ = it.submit(at: 1)
        #expect(it.line(Lines.accepted(3), at: 1) == .unknownReply)
        #expect(it.line(Lines.accepted(10002), at: 1) == .unknownReply)
        #expect(it.line(Lines.rejected(0, "Submit failed"), at: 1) == .unknownReply)
        #expect(it.line(Lines.accepted(4_294_967_295), at: 1) == .unknownReply)
        #expect(verdict(it.line(Lines.accepted(2), at: 1))?.rig == 1)
        #expect(it.line(Lines.accepted(2), at: 1) == .unknownReply)
        #expect(it.line(Lines.rejected(2, "Low diff share"), at: 1) == .unknownReply)
    }

    @Test("A reply to a submit that is still queued is ignored")
    func replyToQueued() {
        var it = Rehearsal.ready()
        for rig in 1...8 { _ = it.submit(rig: UInt32(rig), at: 1) }
        #expect(it.line(Lines.accepted(9), at: 1) == .unknownReply)
        #expect(it.session.pendingCount == 8)
    }

    @Test("A verdict that is 15 s late ends the session; the oldest submit counts")
    func submitDeadline() {
        var it = Rehearsal.ready()
        _ = it.submit(rig: 1, at: 10)
        _ = it.submit(rig: 2, at: 12)
        #expect(it.session.nextDeadline == at(25))
        _ = it.line(Lines.accepted(2), at: 13)
        #expect(it.session.nextDeadline == at(27))
        #expect(it.tick(at: 26.999) == .none)
        #expect(it.tick(at: 27) == .fault(.submitTimeout))
        _ = it.session.closed(now: at(27))
        #expect(it.lostRigs() == [2])
    }

    @Test("A queued submit's 15 s count from when it was sent")
    func queuedDeadline() {
        var it = Rehearsal.ready()
        for rig in 1...8 { _ = it.submit(rig: UInt32(rig), at: 10) }
        for id in 2...6 { _ = it.line(Lines.accepted(UInt32(id)), at: 20) }
        #expect(it.tick(at: 34.999) == .none)
        #expect(it.tick(at: 35) == .fault(.submitTimeout))
    }

    @Test("A submit that waits 30 s for its turn is given up; the session and what is in flight go on")
    func overdue() {
        var it = Rehearsal.ready()
        for rig in 1...17 { _ = it.submit(rig: UInt32(rig), at: 10) }
        // Five at a time, 14 s each: the last two would have their turn after 42 s.
        for id in 2...6 { _ = it.line(Lines.accepted(UInt32(id)), at: 24) }
        for id in 7...11 { _ = it.line(Lines.accepted(UInt32(id)), at: 38) }
        #expect(it.tick(at: 39.9) == .none)
        #expect(it.overdueRigs(at: 39.9).isEmpty)
        #expect(it.session.nextDeadline == at(40))
        #expect(it.tick(at: 40) == .none)
        #expect(it.overdueRigs(at: 40) == [16, 17])
        #expect(it.session.queuedBytes == 0)
        for id in 12...16 { #expect(verdict(it.line(Lines.accepted(UInt32(id)), at: 50)) != nil) }
        #expect(it.session.pendingCount == 0)
        #expect(it.submit(rig: 20, at: 51) == .sent)
        #expect(it.takeLines().last?.hasPrefix(#"{"id":17,"#) == true)
    }

    @Test("Lines wait while the next one would make 1,024 unanswered bytes, and go out in order as verdicts come")
    func queue() {
        var it = Rehearsal.ready()
        let length = 192
        for rig in 1...5 { #expect(it.submit(rig: UInt32(rig), at: 1) == .sent) }
        #expect(it.session.inFlightBytes == 5 * length)
        for rig in 6...8 { #expect(it.submit(rig: UInt32(rig), at: 1) == .queued) }
        #expect(it.session.queuedBytes == 3 * length)
        #expect(it.takeLines().count == 5)

        #expect(verdict(it.line(Lines.accepted(2), at: 2))?.rig == 1)
        #expect(it.takeLines().map { $0.prefix(8) } == [#"{"id":7,"#])
        #expect(verdict(it.line(Lines.accepted(4), at: 2))?.rig == 3)
        #expect(it.takeLines().map { $0.prefix(8) } == [#"{"id":8,"#])
        #expect(it.session.inFlightBytes == 5 * length)
    }

    @Test("1,023 unanswered bytes go, 1,024 do not", arguments: [(831, true), (832, false)])
    func exactBound(second: Int, goes: Bool) {
        var it = Rehearsal.ready()
        #expect(it.submit(at: 1) == .sent)
        // 192 bytes without the padding, 11 more for its member.
        let line = Lines.submit(padding: second - 192 - 11)
        #expect(it.submit(line: line, at: 1) == (goes ? .sent : .queued))
        #expect(it.session.inFlightBytes == (goes ? 1023 : 192))
    }

    @Test("A queued submit's ping counts from when it was sent")
    func queuedPing() {
        var it = Rehearsal.ready()
        for rig in 1...6 { _ = it.submit(rig: UInt32(rig), at: 1) }
        for id in 2...6 { _ = it.line(Lines.accepted(UInt32(id)), at: 1) }
        let before = it.session.ping ?? -1
        guard case .verdict(let pending, .accepted) = it.line(Lines.accepted(7), at: 1.08) else {
            Issue.record("no verdict")
            return
        }
        #expect(pending.sentAt == at(1))
        #expect(it.session.ping == before + (80 - before) / 8)
    }

    // Fault U25.
    @Test("Not a byte more than 1,023 is ever unanswered, whatever the order of the verdicts", arguments: 0..<50)
    func inFlightBound(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var it = Rehearsal.ready()
        var unanswered: [UInt32: Int] = [:]
        var taken = 0
        var answered = 0
        for step in 0..<400 {
            let now = 1 + Double(step) / 100
            if random.unit() < 0.6 {
                let line = Lines.submit(padding: Int(random.next() % 400))
                let result = it.submit(rig: UInt32(step), line: line, at: now)
                if result == .sent || result == .queued { taken += 1 }
            } else if let id = unanswered.keys.sorted().randomElement(using: &random) {
                unanswered[id] = nil
                #expect(verdict(it.line(Lines.accepted(id), at: now)) != nil)
                answered += 1
            }
            for line in it.takeLines() {
                guard let id = Self.id(line) else {
                    Issue.record("no id in \(line)")
                    return
                }
                #expect(unanswered[id] == nil)
                unanswered[id] = line.utf8.count + 1
            }
            let total = unanswered.values.reduce(0, +)
            #expect(total < 1024)
            #expect(total == it.session.inFlightBytes)
        }
        #expect(it.session.pendingCount == taken - answered)
        #expect(answered > 50)
    }

    @Test("No id is used twice, with keepalives in between and replies in any order")
    func idsAreNotReused() {
        var random = SeededGenerator(seed: 7)
        var it = Rehearsal.ready(Self.unbounded)
        var seen: Set<UInt32> = []
        var open: [UInt32] = []
        for step in 0..<2000 {
            let now = Double(step) * 30 + 1
            if step % 3 != 2 { _ = it.submit(at: now) } else { _ = it.tick(at: now) }
            for line in it.takeLines() {
                guard let id = Self.id(line) else { continue }
                #expect(id >= 2)
                #expect(seen.insert(id).inserted)
                open.append(id)
            }
            open.shuffle(using: &random)
            while let id = open.popLast() { _ = it.line(Lines.accepted(id), at: now + 1) }
            _ = it.line(Lines.p2poolJob, at: now + 1)
        }
        #expect(seen.count > 1300)
    }

    @Test("A line of more than 1,000 bytes is not sent to p2pool, and uses up nothing")
    func tooLong() {
        var it = Rehearsal.ready()
        // 192 bytes without it; 11 of them for the member itself.
        #expect(it.submit(line: Lines.submit(padding: 1000 - 192 - 11 + 1), at: 1) == .tooLong)
        #expect(it.output.isEmpty)
        #expect(it.session.pendingCount == 0)
        #expect(it.submit(line: Lines.submit(padding: 1000 - 192 - 11), at: 1) == .sent)
        #expect(it.output.count == 1000)
        #expect(it.takeLines().first?.hasPrefix(#"{"id":2,"#) == true)
    }

    @Test("A long line is no trouble for a pool without the bound")
    func longUnbounded() {
        var it = Rehearsal.ready(Self.unbounded)
        #expect(it.submit(line: Lines.submit(padding: 3000), at: 1) == .sent)
    }

    @Test(
        "512 submits wait at most, whatever xmrig writes; the next one is refused and leaves no trace",
        arguments: [0, 50])
    func queueEntries(padding: Int) {
        var it = Rehearsal.ready()
        var queued = 0
        loop: while true {
            switch it.submit(line: Lines.submit(padding: padding), at: 1) {
            case .sent: continue
            case .queued: queued += 1
            default: break loop
            }
        }
        #expect(queued == 512)
        #expect(it.session.queuedBytes <= 128 * 1024)
        #expect(it.submit(at: 1) == .full)
        it.output.removeAll()
        // All of them go out, and in order.
        var next: UInt32 = 2
        while it.session.pendingCount > 0 {
            #expect(verdict(it.line(Lines.accepted(next), at: 2)) != nil)
            next += 1
        }
        #expect(it.takeLines().count == queued)
    }

    @Test("Long lines are bounded by their bytes")
    func queueBytes() {
        var it = Rehearsal.ready()
        while it.submit(line: Lines.submit(padding: 700), at: 1) != .full {}
        #expect(it.session.queuedBytes <= 128 * 1024)
        #expect(it.session.queuedBytes > 127 * 1024)
    }

    @Test("1,024 submits are pending at most on a pool without the bound")
    func manyPending() {
        var it = Rehearsal.ready(Self.unbounded)
        for _ in 0..<1024 { #expect(it.submit(at: 1) == .sent) }
        it.output.removeAll()
        #expect(it.submit(at: 1) == .full)
        #expect(it.output.isEmpty)
        _ = it.line(Lines.accepted(500), at: 1)
        #expect(it.submit(at: 1) == .sent)
    }

    @Test("One submit that is never answered does not make the table grow for ever")
    func span() {
        var it = Rehearsal.ready(Self.unbounded)
        _ = it.submit(at: 1)
        var sent: UInt32 = 2
        while it.submit(at: 1) == .sent {
            sent += 1
            _ = it.line(Lines.accepted(sent), at: 1)
            it.output.removeAll(keepingCapacity: true)
            if sent > 5000 { break }
        }
        #expect(sent == 2 + 4095)
        _ = it.line(Lines.accepted(2), at: 1)
        #expect(it.submit(at: 1) == .sent)
    }

    @Test("When the ids are used up the session ends instead of starting over")
    func exhausted() {
        var it = Rehearsal.ready(Self.unbounded, firstID: .max - 2)
        #expect(it.submit(rig: 1, at: 1) == .sent)
        #expect(it.submit(rig: 2, at: 1) == .sent)
        #expect(it.submit(rig: 3, at: 1) == .full)
        #expect(it.tick(at: 1) == .fault(.idsExhausted))
        _ = it.session.closed(now: at(1))
        #expect(it.lostRigs() == [1, 2])
    }

    /// The id that a line of ours begins with.
    static func id(_ line: String) -> UInt32? {
        guard line.hasPrefix(#"{"id":"#) else { return nil }
        return UInt32(line.dropFirst(6).prefix { $0 != "," })
    }
}
