import ProxyTerms
import StratumCodec
import Testing

@testable import Upstreams

@Suite("A pool session ends, and starts anew")
struct PoolSessionLifeTests {
    @Test("What is pending when the connection closes is lost once, oldest first, sent or queued")
    func drain() {
        var it = Rehearsal.ready()
        for rig in 1...8 { _ = it.submit(rig: UInt32(rig), at: 1) }
        #expect(it.session.queuedBytes > 0)
        #expect(verdict(it.line(Lines.accepted(3), at: 1))?.rig == 2)
        #expect(it.session.closed(now: at(2)) == .lost(.ordinary))
        #expect(it.lostRigs() == [1, 3, 4, 5, 6, 7, 8])
        #expect(it.lostRigs() == [])
        #expect(it.session.pendingCount == 0)
        #expect(it.session.inFlightBytes == 0)
        #expect(it.session.queuedBytes == 0)
    }

    @Test("A second close says nothing")
    func closedTwice() {
        var it = Rehearsal.ready()
        _ = it.session.closed(now: at(1))
        #expect(it.session.closed(now: at(1)) == .ignored)
    }

    @Test("A new epoch starts with nothing of the old one")
    func reopened() {
        var it = Rehearsal.ready(.xvb(user: "4abcdefg", agent: "test/1"), login: Lines.nicehashLogin)
        _ = it.submit(at: 1)
        _ = it.session.closed(now: at(2))
        _ = it.lostRigs()
        it.logIn(at: 3)
        #expect(it.session.epoch == 2)
        #expect(it.session.phase == .ready)
        #expect(it.session.extensions == .algo)
        #expect(it.session.pendingCount == 0)
        #expect(it.submit(rig: 5, at: 4) == .sent)
        #expect(it.takeLines().first?.contains(#""id":"914df79b""#) == true)
        #expect(verdict(it.line(Lines.accepted(2), at: 5))?.rig == 5)
    }

    @Test("A verdict of the old epoch finds nobody in the new one")
    func lateVerdict() {
        var it = Rehearsal.ready()
        _ = it.submit(at: 1)
        _ = it.session.closed(now: at(2))
        _ = it.lostRigs()
        it.logIn(at: 3)
        #expect(it.line(Lines.accepted(2), at: 4) == .unknownReply)
    }

    @Test("Closed at once without a line looks like a ban; a slow close or one after a line does not")
    func closedAtOnce() {
        var it = Rehearsal()
        it.session.opened(now: at(0))
        _ = it.session.connected(now: at(1), into: &it.output)
        #expect(it.session.closed(now: at(1.01)) == .neverReady(.closedAtOnce))

        it.session.opened(now: at(10))
        _ = it.session.connected(now: at(10), into: &it.output)
        #expect(it.session.closed(now: at(19)) == .neverReady(.ordinary))

        it.session.opened(now: at(20))
        _ = it.session.connected(now: at(20), into: &it.output)
        _ = it.line(Lines.p2poolJob, at: 20.1)
        #expect(it.session.closed(now: at(20.2)) == .neverReady(.ordinary))

        it.session.opened(now: at(30))
        #expect(it.session.closed(now: at(30)) == .neverReady(.ordinary))
    }

    @Test("Once it has failed a session takes nothing and says nothing")
    func failed() {
        var it = Rehearsal.ready()
        _ = it.submit(at: 1)
        it.output.removeAll()
        #expect(it.line("<html>", at: 2) == .fault(.garbage(.notJSON)))
        #expect(it.line(Lines.accepted(2), at: 2) == .ignored)
        #expect(it.submit(at: 2) == .notReady)
        #expect(it.tick(at: 400) == .none)
        #expect(it.session.nextDeadline == .never)
        #expect(it.output.isEmpty)
        #expect(it.session.closed(now: at(400)) == .lost(.ordinary))
        #expect(it.lostRigs() == [1])
    }
}
