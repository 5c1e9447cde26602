import ProxyTerms
import Testing

@testable import ProxyCore

/// Two lanes to p2pool for three rigs each: one rig on the first, two on the second.
@Suite("Which lane a rig gets a seat on")
struct LaneChoiceTests {
    private func stage() throws -> (harness: CoreHarness, fewer: Lane, more: Lane) {
        let harness = CoreHarness(rigsPerLane: 3, hasXvB: false)
        harness.bringUp()
        let rigs = (0..<6).map { harness.login("rig\($0)+1000") }
        harness.advance(1)
        for lane in harness.lanes(.p2pool).dropFirst() { harness.logIn(lane) }
        harness.advance(1)
        let lanes = harness.core.lanes.p2pool.lanes.compactMap { $0 }
        #expect(lanes.map(\.memberCount) == [3, 3])
        let members = lanes.map { lane in rigs.filter { seat(harness, $0) == lane.index } }
        for rig in members[0].prefix(2) + members[1].prefix(1) { harness.disconnect(rig) }
        return (harness, lanes[0], lanes[1])
    }

    private func seat(_ harness: CoreHarness, _ rig: RigID) -> UInt16 {
        harness.core.registry.rigs[rig.index].seats[.p2pool].lane
    }

    @Test("The fullest with unsearched nonces, so that the others stay free for rigs that need a whole one")
    func fullest() throws {
        let (harness, fewer, more) = try stage()
        #expect(fewer.memberCount == 1 && more.memberCount == 2)
        let rig = harness.login("late+1000")
        #expect(seat(harness, rig) == more.index)
    }

    @Test("The emptiest of the shared ones where only room is asked for: each carries its part of the shares")
    func emptiest() throws {
        let (harness, fewer, _) = try stage()
        #expect(harness.core.lanes.p2pool.laneWithRoom(fullNonceSpace: false) === fewer)
    }

    @Test("A rig that needs the full nonce space gets no lane that others are on")
    func whole() throws {
        let (harness, _, _) = try stage()
        #expect(harness.core.lanes.p2pool.laneWithRoom(fullNonceSpace: true) == nil)
    }
}
