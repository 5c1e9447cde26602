import ProxyTerms
import StratumCodec
import Testing
import Upstreams

@testable import ProxyCore

@Suite("Judging a share against its own job")
struct ShareJudgeTests {
    /// A job of difficulty 4,000 that a rig was given at 1,000, in slot 5.
    private func stage(fullNonceSpace: Bool = false) throws -> (issued: IssuedJob, job: LaneJob) {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp(p2poolDifficulty: 4_000)
        let lane = try #require(harness.core.lanes.p2pool.firstReady())
        let job = try #require(lane.current)
        let issued = IssuedJob(
            number: 1 << 32 | 1, target: Target.target(difficulty: 1_000), serial: job.serial, ledgerIndex: job.index,
            slot: 5, hasFullNonceSpace: fullNonceSpace)
        return (issued, job)
    }

    private func submit(nonce: UInt32, hash: UInt64) throws -> Submit {
        let text = """
            {"id":1,"jsonrpc":"2.0","method":"submit","params":{"id":"s","job_id":"000100000001",\
            "nonce":"\(hex(nonce))","result":"\(String(repeating: "0", count: 48))\(hex(hash))"}}
            """
        return try Array(text.utf8).withUnsafeBytes { line throws -> Submit in
            guard case .submit(let submit) = try decodeRigLine(line) else { throw Unexpected() }
            return submit
        }
    }

    private struct Unexpected: Error {}

    // Fault R17.
    @Test(
        "What meets the pool's target goes to the pool, what meets the rig's alone counts here, what meets neither is refused"
    )
    func targets() throws {
        let (issued, job) = try stage()
        let pool = Target.target(difficulty: 4_000)
        let rig = Target.target(difficulty: 1_000)
        #expect(ShareJudge.judge(try submit(nonce: 5 << 24, hash: pool - 1), issued, job) == .forPool)
        #expect(ShareJudge.judge(try submit(nonce: 5 << 24, hash: pool), issued, job) == .belowPoolTarget)
        #expect(ShareJudge.judge(try submit(nonce: 5 << 24, hash: rig - 1), issued, job) == .belowPoolTarget)
        #expect(ShareJudge.judge(try submit(nonce: 5 << 24, hash: rig), issued, job) == .refused(.lowDifficulty))
    }

    // Fault R18.
    @Test("A hash of zero is no share")
    func zero() throws {
        let (issued, job) = try stage()
        #expect(ShareJudge.judge(try submit(nonce: 5 << 24, hash: 0), issued, job) == .refused(.lowDifficulty))
    }

    // Fault R22.
    @Test("A nonce of another rig's slot is refused before anything else is looked at")
    func slot() throws {
        let (issued, job) = try stage()
        #expect(ShareJudge.judge(try submit(nonce: 6 << 24, hash: 1), issued, job) == .refused(.wrongNonceRange))
        #expect(ShareJudge.judge(try submit(nonce: 6 << 24, hash: .max), issued, job) == .refused(.wrongNonceRange))
    }

    @Test("Any value of byte 42 is good where the rig has the full nonce space, or its miners share it")
    func anyByte() throws {
        let (issued, job) = try stage()
        let share = try submit(nonce: 6 << 24, hash: 1)
        #expect(ShareJudge.judge(share, issued, job, anyByte: true) == .forPool)
        let (full, other) = try stage(fullNonceSpace: true)
        #expect(ShareJudge.judge(share, full, other) == .forPool)
    }

    @Test("Each refusal has words of its own for the rig, and is counted once")
    func refusals() throws {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let rig = harness.core.registry.rigs[harness.login().index]
        for (number, refusal) in ShareRefusal.allCases.enumerated() {
            harness.core.book.refusedHere(refusal, rig, at: .start)
            #expect(harness.core.book.local.total == UInt64(number + 1))
            #expect(rig.tally.record?.counts.refusals == UInt64(number + 1))
        }
    }
}
