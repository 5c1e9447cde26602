import ProxyTerms
import StratumCodec
import Testing

@testable import ProxyCore

@Suite("Late shares")
struct LateShareTests {
    /// A rig on p2pool, with the ids and slots of the jobs it was given so far.
    private func stage(_ change: (CoreHarness, LaneID) -> Void) throws -> (CoreHarness, RigID, [(String, UInt32)]) {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.login("rig+100")
        change(harness, try #require(harness.lanes(.p2pool).first))
        let jobs = try harness.take(rig).map { line in
            (try #require(member("job_id", of: line)), try slot(of: line))
        }
        return (harness, rig, jobs)
    }

    private func late(_ harness: CoreHarness) -> UInt64 { harness.core.book.counts.p2pool.late }

    // Fault U31.
    @Test("A share for the job before the newest one is sent, and counted as late")
    func newerJob() throws {
        let (harness, rig, jobs) = try stage { $0.job($1, "2") }
        #expect(jobs.count == 2)
        harness.submit(rig, id: 2, job: jobs[0].0, nonce: jobs[0].1 | 1, hash: 1)
        #expect(harness.core.book.counts.p2pool.submitted == 1)
        #expect(late(harness) == 1)
    }

    @Test("A share for the newest job is not late")
    func newestJob() throws {
        let (harness, rig, jobs) = try stage { $0.job($1, "2") }
        harness.submit(rig, id: 2, job: jobs[1].0, nonce: jobs[1].1 | 1, hash: 1)
        #expect(harness.core.book.counts.p2pool.submitted == 1)
        #expect(late(harness) == 0)
    }
}
