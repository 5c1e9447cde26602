import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("An orderly stop")
struct StopTests {
    /// A rig that mines on p2pool, and one share of it on its way.
    private func mining(
        xvbSeconds: Double = 0, window: Int = 120
    ) throws -> (harness: CoreHarness, rig: RigID, lane: LaneID, job: String, slot: UInt32) {
        let harness = CoreHarness(xvbSeconds: xvbSeconds, window: window)
        harness.bringUp()
        let rig = harness.login("rig+100")
        let line = harness.take(rig).joined()
        let job = try #require(member("job_id", of: line))
        let blob = try #require(member("blob", of: line))
        let slot = try #require(UInt32(blob.dropFirst(84).prefix(2), radix: 16)) << 24
        let lane = try #require(harness.lanes(.p2pool).first)
        _ = harness.take(lane)
        harness.submit(rig, id: 2, job: job, nonce: slot | 2, hash: 1)
        return (harness, rig, lane, job, slot)
    }

    // Fault P08.
    @Test(
        "A verdict that takes its time is told to the rig, and with the last one the stop is complete",
        arguments: [0.5, 4.9])
    func slowVerdict(seconds: Double) throws {
        let (harness, rig, lane, _, _) = try mining()
        let share = try #require(harness.take(lane).first)
        harness.stop()
        harness.advance(seconds)
        #expect(!harness.hasStopped && harness.closedRigs.isEmpty)
        harness.verdict(share, from: lane)
        #expect(harness.take(rig).map { member("status", of: $0) } == ["OK"])
        #expect(harness.closedRigs == [rig])
        #expect(!harness.hasStopped, "the rig has not closed yet")
        harness.disconnect(rig)
        #expect(harness.hasStopped)
    }

    // Fault P08.
    @Test("New shares are refused in so many words, and don't make the stop longer")
    func newShares() throws {
        let (harness, rig, lane, job, slot) = try mining()
        let share = try #require(harness.take(lane).first)
        harness.stop()
        for number in 3...9 {
            harness.submit(rig, id: number, job: job, nonce: slot | UInt32(number), hash: 1)
            harness.advance(0.3)
        }
        #expect(harness.take(lane).isEmpty)
        #expect(
            harness.take(rig).map { member("message", of: $0) } == Array(repeating: "The proxy is stopping", count: 7))
        harness.verdict(share, from: lane)
        #expect(harness.closedRigs == [rig])
        #expect(harness.core.snapshot(now: harness.now).local[.stopping] == 7)
    }

    @Test("A pool that says nothing is waited for five seconds; then each share is answered, and the rig leaves")
    func noVerdict() throws {
        let (harness, rig, lane, _, _) = try mining()
        harness.stop()
        harness.advance(4.9)
        #expect(harness.take(rig).isEmpty && harness.closedRigs.isEmpty)
        harness.advance(0.2)
        #expect(harness.take(rig).map { member("message", of: $0) } == ["No answer from the pool before the stop"])
        #expect(harness.closedRigs == [rig])
        // It does not close: that is not waited for.
        harness.advance(1)
        #expect(harness.hasStopped)
        // What comes now is nobody's.
        harness.receive(lane, "{\"id\":2,\"error\":null,\"result\":{\"status\":\"OK\"}}")
        #expect(harness.take(rig).isEmpty)
    }

    // Fault P08.
    @Test("A planned switch does not run any more, and one that runs ends", arguments: [2.0, 4.0])
    func noSwitch(seconds: Double) throws {
        let (harness, rig, lane, job, slot) = try mining(xvbSeconds: 60)
        for share in harness.take(lane) { harness.verdict(share, from: lane) }
        harness.advance(2)
        let end = harness.core.schedule.expectedSwitch
        let due = try #require(end)
        harness.advance(due.seconds(since: harness.now) - seconds)
        _ = harness.take(rig)
        #expect(harness.core.currentUpstream == .p2pool)
        harness.submit(rig, id: 3, job: job, nonce: slot | 3, hash: 1)
        harness.stop()
        harness.advance(seconds + 0.5)
        #expect(harness.core.currentUpstream == .p2pool)
        #expect(harness.take(rig).isEmpty, "no job of XvB's")
    }

    @Test("No job is handed out any more, whatever pools and rigs do")
    func noJobs() throws {
        let (harness, rig, lane, _, _) = try mining()
        let late = harness.connect()
        harness.stop()
        harness.job(lane, "2")
        harness.send(late, "{\"id\":1,\"method\":\"login\",\"params\":{\"login\":\"late\"}}")
        for other in harness.lanes(.xvb) { harness.cut(other) }
        harness.advance(1)
        #expect(harness.take(rig).isEmpty && harness.take(late).isEmpty)
    }

    @Test("Shares that were queued for p2pool before the stop still go there and get their verdicts")
    func queued() throws {
        let (harness, rig, lane, job, slot) = try mining()
        for number in 3...14 { harness.submit(rig, id: number, job: job, nonce: slot | UInt32(number), hash: 1) }
        harness.stop()
        var answered = 0
        var flying = harness.take(lane)
        while !flying.isEmpty {
            harness.verdict(flying.removeFirst(), from: lane)
            answered += 1
            flying += harness.take(lane)
        }
        #expect(answered == 13)
        #expect(harness.take(rig).count { member("status", of: $0) == "OK" } == 13)
        #expect(harness.closedRigs == [rig])
    }

    @Test("Without rigs it is complete at once, and a lane that dies meanwhile leaves no share unanswered")
    func quiet() throws {
        let empty = CoreHarness()
        empty.bringUp()
        empty.stop()
        #expect(empty.hasStopped)
        let (harness, rig, lane, _, _) = try mining()
        harness.stop()
        harness.cut(lane)
        #expect(harness.take(rig).count == 1)
        #expect(harness.closedRigs == [rig])
    }
}
