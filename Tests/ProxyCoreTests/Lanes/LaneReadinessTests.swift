import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("Which lanes are ready")
struct LaneReadinessTests {
    /// p2pool with two endpoints and no XvB; the first is lost, the second in use.
    private func onSecond() throws -> (harness: CoreHarness, second: LaneID) {
        let harness = CoreHarness(hasXvB: false) {
            $0.upstreams.p2pool.endpoints.append(CoreEndpoint(host: "127.0.0.2", port: 3333, user: "proxy"))
        }
        harness.bringUp()
        let second = try #require(harness.moveToSecondEndpoint())
        return (harness, second)
    }

    private func ready(_ harness: CoreHarness) -> Int {
        harness.core.snapshot(now: harness.now).upstreams.p2pool.readyLanes
    }

    @Test("A probe that is logged in is no ready lane: it carries no rigs")
    func probe() throws {
        let (harness, second) = try onSecond()
        #expect(ready(harness) == 1)
        harness.advance(5)
        let probe = try #require(harness.lanes(.p2pool).first { $0 != second })
        harness.logIn(probe)
        #expect(harness.core.lanes.p2pool.find(probe)?.role == .probe)
        #expect(ready(harness) == 1)
    }

    @Test("A probe that is lost leaves the count of ready lanes as it was")
    func lostProbe() throws {
        let (harness, second) = try onSecond()
        harness.advance(5)
        let probe = try #require(harness.lanes(.p2pool).first { $0 != second })
        harness.logIn(probe)
        harness.cut(probe)
        #expect(ready(harness) == 1)
    }

    @Test("A probe whose endpoint is taken into use is a ready lane from then on")
    func promoted() throws {
        let (harness, second) = try onSecond()
        harness.advance(5)
        let probe = try #require(harness.lanes(.p2pool).first { $0 != second })
        harness.logIn(probe)
        harness.cut(second)
        #expect(harness.core.lanes.p2pool.find(probe)?.role == .serving)
        #expect(ready(harness) == 1)
    }
}
