import ProxyTerms
import Testing

@testable import ProxyCore

/// The rules that the wire forces (docs/invariants.md#the-twelve-rules), each as what peers see of it. Rules 1, 2, 4, 7
/// and 9 have tests of their own in SubmitTests and SwitchTests; the simulation asserts them all after every event.
@Suite("Rules of the wire")
struct WireRuleTests {
    private let good: UInt64 = 1 << 40

    private func slot(of line: String) -> UInt8? {
        member("blob", of: line).flatMap { UInt8($0.dropFirst(84).prefix(2), radix: 16) }
    }

    // Fault R23.
    @Test("Rule 3: no job id is ever given out twice, to whatever rig and for whatever job")
    func jobIDs() throws {
        let harness = CoreHarness()
        harness.bringUp()
        let rigs = (0..<20).map { harness.login("rig\($0)") }
        let lane = try #require(harness.lanes(.p2pool).first)
        for number in 2...6 { harness.job(lane, "\(number)") }
        let ids = rigs.flatMap { harness.take($0).compactMap { member("job_id", of: $0) } }
        #expect(ids.count == 120)
        #expect(Set(ids).count == 120)
    }

    @Test("Rule 5: a pool that leaves byte 42 to us carries many rigs on one lane, each with its own byte")
    func sharedLane() throws {
        let harness = CoreHarness()
        harness.bringUp()
        let rigs = (0..<128).map { harness.login("rig\($0)") }
        harness.advance(1)
        let slots = rigs.compactMap { slot(of: harness.take($0).joined()) }
        #expect(slots.count == 128)
        #expect(Set(slots).count == 128)
        #expect(harness.lanes(.p2pool).count == 1)
    }

    @Test("Rule 5: the 257th rig makes a second lane")
    func secondLane() {
        let harness = CoreHarness()
        harness.bringUp()
        for number in 0..<257 { _ = harness.login("rig\(number)") }
        harness.advance(1)
        #expect(harness.lanes(.p2pool).count == 2)
    }

    @Test("Rule 5: a pool that owns byte 42 carries one rig a lane, as many as max-lanes allows")
    func ownedByte() throws {
        let harness = CoreHarness(maxLanes: 3)
        harness.bringUp(xvbByte: 0x11)
        for number in 0..<5 { _ = harness.login("rig\(number)") }
        harness.advance(1)
        var byte: UInt8 = 0x20
        for lane in harness.lanes(.xvb).dropFirst() {
            harness.logIn(lane, ownByte: byte)
            byte += 1
        }
        harness.advance(1)
        #expect(harness.lanes(.xvb).count == 3)
        #expect(harness.core.snapshot(now: harness.now).upstreams.xvb.seatedRigs == 3)
    }

    @Test("Rule 5: a pool that fixes byte 42 without announcing it carries one rig a lane as well")
    func unannouncedByte() {
        let harness = CoreHarness(maxLanes: 3)
        for lane in harness.lanes(.p2pool) { harness.logIn(lane) }
        for lane in harness.lanes(.xvb) { harness.logIn(lane, ownByte: 0x11, announcesByte: false) }
        for number in 0..<3 { _ = harness.login("rig\(number)") }
        harness.advance(1)
        #expect(harness.lanes(.xvb).count == 3)
        #expect(harness.core.snapshot(now: harness.now).upstreams.xvb.nonceByteOwner == .pool)
        #expect(harness.core.snapshot(now: harness.now).upstreams.xvb.seatedRigs == 1)
    }

    @Test("Rule 6: a slot freed in the middle of a job is given to nobody until the next job")
    func quarantine() throws {
        let harness = CoreHarness(rigsPerLane: 2)
        harness.bringUp()
        let first = harness.login("first")
        let freed = try #require(slot(of: harness.take(first).joined()))
        harness.disconnect(first)
        let second = harness.login("second")
        let taken = try #require(slot(of: harness.take(second).joined()))
        #expect(taken != freed)
        let lane = try #require(harness.lanes(.p2pool).first)
        harness.job(lane, "2")
        #expect(harness.take(second).count == 1)
    }

    // Fault R32.
    @Test("Rule 8: p2pool is logged in to as name+difficulty, XvB with the first 8 characters, never with a rig-id")
    func logins() throws {
        let harness = CoreHarness()
        let p2pool = try #require(harness.lanes(.p2pool).first)
        let xvb = try #require(harness.lanes(.xvb).first)
        harness.bringUp()
        let toP2Pool = try #require(harness.take(p2pool).first)
        let toXvB = try #require(harness.take(xvb).first)
        #expect(member("login", of: toP2Pool) == "proxy+20000")
        #expect(member("login", of: toXvB) == "4abcdefg")
        #expect(toP2Pool.range(of: "rigid") == nil && toXvB.range(of: "rigid") == nil)
    }

    @Test("Rule 10: members that nobody knows travel unchanged, in jobs and in submits")
    func unknownMembers() throws {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.login("rig+100")
        _ = harness.take(rig)
        let lane = try #require(harness.lanes(.p2pool).first)
        _ = harness.take(lane)
        let blob = "1010" + String(repeating: "4", count: 74) + "00000000" + String(repeating: "7", count: 66)
        harness.receive(
            lane,
            """
            {"jsonrpc":"2.0","method":"job","params":{"blob":"\(blob)","next":{"deep":[1,2.50]},"job_id":"z9",\
            "target":"ffffff00","algo":"rx/0","height":7,"seed_hash":"\(String(repeating: "b", count: 64))"}}
            """)
        let job = try #require(harness.take(rig).last)
        #expect(job.range(of: "\"next\":{\"deep\":[1,2.50]}") != nil)
        let own = UInt32(try #require(slot(of: job))) << 24
        let id = try #require(member("job_id", of: job))
        harness.send(
            rig,
            """
            {"id":4,"jsonrpc":"2.0","method":"submit","params":{"id":"s","job_id":"\(id)","nonce":"\(hex(own | 3))",\
            "result":"\(String(repeating: "0", count: 48))\(hex(good))","commitment":"ab","extra":null}}
            """)
        let forwarded = try #require(harness.take(lane).first)
        #expect(forwarded.range(of: "\"commitment\":\"ab\",\"extra\":null") != nil)
        #expect(member("job_id", of: forwarded) == "z9")
    }

    @Test(
        "Rule 11: a job that no rig can mine never reaches one",
        arguments: [
            ("\"target\":\"00000000\"", "rx/0", 64), ("\"target\":\"0000000000000000\"", "rx/0", 64),
            ("\"target\":\"ffffff00\"", "kawpow", 64), ("\"target\":\"ffffff00\"", "rx/wow", 64),
            ("\"target\":\"ffffff00\"", "rx/0", 0), ("\"target\":\"fff\"", "rx/0", 64),
        ])
    func badJobs(target: String, algorithm: String, seedDigits: Int) throws {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.login()
        _ = harness.take(rig)
        let lane = try #require(harness.lanes(.p2pool).first)
        let blob = "1010" + String(repeating: "4", count: 74) + "00000000" + String(repeating: "7", count: 66)
        let seed = seedDigits == 0 ? "" : ",\"seed_hash\":\"\(String(repeating: "b", count: seedDigits))\""
        harness.receive(
            lane,
            """
            {"jsonrpc":"2.0","method":"job","params":{"blob":"\(blob)","job_id":"2",\(target),"algo":"\(algorithm)",\
            "height":7\(seed)}}
            """)
        #expect(harness.take(rig).isEmpty)
        #expect(harness.notices.contains { if case .jobRefused = $0 { true } else { false } })
    }

    // Fault U14.
    @Test("Rule 11: a job of an algorithm that the rig did not list does not reach it; it is told so")
    func unlistedAlgorithm() throws {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.login(algorithms: "\"rx/2\"")
        let answers = harness.take(rig)
        #expect(answers.count == 1 && answers.first?.range(of: "No compatible algorithm") != nil)
    }

    @Test("Rule 12: no redirect of a pool is obeyed, and nothing of it reaches a rig")
    func redirect() throws {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.login()
        _ = harness.take(rig)
        let lane = try #require(harness.lanes(.p2pool).first)
        let opened = harness.opened.count
        harness.receive(lane, "{\"method\":\"client.reconnect\",\"params\":[\"evil.example\",\"3333\"]}")
        harness.advance(5)
        #expect(harness.take(rig).isEmpty)
        #expect(harness.opened.count == opened)
        #expect(harness.lanes(.p2pool) == [lane])
    }

    @Test("A rig that is a proxy gets a lane of its own with all four nonce bytes")
    func wholeLane() throws {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.login("farm", agent: "xmrig-proxy/6.26.0", algorithms: "")
        let line = try #require(harness.take(rig).first)
        #expect(slot(of: line) == 0)
        #expect(line.range(of: "\"nicehash\"") == nil)
        let other = harness.login("rig")
        harness.advance(1)
        for lane in harness.lanes(.p2pool).dropFirst() { harness.logIn(lane) }
        #expect(harness.lanes(.p2pool).count == 2)
        #expect(harness.take(other).count == 1)
    }

    @Test("The hardest target there is, 1, is a job like any other: its difficulty is told, and ends nothing")
    func hardestTarget() throws {
        let harness = CoreHarness()
        harness.bringUp(p2poolDifficulty: .max, xvbDifficulty: .max)
        let rig = harness.login()
        let job = try #require(member("job_id", of: harness.take(rig).joined()))
        harness.submit(rig, id: 2, job: job, nonce: 0x0100_0000, hash: 1)
        let snapshot = harness.core.snapshot(now: harness.now)
        #expect(snapshot.upstreams.p2pool.difficulty == .max)
        #expect(snapshot.upstreams.xvb.difficulty == .max)
    }
}
