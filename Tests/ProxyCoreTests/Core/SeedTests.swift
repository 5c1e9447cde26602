import ProxyTerms
import SplitScheduler
import StratumCodec
import Testing

@testable import ProxyCore

@Suite("RandomX seeds of the two upstreams")
struct SeedTests {
    /// A rig in a schedule of 30 s of each minute for XvB.
    private func mining(
        _ change: (CoreHarness) -> Void = { _ in }
    ) throws -> (harness: CoreHarness, rig: RigID, p2pool: LaneID, xvb: LaneID) {
        let harness = CoreHarness(xvbSeconds: 30, window: 60)
        change(harness)
        harness.bringUp()
        let rig = harness.login("rig+100")
        let p2pool = try #require(harness.lanes(.p2pool).first)
        let xvb = try #require(harness.lanes(.xvb).first)
        let line = harness.take(rig).joined()
        // A share, so that there is a hashrate to plan with.
        let blob = try #require(member("blob", of: line))
        let slot = try #require(UInt32(blob.dropFirst(84).prefix(2), radix: 16)) << 24
        harness.submit(rig, id: 2, job: try #require(member("job_id", of: line)), nonce: slot | 1, hash: 1)
        for share in harness.take(p2pool) { harness.verdict(share, from: p2pool) }
        return (harness, rig, p2pool, xvb)
    }

    /// Seconds go by, with a job of each upstream now and then.
    private func run(_ harness: CoreHarness, _ seconds: Int, _ number: inout Int) {
        for second in 0..<seconds {
            harness.advance(1)
            guard second % 20 == 0 else { continue }
            for lane in harness.lanes(.p2pool) + harness.lanes(.xvb) {
                number += 1
                harness.job(lane, "\(number)")
            }
        }
    }

    private func switches(_ harness: CoreHarness) -> [Upstream] {
        harness.notices.compactMap { if case .switched(let to, _, _, _) = $0 { to } else { nil } }
    }

    private func told(_ harness: CoreHarness) -> [Double] {
        harness.notices.compactMap { if case .seedsDiffer(_, _, let seconds) = $0 { seconds } else { nil } }
    }

    // Fault P07.
    @Test("While they differ no slice begins; it is told after a minute and after a quarter of an hour, and no more")
    func differ() throws {
        let (harness, _, _, _) = try mining { $0.seeds.xvb = "b" }
        var number = 10
        run(harness, 3_600, &number)
        #expect(switches(harness).isEmpty)
        #expect(told(harness) == [60, 900])
        #expect(harness.core.schedule.plan?.cause == .seedsDiffer)
        #expect(harness.core.currentUpstream == .p2pool)
    }

    @Test("Seeds that agree are nothing to tell, and a digit's case makes no other seed")
    func agree() throws {
        let (harness, _, _, _) = try mining { $0.seeds = PerUpstream(p2pool: "a", xvb: "A") }
        var number = 10
        run(harness, 600, &number)
        #expect(switches(harness).count >= 18)
        #expect(told(harness).isEmpty && !harness.notices.contains(.seedsAgree))
    }

    // Fault U16, P07.
    @Test("A change of Monero's seed that XvB's node learns three minutes later costs one switch and no second dataset")
    func epoch() throws {
        let (harness, rig, p2pool, xvb) = try mining()
        var number = 10
        run(harness, 70, &number)
        while harness.core.currentUpstream != .xvb { harness.advance(1) }
        let before = switches(harness).count
        _ = harness.take(rig)
        harness.seeds.p2pool = "c"
        harness.job(p2pool, "100")
        run(harness, 180, &number)
        #expect(Array(switches(harness).dropFirst(before)) == [.p2pool])
        harness.seeds.xvb = "c"
        harness.job(xvb, "101", blob: 999)
        #expect(harness.notices.last { $0 == .seedsAgree } != nil)
        run(harness, 120, &number)
        #expect(switches(harness).count >= before + 4)
        let seeds = harness.take(rig).compactMap { member("seed_hash", of: $0)?.first }
        // One way, once.
        #expect(zip(seeds, seeds.dropFirst()).count { $0 != $1 } == 1)
    }

    @Test("Rigs in a long slice stay for two minutes, and go to p2pool once if XvB is stuck")
    func longSlice() throws {
        let harness = CoreHarness(xvbSeconds: 3_600, window: 3_600)
        harness.bringUp()
        let rig = harness.login("rig+100")
        let p2pool = try #require(harness.lanes(.p2pool).first)
        harness.advance(2)
        let line = try #require(harness.take(rig).last)
        let blob = try #require(member("blob", of: line))
        let slot = try #require(UInt32(blob.dropFirst(84).prefix(2), radix: 16)) << 24
        harness.submit(rig, id: 2, job: try #require(member("job_id", of: line)), nonce: slot | 1, hash: 1)
        for lane in harness.lanes(.p2pool) + harness.lanes(.xvb) {
            for share in harness.take(lane) where member("method", of: share) == "submit" {
                harness.verdict(share, from: lane)
            }
        }
        harness.advance(1)
        #expect(harness.core.currentUpstream == .xvb)
        harness.seeds.p2pool = "c"
        harness.job(p2pool, "100")
        harness.advance(115)
        #expect(harness.core.currentUpstream == .xvb)
        harness.advance(10)
        #expect(harness.core.currentUpstream == .p2pool)
        let count = switches(harness).count
        harness.advance(100)
        #expect(switches(harness).count == count)
    }

    @Test("A late share of the other seed still goes to the pool that issued its job")
    func lateShare() throws {
        let (harness, rig, p2pool, xvb) = try mining()
        harness.advance(35)
        #expect(harness.core.currentUpstream == .xvb)
        let line = try #require(harness.take(rig).last)
        harness.seeds.p2pool = "c"
        harness.job(p2pool, "100")
        harness.advance(30)
        #expect(harness.core.currentUpstream == .p2pool)
        _ = harness.take(xvb)
        let blob = try #require(member("blob", of: line))
        let slot = try #require(UInt32(blob.dropFirst(84).prefix(2), radix: 16)) << 24
        harness.submit(rig, id: 9, job: try #require(member("job_id", of: line)), nonce: slot | 7, hash: 1)
        #expect(harness.take(xvb).count { member("method", of: $0) == "submit" } == 1)
        #expect(harness.take(p2pool).count { member("method", of: $0) == "submit" } == 0)
    }

    @Test("With p2pool down the rigs mine on XvB, whatever its seed; in mode p2pool nothing is told")
    func standIn() throws {
        let (harness, _, p2pool, _) = try mining { $0.seeds.xvb = "b" }
        harness.cut(p2pool)
        harness.advance(1)
        #expect(harness.core.currentUpstream == .xvb)
        let alone = CoreHarness(mode: .p2pool)
        alone.seeds.xvb = "b"
        alone.bringUp()
        alone.advance(1_000)
        #expect(told(alone).isEmpty)
    }

    @Test("A seed is known by its first digits")
    func text() throws {
        let (harness, _, _, _) = try mining { $0.seeds = PerUpstream(p2pool: "0", xvb: "b") }
        let seeds = harness.core.seeds.seeds
        #expect(seeds.p2pool?.description == "00000000" && seeds.xvb?.description == "bbbbbbbb")
    }
}
