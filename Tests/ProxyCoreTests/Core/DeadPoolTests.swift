import ProxyTerms
import Testing

@testable import ProxyCore

/// A rig never goes on with a dead pool's job while the other upstream lives, whatever was searched there before.
@Suite("Work at once when a pool dies")
struct DeadPoolTests {
    private let good: UInt64 = 1 << 40

    private func slot(of line: String?) -> UInt8? {
        line.flatMap { member("blob", of: $0) }.flatMap { UInt8($0.dropFirst(84).prefix(2), radix: 16) }
    }

    /// One rig on p2pool, XvB's job (byte 11) searched by it, no spare lane.
    private func searchedXvB(maxLanes: Int = 64) throws -> (CoreHarness, RigID, blob: Int) {
        var lastBlob = 0
        let harness = CoreHarness(xvbSeconds: 20, window: 60, maxLanes: maxLanes)
        harness.bringUp(xvbByte: 0x11)
        let rig = harness.login("rig+100")
        let p2pool = try #require(harness.lanes(.p2pool).first)
        let line = try #require(harness.take(rig).last)
        let nonce = UInt32(try #require(slot(of: line))) << 24 | 1
        harness.submit(rig, id: 50, job: try #require(member("job_id", of: line)), nonce: nonce, hash: good)
        for line in harness.take(p2pool) where member("method", of: line) == "submit" {
            harness.verdict(line, from: p2pool)
        }
        _ = harness.core.observed(
            p2pool: .init(
                sidechainDifficulty: 1e5, pplnsWindow: 2160, poolHashrate: 1e4, sidechainHeight: 1e6,
                rewardSharePercent: 1), now: harness.now)
        let xvb = try #require(harness.lanes(.xvb).first)
        for number in 2..<40 where harness.core.currentUpstream != .xvb {
            harness.job(xvb, "\(number)", ownByte: 0x11)
            harness.advance(4)
        }
        #expect(harness.core.currentUpstream == .xvb)
        for number in 100..<150 where harness.core.currentUpstream == .xvb {
            harness.job(xvb, "\(number)", ownByte: 0x11, blob: number)
            harness.advance(1)
            if harness.core.currentUpstream == .p2pool { lastBlob = number }
        }
        #expect(harness.core.currentUpstream == .p2pool)
        #expect(harness.lanes(.xvb).count == 1)
        _ = harness.take(rig)
        return (harness, rig, lastBlob)
    }

    // Fault P01.
    @Test("p2pool dies and XvB's job was searched before: a lane more is opened at once, and the rig has its work")
    func laneMore() throws {
        let (harness, rig, _) = try searchedXvB()
        harness.cut(try #require(harness.lanes(.p2pool).first))
        #expect(harness.take(rig).isEmpty)
        harness.advance(0.1)
        let more = harness.lanes(.xvb)
        try #require(more.count == 2)
        harness.logIn(more[1], ownByte: 0x12)
        harness.advance(0.1)
        #expect(slot(of: harness.take(rig).last) == 0x12)
    }

    @Test("Where there may be no more lanes the searched one logs in anew")
    func renewed() throws {
        let (harness, rig, _) = try searchedXvB(maxLanes: 1)
        harness.cut(try #require(harness.lanes(.p2pool).first))
        let old = harness.lanes(.xvb)
        harness.advance(0.1)
        let lane = try #require(harness.lanes(.xvb).first)
        #expect(harness.lanes(.xvb).count == 1 && !old.contains(lane))
        harness.logIn(lane, ownByte: 0x12)
        #expect(slot(of: harness.take(rig).last) == 0x12)
    }

    @Test("A pool that always answers with what was searched is not asked for ever")
    func bounded() throws {
        let (harness, rig, blob) = try searchedXvB()
        harness.cut(try #require(harness.lanes(.p2pool).first))
        var logins = 0
        for _ in 0..<100 {
            harness.advance(0.2)
            for lane in harness.lanes(.xvb) where !(harness.core.lanes.xvb.find(lane)?.isReady ?? true) {
                logins += 1
                harness.logIn(lane, ownByte: 0x11, blob: blob)
            }
            if logins > 50 { break }
        }
        #expect((1...4).contains(logins))
        #expect(harness.take(rig).isEmpty)
    }

    /// p2pool's job is searched in all slots: rigs that log in, drop and come back use them up.
    private func slotsUsedUp() throws -> (CoreHarness, RigID, more: LaneID) {
        let harness = CoreHarness(xvbSeconds: 100, window: 120)
        harness.bringUp()
        for number in 0..<256 {
            let rig = harness.login("rig\(number)")
            #expect(harness.take(rig).count == 1)
            harness.disconnect(rig)
        }
        let rig = harness.login("last")
        harness.advance(0.1)
        let lanes = harness.lanes(.p2pool)
        #expect(lanes.count == 2)
        return (harness, rig, try #require(lanes.last))
    }

    @Test("The slots of p2pool's job are used up: another lane is opened at once")
    func anotherLane() throws {
        let (harness, rig, more) = try slotsUsedUp()
        harness.logIn(more)
        harness.advance(0.1)
        #expect(slot(of: harness.take(rig).last) != nil)
        #expect(harness.core.registry.rigs[rig.index].work.minesOn == .p2pool)
    }

    @Test(
        "XvB's node dies in its slice and p2pool's job was searched in all slots: the rig has work of another lane to p2pool"
    )
    func nodeDies() throws {
        let (harness, rig, more) = try slotsUsedUp()
        #expect(harness.core.registry.rigs[rig.index].work.minesOn == .xvb)
        harness.cut(try #require(harness.lanes(.xvb).first))
        #expect(harness.core.registry.rigs[rig.index].work.minesOn == nil)
        harness.logIn(more)
        harness.advance(0.1)
        #expect(harness.core.registry.rigs[rig.index].work.minesOn == .p2pool)
    }

    @Test("XvB's lane of a rig dies, the node lives: the rig has a spare lane's job in the same moment")
    func laneDies() throws {
        let harness = CoreHarness(mode: .hero)
        harness.bringUp(xvbByte: 0x11)
        harness.cut(try #require(harness.lanes(.p2pool).first))
        let rig = harness.login("rig+100")
        harness.advance(0.1)
        #expect(slot(of: harness.take(rig).last) == 0x11)
        harness.core.lanes.xvb.demand.needsPerRig(2, at: harness.now)
        harness.core.agenda.reconcileSoon(harness.now)
        harness.advance(0.1)
        let spare = try #require(harness.lanes(.xvb).last)
        harness.logIn(spare, ownByte: 0x12)
        harness.advance(0.1)
        #expect(harness.take(rig).isEmpty)
        harness.cut(try #require(harness.lanes(.xvb).first))
        #expect(slot(of: harness.take(rig).last) == 0x12)
    }

    @Test("A rig stays on a lane that is being replaced until the new one has work that nobody has searched")
    func retired() throws {
        let harness = CoreHarness(mode: .hero) {
            $0.upstreams.xvb.endpoints.append(
                CoreEndpoint(host: "second.example", port: 4247, usesTLS: true, user: "4abcdefg"))
        }
        harness.cut(try #require(harness.lanes(.p2pool).first))
        harness.logIn(try #require(harness.lanes(.xvb).first), ownByte: 0x11, blob: 500)
        let rig = harness.login("rig+100")
        harness.advance(0.1)
        #expect(slot(of: harness.take(rig).last) == 0x11)
        let old = try #require(harness.lanes(.xvb).first)
        let lane = try #require(harness.core.lanes.xvb.find(old))
        lane.retire()
        harness.core.agenda.reconcileSoon(harness.now)
        harness.advance(0.1)
        let new = try #require(harness.lanes(.xvb).last)
        #expect(new != old)
        // The same nonces of the same blob: nothing for the rig, whose work still counts.
        harness.logIn(new, ownByte: 0x11, blob: 500)
        harness.advance(0.1)
        #expect(harness.take(rig).isEmpty)
        #expect(harness.core.registry.rigs[rig.index].work.minesOn == .xvb)
        harness.job(new, "2", ownByte: 0x11, blob: 501)
        harness.advance(0.3)
        #expect(harness.take(rig).count == 1)
        #expect(harness.core.lanes.xvb.lane(harness.core.registry.rigs[rig.index].seats[.xvb].lane)?.id == new)
    }
}
