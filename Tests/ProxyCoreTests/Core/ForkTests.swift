import ProxyTerms
import SimulatedPeers
import SplitScheduler
import Testing

@testable import ProxyCore

/// The day on which Monero's jobs change their algorithm (docs/protocol.md#algorithms).
@Suite("A fork of Monero")
struct ForkTests {
    private func fork(_ harness: CoreHarness, _ upstream: Upstream) {
        for lane in harness.lanes(upstream) {
            harness.receive(
                lane, harness.jobLine("forked").replacing("\"algo\":\"rx/0\"", with: "\"algo\":\"rx/2\""))
        }
    }

    // Fault D07.
    @Test(
        "A rig that doesn't mine the new algorithm is refused at once where no other is left; one that lists it, or nothing, isn't"
    )
    func logins() {
        let harness = CoreHarness()
        harness.bringUp()
        for upstream in Upstream.allCases { fork(harness, upstream) }
        let old = harness.login("old")
        #expect(harness.take(old).first?.range(of: "No compatible algorithm") != nil)
        #expect(harness.closedRigs == [old])
        let new = harness.login("new", algorithms: "\"rx/0\",\"rx/2\"")
        #expect(harness.take(new).first?.range(of: "\"algo\":\"rx/2\"") != nil)
        let silent = harness.login("silent", algorithms: "")
        #expect(harness.take(silent).first?.range(of: "\"OK\"") != nil)
    }

    // Fault D07.
    @Test(
        "One that mines goes to the upstream that has not forked yet; with both it is closed after the grace, by name and cause"
    )
    func connected() {
        let harness = CoreHarness()
        harness.bringUp()
        let old = harness.login("old")
        _ = harness.take(old)
        fork(harness, .p2pool)
        #expect(harness.take(old).last?.range(of: "\"method\":\"job\"") != nil)
        #expect(harness.core.snapshot(now: harness.now).upstreams.xvb.miningRigs == 1)
        for lane in harness.lanes(.xvb) {
            harness.receive(
                lane, harness.jobLine("x").replacing("\"algo\":\"rx/0\"", with: "\"algo\":\"rx/2\""))
        }
        harness.advance(55)
        #expect(harness.closedRigs.isEmpty)
        harness.advance(10)
        #expect(harness.closedRigs == [old])
        #expect(
            harness.notices.contains {
                if case .rigLeft(old, "old", .noCommonAlgorithm) = $0 { true } else { false }
            })
    }

    /// p2pool and an XvB that owns the nonce byte; three rigs that mine each algorithm, and one, rig3, of before the fork.
    private func plan(seed: UInt64, seconds: Double) -> WorldPlan {
        var plan = WorldPlan(seed: seed)
        plan.seconds = seconds
        plan.p2poolDifficulty = 8_000
        for index in 0..<4 {
            var rig = RigSettings(user: "rig\(index)", hashrate: 3_000, seed: UInt64(index))
            if index == 3 { rig.algorithms = ["cn/0", "rx/0"] }
            plan.rigs.append(rig)
        }
        var p2pool = PoolSettings(kind: .p2pool, seed: 1)
        p2pool.sidechainDifficulty = plan.sidechainDifficulty
        plan.pools = PerUpstream(p2pool: [p2pool], xvb: [PoolSettings(kind: .nicehash, seed: 2)])
        return plan
    }

    // Fault D07.
    @Test(
        "A fork day: both pools fork, one hour apart; old rigs are told and go, all others mine on without a lost share"
    )
    func day() {
        var plan = plan(seed: 77, seconds: 600)
        plan.faults = [
            (at: 120, fault: .fork(.p2pool, endpoint: 0, algorithm: "rx/2")),
            (at: 300, fault: .fork(.xvb, endpoint: 0, algorithm: "rx/2")),
        ]
        let world = SimulatedWorld(plan)
        world.run()
        if world.failure != nil { Issue.record("\(world.report)") }
        let left = world.notices.compactMap { notice in
            if case .rigLeft(_, let name, .noCommonAlgorithm) = notice { name } else { nil }
        }
        #expect(left == ["rig3"])
        #expect(
            world.notices.contains { if case .connectionDropped(_, _, .noCommonAlgorithm) = $0 { true } else { false } }
        )
        for index in 0..<3 {
            #expect(world.rigs[index].rig.counters.logins == 1, "rig\(index)")
            #expect(world.rigs[index].rig.counters.accepted > 100)
        }
    }

    // Fault D07.
    @Test(
        "One upstream forks and the other one doesn't for long: rigs that mine the algorithm of one alone mine there, are told of once, and nobody is closed",
        arguments: Upstream.allCases)
    func oneSided(forked: Upstream) {
        var plan = plan(seed: 78, seconds: 500)
        plan.faults = [(at: 120, fault: .fork(forked, endpoint: 0, algorithm: "rx/2"))]
        let world = SimulatedWorld(plan)
        world.run(seconds: 150)
        let accepted = world.rigs.map(\.rig.counters.accepted)
        world.run(seconds: 350)
        if world.failure != nil { Issue.record("\(world.report)") }
        for index in 0..<4 {
            #expect(world.rigs[index].rig.counters.logins == 1, "rig\(index)")
            #expect(world.rigs[index].rig.counters.accepted > accepted[index] + 10, "rig\(index)")
        }
        let told = world.notices.compactMap { notice in
            if case .algorithmNotMined(_, let name, let upstream, let algorithm) = notice {
                "\(name) \(upstream) \(algorithm)"
            } else {
                nil
            }
        }
        #expect(told == ["rig3 \(forked) rx2"])
        let rigs = world.core.rigs(most: 10, now: world.now)
        #expect(rigs.first { $0.name == "rig3" }?.upstream == forked.other)
        // A rig that lists the new algorithm alone finds its work as well.
        let harness = CoreHarness()
        harness.bringUp()
        let early = harness.login("early", algorithms: "\"rx/2\"")
        #expect(harness.take(early).first?.range(of: "No compatible algorithm") != nil)
        fork(harness, forked)
        let new = harness.login("new", algorithms: "\"rx/2\"")
        #expect(harness.take(new).first?.range(of: "\"algo\":\"rx/2\"") != nil)
        #expect(harness.core.snapshot(now: harness.now).upstreams[forked].miningRigs == 1)
    }
}
