import ProxyTerms
import Testing

@testable import ProxyCore

/// Many jobs at once (docs/invariants.md#faults-of-pools).
@Suite("Jobs in a burst")
struct JobBurstTests {
    // Fault U18.
    @Test("Of several jobs in one piece a rig gets the newest, and shares for it find the pool")
    func newestWins() throws {
        let harness = CoreHarness()
        harness.bringUp()
        let lane = try #require(harness.lanes(.p2pool).first)
        let rig = harness.login("rig+100")
        #expect(harness.take(rig).count == 1)
        _ = harness.take(lane)
        harness.receive(lane, (2...50).map { harness.jobLine("\($0)") }.joined(separator: "\n"))
        let lines = harness.take(rig)
        #expect(lines.count == 1)
        let told = harness.notices.filter { if case .newJob(.p2pool, _, _, _, _) = $0 { true } else { false } }
        #expect(told.count == 2)
        let line = try #require(lines.last)
        let blob = try #require(member("blob", of: line))
        let slot = try #require(UInt32(blob.dropFirst(84).prefix(2), radix: 16))
        harness.submit(
            rig, id: 9, job: try #require(member("job_id", of: line)), nonce: slot << 24 | 1, hash: 1 << 40)
        #expect(harness.take(lane).last.flatMap { member("job_id", of: $0) } == "50")
    }

    @Test("A verdict between two jobs reaches its rig, and so does the job")
    func verdictBetween() throws {
        let harness = CoreHarness()
        harness.bringUp()
        let lane = try #require(harness.lanes(.p2pool).first)
        let rig = harness.login("rig+100")
        let first = try #require(harness.take(rig).last)
        _ = harness.take(lane)
        let blob = try #require(member("blob", of: first))
        let slot = try #require(UInt32(blob.dropFirst(84).prefix(2), radix: 16))
        harness.submit(
            rig, id: 9, job: try #require(member("job_id", of: first)), nonce: slot << 24 | 1, hash: 1 << 40)
        let id = try #require(harness.take(lane).last.flatMap { member("id", of: $0) })
        let verdict = "{\"id\":\(id),\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"OK\"}}"
        harness.receive(lane, [harness.jobLine("2"), verdict, harness.jobLine("3")].joined(separator: "\n"))
        let lines = harness.take(rig)
        #expect(lines.count == 2)
        #expect(lines.contains { member("id", of: $0) == "9" } && lines.contains { $0.contains("\"method\":\"job\"") })
    }
}
