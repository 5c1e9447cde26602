import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("A pool that is the proxy itself")
struct LoopTests {
    /// Carries what a lane says to the port that rigs connect to, and what the rig there is sent back to the lane.
    private func join(_ lane: LaneID, of below: CoreHarness, to rig: RigID, of above: CoreHarness) {
        for _ in 0..<50 {
            let up = below.take(lane)
            for line in up { above.send(rig, line) }
            let down = above.take(rig)
            for line in down where below.lanes(lane.upstream).contains(lane) { below.receive(lane, line) }
            if up.isEmpty, down.isEmpty { return }
        }
        Issue.record("they talk for ever")
    }

    private func closings(_ harness: CoreHarness) -> [LaneClosing] {
        harness.notices.compactMap { if case .laneLost(_, _, let reason, _) = $0 { reason } else { nil } }
    }

    @Test("Its lane is closed for a minute and more, and why is told; the rigs mine on the other upstream")
    func itself() throws {
        let harness = CoreHarness(xvbSeconds: 0)
        for lane in harness.lanes(.xvb) { harness.logIn(lane) }
        let rig = harness.login()
        let lane = try #require(harness.lanes(.p2pool).first)
        let loop = harness.connect()
        harness.core.laneConnected(lane, now: harness.now)
        harness.advance(0.1)
        join(lane, of: harness, to: loop, of: harness)
        #expect(closings(harness) == [.ourselves])
        #expect(harness.closedLanes == [lane])
        #expect(!harness.closedRigs.contains(rig))
        harness.disconnect(loop)
        harness.advance(50)
        #expect(harness.lanes(.p2pool).isEmpty, "not asked again so soon")
    }

    @Test("A lane that becomes one later, behind a name that moves, is closed with the first job that comes back")
    func later() throws {
        let harness = CoreHarness(mode: .p2pool)
        harness.bringUp()
        let lane = try #require(harness.lanes(.p2pool).first)
        let rig = harness.login()
        let job = try #require(harness.take(rig).last)
        let id = try #require(member("job_id", of: job))
        // Another blob under that id is another pool's.
        harness.job(lane, id)
        #expect(closings(harness).isEmpty)
        let again = try #require(harness.take(rig).last)
        harness.receive(lane, again)
        #expect(closings(harness) == [.ourselves])
    }

    @Test("The next endpoint is used in its place")
    func nextEndpoint() throws {
        let harness = CoreHarness(
            xvbSeconds: 0,
            change: { $0.upstreams.p2pool.endpoints.append(CoreEndpoint(host: "10.0.0.2", port: 3333, user: "proxy")) })
        for lane in harness.lanes(.xvb) { harness.logIn(lane) }
        let lane = try #require(harness.lanes(.p2pool).first)
        let loop = harness.connect()
        harness.core.laneConnected(lane, now: harness.now)
        harness.advance(0.1)
        join(lane, of: harness, to: loop, of: harness)
        harness.disconnect(loop)
        harness.advance(1)
        let second = try #require(harness.lanes(.p2pool).first)
        #expect(harness.core.lanes.p2pool.find(second)?.endpoint == 1)
    }

    @Test("A proxy behind another one of the same make, names and version mines", arguments: [7, 8] as [UInt64])
    func chain(seed: UInt64) throws {
        let above = CoreHarness(mode: .p2pool, seed: 7)
        above.bringUp()
        let below = CoreHarness(mode: .p2pool, seed: seed)
        for lane in below.lanes(.xvb) { below.logIn(lane) }
        let lane = try #require(below.lanes(.p2pool).first)
        let link = above.connect()
        below.core.laneConnected(lane, now: below.now)
        below.advance(0.1)
        join(lane, of: below, to: link, of: above)
        let rig = below.login("rig+100")
        let pool = try #require(above.lanes(.p2pool).first)
        for number in 2...30 {
            above.job(pool, "\(number)")
            join(lane, of: below, to: link, of: above)
        }
        #expect(closings(below).isEmpty && closings(above).isEmpty)
        #expect(below.take(rig).count == 30)
    }
}
