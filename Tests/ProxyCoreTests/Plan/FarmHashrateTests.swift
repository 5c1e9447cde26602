import ProxyTerms
import StratumCodec
import Testing

@testable import ProxyCore

@Suite("The farm's hashrate")
struct FarmHashrateTests {
    private let difficulty: UInt64 = 10_000

    /// A rig at work, its job and its slot.
    private func stage() throws -> (harness: CoreHarness, share: (UInt32) -> Void) {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp(p2poolDifficulty: 1 << 40)
        let rig = harness.login("rig+\(difficulty)")
        let line = harness.take(rig).joined()
        let job = try #require(member("job_id", of: line))
        let slot = try slot(of: line)
        let hash = Target.target(difficulty: difficulty) - 1
        return (harness, { harness.submit(rig, id: 1, job: job, nonce: slot | $0, hash: hash) })
    }

    @Test("It is at most a second old: a share counts a second later")
    func age() throws {
        let (harness, share) = try stage()
        harness.advance(20)
        share(1)
        harness.advance(1)
        let before = harness.core.hashrate.inputs(now: harness.now).total
        #expect(before > 0)
        share(2)
        #expect(harness.core.hashrate.inputs(now: harness.now.adding(seconds: 0.9)).total == before)
        harness.advance(1.1)
        #expect(harness.core.hashrate.inputs(now: harness.now).total > before * 1.5)
    }

    @Test("It is that of the rigs that are connected: one that has left counts no more, a second later")
    func left() throws {
        let (harness, share) = try stage()
        harness.advance(20)
        share(1)
        harness.advance(1.1)
        #expect(harness.core.hashrate.inputs(now: harness.now).total > 0)
        harness.disconnect(RigID(index: 0, generation: 1))
        harness.advance(1.1)
        #expect(harness.core.hashrate.inputs(now: harness.now).total == 0)
    }

    @Test("It is looked at anew at once where it is known to have changed")
    func forgotten() throws {
        let (harness, share) = try stage()
        harness.advance(20)
        share(1)
        harness.advance(1.1)
        let before = harness.core.hashrate.inputs(now: harness.now).total
        share(2)
        harness.core.hashrate.forget()
        #expect(harness.core.hashrate.inputs(now: harness.now).total > before * 1.5)
    }
}
