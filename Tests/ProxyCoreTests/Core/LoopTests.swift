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

    // Fault N01.
    @Test("A lane that becomes one later, behind a name that moves, is closed with the first job that comes back")
    func later() throws {
        let harness = CoreHarness(mode: .p2pool)
        harness.bringUp()
        let lane = try #require(harness.lanes(.p2pool).first)
        let rig = harness.login()
        harness.job(lane, "2")
        let job = try #require(harness.take(rig).last)
        // Another pool's, then one of ours of before.
        harness.job(lane, "0001ffffffff-00000007")
        #expect(closings(harness).isEmpty)
        harness.receive(lane, job)
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

    @Test(
        "A ring of two or more proxies is found by the one that the pool's job went out from, and only there",
        arguments: [2, 3, 4])
    func ring(count: Int) throws {
        let proxies = (0..<count).map { CoreHarness(xvbSeconds: 0, seed: UInt64(10 + $0)) }
        let first = proxies[0]
        for lane in first.lanes(.p2pool) { first.logIn(lane) }
        // Each gets p2pool's jobs from the one before it, and the first one XvB's from the last.
        var links: [(lane: LaneID, below: CoreHarness, rig: RigID, above: CoreHarness)] = []
        for place in 1...count {
            let above = proxies[place - 1]
            let below = proxies[place % count]
            let lane = try #require(below.lanes(place == count ? .xvb : .p2pool).first)
            let link = above.connect()
            links.append((lane, below, link, above))
            below.core.laneConnected(lane, now: below.now)
            if lane.upstream == .xvb { below.core.laneSecured(lane, now: below.now) }
            below.advance(0.1)
            join(lane, of: below, to: link, of: above)
        }
        #expect(closings(first) == [.ourselves])
        #expect(proxies.dropFirst().allSatisfy { closings($0).isEmpty })
        // The others mine on what they get from it.
        let cut = links.removeLast()
        cut.above.disconnect(cut.rig)
        let rig = cut.above.login("rig+100")
        first.job(try #require(first.lanes(.p2pool).first), "2")
        for link in links { join(link.lane, of: link.below, to: link.rig, of: link.above) }
        #expect(member("job_id", of: cut.above.take(rig).joined()) != nil)
    }

    @Test("A proxy behind another one of the same make, names and version mines", arguments: [8, 9] as [UInt64])
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
