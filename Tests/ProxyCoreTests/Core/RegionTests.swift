import ProxyTerms
import SplitScheduler
import Testing

@testable import ProxyCore

@Suite("XvB's regions, and pools that change")
struct RegionTests {
    private static func endpoint(_ host: String) -> CoreEndpoint {
        CoreEndpoint(host: host, port: 4247, usesTLS: true, user: "4abcdefg", keepaliveSeconds: 60)
    }

    private static let regions = ["na", "eu"].map { endpoint("\($0).example") }

    /// XvB has two regions; slices of 60 s in windows of 120.
    private func harness(_ mode: SplitMode = .manual, prefersNearest: Bool = true) -> CoreHarness {
        let harness = CoreHarness(mode: mode) {
            $0.upstreams.xvb.endpoints = Self.regions
            $0.upstreams.xvb.prefersNearest = prefersNearest
        }
        harness.bringUp()
        return harness
    }

    /// Time passes; pools answer lanes that are opened, and round trips come by endpoint.
    private func serve(_ harness: CoreHarness, seconds: Double, _ ping: (Int) -> Double? = { [118, 31][$0] }) {
        for _ in 0..<Int(seconds / 0.1) {
            harness.advance(0.1)
            let asked = harness.measures
            harness.measures = []
            for (upstream, endpoint) in asked {
                harness.core.measured(upstream, endpoint: endpoint, milliseconds: ping(endpoint), now: harness.now)
            }
            for upstream in Upstream.allCases {
                for lane in harness.lanes(upstream)
                where harness.core.lanes[upstream].find(lane)?.session.phase == .connecting { harness.logIn(lane) }
            }
        }
    }

    private func inUse(_ harness: CoreHarness) -> String? {
        let group = harness.core.lanes.xvb
        return group.failover.map { group.address(of: $0.current) }
    }

    private func told(_ harness: CoreHarness) -> [[RegionSnapshot]] {
        harness.notices.compactMap { if case .regionsMeasured(.xvb, let regions) = $0 { regions } else { nil } }
    }

    @Test("The nearer region is told with its round trip, probed, and used when that has held for a minute")
    func nearer() {
        let harness = harness()
        #expect(inUse(harness) == "na.example:4247")
        serve(harness, seconds: 15)
        let measured = [
            RegionSnapshot(endpoint: "eu.example:4247", ping: 31),
            RegionSnapshot(endpoint: "na.example:4247", ping: 118),
        ]
        #expect(told(harness) == [measured])
        #expect(harness.core.snapshot(now: harness.now).upstreams.xvb.regions == measured)
        #expect(inUse(harness) == "na.example:4247")
        serve(harness, seconds: 200)
        #expect(inUse(harness) == "eu.example:4247")
        #expect(told(harness).count == 1)
    }

    @Test("Lanes never change their region in a slice: whenever that is seen, work goes to p2pool")
    func neverInASlice() {
        for start in stride(from: 0.0, to: 120, by: 20) {
            let harness = harness()
            let rig = harness.mining("rig+100")
            // Without a hashrate there is no slice for XvB.
            harness.submit(rig.rig, id: 2, job: rig.job, nonce: rig.slot | 1, hash: 1 << 40)
            let p2pool = harness.lanes(.p2pool)[0]
            for line in harness.take(p2pool) { harness.verdict(line, from: p2pool) }
            harness.advance(start)
            var before = inUse(harness)
            var slices: Set<Upstream> = []
            for _ in 0..<1_700 {
                serve(harness, seconds: 0.1)
                let now = inUse(harness)
                if now != before { #expect(harness.core.currentUpstream == .p2pool, "after \(start) s") }
                before = now
                slices.insert(harness.core.currentUpstream)
            }
            #expect(before == "eu.example:4247" && slices.count == 2, "after \(start) s")
            #expect(!harness.closedRigs.contains(rig.rig))
        }
    }

    @Test("Where the operator chose, nothing is measured and the first of the list is used")
    func chosen() {
        let harness = harness(prefersNearest: false)
        serve(harness, seconds: 300)
        #expect(inUse(harness) == "na.example:4247" && told(harness).isEmpty)
        #expect(harness.core.snapshot(now: harness.now).upstreams.xvb.regions.isEmpty)
    }

    @Test("A near region that takes no login is no choice: lanes stay where they work")
    func nearButUseless() {
        let harness = harness()
        for _ in 0..<3_000 {
            harness.advance(0.1)
            for (upstream, endpoint) in harness.measures {
                harness.core.measured(
                    upstream, endpoint: endpoint, milliseconds: [118, 31][endpoint], now: harness.now)
            }
            harness.measures = []
            for lane in harness.lanes(.xvb)
            where harness.core.lanes.xvb.find(lane)?.session.phase == .connecting {
                if harness.endpoints[lane] == 1 { harness.cut(lane) } else { harness.logIn(lane) }
            }
        }
        #expect(inUse(harness) == "na.example:4247")
    }

    // MARK: Pools that change

    private func changeP2Pool(_ harness: CoreHarness, to hosts: [String], user: String = "proxy") {
        harness.core.changeEndpoints(
            of: .p2pool, to: hosts.map { CoreEndpoint(host: $0, port: 3333, user: user) }, nearestFirst: false,
            now: harness.now)
        harness.advance(0)
    }

    /// The number of the newest submit among the lines that a pool was sent.
    private func submitID(_ lines: [String]) -> Int? {
        lines.last { $0.contains("\"submit\"") }.flatMap { member("id", of: $0) }.flatMap { Int($0) }
    }

    @Test("A pool that is replaced keeps its rigs until the new one has a job; a share in flight gets its verdict")
    func replaced() throws {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let old = harness.lanes(.p2pool)[0]
        let rig = harness.mining("rig+100")
        harness.submit(rig.rig, id: 2, job: rig.job, nonce: rig.slot | 1, hash: 1)
        changeP2Pool(harness, to: ["10.0.0.9"])
        harness.advance(1)
        // The new one is slow: the old one's jobs go on.
        harness.job(old, "2")
        #expect(harness.newestJob(of: rig.rig).job != "")
        #expect(harness.lanes(.p2pool).count == 2 && !harness.closedLanes.contains(old))
        let fresh = harness.lanes(.p2pool)[1]
        #expect(harness.core.endpoints(of: .p2pool)[harness.endpoints[fresh] ?? 0].endpoint.host == "10.0.0.9")
        harness.logIn(fresh, job: "n1")
        harness.advance(1)
        let moved = harness.newestJob(of: rig.rig)
        #expect(moved.job != "")
        // The verdict of the share before the change, and one for a late share of the old job.
        let id = try #require(submitID(harness.take(old)))
        harness.receive(old, "{\"id\":\(id),\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"OK\"}}")
        #expect(harness.take(rig.rig).contains { $0.contains("\"id\":2") && $0.contains("OK") })
        harness.submit(rig.rig, id: 3, job: moved.job, nonce: moved.slot | 2, hash: 1)
        let second = try #require(submitID(harness.take(fresh)))
        harness.receive(fresh, "{\"id\":\(second),\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"OK\"}}")
        serve(harness, seconds: 90)
        #expect(harness.lanes(.p2pool) == [fresh])
        #expect(harness.closedRigs.isEmpty)
    }

    @Test("A new pool that doesn't work costs nothing: rigs mine on at the old one")
    func replacedByABadOne() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let old = harness.lanes(.p2pool)[0]
        let rig = harness.mining("rig+100")
        changeP2Pool(harness, to: ["10.0.0.9"])
        for second in 0..<120 {
            harness.advance(1)
            for lane in harness.lanes(.p2pool) where lane != old { harness.cut(lane) }
            if second % 10 == 0 { harness.job(old, "j\(second)") }
        }
        #expect(harness.lanes(.p2pool).contains(old) && harness.closedRigs.isEmpty)
        #expect(harness.newestJob(of: rig.rig).job != "")
        // The way back is open.
        changeP2Pool(harness, to: ["127.0.0.1"])
        harness.advance(1)
        #expect(harness.core.snapshot(now: harness.now).upstreams.p2pool.endpoint == "127.0.0.1:3333")
    }

    @Test("Pools added behind the one in use change nothing, before it they are probed first")
    func added() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let old = harness.lanes(.p2pool)
        changeP2Pool(harness, to: ["127.0.0.1", "10.0.0.9"])
        serve(harness, seconds: 120)
        #expect(harness.lanes(.p2pool) == old)
        changeP2Pool(harness, to: ["10.0.0.9", "127.0.0.1"])
        serve(harness, seconds: 30)
        #expect(harness.core.snapshot(now: harness.now).upstreams.p2pool.endpoint == "127.0.0.1:3333")
        serve(harness, seconds: 60)
        #expect(harness.core.snapshot(now: harness.now).upstreams.p2pool.endpoint == "10.0.0.9:3333")
    }

    @Test("A pool's other login name is a new connection to the same address; its numbers don't grow with each change")
    func renamed() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        for number in 0..<12 {
            changeP2Pool(harness, to: ["127.0.0.1"], user: "name\(number)")
            serve(harness, seconds: 70)
        }
        #expect(harness.core.endpoints(of: .p2pool).count <= 3)
        #expect(harness.lanes(.p2pool).count == 1)
        #expect(harness.take(harness.lanes(.p2pool)[0]).contains { $0.contains("name11") })
    }
}
