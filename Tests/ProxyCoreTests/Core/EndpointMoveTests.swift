import ProxyTerms
import Testing

@testable import ProxyCore

/// Rigs follow the lanes of their upstream from one endpoint to another.
@Suite("Endpoints of the core")
struct EndpointMoveTests {
    /// p2pool with two endpoints and no XvB, one rig on the first.
    private func stage() -> (CoreHarness, RigID) {
        let harness = CoreHarness(hasXvB: false) {
            $0.upstreams.p2pool.endpoints.append(CoreEndpoint(host: "127.0.0.2", port: 3333, user: "proxy"))
        }
        harness.bringUp()
        let rig = harness.login()
        #expect(harness.take(rig).count == 1)
        return (harness, rig)
    }

    /// Lanes opened since `count`.
    private func opened(_ harness: CoreHarness, since count: Int) -> [LaneID] {
        Array(harness.opened.dropFirst(count))
    }

    @Test("A probe that is ready when the endpoint in use is lost has its rigs at once")
    func probeTakesOver() throws {
        let (harness, rig) = stage()
        let second = try #require(harness.moveToSecondEndpoint())
        #expect(harness.take(rig).count == 1)
        // The first one is probed and works, which changes nothing yet.
        harness.advance(5)
        let probe = try #require(harness.lanes(.p2pool).first { $0 != second })
        harness.logIn(probe)
        #expect(harness.take(rig).isEmpty)
        harness.cut(second)
        #expect(harness.take(rig).count == 1)
    }

    @Test("A probe's jobs are nobody's: status and log go on with those of the endpoint in use")
    func probeIsNoLane() throws {
        let (harness, _) = stage()
        _ = try #require(harness.moveToSecondEndpoint())
        // Back at the first one, and away again: the probe's place is before that of the lane in use now.
        for _ in 0..<130 {
            harness.advance(1)
            for lane in harness.lanes(.p2pool) where harness.core.lanes.p2pool.find(lane)?.isReady == false {
                harness.logIn(lane)
            }
        }
        let second = try #require(harness.moveToSecondEndpoint())
        harness.advance(5)
        let probe = try #require(harness.lanes(.p2pool).first { $0 != second })
        try #require(probe.index < second.index)
        harness.logIn(probe, difficulty: 7_000)
        #expect(harness.core.snapshot(now: harness.now).upstreams.p2pool.difficulty == 100)
        let before = harness.notices.count
        harness.job(probe, "p2", difficulty: 7_000)
        harness.job(second, "2")
        let told = harness.notices.dropFirst(before).compactMap {
            if case .newJob(_, let endpoint, _, _, _) = $0 { endpoint } else { nil }
        }
        #expect(told == ["127.0.0.2:3333"])
    }

    @Test("A probe that becomes ready while the endpoint in use is down has its rigs at once")
    func probeComesUp() throws {
        let (harness, rig) = stage()
        let second = try #require(harness.moveToSecondEndpoint())
        #expect(harness.take(rig).count == 1)
        harness.advance(5)
        let probe = try #require(harness.lanes(.p2pool).first { $0 != second })
        harness.cut(second)
        harness.logIn(probe)
        #expect(harness.take(rig).count == 1)
        // The lane it had a seat on is in nobody's way.
        harness.advance(120)
        harness.job(probe, "2")
        #expect(harness.take(rig).count == 1)
    }

    /// Attempts at each upstream in the second five minutes of an outage of `dead`.
    private func attempts(_ dead: Upstream...) -> PerUpstream<Int> {
        let harness = CoreHarness()
        harness.bringUp()
        var early = PerUpstream(p2pool: 0, xvb: 0)
        func opened(_ upstream: Upstream) -> Int { harness.opened.filter { $0.upstream == upstream }.count }
        for second in 0..<600 {
            if second == 300 { early = PerUpstream(p2pool: opened(.p2pool), xvb: opened(.xvb)) }
            for upstream in Upstream.allCases {
                for lane in harness.lanes(upstream) {
                    if dead.contains(upstream) { harness.cut(lane) } else { harness.job(lane, "\(second)") }
                }
            }
            harness.advance(1)
        }
        return PerUpstream(p2pool: opened(.p2pool) - early.p2pool, xvb: opened(.xvb) - early.xvb)
    }

    @Test("A p2pool that stays away is tried every ten seconds or so, an XvB node once a minute")
    func awayForLong() {
        #expect((27...40).contains(attempts(.p2pool).p2pool))
        #expect((4...8).contains(attempts(.xvb).xvb))
    }

    @Test("With neither upstream the rigs wait for the first one: XvB is tried every ten seconds as well")
    func bothAway() {
        let tries = attempts(.p2pool, .xvb)
        #expect((27...40).contains(tries.p2pool))
        #expect((27...40).contains(tries.xvb))
    }
}
