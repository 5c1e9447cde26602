import ProxyTerms
import StratumCodec
import Testing

@testable import Upstreams

@Suite("A pool session logs in")
struct PoolSessionLoginTests {
    @Test("A plain session sends the login when TCP stands, and nothing before")
    func plain() {
        var it = Rehearsal()
        it.session.opened(now: at(0))
        #expect(it.output.isEmpty)
        #expect(it.session.connected(now: at(0.1), into: &it.output) == .login)
        #expect(
            it.takeLines() == [
                #"{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"rig","pass":"x","agent":"test/1","algo":["rx/0"]}}"#
            ])
        #expect(it.session.phase == .loggingIn)
    }

    @Test("A TLS session sends the login only after the handshake")
    func secured() {
        var it = Rehearsal(.xvb(user: "4abcdefg", agent: "test/1"))
        it.session.opened(now: at(0))
        #expect(it.session.connected(now: at(0.1), into: &it.output) == .secure)
        #expect(it.output.isEmpty)
        #expect(it.session.secured(now: at(0.2), into: &it.output) == .login)
        #expect(it.takeLines().count == 1)
    }

    @Test("The login carries no rig-id (rule 8)")
    func noRigID() {
        var it = Rehearsal(.xvb(user: "4abcdefg", agent: "test/1", tls: false))
        it.session.opened(now: at(0))
        _ = it.session.connected(now: at(0), into: &it.output)
        #expect(it.takeLines().first?.contains("rigid") == false)
    }

    @Test("p2pool's login reply makes the session ready and hands over its first job")
    func p2poolReply() {
        var it = Rehearsal()
        it.session.opened(now: at(0))
        _ = it.session.connected(now: at(0), into: &it.output)
        guard case .loggedIn(let job, let extensions) = it.line(Lines.p2poolLogin, at: 0.05) else {
            Issue.record("not logged in")
            return
        }
        #expect(withBytes(Lines.p2poolLogin) { String(decoding: job.id.bytes(in: $0), as: UTF8.self) } == "1")
        #expect(job.height == 2_500_000)
        #expect(extensions == .algo)
        #expect(it.session.phase == .ready)
        #expect(it.session.ping == 50)
    }

    @Test("What the pool announces is kept")
    func extensions() {
        let it = Rehearsal.ready(.xvb(user: "4abcdefg", agent: "test/1"), login: Lines.nicehashLogin)
        #expect(it.session.extensions == [.algo, .nicehash, .keepalive])
    }

    @Test("A connect that takes 10 s is given up")
    func connectDeadline() {
        var it = Rehearsal()
        it.session.opened(now: at(5))
        #expect(it.session.nextDeadline == at(15))
        #expect(it.tick(at: 14.999) == .none)
        #expect(it.tick(at: 15) == .fault(.connectTimeout))
        #expect(it.session.phase == .failed)
    }

    @Test("A handshake that takes 10 s is given up")
    func handshakeDeadline() {
        var it = Rehearsal(.xvb(user: "4abcdefg", agent: "test/1"))
        it.session.opened(now: at(0))
        _ = it.session.connected(now: at(9), into: &it.output)
        #expect(it.session.nextDeadline == at(19))
        #expect(it.tick(at: 18.999) == .none)
        #expect(it.tick(at: 19) == .fault(.handshakeTimeout))
    }

    // Fault U06.
    @Test("A login that gets no answer in 10 s is given up")
    func loginDeadline() {
        var it = Rehearsal()
        it.session.opened(now: at(0))
        _ = it.session.connected(now: at(2), into: &it.output)
        #expect(it.session.nextDeadline == at(12))
        #expect(it.tick(at: 11.999) == .none)
        #expect(it.tick(at: 12) == .fault(.loginTimeout))
        #expect(it.session.closed(now: at(12)) == .neverReady(.ordinary))
    }

    @Test("A login line as long as p2pool's buffer is not sent")
    func loginTooLong() {
        var it = Rehearsal(.p2pool(user: "rig", agent: String(repeating: "a", count: 1000)))
        it.session.opened(now: at(0))
        #expect(it.session.connected(now: at(0), into: &it.output) == .fault(.loginTooLong))
        #expect(it.output.isEmpty)
        #expect(it.session.closed(now: at(0)) == .neverReady(.banned))
    }

    @Test(
        "A refused login tells why, and how long to stay away",
        arguments: [
            ("Disconnected from P2Pool network", LoginRefusal.Kind.noPeers, Backoff.Kind.ordinary),
            ("Your IP is banned", .banned, .banned),
            ("IP Address currently banned", .banned, .banned),
            ("Permission denied", .denied, .banned),
            ("Invalid payment address provided", .denied, .banned),
            ("out of memory", .other, .ordinary),
            ("", .other, .ordinary),
        ])
    func refused(text: String, kind: LoginRefusal.Kind, backoff: Backoff.Kind) {
        var it = Rehearsal()
        it.session.opened(now: at(0))
        _ = it.session.connected(now: at(0), into: &it.output)
        let line = Lines.rejected(1, text)
        guard case .loginRefused(let refusal) = it.line(line, at: 0) else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.kind == kind)
        #expect(withBytes(line) { String(decoding: refusal.message.bytes(in: $0), as: UTF8.self) } == text)
        #expect(it.session.phase == .failed)
        #expect(it.session.closed(now: at(0)) == .neverReady(backoff))
    }

    @Test("A refusal with a null id is one of the login")
    func refusedWithoutID() {
        var it = Rehearsal()
        it.session.opened(now: at(0))
        _ = it.session.connected(now: at(0), into: &it.output)
        let result = it.line(#"{"id":null,"jsonrpc":"2.0","error":{"code":-1,"message":"Permission denied"}}"#, at: 0)
        guard case .loginRefused(let refusal) = result else {
            Issue.record("not refused: \(result)")
            return
        }
        #expect(refusal.kind == .denied)
    }

    @Test(
        "A login reply without a good job or session is a fault (rule 11)",
        arguments: [
            (Lines.p2poolLogin.replacing("9bc42000", with: "00000000"), CodecError.Code.zeroTarget),
            (Lines.p2poolLogin.replacing("rx/0", with: "kawpow"), .unsupportedAlgorithm),
            (Lines.p2poolLogin.replacing("seed_hash", with: "seedhash"), .badSeedHash),
            (Lines.p2poolLogin.replacing(#""id":"914df79b","#, with: ""), .missingSession),
            (Lines.p2poolLogin.replacing("914df79b", with: String(repeating: "9", count: 257)), .missingSession),
            (Lines.p2poolLogin.replacing("914df79b", with: ""), .missingSession),
            (#"{"id":1,"jsonrpc":"2.0","error":null,"result":{"status":"OK"}}"#, .missingJob),
        ])
    func badLogin(line: String, code: CodecError.Code) {
        var it = Rehearsal()
        it.session.opened(now: at(0))
        _ = it.session.connected(now: at(0), into: &it.output)
        #expect(it.line(line, at: 0) == .fault(.badLogin(code)))
        #expect(it.session.phase == .failed)
    }

    @Test("A job before the login reply is left alone")
    func earlyJob() {
        var it = Rehearsal()
        it.session.opened(now: at(0))
        _ = it.session.connected(now: at(0), into: &it.output)
        #expect(it.line(Lines.p2poolJob, at: 0) == .ignored)
        #expect(it.session.phase == .loggingIn)
    }

    @Test("Nothing is taken before the session is ready")
    func notReady() {
        var it = Rehearsal()
        it.session.opened(now: at(0))
        _ = it.session.connected(now: at(0), into: &it.output)
        it.output.removeAll()
        #expect(it.submit(at: 0) == .notReady)
        #expect(it.output.isEmpty)
    }
}
