import ProxyTerms
import StratumCodec
import Testing

@testable import ProxyCore

/// p2pool fixes a lane's difficulty at login: what is far off is replaced by another login.
@Suite("Difficulty of p2pool's lanes")
struct LaneDifficultyTests {
    /// One rig that proves `difficulty` hashes every ten seconds for `seconds`, on a lane that asked for 20,000 and was given
    /// more than the rig needs, so that nothing goes to the pool.
    private func mine(_ difficulty: UInt64, seconds: Int) throws -> (harness: CoreHarness, first: LaneID) {
        let harness = CoreHarness(hasXvB: false)
        let first = try #require(harness.lanes(.p2pool).first)
        harness.logIn(first, difficulty: 1 << 40)
        let rig = harness.login("rig+\(difficulty)")
        for share in 1...UInt32(seconds / 10) {
            harness.advance(10)
            // p2pool sends a job every ten seconds; a silent lane would be given up.
            harness.job(first, "\(share + 1)", difficulty: 1 << 40)
            let line = try #require(harness.take(rig).last)
            harness.submit(
                rig, id: Int(share), job: try #require(member("job_id", of: line)), nonce: try slot(of: line) | share,
                hash: Target.target(difficulty: difficulty) - 1)
            _ = harness.take(rig)
        }
        return (harness, first)
    }

    /// Difficulties that p2pool was asked for with the login name, in the order of the lanes.
    private func asked(_ harness: CoreHarness) -> [UInt64] {
        harness.core.lanes.p2pool.lanes.compactMap { $0?.askedDifficulty }
    }

    @Test("A lane that is off by more than eight times is replaced by one that asks for what the rigs need")
    func tooLow() throws {
        let (harness, first) = try mine(400_000, seconds: 600)
        #expect(harness.opened.count > 1)
        #expect(harness.core.lanes.p2pool.find(first)?.isRetiring == true)
        let newest = try #require(asked(harness).last)
        #expect(newest > 300_000 && newest < 500_000)
    }

    @Test("A lane that asks for more than eight times too much is replaced, too")
    func tooHigh() throws {
        let (harness, first) = try mine(2_000, seconds: 600)
        #expect(harness.core.lanes.p2pool.find(first)?.isRetiring == true)
        #expect(try #require(asked(harness).last) < 2_500)
    }

    @Test(
        "A lane that is off by less stays: a login costs more than it brings", arguments: [80_000, 5_000] as [UInt64])
    func nearEnough(difficulty: UInt64) throws {
        let (harness, _) = try mine(difficulty, seconds: 600)
        #expect(harness.opened.count == 1)
        #expect(asked(harness) == [20_000])
    }
}
