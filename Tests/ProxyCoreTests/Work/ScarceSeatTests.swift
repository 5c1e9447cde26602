import ProxyTerms
import StratumCodec
import Testing

@testable import ProxyCore

/// XvB owns byte 42 and has one lane, so one of two rigs can be sent there.
@Suite("Scarce seats")
struct ScarceSeatTests {
    /// Two rigs; the first has the seat. They prove so many hashes every ten seconds for a minute, each on the job it has.
    private func mine(
        _ seated: UInt64, _ waiting: UInt64, forks: Bool = false, newAlgorithms: String = "\"rx/0\""
    ) throws -> (harness: CoreHarness, rigs: [RigID]) {
        let harness = CoreHarness(xvbSeconds: 0) { $0.upstreams.xvb.maxLanes = 1 }
        harness.bringUp(p2poolDifficulty: 1 << 40, xvbDifficulty: 1 << 40, xvbByte: 7)
        let rigs = [harness.login("a+\(seated)"), harness.login("b+\(waiting)", algorithms: newAlgorithms)]
        harness.advance(1)
        #expect(isSeated(harness, rigs) == [true, false])
        var jobs: [(id: String, slot: UInt32)] = []
        for rig in rigs {
            let line = harness.take(rig).joined()
            jobs.append((try #require(member("job_id", of: line)), try slot(of: line)))
        }
        for share in 1...UInt32(6) {
            harness.advance(10)
            for (rig, (job, difficulty)) in zip(rigs, zip(jobs, [seated, waiting])) {
                harness.submit(
                    rig, id: Int(share), job: job.id, nonce: job.slot | share,
                    hash: Target.target(difficulty: difficulty) - 1)
            }
        }
        if forks, let lane = harness.lanes(.xvb).first {
            harness.receive(
                lane,
                harness.jobLine("forked", difficulty: 1 << 40, ownByte: 7).replacing(
                    "\"algo\":\"rx/0\"", with: "\"algo\":\"rx/2\""))
        }
        harness.advance(31)
        return (harness, rigs)
    }

    private func isSeated(_ harness: CoreHarness, _ rigs: [RigID]) -> [Bool] {
        rigs.map { harness.core.registry.rigs[$0.index].seats[.xvb].isTaken }
    }

    @Test("The seat goes to the rig with clearly more hashrate")
    func faster() throws {
        let (harness, rigs) = try mine(1_000, 4_000)
        #expect(isSeated(harness, rigs) == [false, true])
        #expect(harness.core.lanes.xvb.seatedCount == 1)
    }

    @Test(
        "The seat stays where it is among rigs that are about as fast, and with a faster one", arguments: [1_100, 500])
    func noise(waiting: UInt64) throws {
        let (harness, rigs) = try mine(1_000, waiting)
        #expect(isSeated(harness, rigs) == [true, false])
    }

    // Fault D07.
    @Test(
        "After XvB's fork its seat goes from the rig that can't use it to one that can, also a slower one; where none can it stays",
        arguments: [true, false])
    func fork(hasNew: Bool) throws {
        let (harness, rigs) = try mine(
            4_000, 500, forks: true, newAlgorithms: hasNew ? "\"rx/0\",\"rx/2\"" : "\"rx/0\"")
        #expect(isSeated(harness, rigs) == [!hasNew, hasNew])
    }
}
