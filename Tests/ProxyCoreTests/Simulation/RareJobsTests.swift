import ProxyTerms
import SimulatedPeers
import SplitScheduler
import Testing

@testable import ProxyCore

/// An XvB node that owns byte 42 and sends a job as rarely as Monero finds blocks, in the whole simulated world: nothing is
/// searched twice there, or the run fails.
@Suite("Jobs rarer than slices")
struct RareJobsTests {
    private func world(
        seed: UInt64, rigs: Int = 3, times: PoolSettings.BlockTimes = .fixed, maxLanes: Int = 64,
        seconds: Double = 1_200
    ) -> SimulatedWorld {
        var plan = WorldPlan(seed: seed)
        plan.seconds = seconds
        plan.split = SplitSettings(mode: .manual, manualXvBSeconds: 20, window: 60)
        plan.p2poolDifficulty = 8_000
        plan.maxLanes.xvb = maxLanes
        for index in 0..<rigs {
            plan.rigs.append(RigSettings(user: "rig\(index)", hashrate: 3_000, seed: seed ^ UInt64(index) &* 77))
        }
        var p2pool = PoolSettings(kind: .p2pool, seed: seed ^ 1)
        p2pool.sidechainDifficulty = plan.sidechainDifficulty
        var xvb = PoolSettings(kind: .nicehash, seed: seed ^ 2)
        xvb.difficulty = 8_000
        xvb.blockInterval = 120
        xvb.blockTimes = times
        plan.pools = PerUpstream(p2pool: [p2pool], xvb: [xvb])
        return SimulatedWorld(plan)
    }

    private func switches(_ world: SimulatedWorld, to upstream: Upstream) -> [MoveCount] {
        world.notices.compactMap { notice in
            if case .switched(upstream, _, let rigs, _) = notice { rigs } else { nil }
        }
    }

    // Fault W01.
    @Test(
        "A job each 120 s, slices each 60 s: every slice moves every rig, there and back",
        arguments: 1...2 as ClosedRange<UInt64>)
    func fixed(seed: UInt64) {
        let world = world(seed: seed)
        world.run()
        if world.failure != nil { Issue.record("\(world.report)") }
        for upstream in Upstream.allCases {
            let moves = switches(world, to: upstream)
            #expect(moves.count >= 17)
            #expect(moves.allSatisfy { $0.waiting == 0 && $0.elsewhere == 0 && $0.moved == 3 })
        }
        // No login per slice: four lanes a rig at most.
        #expect(world.pools[1].pool.counters.logins <= 12)
        #expect(world.core.book.counts.xvb.lost == 0)
    }

    @Test("One rig, and thirty", arguments: [1, 30])
    func farms(rigs: Int) {
        let world = world(seed: 9, rigs: rigs, maxLanes: 128, seconds: 600)
        world.run()
        if world.failure != nil { Issue.record("\(world.report)") }
        let moves = switches(world, to: .xvb)
        #expect(moves.count >= 7)
        #expect(moves.allSatisfy { $0.moved == rigs })
    }

    // Fault W01.
    @Test(
        "Exponential intervals up to 15 min: what is told of each switch is true",
        arguments: 1...2 as ClosedRange<UInt64>)
    func exponential(seed: UInt64) {
        let world = world(seed: seed, times: .exponential(most: 7.5), seconds: 3_600)
        var told = 0
        var moved = 0
        while world.failure == nil, world.now < .start.adding(seconds: world.plan.seconds) {
            world.run(seconds: 0.25)
            for notice in world.notices.dropFirst(told) {
                guard case .switched(let upstream, _, let count, _) = notice else { continue }
                #expect(count.all == 3 && count.elsewhere == 0)
                moved += upstream == .xvb && count.waiting == 0 ? 1 : 0
                // Nobody waits whose lane, or another one, has unsearched work.
                if upstream == .xvb, count.waiting > 0 {
                    #expect(world.core.hashrate.measure(now: world.now).fresh?.now ?? 0 < 9_000)
                }
            }
            told = world.notices.count
        }
        world.settle()
        world.checkEnd()
        if world.failure != nil { Issue.record("\(world.report)") }
        // Four lanes a rig are the most: where a job stays for longer than four slices nobody has anything to search.
        #expect(moved * 10 >= switches(world, to: .xvb).count * 6)
    }

    @Test("Too few lanes for spare ones: no slice is begun that moves nobody")
    func bounded() {
        let world = world(seed: 5, maxLanes: 3)
        world.run()
        if world.failure != nil { Issue.record("\(world.report)") }
        let moves = switches(world, to: .xvb)
        #expect(moves.count >= 8)
        // Before the first slice XvB was up before p2pool, and a rig had its job.
        #expect(moves.dropFirst(2).allSatisfy { $0.moved == 3 })
        #expect(world.pools[1].pool.counters.logins == 3)
    }

    // Fault P01.
    @Test("p2pool dies in its slice: every rig has XvB's work within two seconds", arguments: [3, 64])
    func deadPool(maxLanes: Int) {
        for seed in 1...3 as ClosedRange<UInt64> {
            let world = world(seed: seed, maxLanes: maxLanes)
            world.run(seconds: 125)
            while world.core.currentUpstream != .p2pool { world.run(seconds: 1) }
            world.begin(.poolDown(.p2pool, endpoint: 0, seconds: 40))
            world.run(seconds: 2)
            for index in world.rigs.indices {
                #expect(world.core.registry.rigs[UInt32(index)].work.minesOn == .xvb, "seed \(seed) rig \(index)")
            }
            world.run(seconds: 120)
            if world.failure != nil { Issue.record("\(world.report)") }
        }
    }
}
