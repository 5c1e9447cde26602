import ProxyTerms
import Testing

@testable import ProxyCore

/// More connections than places (docs/invariants.md#faults-of-rigs).
@Suite("Places for rigs")
struct CrowdTests {
    // Fault R26.
    @Test("Where all places are taken the oldest connection without a login makes room; rigs keep theirs")
    func crowdedOut() throws {
        let harness = CoreHarness { $0.maxRigs = 5 }
        harness.bringUp()
        let rig = harness.login()
        let idle = (0..<4).map { _ in harness.connect() }
        #expect(harness.closedRigs.isEmpty)
        let late = harness.login("late")
        #expect(harness.closedRigs == [idle[0]])
        #expect(harness.take(late).count == 1)
        harness.disconnect(idle[0])
        _ = harness.connect()
        #expect(harness.closedRigs == [idle[0], idle[1]])
        // What it still sends is nobody's any more.
        harness.send(idle[1], "{\"id\":1,\"method\":\"login\",\"params\":{}}")
        #expect(harness.take(idle[1]).isEmpty)
        #expect(harness.take(rig).count == 1)
    }

    @Test("Where every place has a rig that has logged in the next connection is refused")
    func full() {
        let harness = CoreHarness { $0.maxRigs = 3 }
        harness.bringUp()
        let rigs = (0..<3).map { harness.login("rig\($0)") }
        #expect(harness.core.rigConnected(now: harness.now) == nil)
        #expect(harness.closedRigs.isEmpty)
        harness.disconnect(rigs[1])
        #expect(harness.core.rigConnected(now: harness.now) != nil)
    }

    @Test("Closed connections whose peers stay make room first: refused logins, however many, keep no rig out")
    func lingering() {
        let harness = CoreHarness { $0.maxRigs = 4 }
        harness.bringUp()
        let rig = harness.login()
        let refused = (0..<3).map { _ in harness.connect() }
        for id in refused { harness.send(id, "no Stratum") }
        #expect(harness.closedRigs == refused)
        let late = harness.connect()
        #expect(harness.closedRigs == refused + [refused[0]])
        harness.disconnect(refused[0])
        // Of one that has not logged in yet nobody knows that it won't.
        _ = harness.connect()
        _ = harness.connect()
        #expect(harness.closedRigs == refused + refused)
        harness.disconnect(refused[1])
        harness.disconnect(refused[2])
        _ = harness.connect()
        #expect(harness.closedRigs == refused + refused + [late])
        #expect(harness.take(rig).count == 1)
    }

    @Test("Connections on their way out do not make room for ever more")
    func bounded() {
        let harness = CoreHarness { $0.maxRigs = 10 }
        var accepted = 0
        for _ in 0..<500 where harness.core.rigConnected(now: harness.now) != nil { accepted += 1 }
        #expect(accepted == 10 + ProxyCore.crowding)
        #expect(harness.core.registry.rigs.count == accepted)
    }

    // Fault R28.
    @Test("Rigs that come and go by the thousand leave no deadlines behind")
    func churn() {
        let harness = CoreHarness()
        harness.bringUp()
        for _ in 0..<10_000 {
            let rig = harness.login()
            harness.disconnect(rig)
        }
        for _ in 0..<4_000 {
            let rig = harness.connect()
            harness.send(rig, "no Stratum")
            harness.disconnect(rig)
        }
        #expect(harness.core.registry.idleDue.count < 2500 && harness.core.registry.loginDue.count < 2500)
        #expect(harness.core.registry.ending.count < 2500)
        // Those that matter still count.
        let idle = harness.connect()
        harness.advance(11)
        #expect(harness.closedRigs.last == idle)
    }

    @Test("A pool that comes and goes for hours leaves one deadline a rig, not one each time")
    func flapping() throws {
        let harness = CoreHarness(mode: .p2pool, hasXvB: false) { $0.graceSeconds = 120 }
        harness.bringUp()
        let rigs = (0..<5).map { harness.login("rig\($0)") }
        var lane = try #require(harness.opened.last)
        for _ in 0..<100 {
            harness.cut(lane)
            // The backoff is a minute at most.
            for _ in 0..<70 where harness.opened.last == lane { harness.advance(1) }
            try #require(harness.opened.last != lane)
            lane = try #require(harness.opened.last)
            harness.logIn(lane)
            for rig in rigs { harness.send(rig, "{\"id\":2,\"method\":\"keepalived\",\"params\":{\"id\":\"s\"}}") }
        }
        #expect(harness.closedRigs.isEmpty)
        #expect(harness.core.registry.graceDue.count <= rigs.count)
        // The one there is still counts.
        harness.cut(lane)
        harness.advance(115)
        #expect(harness.closedRigs.isEmpty)
        harness.advance(10)
        #expect(Set(harness.closedRigs) == Set(rigs))
    }
}
