import ProxyTerms
import SplitScheduler
import Testing

@testable import ProxyCore

@Suite("Switching")
struct SwitchTests {
    private let good: UInt64 = 1 << 40

    private func slot(of line: String) -> UInt8? {
        member("blob", of: line).flatMap { UInt8($0.dropFirst(84).prefix(2), radix: 16) }
    }

    /// Lets the rig find a share so that a hashrate is known, and moves time to the XvB slice.
    private func enterXvBSlice(_ harness: CoreHarness, _ rig: RigID, _ lane: LaneID, job: String, nonce: UInt32) {
        harness.submit(rig, id: 50, job: job, nonce: nonce, hash: good)
        for line in harness.take(lane) { harness.verdict(line, from: lane) }
        _ = harness.core.observed(
            p2pool: .init(
                sidechainDifficulty: 1e5, pplnsWindow: 2160, poolHashrate: 1e4, sidechainHeight: 1e6,
                rewardSharePercent: 1),
            now: harness.now)
        for _ in 0..<400 where harness.core.currentUpstream != .xvb { harness.advance(0.5) }
    }

    // Fault R20.
    @Test("At the planned second a rig gets a job of the other upstream on its open connection; late shares go back")
    func switches() throws {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.login("rig+100")
        let first = harness.take(rig).joined()
        let job = try #require(member("job_id", of: first))
        let own = UInt32(try #require(slot(of: first))) << 24
        let p2pool = try #require(harness.lanes(.p2pool).first)
        let xvb = try #require(harness.lanes(.xvb).first)
        _ = harness.take(p2pool)
        _ = harness.take(xvb)
        enterXvBSlice(harness, rig, p2pool, job: job, nonce: own | 1)
        #expect(harness.core.currentUpstream == .xvb)
        let switched = try #require(harness.take(rig).last)
        let xvbJob = try #require(member("job_id", of: switched))
        let xvbSlot = UInt32(try #require(slot(of: switched))) << 24
        harness.submit(rig, id: 60, job: xvbJob, nonce: xvbSlot | 1, hash: good)
        #expect(harness.take(xvb).filter { member("method", of: $0) == "submit" }.count == 1)
        harness.submit(rig, id: 61, job: job, nonce: own | 2, hash: good)
        #expect(member("job_id", of: harness.take(p2pool).joined()) == "1")
        #expect(harness.core.snapshot(now: harness.now).upstreams.p2pool.counts.late == 1)
        #expect(harness.closedRigs.isEmpty)
    }

    @Test("A switch of many rigs is made 256 at a time, so that others are heard in between")
    func inSteps() throws {
        let harness = CoreHarness()
        harness.bringUp()
        let (rig, job, own) = harness.mining("rig+100")
        for number in 0..<599 { _ = harness.login("r\(number)+100") }
        harness.openLanes()
        let p2pool = try #require(harness.lanes(.p2pool).first)
        harness.mostRigLinesInATurn = 0
        enterXvBSlice(harness, rig, p2pool, job: job, nonce: own | 1)
        #expect(harness.core.snapshot(now: harness.now).upstreams.xvb.miningRigs == 600)
        #expect(harness.mostRigLinesInATurn == 256)
    }

    // Fault O07.
    @Test(
        "An XvB that is connected before p2pool stands in for it without calling it down, and p2pool isn't back but connected"
    )
    func firstConnections() throws {
        let harness = CoreHarness()
        func causes() -> [SwitchCause] {
            harness.notices.compactMap { if case .switched(_, let cause, _, _) = $0 { cause } else { nil } }
        }
        let p2pool = try #require(harness.lanes(.p2pool).first)
        harness.logIn(try #require(harness.lanes(.xvb).first))
        harness.advance(0.008)
        #expect(causes() == [.notConnectedYet])
        harness.logIn(p2pool)
        harness.advance(0.01)
        #expect(causes() == [.notConnectedYet, .upstreamConnected])
        #expect(harness.core.currentUpstream == .p2pool)
    }

    @Test("Coming back to a blob that was searched already gives another nonce slot")
    func otherSlotOnReturn() throws {
        let harness = CoreHarness(xvbSeconds: 60, window: 120)
        harness.bringUp()
        let rig = harness.login("rig+100")
        let first = harness.take(rig).joined()
        let own = try #require(slot(of: first))
        let p2pool = try #require(harness.lanes(.p2pool).first)
        _ = harness.take(p2pool)
        enterXvBSlice(
            harness, rig, p2pool, job: try #require(member("job_id", of: first)), nonce: UInt32(own) << 24 | 1)
        _ = harness.take(rig)
        for _ in 0..<200 where harness.core.currentUpstream != .p2pool { harness.advance(0.5) }
        let back = try #require(harness.take(rig).last)
        #expect(member("blob", of: back)?.prefix(70) == member("blob", of: first)?.prefix(70))
        let second = try #require(slot(of: back))
        #expect(second != own)
    }

    @Test("Where the pool owns the byte the rig stays where its work counts until there is a fresh job")
    func staysUntilFresh() throws {
        let harness = CoreHarness(xvbSeconds: 60, window: 120)
        harness.bringUp(xvbByte: 0x5A)
        let rig = harness.login("rig+100")
        let first = harness.take(rig).joined()
        let p2pool = try #require(harness.lanes(.p2pool).first)
        let xvb = try #require(harness.lanes(.xvb).first)
        _ = harness.take(p2pool)
        let own = UInt32(try #require(slot(of: first))) << 24
        enterXvBSlice(harness, rig, p2pool, job: try #require(member("job_id", of: first)), nonce: own | 1)
        #expect(slot(of: try #require(harness.take(rig).last)) == 0x5A)
        for _ in 0..<200 where harness.core.currentUpstream != .p2pool { harness.advance(0.5) }
        #expect(harness.take(rig).count == 1)
        for _ in 0..<200 where harness.core.currentUpstream != .xvb { harness.advance(0.5) }
        #expect(harness.take(rig).isEmpty, "XvB's blob was searched: the rig must not get it again")
        harness.job(xvb, "2", ownByte: 0x5A)
        harness.advance(0.1)
        #expect(slot(of: try #require(harness.take(rig).last)) == 0x5A)
    }

    // Fault U26.
    @Test("An upstream that dies in its slice loses its rigs to the other at once, and gets them back when it returns")
    func diesInSlice() throws {
        let harness = CoreHarness(xvbSeconds: 100, window: 120)
        harness.bringUp()
        let rig = harness.login("rig+100")
        let first = harness.take(rig).joined()
        let p2pool = try #require(harness.lanes(.p2pool).first)
        let xvb = try #require(harness.lanes(.xvb).first)
        _ = harness.take(p2pool)
        let own = UInt32(try #require(slot(of: first))) << 24
        enterXvBSlice(harness, rig, p2pool, job: try #require(member("job_id", of: first)), nonce: own | 1)
        _ = harness.take(rig)
        harness.cut(xvb)
        let moved = try #require(harness.take(rig).last)
        #expect(member("blob", of: moved)?.prefix(70) == member("blob", of: first)?.prefix(70))
        harness.advance(3)
        harness.logIn(try #require(harness.lanes(.xvb).last))
        #expect(harness.take(rig).count == 1)
        #expect(harness.core.snapshot(now: harness.now).upstreams.xvb.miningRigs == 1)
    }

    // Fault U28.
    @Test("With both upstreams down rigs keep their connection for the grace time, then are closed")
    func bothDown() throws {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.login()
        for upstream in Upstream.allCases { harness.cut(try #require(harness.lanes(upstream).first)) }
        harness.advance(55)
        #expect(harness.closedRigs.isEmpty)
        harness.advance(10)
        #expect(harness.closedRigs == [rig])
    }

    /// How the loss of upstreams was told.
    private func told(_ harness: CoreHarness) -> [Notice] {
        harness.notices.filter {
            switch $0 {
            case .upstreamDown, .noneUp: true
            default: false
            }
        }
    }

    // Fault N10.
    @Test("Where XvB is not used, or is down itself, it is not told that rigs mine there when p2pool is lost")
    func otherUpstream() throws {
        let alone = CoreHarness(mode: .p2pool, hasXvB: false)
        alone.bringUp()
        alone.cut(try #require(alone.lanes(.p2pool).first))
        #expect(told(alone) == [.upstreamDown(.p2pool, other: .unused), .noneUp([.p2pool], graceSeconds: 60)])
        // A reload to mode p2pool leaves XvB's lanes.
        let mode = CoreHarness(mode: .p2pool)
        mode.bringUp()
        mode.cut(try #require(mode.lanes(.p2pool).first))
        mode.cut(try #require(mode.lanes(.xvb).first))
        #expect(
            told(mode) == [
                .upstreamDown(.p2pool, other: .unused), .noneUp([.p2pool], graceSeconds: 60),
                .upstreamDown(.xvb, other: .down),
            ])
        let both = CoreHarness()
        both.bringUp()
        for upstream in [Upstream.xvb, .p2pool] { both.cut(try #require(both.lanes(upstream).first)) }
        #expect(
            told(both) == [
                .upstreamDown(.xvb, other: .up), .upstreamDown(.p2pool, other: .down),
                .noneUp([.p2pool, .xvb], graceSeconds: 60),
            ])
    }

    @Test("In mode p2pool rigs get no work of XvB, though it is there and p2pool isn't")
    func p2poolMode() throws {
        let harness = CoreHarness(mode: .p2pool)
        harness.logIn(try #require(harness.lanes(.xvb).first))
        let early = harness.login()
        #expect(harness.take(early).allSatisfy { member("blob", of: $0) == nil })
        harness.logIn(try #require(harness.lanes(.p2pool).first))
        let rig = harness.login()
        #expect(harness.take(rig).contains { member("blob", of: $0) != nil })
        harness.cut(try #require(harness.lanes(.p2pool).first))
        harness.job(try #require(harness.lanes(.xvb).first), "2")
        #expect(harness.take(rig).isEmpty)
        #expect(harness.core.snapshot(now: harness.now).upstreams.xvb.miningRigs == 0)
    }
}
