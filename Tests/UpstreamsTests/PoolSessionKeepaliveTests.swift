import ProxyTerms
import StratumCodec
import Testing

@testable import Upstreams

@Suite("A pool session is kept alive")
struct PoolSessionKeepaliveTests {
    private static var xvb: PoolSessionSettings { .xvb(user: "4abcdefg", agent: "test/1", tls: false) }

    @Test("60 s after the last line sent to XvB a keepalived goes out")
    func sent() {
        var it = Rehearsal.ready(Self.xvb, login: Lines.nicehashLogin)
        #expect(it.session.nextDeadline == at(60))
        #expect(it.tick(at: 59.9) == .none)
        #expect(it.output.isEmpty)
        #expect(it.tick(at: 60) == .none)
        #expect(it.takeLines() == [#"{"id":2,"jsonrpc":"2.0","method":"keepalived","params":{"id":"ad03a776"}}"#])
    }

    @Test("A submit puts the keepalived off")
    func putOff() {
        var it = Rehearsal.ready(Self.xvb, login: Lines.nicehashLogin)
        _ = it.submit(at: 40)
        _ = it.line(Lines.accepted(2), at: 40)
        it.output.removeAll()
        #expect(it.tick(at: 60) == .none)
        #expect(it.output.isEmpty)
        #expect(it.session.nextDeadline == at(100))
    }

    @Test("p2pool gets none: it never answers")
    func noneForP2Pool() {
        var it = Rehearsal.ready()
        #expect(it.tick(at: 299) == .none)
        #expect(it.output.isEmpty)
    }

    @Test("A pool that announces keepalive gets one every 60 s even where the settings ask for none")
    func announced() {
        var it = Rehearsal.ready(login: Lines.nicehashLogin)
        #expect(it.tick(at: 60) == .none)
        #expect(it.takeLines().count == 1)
    }

    @Test("What a pool announces is counted from the last line sent as well, whatever jobs come")
    func announcedIsPutOff() {
        var it = Rehearsal.ready(login: Lines.nicehashLogin)
        _ = it.submit(at: 40)
        _ = it.line(Lines.accepted(2), at: 40)
        _ = it.line(Lines.p2poolJob, at: 50)
        it.output.removeAll()
        #expect(it.tick(at: 99) == .none)
        #expect(it.output.isEmpty)
        #expect(it.tick(at: 100) == .none)
        #expect(it.takeLines().count == 1)
    }

    // Fault U23.
    @Test("A pool that answers and gives no job is given up all the same")
    func jobSilence() {
        var it = Rehearsal.ready()
        let bound = it.session.settings.jobSilenceSeconds
        _ = it.submit(at: bound - 10)
        _ = it.line(Lines.accepted(2), at: bound - 10)
        #expect(it.tick(at: bound - 1) == .none)
        #expect(it.tick(at: bound) == .fault(.jobSilence))
    }

    @Test("Its reply is no verdict, and counts for the ping")
    func reply() {
        var it = Rehearsal.ready(Self.xvb, login: Lines.nicehashLogin)
        _ = it.tick(at: 60)
        #expect(
            it.line(#"{"id":2,"jsonrpc":"2.0","error":null,"result":{"status":"KEEPALIVED"}}"#, at: 60.08) == .ignored)
        #expect(it.session.ping == 10)
        #expect(it.line(Lines.accepted(2), at: 61) == .unknownReply)
    }

    // Fault U24.
    @Test("One that stays unanswered is no fault, and holds up nothing")
    func unanswered() {
        var settings = PoolSessionSettings.p2pool(user: "rig", agent: "test/1")
        settings.keepaliveSeconds = 60
        var it = Rehearsal.ready(settings)
        _ = it.tick(at: 60)
        let bytes = it.output.count
        #expect(it.session.inFlightBytes == bytes)
        // The longest line does not fit beside it, and no verdict will come to make room.
        #expect(it.submit(line: Lines.submit(padding: 790), at: 61) == .queued)
        it.output.removeAll()
        #expect(it.session.nextDeadline == at(75))
        #expect(it.tick(at: 75) == .none)
        #expect(it.takeLines().count == 1)
        #expect(it.session.inFlightBytes > 900)
        #expect(it.session.inFlightBytes < 1024)
    }

    @Test("An answer to a later request shows that it was read")
    func overtaken() {
        var settings = PoolSessionSettings.p2pool(user: "rig", agent: "test/1")
        settings.keepaliveSeconds = 60
        var it = Rehearsal.ready(settings)
        _ = it.tick(at: 60)
        _ = it.submit(at: 61)
        #expect(verdict(it.line(Lines.accepted(3), at: 61)) != nil)
        #expect(it.session.inFlightBytes == 0)
    }

    @Test("It is left out where it would pass the in-flight bound")
    func noRoom() {
        var settings = PoolSessionSettings.p2pool(user: "rig", agent: "test/1")
        settings.keepaliveSeconds = 5
        var it = Rehearsal.ready(settings)
        _ = it.submit(line: Lines.submit(padding: 780), at: 1)
        it.output.removeAll()
        #expect(it.tick(at: 6) == .none)
        #expect(it.output.isEmpty)
        #expect(it.session.nextDeadline == at(11))
    }

    @Test("The ping is smoothed by an eighth")
    func ping() {
        var it = Rehearsal.ready(Self.xvb, login: Lines.nicehashLogin)
        #expect(it.session.ping == 0)
        _ = it.submit(at: 1)
        _ = it.line(Lines.accepted(2), at: 1.16)
        #expect(it.session.ping == 20)
        _ = it.submit(at: 2)
        _ = it.line(Lines.accepted(3), at: 2.02)
        #expect(it.session.ping == 20)
    }
}
