import ProxyTerms
import Testing

@testable import SimulatedPeers

private func rig(_ name: String, hashrate: Double = 5000, seed: UInt64 = 1) -> RigSettings {
    var settings = RigSettings(user: name, hashrate: hashrate, seed: seed)
    settings.recordsSearch = true
    return settings
}

private func pool(_ kind: PoolSettings.Kind, difficulty: UInt64 = 20_000) -> PoolSettings {
    var settings = PoolSettings(kind: kind, seed: 11)
    settings.difficulty = difficulty
    settings.verdictDelay = 1...80
    return settings
}

@Test(
    "Every share of a rig is accepted by every kind of pool",
    arguments: [.p2pool, .nicehash, .open] as [PoolSettings.Kind])
func allSharesAccepted(kind: PoolSettings.Kind) {
    var lateRig = rig("rig+20000")
    lateRig.lateShareProbability = 0.3
    var world = DirectWorld(pool: pool(kind), rigs: [lateRig])
    world.run(seconds: 600)
    let counters = world.rigs[0].counters
    #expect(counters.violations == [])
    #expect(world.pool.counters.violations == [])
    #expect(counters.submitted > 100)
    #expect(counters.late > 0)
    #expect(counters.accepted + world.rigs[0].pending == counters.submitted)
    #expect(counters.rejectedTotal == 0)
    #expect(counters.hangups == [:])
    #expect(world.pool.counters.duplicates == 0)
}

@Test("Accepted work agrees with the hashes done")
func workAgreesWithHashes() {
    var world = DirectWorld(pool: pool(.open, difficulty: 5000), rigs: [rig("rig")])
    world.run(seconds: 1200)
    let hashes = world.rigs[0].counters.hashes
    #expect(abs(hashes - 6_000_000) < 10_000)
    // 1,200 shares: 3 % is one standard deviation.
    #expect(abs(world.pool.counters.acceptedWork / hashes - 1) < 0.12)
}

@Test("Late shares of the job before are accepted with its id")
func lateSharesAccepted() {
    var settings = rig("rig")
    settings.lateShareProbability = 1
    var world = DirectWorld(pool: pool(.nicehash, difficulty: 2000), rigs: [settings])
    world.run(seconds: 300)
    #expect(world.rigs[0].counters.late > 20)
    #expect(world.rigs[0].counters.rejectedTotal == 0)
}

@Test("A rig that goes from a blob to another and back hands in the same shares again, and the pool sees it")
func returnToBlobDuplicates() {
    for kind in [PoolSettings.Kind.p2pool, .nicehash, .open] {
        var settings = PoolSettings.still(kind)
        settings.tagsJobs = false
        var world = DirectWorld(pool: settings, rigs: [rig("rig+2000")])
        world.run(seconds: 20)
        let first = world.rigs[0].job
        world.newBlock()
        world.run(seconds: 1)
        guard let first else {
            Issue.record("no job")
            return
        }
        // The old job again, as a proxy that breaks rule 4 would send it: its id is still one the pool takes.
        world.tell(
            rig: 0,
            "{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":{\"blob\":\"\(first.blob)\",\"job_id\":\"\(first.id)\","
                + "\"target\":\"ffffffffffff0000\",\"algo\":\"rx/0\",\"height\":1,\"seed_hash\":\"\(first.seedHash)\"}}"
        )
        world.run(seconds: 20)
        #expect(world.pool.counters.duplicates > 0, "\(kind)")
        var searched = SearchedNonces()
        #expect(world.rigs[0].takeSearched().contains { !searched.insert($0) })
    }
}

@Test("The same blob with a new id does not start the nonces again")
func sameBlobContinues() {
    var world = DirectWorld(pool: .still(.open), rigs: [rig("rig")])
    world.run(seconds: 20)
    guard let job = world.rigs[0].job else {
        Issue.record("no job")
        return
    }
    world.tell(
        rig: 0,
        "{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":{\"blob\":\"\(job.blob)\",\"job_id\":\"\(job.id)\","
            + "\"target\":\"ffffffffffff0000\",\"algo\":\"rx/0\",\"height\":1,\"seed_hash\":\"\(job.seedHash)\"}}")
    world.run(seconds: 20)
    #expect(world.rigs[0].counters.jobs == 2)
    #expect(world.pool.counters.duplicates == 0)
    var searched = SearchedNonces()
    #expect(world.rigs[0].takeSearched().allSatisfy { searched.insert($0) })
}

@Test("Two rigs on one blob with the same byte 42 hand in the same shares, with different bytes they do not")
func twoRigsOnOneBlob() {
    for (second, duplicates) in [("00", true), ("01", false)] {
        var settings = PoolSettings.still(.open)
        settings.tagsJobs = false
        var world = DirectWorld(pool: settings, rigs: [rig("a", seed: 1), rig("b", seed: 2)])
        world.run(seconds: 1)
        guard let job = world.rigs[0].job else {
            Issue.record("no job")
            return
        }
        // Both get the first session's blob, as on one lane.
        for (index, byte) in [(0, "00"), (1, second)] {
            let start = job.blob.index(job.blob.startIndex, offsetBy: 84)
            let end = job.blob.index(start, offsetBy: 2)
            var blob = job.blob
            blob.replaceSubrange(start..<end, with: byte)
            world.tell(
                rig: index,
                "{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":{\"blob\":\"\(blob)\",\"job_id\":\"x\","
                    + "\"target\":\"0000000000100000\",\"algo\":\"rx/0\",\"height\":1,\"seed_hash\":\"\(job.seedHash)\"}}"
            )
        }
        world.run(seconds: 30)
        var searched = SearchedNonces()
        let ranges = world.rigs[0].takeSearched() + world.rigs[1].takeSearched()
        #expect(ranges.contains { !searched.insert($0) } == duplicates)
    }
}

@Test("A rig closes on each of the four fatal texts, and on no other")
func fatalTexts() {
    for (text, closes) in [
        ("Invalid job id", true), ("Unauthenticated", true), ("Your IP is banned", true),
        ("IP Address currently banned", true), ("Low difficulty share", false), ("Stale share", false),
    ] {
        var simulated = SimulatedRig(rig("rig"))
        var output: [UInt8] = []
        simulated.start(now: .start, to: &output)
        simulated.received(Array((loginReply + "\n").utf8), now: .start, to: &output)
        while simulated.pending == 0 { simulated.tick(now: simulated.nextDeadline, to: &output) }
        let now = simulated.minedUntil
        let reply = "{\"id\":2,\"jsonrpc\":\"2.0\",\"error\":{\"code\":-1,\"message\":\"\(text)\"}}\n"
        simulated.received(Array(reply.utf8), now: now, to: &output)
        #expect(simulated.wantsClose == closes, "\(text)")
        #expect(simulated.counters.rejected == [text: 1])
        #expect(simulated.counters.violations == [])
    }
}

private let loginReply =
    "{\"id\":1,\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"id\":\"abc\",\"job\":{\"blob\":\""
    + String(repeating: "10", count: 39) + "00000000" + String(repeating: "22", count: 33)
    + "\",\"job_id\":\"1\",\"target\":\"9bc42000\",\"algo\":\"rx/0\",\"height\":5,\"seed_hash\":\""
    + String(repeating: "a1", count: 32) + "\"},\"extensions\":[\"algo\",\"keepalive\"],\"status\":\"OK\"}}"

private func notification(_ change: (String) -> String) -> String {
    let start = loginReply.firstRange(of: "\"job\":")
    let end = loginReply.firstRange(of: ",\"extensions\"")
    guard let start, let end else { return "" }
    let job = loginReply[start.upperBound..<end.lowerBound]
    return "{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":\(change(String(job)))}"
}

private func minerAfter(_ line: String) -> SimulatedRig {
    var simulated = SimulatedRig(rig("rig"))
    var output: [UInt8] = []
    simulated.start(now: .start, to: &output)
    simulated.received(Array((loginReply + "\n" + line + "\n").utf8), now: .start, to: &output)
    return simulated
}

@Test("A rig closes on a job it can't use")
func badJobs() {
    let changes: [(String, String, String)] = [
        ("\"algo\":\"rx/0\",", "", "missing or foreign algorithm"),
        ("\"algo\":\"rx/0\"", "\"algo\":\"kawpow\"", "missing or foreign algorithm"),
        ("\"target\":\"9bc42000\"", "\"target\":\"0000000000000000\"", "zero target"),
        ("\"target\":\"9bc42000\"", "\"target\":\"00000000\"", "zero target"),
        ("\"target\":\"9bc42000\"", "\"target\":\"9bc420\"", "bad target"),
        ("\"seed_hash\":\"a1", "\"seed_hash\":\"", "missing seed_hash"),
        ("\"blob\":\"10", "\"blob\":\"1", "bad blob"),
        ("\"job_id\":\"1\",", "", "job without job_id"),
    ]
    for (from, to, reason) in changes {
        let simulated = minerAfter(notification { $0.replacing(from, with: to) })
        #expect(simulated.counters.hangups == [reason: 1])
        #expect(simulated.counters.violationCount == 1)
    }
}

@Test("A rig closes on the job it has, and on nothing but id, blob and target")
func duplicateJob() {
    #expect(minerAfter(notification { $0 }).counters.hangups == ["duplicate job": 1])
    #expect(minerAfter(notification { $0.replacing("\"height\":5", with: "\"height\":6") }).wantsClose)
    #expect(!minerAfter(notification { $0.replacing("\"job_id\":\"1\"", with: "\"job_id\":\"2\"") }).wantsClose)
    #expect(!minerAfter(notification { $0.replacing("9bc42000", with: "9bc42001") }).wantsClose)
}

@Test("A rig that logs in again and gets the job it had closes again")
func duplicateJobAfterLogin() {
    var simulated = minerAfter("{\"jsonrpc\":\"2.0\",\"method\":\"nothing\"}")
    var output: [UInt8] = []
    simulated.closed(now: .start)
    simulated.tick(now: .start.adding(seconds: 4.9), to: &output)
    #expect(!simulated.wantsConnection)
    simulated.tick(now: .start.adding(seconds: 5), to: &output)
    #expect(simulated.wantsConnection)
    simulated.start(now: .start.adding(seconds: 5), to: &output)
    simulated.received(Array((loginReply + "\n").utf8), now: .start.adding(seconds: 5), to: &output)
    #expect(simulated.counters.hangups == ["login error -1": 1])
}

@Test("A job notification with an id is not taken as a job")
func notificationWithID() {
    let line = notification { $0.replacing("\"job_id\":\"1\"", with: "\"job_id\":\"2\"") }
    let simulated = minerAfter(line.replacing("{\"jsonrpc\"", with: "{\"id\":0,\"jsonrpc\""))
    #expect(simulated.counters.jobs == 1)
    #expect(simulated.counters.violationCount == 2)
}

@Test("An answer to nothing and a second answer are violations")
func secondAnswer() {
    #expect(minerAfter("{\"id\":77,\"jsonrpc\":\"2.0\",\"result\":{\"status\":\"OK\"}}").counters.violationCount == 1)
    #expect(minerAfter(loginReply).counters.violationCount == 1)
}

@Test("An old rig closes when nothing comes for 20 s after a request, a new one waits")
func legacyTimeout() {
    for isLegacy in [true, false] {
        var settings = rig("rig")
        settings.isLegacy = isLegacy
        var simulated = SimulatedRig(settings)
        var output: [UInt8] = []
        simulated.start(now: .start, to: &output)
        simulated.tick(now: .start.adding(seconds: 20), to: &output)
        #expect(simulated.wantsClose == isLegacy)
    }
}

@Test("A rig sends keepalived after 60 s without a line of its own")
func keepalive() {
    for isLegacy in [false, true] {
        var slow = rig("rig", hashrate: 0)
        slow.isLegacy = isLegacy
        var world = DirectWorld(pool: .still(.nicehash), rigs: [slow])
        world.run(seconds: 130)
        #expect(world.rigs[0].counters.keepalives == 2)
    }
}

@Test("A 24-bit rig that uses up its nonces closes")
func noncesUsedUp() {
    var world = DirectWorld(pool: .still(.nicehash, difficulty: 100_000_000), rigs: [rig("rig", hashrate: 1_000_000)])
    world.run(seconds: 17)
    #expect(world.rigs[0].counters.hangups == ["nonces used up": 1])
}

@Test("An xmrig-proxy's miners share one blob by byte 42")
func proxyRig() {
    var settings = rig("proxy")
    settings.program = .xmrigProxy(miners: 3)
    var world = DirectWorld(pool: pool(.open, difficulty: 5000), rigs: [settings])
    world.run(seconds: 300)
    #expect(world.rigs[0].counters.accepted > 100)
    #expect(world.pool.counters.violations == [])
    #expect(Set(world.rigs[0].takeSearched().map { $0.nonces.lowerBound >> 24 }).count == 3)
    var refusedWorld = DirectWorld(pool: pool(.nicehash, difficulty: 5000), rigs: [settings])
    refusedWorld.run(seconds: 60)
    #expect(refusedWorld.rigs[0].counters.violationCount > 0)
    #expect((refusedWorld.pool.counters.refused[.wrongSlot] ?? 0) > 0)
}
