import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("Rigs that find no place at a pool that is up")
struct PlaceShortageTests {
    /// Each connection that is opened is logged in 20 ms after it, to pools that own byte 42, or not.
    private func serve(_ harness: CoreHarness, seconds: Double, byte: (Upstream) -> UInt8) {
        for _ in 0..<Int(seconds / 0.02) {
            harness.advance(0.02)
            for upstream in Upstream.allCases {
                for lane in harness.lanes(upstream)
                where harness.core.lanes[upstream].find(lane)?.session.phase == .connecting {
                    harness.logIn(lane, ownByte: byte(upstream))
                }
            }
        }
    }

    private func told(_ harness: CoreHarness) -> [PlaceShortage] {
        harness.notices.compactMap { if case .placesShort(let shortage) = $0 { shortage } else { nil } }
    }

    private func mining(_ harness: CoreHarness, _ upstream: Upstream) -> Int {
        harness.core.snapshot(now: harness.now).upstreams[upstream].miningRigs
    }

    private func reasons(_ harness: CoreHarness) -> [RigClosing] {
        harness.notices.compactMap {
            switch $0 {
            case .rigLeft(_, _, let reason), .connectionDropped(_, _, let reason): reason
            default: nil
            }
        }
    }

    // Fault D02.
    @Test(
        "p2pool's byte is its own and nine lanes are allowed: three of twelve rigs find no place, which is told once with the counts, and each is told so itself"
    )
    func poolByte() {
        let harness = CoreHarness(maxLanes: 9, hasXvB: false)
        serve(harness, seconds: 0.1) { _ in 7 }
        let rigs = (0..<12).map { harness.login("rig\($0)") }
        serve(harness, seconds: 10) { _ in 7 }
        #expect(mining(harness, .p2pool) == 9)
        let shortage = PlaceShortage(
            upstream: .p2pool, bound: .lanes, poolOwnsByte: true, rigs: 12, without: 3, exclusive: 0, maxLanes: 9,
            rigsPerLane: 256, isRoomElsewhere: false)
        #expect(told(harness) == [shortage])
        #expect(harness.core.snapshot(now: harness.now).upstreams.p2pool.placeShortage == shortage)
        serve(harness, seconds: 55) { _ in 7 }
        #expect(reasons(harness) == Array(repeating: .noPlace(.p2pool, .lanes), count: 3))
        for rig in rigs.suffix(3) {
            #expect(harness.take(rig).last?.range(of: "No place: all connections to the pool are taken") != nil)
        }
        // They come back, and are refused at once; the count stays what it is, and nothing is told anew.
        for number in 9..<12 {
            let again = harness.login("rig\(number)")
            #expect(harness.take(again).last?.range(of: "max-lanes") != nil)
        }
        serve(harness, seconds: 30) { _ in 7 }
        #expect(told(harness) == [shortage])
        #expect(harness.core.snapshot(now: harness.now).upstreams.p2pool.placeShortage?.without == 3)
        #expect(!harness.notices.contains(.turningAway))
        // A rig goes: one that knocks has its place, and counts no more.
        harness.disconnect(rigs[0])
        for lane in harness.lanes(.p2pool) { harness.job(lane, "next", ownByte: 7) }
        let lucky = harness.login("rig11")
        serve(harness, seconds: 2) { _ in 7 }
        #expect(harness.take(lucky).first?.range(of: "\"OK\"") != nil)
        #expect(harness.core.snapshot(now: harness.now).upstreams.p2pool.placeShortage?.without == 2)
    }

    @Test("Four rigs a lane and two lanes: of ten rigs two find no place, and the cause is named")
    func rigsPerLane() {
        let harness = CoreHarness(rigsPerLane: 4, maxLanes: 2, hasXvB: false)
        serve(harness, seconds: 0.1) { _ in 0 }
        let rigs = (0..<10).map { harness.login("rig\($0)") }
        serve(harness, seconds: 65) { _ in 0 }
        #expect(told(harness).map(\.bound) == [.rigsPerLane])
        #expect(told(harness).first?.without == 2)
        #expect(reasons(harness) == Array(repeating: .noPlace(.p2pool, .rigsPerLane), count: 2))
        #expect(rigs.suffix(2).allSatisfy { harness.take($0).last?.range(of: "rigs-per-lane") != nil })
    }

    @Test("Rigs that need all nonces take a lane each: the second of two finds none")
    func exclusive() {
        let harness = CoreHarness(maxLanes: 2, hasXvB: false)
        serve(harness, seconds: 0.1) { _ in 0 }
        _ = harness.login("ordinary")
        for name in ["one", "two"] { _ = harness.login(name, agent: "xmrig-proxy/6.26.0") }
        serve(harness, seconds: 65) { _ in 0 }
        #expect(told(harness).map(\.bound) == [.lanes])
        #expect(told(harness).map(\.poolOwnsByte) == [false])
        #expect(reasons(harness) == [.noPlace(.p2pool, .lanes)])
    }

    @Test("An xmrig-proxy at a pool that owns the byte is told that, at first and whenever it comes back")
    func wholeNonce() {
        let harness = CoreHarness(hasXvB: false)
        serve(harness, seconds: 0.1) { _ in 7 }
        let first = harness.login("front", agent: "xmrig-proxy/6.26.0")
        serve(harness, seconds: 65) { _ in 7 }
        let again = harness.login("front", agent: "xmrig-proxy/6.26.0")
        for rig in [first, again] {
            #expect(harness.take(rig).last?.range(of: "the pool owns a nonce byte") != nil)
        }
        #expect(reasons(harness) == Array(repeating: .noPlace(.p2pool, .wholeNonce), count: 2))
        #expect(told(harness).isEmpty)
    }

    @Test(
        "The pool takes one connection and no further one: the second rig is told that, and not that max-lanes is used up"
    )
    func unopened() {
        let harness = CoreHarness(hasXvB: false)
        serve(harness, seconds: 0.1) { _ in 7 }
        _ = harness.login("first")
        let second = harness.login("second")
        for _ in 0..<700 {
            harness.advance(0.1)
            for lane in harness.lanes(.p2pool)
            where harness.core.lanes.p2pool.find(lane)?.session.phase == .connecting { harness.cut(lane) }
        }
        #expect(reasons(harness) == [.noPlace(.p2pool, .unopened)])
        #expect(harness.take(second).last?.range(of: "no further connection") != nil)
        #expect(told(harness).isEmpty)
    }

    @Test("All nonces of a job are handed out and no other job comes: the rigs that wait are told that")
    func nonces() {
        let harness = CoreHarness(maxLanes: 1, hasXvB: false)
        serve(harness, seconds: 0.1) { _ in 0 }
        for _ in 0..<2 {
            let rigs = (0..<200).map { harness.login("rig\($0)+100") }
            serve(harness, seconds: 1) { _ in 0 }
            for rig in rigs { harness.disconnect(rig) }
        }
        let late = harness.login("late+100")
        serve(harness, seconds: 65) { _ in 0 }
        #expect(reasons(harness).last == .noPlace(.p2pool, .nonces))
        #expect(harness.take(late).last?.range(of: "next job") != nil)
    }

    @Test(
        "Rigs that find no place at one upstream mine at the other one, in the slices of either, and that is told",
        arguments: Upstream.allCases)
    func elsewhere(short: Upstream) {
        let harness = CoreHarness { $0.upstreams[short].maxLanes = 2 }
        func byte(_ upstream: Upstream) -> UInt8 { upstream == short ? 7 : 0 }
        serve(harness, seconds: 0.1, byte: byte)
        let rigs = (0..<5).map { harness.login("rig\($0)+100") }
        serve(harness, seconds: 10, byte: byte)
        #expect(mining(harness, .p2pool) == (short == .p2pool ? 2 : 5))
        #expect(mining(harness, .xvb) == (short == .p2pool ? 3 : 0))
        // A hashrate is known, so that there is a slice for XvB.
        for rig in rigs {
            let (job, slot) = harness.newestJob(of: rig)
            harness.submit(rig, id: 50, job: job, nonce: slot | 1, hash: 1 << 40)
        }
        for lane in Upstream.allCases.flatMap({ harness.lanes($0) }) {
            for line in harness.take(lane) where member("method", of: line) == "submit" {
                harness.verdict(line, from: lane)
            }
        }
        for _ in 0..<400 where harness.core.currentUpstream != .xvb { serve(harness, seconds: 0.5, byte: byte) }
        #expect(harness.core.currentUpstream == .xvb)
        for upstream in Upstream.allCases {
            for lane in harness.lanes(upstream) { harness.job(lane, "next", ownByte: byte(upstream)) }
        }
        serve(harness, seconds: 1, byte: byte)
        #expect(mining(harness, .xvb) == (short == .xvb ? 2 : 5))
        #expect(mining(harness, .p2pool) == (short == .xvb ? 3 : 0))
        #expect(told(harness).map(\.without) == [3])
        #expect(told(harness).first?.upstream == short && told(harness).first?.isRoomElsewhere == true)
        #expect(reasons(harness).isEmpty)
    }
}
