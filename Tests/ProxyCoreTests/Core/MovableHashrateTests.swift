import ProxyTerms
import SplitScheduler
import Testing

@testable import ProxyCore

/// What a plan takes for movable to XvB where its node has a lane for each rig.
@Suite("Rigs whose lanes to XvB are on their way can be moved")
struct MovableHashrateTests {
    /// Three rigs on p2pool that have each found a share; XvB's node owns the nonce byte.
    private func farm() throws -> CoreHarness {
        let harness = CoreHarness(xvbSeconds: 60, window: 120)
        harness.bringUp(xvbByte: 0x11)
        let p2pool = try #require(harness.lanes(.p2pool).first)
        for number in 0..<3 {
            let (rig, job, slot) = harness.mining("rig\(number)+100")
            harness.submit(rig, id: 50, job: job, nonce: slot | 1, hash: 1 << 40)
            for line in harness.take(p2pool) where member("method", of: line) == "submit" {
                harness.verdict(line, from: p2pool)
            }
        }
        logInAll(harness)
        harness.advance(10)
        readP2Pool(harness)
        return harness
    }

    private func readP2Pool(_ harness: CoreHarness) {
        _ = harness.core.observed(
            p2pool: .init(
                sidechainDifficulty: 1e5, pplnsWindow: 2160, poolHashrate: 1e4, sidechainHeight: 1e6,
                rewardSharePercent: 1), now: harness.now)
    }

    private func plan(_ harness: CoreHarness) -> WindowPlan? { harness.core.snapshot(now: harness.now).plan }

    private func logInAll(_ harness: CoreHarness) {
        for (number, lane) in harness.lanes(.xvb).enumerated()
        where harness.core.lanes.xvb.find(lane)?.isReady == false {
            harness.logIn(lane, ownByte: UInt8(0x20 + number), blob: 500)
        }
    }

    @Test("XvB is back with its first lane: the plan that is made with it moves all rigs")
    func back() throws {
        let harness = try farm()
        for lane in harness.lanes(.xvb) { harness.cut(lane) }
        var opening: [LaneID] { harness.lanes(.xvb).filter { harness.core.lanes.xvb.find($0)?.isOpening == true } }
        for _ in 0..<200 where plan(harness)?.cause != .xvbDown {
            harness.advance(1)
            for lane in opening { harness.cut(lane) }
        }
        #expect(plan(harness)?.cause == .xvbDown)
        for _ in 0..<60 where opening.isEmpty { harness.advance(1) }
        readP2Pool(harness)
        harness.logIn(try #require(opening.first), ownByte: 0x11, blob: 600)
        let made = try #require(plan(harness))
        #expect(made.cause == .manual)
        #expect(made.hashrate > 0 && made.movableHashrate == made.hashrate)
    }
}
