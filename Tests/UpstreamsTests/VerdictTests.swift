import ProxyTerms
import StratumCodec
import Testing

@testable import Upstreams

@Suite("A pool's text has a meaning")
struct VerdictTests {
    private static func rejection(_ text: String) -> Rejection {
        withBytes(text) { Rejection(message: ByteRange(start: 0, count: $0.count), in: $0) }
    }

    @Test(
        "Every text of p2pool and xmrig-proxy is put in its class",
        arguments: [
            ("Stale share", Rejection.Kind.stale), ("Invalid job id", .stale), ("Block expired", .stale),
            ("Low diff share", .lowDifficulty), ("Low difficulty share", .lowDifficulty),
            ("Duplicate share", .duplicate), ("Invalid PoW", .invalid),
            ("Invalid nonce; is miner not compatible with NiceHash?", .invalid), ("Banned", .banned),
            ("Your IP is banned", .banned), ("IP Address currently banned", .banned),
            ("Unauthenticated", .unauthenticated), ("Couldn't check PoW", .other), ("Submit failed", .other),
            ("none", .other), ("Bad gateway", .noService), ("Incorrect algorithm", .other), ("", .other),
            ("\\", .other),
        ])
    func kinds(text: String, kind: Rejection.Kind) {
        #expect(Self.rejection(text).kind == kind)
        #expect(Self.rejection(text.uppercased()).kind == kind)
    }

    @Test(
        "Texts of a pool that nobody stands behind, whoever wrote it",
        arguments: [
            "Bad gateway", "502 Bad Gateway", "504", "HTTP/1.1 503 Service Unavailable",
            "Service temporarily unavailable",
            "Internal server error", "Pool is down", "no active pools, stop mining", "Upstream is not connected",
            "not connected", "Daemon is not synced", "backend timeout", "Down for maintenance", #"Bad\u0020gateway"#,
        ])
    func noService(text: String) {
        #expect(Self.rejection(text).kind == .noService)
        #expect(!Self.rejection(text).hangsUp)
    }

    @Test(
        "A share at fault is told from that",
        arguments: [
            "Rejected", "Invalid share", "5020 hashes too few", "Submit failed", "Couldn't check PoW", "timeout",
            "Share too old",
            "Pool connection lost",
        ])
    func shareAtFault(text: String) {
        #expect(Self.rejection(text).kind == .other)
    }

    @Test(
        "The four texts that make xmrig hang up are known in any case, with anything after them, and escaped (rule 2)",
        arguments: [
            "Invalid job id", "invalid JOB id (stale)", "Unauthenticated", "Your IP is banned for 600 s",
            "IP Address currently banned", #"\u0049nvalid job id"#, #"Invalid\u0020job id"#,
        ])
    func hangsUp(text: String) {
        #expect(Self.rejection(text).hangsUp)
    }

    @Test(
        "Other texts do not make it hang up",
        arguments: [
            "Low diff share", "Stale share", "Banned", " Invalid job id", "An invalid job id", "Invalid job", "",
            #"Invalid\njob id"#, #"\u0149nvalid job id"#, #"Invalid job i\u006"#,
        ])
    func staysUp(text: String) {
        #expect(!Self.rejection(text).hangsUp)
    }

    @Test("The message is a range of the line that was given")
    func message() {
        var it = Rehearsal.ready()
        _ = it.submit(at: 1)
        let line = Lines.rejected(2, "Low diff share")
        guard case .verdict(_, .rejected(let rejection)) = it.line(line, at: 1) else {
            Issue.record("no verdict")
            return
        }
        #expect(
            withBytes(line) { String(decoding: rejection.message.bytes(in: $0), as: UTF8.self) } == "Low diff share")
    }

    @Test(
        "Errors of any shape are a rejection",
        arguments: [
            #"{"id":2,"error":{}}"#, #"{"id":2,"error":"no"}"#, #"{"id":2,"error":{"message":null}}"#,
            #"{"id":2,"error":{"message":17}}"#, #"{"id":2,"error":[1,2]}"#, #"{"id":2,"error":5}"#,
            #"{"id":2,"error":{"code":-1,"message":"a \"quote\" and \n a line"}}"#, #"{"id":2,"result":false}"#,
        ])
    func shapes(line: String) {
        var it = Rehearsal.ready()
        _ = it.submit(at: 1)
        #expect(verdict(it.line(line, at: 1))?.kind == .other)
    }

    @Test("An error text of 40 kB is a rejection with its whole range")
    func longText() {
        var it = Rehearsal.ready()
        _ = it.submit(at: 1)
        let line = Lines.rejected(2, String(repeating: "x", count: 40_000))
        guard case .verdict(_, .rejected(let rejection)) = it.line(line, at: 1) else {
            Issue.record("no verdict")
            return
        }
        #expect(rejection.message.count == 40_000)
    }

    // Fault U07.
    @Test("A verdict that speaks of a ban reaches the rig, then the session ends and stays away")
    func banned() {
        var it = Rehearsal.ready()
        _ = it.submit(rig: 1, at: 1)
        _ = it.submit(rig: 2, at: 1)
        #expect(verdict(it.line(Lines.rejected(2, "Banned"), at: 2))?.kind == .banned)
        #expect(it.submit(rig: 3, at: 2) == .notReady)
        #expect(it.session.nextDeadline <= at(2))
        #expect(it.tick(at: 2) == .fault(.banned))
        #expect(it.session.closed(now: at(2)) == .lost(.banned))
        #expect(it.lostRigs() == [2])
    }

    @Test("When the pool closes right after it said Banned, the backoff is a ban's all the same")
    func bannedAndClosed() {
        var it = Rehearsal.ready()
        _ = it.submit(rig: 1, at: 1)
        _ = it.line(Lines.rejected(2, "Banned"), at: 2)
        #expect(it.session.closed(now: at(2)) == .lost(.banned))
    }

    @Test("A pool that no longer knows the session is left")
    func unauthenticated() {
        var it = Rehearsal.ready()
        _ = it.submit(at: 1)
        #expect(verdict(it.line(Lines.rejected(2, "Unauthenticated"), at: 2))?.kind == .unauthenticated)
        #expect(it.tick(at: 2) == .fault(.unauthenticated))
        #expect(it.session.closed(now: at(2)) == .lost(.ordinary))
    }

    @Test("Stale and low-difficulty shares leave the session alone")
    func harmless() {
        var it = Rehearsal.ready()
        for (id, text) in [(2, "Stale share"), (3, "Low diff share"), (4, "Invalid job id"), (5, "Submit failed")] {
            _ = it.submit(at: 1)
            _ = it.line(Lines.rejected(UInt32(id), text), at: 1)
        }
        #expect(it.tick(at: 2) == .none)
        #expect(it.submit(at: 2) == .sent)
    }
}
