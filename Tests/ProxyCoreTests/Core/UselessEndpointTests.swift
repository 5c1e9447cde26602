import ProxyTerms
import Testing

@testable import ProxyCore

/// An endpoint that keeps its connections and takes no shares: xmrig-proxy whose own pool is gone says "Bad gateway" to each.
@Suite("Endpoints that take no shares")
struct UselessEndpointTests {
    /// Rigs and the job that each has.
    private struct Farm {
        let harness: CoreHarness
        let rigs: [RigID]
        var jobs: [RigID: (id: String, slot: UInt32)] = [:]
        var nonce: UInt32 = 0
        var request = 100

        init(_ harness: CoreHarness, rigs count: Int) {
            self.harness = harness
            rigs = (0..<count).map { harness.login("rig\($0)+100") }
            read()
        }

        /// Takes the jobs that the rigs were sent.
        /// - Returns: the texts of the refusals among them.
        @discardableResult
        mutating func read() -> [String] {
            var refusals: [String] = []
            for rig in rigs {
                for line in harness.take(rig) {
                    if let id = member("job_id", of: line), let blob = member("blob", of: line) {
                        jobs[rig] = (id, UInt32(blob.dropFirst(84).prefix(2), radix: 16) ?? 0)
                    } else if let text = member("message", of: line) {
                        refusals.append(text)
                    }
                }
            }
            return refusals
        }

        /// A rig finds a share, and the pool it belongs to answers.
        /// - Returns: the lane that the share went to.
        @discardableResult
        mutating func share(_ rig: Int, error: String? = nil) -> LaneID? {
            guard let job = jobs[rigs[rig]] else { return nil }
            nonce += 1
            request += 1
            harness.submit(rigs[rig], id: request, job: job.id, nonce: job.slot << 24 | nonce, hash: 1 << 40)
            for lane in harness.lanes(.p2pool) + harness.lanes(.xvb) {
                for line in harness.take(lane) where member("method", of: line) == "submit" {
                    harness.verdict(line, from: lane, error: error)
                    return lane
                }
            }
            return nil
        }
    }

    private func counts(_ harness: CoreHarness, _ upstream: Upstream) -> ShareCounts {
        harness.core.snapshot(now: harness.now).upstreams[upstream].counts
    }

    /// p2pool at two endpoints, no XvB.
    private func twoEndpoints() -> CoreHarness {
        let harness = CoreHarness(hasXvB: false) {
            $0.upstreams.p2pool.endpoints.append(CoreEndpoint(host: "127.0.0.2", port: 3333, user: "proxy"))
        }
        harness.bringUp()
        return harness
    }

    // Fault P03.
    @Test("The first \"Bad gateway\", whosever share it was for, sends the rigs to the next endpoint")
    func nextEndpoint() throws {
        let harness = twoEndpoints()
        var farm = Farm(harness, rigs: 3)
        let first = try #require(harness.lanes(.p2pool).first)
        farm.share(0)
        #expect(farm.share(1, error: "Bad gateway") == first)
        #expect(harness.closedLanes == [first])
        #expect(farm.read() == ["Bad gateway"])
        harness.advance(0.1)
        let second = try #require(harness.lanes(.p2pool).first)
        harness.logIn(second)
        farm.read()
        #expect(farm.share(1) == second)
        let counts = counts(harness, .p2pool)
        // Nobody has judged that share: it is lost, and the rig's name stands beside no refusal.
        #expect(counts.accepted == 2 && counts.rejected == 0 && counts.lost == 1)
    }

    @Test(
        "A pool that takes no share of ours has judged none: it is lost, and no refusal of the rig",
        arguments: ["Bad gateway", "Banned", "Unauthenticated"])
    func notJudged(text: String) throws {
        let harness = twoEndpoints()
        var farm = Farm(harness, rigs: 2)
        farm.share(0)
        farm.share(1, error: text)
        let counts = counts(harness, .p2pool)
        #expect(counts.accepted == 1 && counts.rejected == 0 && counts.lost == 1 && counts.isBalanced)
        let rig = harness.core.registry.rigs[farm.rigs[1].index].tally.record?.counts
        #expect(rig.map { $0[.lost] == 1 && $0[.refusedByPool] == 0 } == true)
    }

    @Test("It is probed, returned to on probation, left again with one refusal, and kept once it takes a share")
    func probation() throws {
        let harness = twoEndpoints()
        var farm = Farm(harness, rigs: 2)
        farm.share(0, error: "Bad gateway")
        harness.advance(0.1)
        let second = try #require(harness.lanes(.p2pool).first)
        harness.logIn(second)
        // A second of backoff, later a minute and more, a probe, a minute of hold-down; jobs keep the lanes alive.
        func waitForReturn() -> LaneID? {
            for number in 0..<600 {
                harness.advance(1)
                for lane in harness.lanes(.p2pool) {
                    if harness.core.lanes.p2pool.find(lane)?.isReady == true {
                        harness.job(lane, "w\(number)")
                    } else {
                        harness.logIn(lane)
                    }
                }
                farm.read()
                let seat = harness.core.registry.rigs[farm.rigs[0].index].seats[.p2pool]
                guard let lane = harness.core.lanes.p2pool.lane(seat.lane), lane.endpoint == 0 else { continue }
                return lane.id
            }
            return nil
        }
        let start = harness.now
        let again = try #require(waitForReturn())
        #expect(harness.now.seconds(since: start) >= 60)
        #expect(farm.share(0, error: "Bad gateway") == again)
        #expect(harness.closedLanes.contains(again))
        farm.read()
        // The second endpoint's lane was on its way out, and goes on.
        #expect(farm.share(0) == second)
        let left = harness.now
        let third = try #require(waitForReturn())
        #expect(harness.now.seconds(since: left) >= 180)
        #expect(farm.share(0) == third)
        #expect(farm.share(1, error: "Bad gateway") == third)
        #expect(farm.share(1) == third)
        #expect(!harness.closedLanes.contains(third))
    }

    /// Three rigs in XvB's slice, a lane each; an xmrig-proxy is its only node.
    private func inSlice() throws -> Farm {
        let harness = CoreHarness(xvbSeconds: 60, window: 120)
        harness.bringUp(xvbByte: 7)
        var farm = Farm(harness, rigs: 3)
        harness.advance(0.1)
        for (index, lane) in harness.lanes(.xvb).dropFirst().enumerated() {
            harness.logIn(lane, ownByte: UInt8(20 + index))
        }
        farm.share(0)
        _ = harness.core.observed(
            p2pool: .init(
                sidechainDifficulty: 1e5, pplnsWindow: 2160, poolHashrate: 1e4, sidechainHeight: 1e6,
                rewardSharePercent: 1), now: harness.now)
        for second in 0..<400 where harness.core.currentUpstream != .xvb {
            harness.advance(1)
            if second % 5 == 0 { for lane in harness.lanes(.p2pool) { harness.job(lane, "p\(second)") } }
        }
        for (index, lane) in harness.lanes(.xvb).enumerated() {
            harness.job(lane, "x", ownByte: index == 0 ? 7 : UInt8(19 + index))
        }
        harness.advance(1)
        farm.read()
        #expect(mining(harness, .xvb) == 3)
        return farm
    }

    private func mining(_ harness: CoreHarness, _ upstream: Upstream) -> Int {
        harness.core.snapshot(now: harness.now).upstreams[upstream].miningRigs
    }

    // Fault P03.
    @Test(
        "XvB's only node loses its pool: with the first refusal all rigs mine p2pool, and its login is asked for within seconds"
    )
    func otherUpstream() throws {
        var farm = try inSlice()
        let harness = farm.harness
        farm.share(0, error: "Bad gateway")
        #expect(harness.lanes(.xvb).isEmpty)
        #expect(mining(harness, .p2pool) == 3)
        farm.read()
        #expect(farm.share(2)?.upstream == .p2pool)
        harness.advance(1.5)
        #expect(harness.lanes(.xvb).count == 1)
        // It answers once it has its pool again: the rigs come back with its job.
        harness.logIn(try #require(harness.lanes(.xvb).first), ownByte: 9, job: "new")
        #expect(mining(harness, .xvb) == 1)
        farm.read()
        farm.share(0)
        harness.advance(0.1)
        #expect(harness.lanes(.xvb).count == 3)
    }

    @Test("A node that takes logins and no shares is left for a minute after the second try")
    func loginProvesNothing() throws {
        var farm = try inSlice()
        let harness = farm.harness
        farm.share(0, error: "Bad gateway")
        harness.advance(1.5)
        harness.logIn(try #require(harness.lanes(.xvb).first), ownByte: 9, job: "new")
        farm.read()
        let onXvB = try #require((0..<3).first { harness.core.registry.rigs[farm.rigs[$0].index].work.minesOn == .xvb })
        #expect(farm.share(onXvB, error: "Bad gateway")?.upstream == .xvb)
        #expect(mining(harness, .p2pool) == 3)
        harness.advance(55)
        #expect(harness.lanes(.xvb).isEmpty)
        harness.advance(25)
        #expect(harness.lanes(.xvb).count == 1)
    }

    @Test("Where there is no other work an odd refusal moves nobody")
    func nothingElse() throws {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        var farm = Farm(harness, rigs: 2)
        farm.share(0)
        farm.share(0, error: "Bad gateway")
        farm.share(1)
        farm.share(1, error: "Bad gateway")
        #expect(harness.closedLanes.isEmpty)
        farm.share(0, error: "Bad gateway")
        #expect(harness.closedLanes.count == 1)
    }

    @Test("One rig with wrong hashes among others closes no lane, however many of its shares are refused")
    func oneBadRig() {
        let harness = twoEndpoints()
        var farm = Farm(harness, rigs: 2)
        for _ in 0..<40 {
            farm.share(0, error: "Invalid share")
            farm.share(0, error: "Invalid share")
            farm.share(1)
        }
        #expect(harness.closedLanes.isEmpty)
    }
}
