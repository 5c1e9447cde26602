import ProxyTerms
import SplitScheduler
import Testing

@testable import ProxyCore

@Suite("Submits")
struct SubmitTests {
    /// A hash that meets every target of these tests.
    private let good: UInt64 = 1 << 40

    /// A harness with one rig that mines on p2pool, and what it was given.
    private func mining(
        laneDifficulty: UInt64 = 100, user: String = "rig+100"
    ) throws -> (harness: CoreHarness, rig: RigID, lane: LaneID, job: String, slot: UInt32) {
        let harness = CoreHarness()
        harness.bringUp(p2poolDifficulty: laneDifficulty)
        let rig = harness.login(user)
        let line = harness.take(rig).joined()
        let job = try #require(member("job_id", of: line))
        let blob = try #require(member("blob", of: line))
        let slot = try #require(UInt32(blob.dropFirst(84).prefix(2), radix: 16))
        let lane = try #require(harness.lanes(.p2pool).first)
        _ = harness.take(lane)
        return (harness, rig, lane, job, slot << 24)
    }

    @Test("A share goes to the pool under the pool's own ids and its verdict comes back under the rig's")
    func roundTrip() throws {
        let (harness, rig, lane, job, slot) = try mining()
        harness.submit(rig, id: 7, job: job, nonce: slot | 5, hash: good)
        let forwarded = try #require(harness.take(lane).first)
        #expect(member("job_id", of: forwarded) == "1")
        #expect(member("nonce", of: forwarded) == hex(slot | 5))
        #expect(harness.take(rig).isEmpty)
        harness.verdict(forwarded, from: lane)
        let answer = try #require(harness.take(rig).first)
        #expect(member("id", of: answer) == "7")
        #expect(member("status", of: answer) == "OK")
        #expect(harness.core.snapshot(now: harness.now).upstreams.p2pool.counts.accepted == 1)
    }

    /// p2pool's figures with a sidechain difficulty of 2^24 (hashes up to 2^40 − 1).
    private func observeSidechain(_ harness: CoreHarness) {
        harness.core.observed(
            p2pool: P2PoolReading(
                sidechainDifficulty: 16_777_216, pplnsWindow: 2160, poolHashrate: 1_677_721, rewardSharePercent: 0),
            now: harness.now)
    }

    @Test("An accepted share that reaches p2pool's sidechain counts at once: the plan needs no file to say so")
    func sidechainShare() throws {
        let (harness, rig, lane, job, slot) = try mining()
        observeSidechain(harness)
        harness.submit(rig, id: 7, job: job, nonce: slot | 5, hash: (1 << 40) - 1)
        let forwarded = try #require(harness.take(lane).first)
        #expect(harness.core.snapshot(now: harness.now).sidechainShares == 0)
        harness.advance(1)
        harness.verdict(forwarded, from: lane)
        let snapshot = harness.core.snapshot(now: harness.now)
        #expect(snapshot.sidechainShares == 1)
        #expect(snapshot.lastSidechainShareAt == harness.now)
        #expect(snapshot.schedule.secondsUntilShareLeaves.map { $0 > 21_000 } == true)
        #expect(harness.notices.contains(.sidechainShare(name: "rig", difficulty: 16_777_216, shares: 1)))
        #expect(harness.core.schedule.plan?.cause != .noShare)
    }

    @Test(
        "A share that is refused, too easy for the sidechain, or found before p2pool's figures came is no sidechain share",
        arguments: ["refused", "easy", "early"])
    func noSidechainShare(kind: String) throws {
        let (harness, rig, lane, job, slot) = try mining()
        if kind != "early" { observeSidechain(harness) }
        harness.submit(rig, id: 7, job: job, nonce: slot | 5, hash: kind == "easy" ? 1 << 41 : 1 << 30)
        let forwarded = try #require(harness.take(lane).first)
        if kind == "refused" {
            harness.verdict(forwarded, from: lane, error: "Low diff share")
        } else {
            harness.verdict(forwarded, from: lane)
        }
        #expect(harness.core.snapshot(now: harness.now).sidechainShares == 0)
        let isNoticed = harness.notices.contains { if case .sidechainShare = $0 { true } else { false } }
        #expect(!isNoticed)
    }

    // Fault R17.
    @Test(
        "What is answered here never reaches the pool",
        arguments: [
            ("duplicate", "Duplicate share"), ("low", "Low difficulty share"), ("slot", "Nonce outside"),
            ("foreign", "Unknown job"), ("unknown", "Unknown job"),
        ])
    func answeredHere(kind: String, text: String) throws {
        let (harness, rig, lane, job, slot) = try mining()
        switch kind {
        case "duplicate":
            harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: good)
            _ = harness.take(lane)
            harness.submit(rig, id: 3, job: job, nonce: slot | 1, hash: good)
        case "low":
            harness.submit(rig, id: 3, job: job, nonce: slot | 1, hash: .max)
        case "slot":
            harness.submit(rig, id: 3, job: job, nonce: (slot &+ 0x0100_0000) | 1, hash: good)
        case "foreign":
            let other = harness.login("other")
            let otherJob = try #require(member("job_id", of: harness.take(other).joined()))
            harness.submit(rig, id: 3, job: otherJob, nonce: slot | 1, hash: good)
        default:
            harness.submit(rig, id: 3, job: "zz", nonce: slot | 1, hash: good)
        }
        let answer = try #require(harness.take(rig).last)
        #expect(member("id", of: answer) == "3")
        #expect(member("message", of: answer)?.hasPrefix(text) == true)
        #expect(harness.take(lane).isEmpty)
    }

    // Fault R21.
    @Test("Four jobs of a lane stay routable, the fifth last is expired")
    func fourJobs() throws {
        let (harness, rig, lane, first, slot) = try mining()
        var jobs = [first]
        for number in 2...5 {
            harness.job(lane, "\(number)")
            jobs.append(try #require(member("job_id", of: harness.take(rig).joined())))
        }
        harness.submit(rig, id: 2, job: jobs[0], nonce: slot | 1, hash: good)
        #expect(member("message", of: harness.take(rig).joined()) == "Stale share")
        #expect(harness.take(lane).isEmpty)
        for (place, job) in jobs.enumerated().dropFirst() {
            harness.submit(rig, id: 10 + place, job: job, nonce: slot | 1, hash: good)
            #expect(member("job_id", of: harness.take(lane).joined()) == "\(place + 1)")
        }
    }

    @Test("A share between the rig's and the lane's difficulty is answered here and counts as work")
    func belowPoolTarget() throws {
        let (harness, rig, lane, job, slot) = try mining(laneDifficulty: 10_000, user: "rig+200")
        harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: UInt64.max / 1000)
        #expect(member("status", of: harness.take(rig).joined()) == "OK")
        #expect(harness.take(lane).isEmpty)
        let snapshot = harness.core.snapshot(now: harness.now)
        #expect(snapshot.local.belowPoolTarget == 1)
        #expect(abs(snapshot.measuredWork - 200) < 1e-6)
    }

    @Test(
        "Texts on which xmrig hangs up are translated",
        arguments: ["Invalid job id", "Unauthenticated", "Your IP is banned", "IP Address currently banned"])
    func translated(text: String) throws {
        let (harness, rig, lane, job, slot) = try mining()
        harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: good)
        harness.verdict(try #require(harness.take(lane).first), from: lane, error: text)
        let message = try #require(member("message", of: harness.take(rig).joined()))
        #expect(!message.lowercased().hasPrefix(text.lowercased()))
        #expect(message == "Stale share" || message == "Refused by the pool")
    }

    @Test("Other texts of a pool reach the rig, escaped and capped")
    func passedOn() throws {
        let (harness, rig, lane, job, slot) = try mining()
        harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: good)
        let line = try #require(harness.take(lane).first)
        harness.verdict(line, from: lane, error: "no \\\"luck\\\"\\n" + String(repeating: "x", count: 1000))
        let answer = try #require(harness.take(rig).first)
        #expect(answer.range(of: "no \\\"luck\\\"") != nil)
        #expect(answer.utf8.count < 500)
        #expect(harness.take(rig).isEmpty)
    }

    // Fault U26.
    @Test("A lane's end answers every submit in flight, once, and counts it as lost")
    func lostWithTheLane() throws {
        let (harness, rig, lane, job, slot) = try mining()
        for nonce in 1...8 { harness.submit(rig, id: 100 + nonce, job: job, nonce: slot | UInt32(nonce), hash: good) }
        harness.cut(lane)
        let answers = harness.take(rig).filter { $0.range(of: "\"error\":{") != nil }
        #expect(answers.compactMap { member("id", of: $0) } == (101...108).map(String.init))
        let counts = harness.core.snapshot(now: harness.now).upstreams.p2pool.counts
        #expect(counts.lost == 8 && counts.pending == 0 && counts.isBalanced)
    }

    // Fault U21.
    @Test("A pool that answers no shares is left after the deadline, and the rig is answered before xmrig gives up")
    func unanswered() throws {
        let (harness, rig, lane, job, slot) = try mining()
        harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: good)
        harness.advance(16)
        #expect(harness.take(rig).contains { member("id", of: $0) == "2" })
        #expect(harness.closedLanes.contains(lane))
    }

    // Fault R13.
    @Test("A submit before the login is answered and not forwarded")
    func beforeLogin() {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.connect()
        harness.submit(rig, id: 1, job: "000100000001", nonce: 1, hash: good)
        #expect(member("message", of: harness.take(rig).joined()) == "Log in first")
    }

    // Fault U25.
    @Test("Fewer than 1,024 bytes are unanswered at p2pool, whatever a rig sends; the rest follows the verdicts")
    func paced() throws {
        let (harness, rig, lane, job, slot) = try mining()
        for nonce in 1...40 { harness.submit(rig, id: nonce, job: job, nonce: slot | UInt32(nonce), hash: good) }
        var flying = harness.take(lane)
        var answered = 0
        while let line = flying.first {
            #expect(flying.reduce(0) { $0 + $1.utf8.count + 1 } < 1024)
            flying.removeFirst()
            harness.verdict(line, from: lane)
            flying += harness.take(lane)
            answered += 1
        }
        #expect(answered == 40)
        #expect(harness.take(rig).count == 40)
    }
}
