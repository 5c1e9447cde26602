import ProxyTerms
import StratumCodec
import Testing

@testable import Upstreams

@Suite("A pool session reads the pool's lines")
struct PoolSessionLineTests {
    @Test("A job is handed over with ranges into the line")
    func job() {
        var it = Rehearsal.ready()
        guard case .job(let job) = it.line(Lines.p2poolJob, at: 10) else {
            Issue.record("no job")
            return
        }
        #expect(withBytes(Lines.p2poolJob) { String(decoding: job.id.bytes(in: $0), as: UTF8.self) } == "2")
        #expect(job.target == Target.expand(compact: 0x0020_c49b))
    }

    // Fault U19.
    @Test(
        "A faulty job never gets through (rule 11)",
        arguments: [
            (Lines.job(target: "00000000"), CodecError.Code.zeroTarget),
            (Lines.job(target: "0000000000000000"), .zeroTarget),
            (Lines.job(target: "9bc420"), .badTarget),
            (Lines.job(target: "9bc4200z"), .badTarget),
            (Lines.job(seed: ""), .badSeedHash),
            (Lines.job(algo: "kawpow"), .unsupportedAlgorithm),
            (Lines.job(algo: "rx/wow"), .unsupportedAlgorithm),
            (Lines.job(id: ""), .badJobID),
            (#"{"jsonrpc":"2.0","method":"job","params":null}"#, .missingJob),
        ])
    func faultyJob(line: String, code: CodecError.Code) {
        var it = Rehearsal.ready()
        #expect(it.line(line, at: 1) == .refusedJob(code))
        #expect(it.session.phase == .ready)
    }

    // Fault U13.
    @Test("Three faulty jobs in a row end the session")
    func threeInARow() {
        var it = Rehearsal.ready()
        let bad = Lines.job(target: "00000000")
        #expect(it.line(bad, at: 1) == .refusedJob(.zeroTarget))
        #expect(it.line(bad, at: 2) == .refusedJob(.zeroTarget))
        #expect(it.line(bad, at: 3) == .fault(.faultyJobs(.zeroTarget)))
        #expect(it.session.phase == .failed)
    }

    @Test("A good job between them starts the count again")
    func notInARow() {
        var it = Rehearsal.ready()
        let bad = Lines.job(target: "00000000")
        _ = it.line(bad, at: 1)
        _ = it.line(bad, at: 2)
        _ = it.line(Lines.p2poolJob, at: 3)
        #expect(it.line(bad, at: 4) == .refusedJob(.zeroTarget))
    }

    @Test(
        "Garbage closes at once",
        arguments: [
            "<html><body>502 Bad Gateway</body></html>", "HTTP/1.1 400 Bad Request", "\u{1}\u{2}\u{3}", "[1,2]",
            #"{"jsonrpc":"2.0","method":"job","params":{"#, "nonsense", #"{"id":1}{"id":2}"#,
        ])
    func garbage(line: String) {
        var it = Rehearsal.ready()
        guard case .fault(.garbage) = it.line(line, at: 1) else {
            Issue.record("still there")
            return
        }
        #expect(it.session.phase == .failed)
    }

    @Test("A nest of a thousand brackets closes at once")
    func deep() {
        var it = Rehearsal.ready()
        let line = #"{"a":"# + String(repeating: "[", count: 1000)
        #expect(it.line(line, at: 1) == .fault(.garbage(.tooDeep)))
    }

    @Test(
        "Redirects, other notifications and blank lines are nothing to us (rule 12)",
        arguments: [
            #"{"id":null,"method":"client.reconnect","params":["evil.example","3333"]}"#,
            #"{"jsonrpc":"2.0","method":"mining.set_difficulty","params":[1]}"#, "",
            #"{"jsonrpc":"2.0","result":{"status":"OK"}}"#,
        ])
    func ignored(line: String) {
        var it = Rehearsal.ready()
        #expect(it.line(line, at: 1) == .ignored)
        #expect(it.session.phase == .ready)
        #expect(it.output.isEmpty)
    }

    @Test("A second login reply is an unknown reply and changes nothing")
    func secondLogin() {
        var it = Rehearsal.ready()
        #expect(it.line(Lines.nicehashLogin, at: 1) == .unknownReply)
        #expect(it.session.extensions == .algo)
    }

    @Test("300 s without a job are a fault; a verdict does not count, a job does")
    func jobSilence() {
        var it = Rehearsal.ready()
        #expect(it.session.nextDeadline == at(300))
        _ = it.submit(at: 290)
        _ = it.line(Lines.accepted(2), at: 290.1)
        #expect(it.tick(at: 299.9) == .none)
        _ = it.line(Lines.p2poolJob, at: 299.9)
        #expect(it.tick(at: 300) == .none)
        #expect(it.session.nextDeadline == at(599.9))
        #expect(it.tick(at: 599.9) == .fault(.jobSilence))
    }

    // Fault U23.
    @Test("A faulty job does not end the silence")
    func faultyJobsAreSilence() {
        var it = Rehearsal.ready()
        _ = it.line(Lines.job(target: "00000000"), at: 200)
        #expect(it.tick(at: 300) == .fault(.jobSilence))
    }
}
