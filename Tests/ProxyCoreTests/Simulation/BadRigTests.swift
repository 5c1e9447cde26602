import ProxyTerms
import SimulatedPeers
import SplitScheduler
import Testing

@testable import ProxyCore

/// Worlds with liars, unstable rigs, flooders and squatters (docs/invariants.md#no-third-bad-share).
@Suite("Bad rigs of every kind")
struct BadRigTests {
    /// Eight honest rigs and those others, at a p2pool whose sidechain has a share in about ten minutes for them.
    private func plan(
        seed: UInt64, others: [RigSettings], verify: VerifyShares = .suspects, mode: SplitMode = .manual,
        seconds: Double = 1_200
    ) -> WorldPlan {
        var plan = WorldPlan(seed: seed)
        plan.seconds = seconds
        plan.verifyShares = verify
        plan.split = SplitSettings(mode: mode, manualXvBSeconds: 20, window: 60)
        plan.latency = 1...20
        plan.p2poolDifficulty = 30_000
        plan.sidechainDifficulty = 20_000_000
        for index in 0..<8 {
            plan.rigs.append(RigSettings(user: "rig\(index)", hashrate: 4_000, seed: seed &* 31 &+ UInt64(index)))
        }
        plan.rigs += others
        plan.pools.p2pool = [PoolSettings(kind: .p2pool, seed: seed)]
        plan.pools.p2pool[0].sidechainDifficulty = plan.sidechainDifficulty
        plan.pools.xvb = [PoolSettings(kind: .open, seed: seed &+ 1)]
        plan.pools.xvb[0].difficulty = 20_000
        for upstream in Upstream.allCases { plan.pools[upstream][0].meetsLiars = true }
        return plan
    }

    private func bad(_ name: String, _ honesty: RigSettings.Honesty, hashrate: Double = 4_000, seed: UInt64)
        -> RigSettings
    {
        var rig = RigSettings(user: name, hashrate: hashrate, seed: seed)
        rig.honesty = honesty
        return rig
    }

    private func flooder(_ perSecond: Double, hashrate: Double = 0) -> RigSettings {
        var rig = RigSettings(user: "flooder", hashrate: hashrate, seed: 3)
        rig.forgedPerSecond = perSecond
        return rig
    }

    private func honest(_ world: SimulatedWorld) -> (accepted: Double, hashes: Double) {
        let counters = world.rigs.prefix(8).map(\.rig.counters)
        let submitted = counters.reduce(0) { $0 + $1.submitted }
        return (
            Double(counters.reduce(0) { $0 + $1.accepted }) / Double(submitted), counters.reduce(0) { $0 + $1.hashes }
        )
    }

    /// XvB's part of the work that was planned, and that was accepted.
    private func part(_ world: SimulatedWorld) -> (planned: Double, delivered: Double) {
        var (planned, xvb, all) = (0.0, 0.0, 0.0)
        for case .windowClosed(let report) in world.notices where report.start > .start.adding(seconds: 120) {
            let work = report.work.p2pool + report.work.xvb
            planned += work * report.plan.xvbSeconds / report.plan.window
            xvb += report.work.xvb
            all += work
        }
        return (planned / max(all, 1), xvb / max(all, 1))
    }

    private func cut(_ world: SimulatedWorld) -> Set<String> {
        Set(world.notices.compactMap { if case .rigCutOff(let name, _, _, _) = $0 { name } else { nil } })
    }

    @Test(
        "A liar, an unstable rig, a flooder and four squatters: the honest rigs and the plan are what they are without them",
        arguments: [1, 2] as [UInt64])
    func everything(seed: UInt64) {
        var others = [
            bad("liar", .liesHigh, seed: seed), bad("unstable", .unstable(oneIn: 12), seed: seed), flooder(200),
        ]
        for number in 0..<4 { others.append(RigSettings(user: "squatter\(number)", hashrate: 0, seed: seed)) }
        let world = SimulatedWorld(plan(seed: seed, others: others))
        world.run()
        #expect(world.failure == nil, "\(world.report)")
        let alone = SimulatedWorld(plan(seed: seed, others: []))
        alone.run()
        #expect(alone.failure == nil, "\(alone.failure ?? "")")
        let (accepted, hashes) = honest(world)
        #expect(accepted >= 0.99, "\(accepted)")
        #expect(abs(hashes / honest(alone).hashes - 1) < 0.02)
        #expect(abs(part(world).planned - part(alone).planned) < 0.02)
        #expect(abs(part(world).delivered - part(alone).delivered) < 0.05, "\(part(world)) \(part(alone))")
        #expect(cut(world).isSuperset(of: ["liar", "flooder"]))
        #expect(cut(world).isSubset(of: ["liar", "flooder", "unstable"]))
    }

    @Test("Behind one address it is the same: who lies is cut off by name, honest rigs are proven and stay")
    func oneAddress() {
        var plan = plan(seed: 3, others: [bad("liar", .liesHigh, seed: 3), bad("other", .forges, seed: 4)])
        plan.isBehindOneAddress = true
        let world = SimulatedWorld(plan)
        world.run()
        #expect(world.failure == nil, "\(world.report)")
        #expect(honest(world).accepted >= 0.99)
        #expect(cut(world) == ["liar", "other"])
        #expect(world.rigs.prefix(8).allSatisfy { $0.rig.counters.logins == 1 })
    }

    @Test(
        "What can't be proven (rx/2, verify-shares off) is judged by the pools: a liar is cut off, no session sees a third bad share",
        arguments: [true, false])
    func withoutProof(isRx2: Bool) {
        let others = [bad("liar", .liesHigh, seed: 5), bad("unstable", .unstable(oneIn: 40), seed: 6)]
        var plan = plan(seed: 5, others: others, verify: isRx2 ? .suspects : .off)
        if isRx2 { for upstream in Upstream.allCases { plan.pools[upstream][0].algorithm = "rx/2" } }
        let world = SimulatedWorld(plan)
        world.run()
        #expect(world.failure == nil, "\(world.report)")
        #expect(world.proofs == 0)
        #expect(world.pools.allSatisfy { $0.pool.counters.mostWrongOfSession <= 2 })
        #expect(honest(world).accepted >= 0.98, "\(honest(world).accepted)")
        #expect(cut(world).contains("liar"))
    }

    @Test(
        "Three trusted rigs that begin to lie at the same moment, at a far pool that takes its time: two bad shares a session"
    )
    func turncoats() {
        var plan = plan(seed: 7, others: [], seconds: 900)
        plan.latency = 100...150
        plan.split = SplitSettings(mode: .manual, manualXvBSeconds: 40, window: 60)
        plan.pools.xvb[0] = PoolSettings(kind: .nicehash, seed: 8)
        plan.pools.xvb[0].difficulty = 4_000
        plan.pools.xvb[0].verifiesAll = true
        for upstream in Upstream.allCases {
            plan.pools[upstream][0].meetsLiars = true
            plan.pools[upstream][0].verdictDelay = 500...2_000
        }
        plan.startRigDifficulty = 4_000
        for index in plan.rigs.indices { plan.rigs[index].user += "+4000" }
        plan.p2poolDifficulty = 200_000
        let world = SimulatedWorld(plan)
        world.run(until: .start.adding(seconds: 600))
        for index in 5..<8 { world.rigs[index].rig.settings.honesty = index == 5 ? .forges : .liesHigh }
        world.run(until: .start.adding(seconds: 900))
        #expect(world.failure == nil, "\(world.report)")
        #expect(cut(world) == ["rig5", "rig6", "rig7"])
        let wrong = world.pools.map(\.pool.counters.mostWrongOfSession)
        #expect(wrong.allSatisfy { $0 <= 2 } && wrong.contains { $0 > 0 }, "\(wrong)")
    }

    @Test(
        "Ten forged shares a second below the sidechain's difficulty, for ten minutes: tier and plan are what they are without them",
        arguments: [false, true])
    func forged(isTrustedBefore: Bool) {
        func world(forges: Bool) -> SimulatedWorld {
            var plan = plan(
                seed: 9, others: [RigSettings(user: "forger", hashrate: isTrustedBefore ? 4_000 : 0, seed: 9)],
                mode: .default, seconds: 3_000)
            plan.split.window = 600
            // A farm that isn't known for a day would aim at donor, of which there is less to see.
            plan.split.tier = .vip
            let world = SimulatedWorld(plan)
            world.run(until: .start.adding(seconds: 1_500))
            if forges { world.rigs[8].rig.settings.forgedPerSecond = 10 }
            world.startForging(8)
            world.run(until: .start.adding(seconds: 2_100))
            #expect(world.failure == nil, "\(world.report)")
            return world
        }
        let (with, without) = (world(forges: true), world(forges: false))
        // It is caught with the first proof, cut off, and forges anew each time it is back.
        #expect(with.rigs[8].rig.counters.wrong > 5)
        #expect(with.rigs[8].rig.counters.logins > 1)
        let (made, other) = (with.core.schedule.plan, without.core.schedule.plan)
        #expect(made?.tier == other?.tier)
        let part = { (plan: WindowPlan?) in (plan?.xvbSeconds ?? 0) / (plan?.window ?? 1) }
        // The forger's own 4 kH/s of 36 are gone with it.
        #expect(abs(part(made) - part(other)) < (isTrustedBefore ? 0.12 : 0.02), "\(part(made)) \(part(other))")
        let measured = with.core.hashrate.measure(now: with.now).total
        #expect(measured < 36_000 * 1.1, "\(measured)")
        #expect(cut(with) == ["forger"])
    }
}
