import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("Lanes by free nonce slots")
struct SlotShortageTests {
    /// p2pool answers each connection that is opened, 20 ms after it; no job comes.
    private func serve(_ harness: CoreHarness, seconds: Double) {
        for _ in 0..<Int(seconds / 0.02) {
            harness.advance(0.02)
            for lane in harness.lanes(.p2pool)
            where harness.core.lanes.p2pool.find(lane)?.session.phase == .connecting { harness.logIn(lane) }
        }
    }

    /// So many rigs log in; how many have a job within a second.
    private func wave(_ harness: CoreHarness, _ count: Int) -> (rigs: [RigID], served: Int) {
        let rigs = (0..<count).map { harness.login("rig\($0)+100") }
        serve(harness, seconds: 1)
        return (rigs, rigs.filter { !harness.take($0).isEmpty }.count)
    }

    private func told(_ harness: CoreHarness) -> Int {
        harness.notices.filter { if case .slotsShort(.p2pool, _) = $0 { true } else { false } }.count
    }

    // Fault D02.
    @Test(
        "200 rigs come, drop and come back twice within one job: each time all are served in a second, and it is told once"
    )
    func waves() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        for round in 1...3 {
            let (rigs, served) = wave(harness, 200)
            #expect(served == 200, "wave \(round)")
            for rig in rigs { harness.disconnect(rig) }
        }
        #expect(told(harness) == 1)
        #expect(harness.lanes(.p2pool).count <= 4)
    }

    @Test("1,200 rigs are back within one job: all are served in a second")
    func shed() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        for round in 1...2 {
            let (rigs, served) = wave(harness, 1_200)
            #expect(served == 1_200, "wave \(round)")
            for rig in rigs { harness.disconnect(rig) }
        }
    }

    @Test("A lane more is opened before the slots run out: 193 rigs leave 63 free")
    func before() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        for number in 0..<192 { _ = harness.login("rig\(number)+100") }
        harness.advance(0.1)
        #expect(harness.lanes(.p2pool).count == 1)
        _ = harness.login("rig192+100")
        harness.advance(0.1)
        #expect(harness.lanes(.p2pool).count == 2)
        // It is no lane for the rigs of now to share, and a spare one suffices.
        serve(harness, seconds: 30)
        #expect(harness.lanes(.p2pool).count == 2)
        #expect(harness.core.reconciler.lanesForStranded(harness.core.lanes.p2pool) == 0)
    }

    // Fault D02.
    @Test("One rig logs in 600 times within a job, its place given away each time: a rig beside it is served at once")
    func reconnecting() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        for number in 0..<600 {
            harness.disconnect(harness.login("again+100"))
            if number % 25 == 0 { serve(harness, seconds: 0.1) }
        }
        serve(harness, seconds: 0.1)
        let other = harness.login("honest+100")
        serve(harness, seconds: 0.1)
        #expect(!harness.take(other).isEmpty)
        #expect(harness.lanes(.p2pool).count <= 6)
    }

    @Test("However many log in within one job, there are no more lanes than the bound, and the next job serves all")
    func bounded() {
        let harness = CoreHarness(maxLanes: 2, hasXvB: false)
        harness.bringUp()
        for _ in 0..<3 {
            for rig in wave(harness, 300).rigs { harness.disconnect(rig) }
        }
        let (rigs, _) = wave(harness, 300)
        #expect(harness.lanes(.p2pool).count == 2)
        for lane in harness.lanes(.p2pool) { harness.job(lane, "next") }
        serve(harness, seconds: 0.5)
        #expect(rigs.allSatisfy { rig in harness.core.registry.rigs.find(rig)?.life.phase == .mining })
    }
}
