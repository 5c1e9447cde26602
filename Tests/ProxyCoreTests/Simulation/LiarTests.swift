import ProxyTerms
import SimulatedPeers
import SplitScheduler
import Testing

@testable import ProxyCore

/// Rigs that lie, or compute wrong, among honest ones (docs/invariants.md#invariants-of-the-simulation).
@Suite("Liars among the rigs")
struct LiarTests {
    private func plan(
        seed: UInt64, honest: Int = 8, others: [RigSettings.Honesty], verify: VerifyShares = .suspects,
        seconds: Double = 1_800
    ) -> WorldPlan {
        var plan = WorldPlan(seed: seed)
        plan.seconds = seconds
        plan.verifyShares = verify
        plan.split = SplitSettings(mode: .manual, manualXvBSeconds: 20, window: 60)
        plan.latency = 1...20
        plan.p2poolDifficulty = 30_000
        plan.sidechainDifficulty = 20_000_000
        for index in 0..<honest + others.count {
            var rig = RigSettings(user: "rig\(index)", hashrate: 4_000, seed: seed &* 31 &+ UInt64(index))
            if index >= honest { rig.honesty = others[index - honest] }
            plan.rigs.append(rig)
        }
        plan.pools.p2pool = [PoolSettings(kind: .p2pool, seed: seed)]
        plan.pools.p2pool[0].sidechainDifficulty = plan.sidechainDifficulty
        plan.pools.xvb = [PoolSettings(kind: .open, seed: seed &+ 1)]
        plan.pools.xvb[0].difficulty = 20_000
        for upstream in Upstream.allCases { plan.pools[upstream][0].meetsLiars = !others.isEmpty }
        // The delivered part is compared with the world without them.
        plan.faults = others.isEmpty ? [] : [(seconds - 60, .block(.p2pool, endpoint: 0))]
        return plan
    }

    private func honestRigs(_ world: SimulatedWorld) -> [SimulatedRig] {
        world.rigs.map(\.rig).filter { $0.settings.honesty == .honest }
    }

    // Fault R30.
    @Test(
        "A permanent liar and an unstable rig among ten: the honest ones lose nothing, no session sees a third bad share",
        arguments: [1, 2, 3, 4] as [UInt64])
    func liarAndUnstable(seed: UInt64) {
        let world = SimulatedWorld(plan(seed: seed, others: [.liesHigh, .unstable(oneIn: 12)]))
        world.run()
        #expect(world.failure == nil, "\(world.report)")
        let alone = SimulatedWorld(plan(seed: seed, others: []))
        alone.run()
        #expect(alone.failure == nil, "\(alone.failure ?? "")")

        let honest = honestRigs(world).map(\.counters)
        let submitted = honest.reduce(0) { $0 + $1.submitted }
        let accepted = honest.reduce(0) { $0 + $1.accepted }
        #expect(submitted > 1_000)
        #expect(Double(accepted) >= 0.99 * Double(submitted), "\(accepted) of \(submitted)")
        let hashes = honest.reduce(0) { $0 + $1.hashes }
        let hashesAlone = honestRigs(alone).reduce(0) { $0 + $1.counters.hashes }
        #expect(abs(hashes / hashesAlone - 1) < 0.02, "\(hashes) and \(hashesAlone)")

        let notices = world.notices
        #expect(notices.contains { if case .rigCutOff("rig8", _, 60, .provenWrong) = $0 { true } else { false } })
        #expect(notices.contains { if case .rigUnstable("rig9", _, _, _) = $0 { true } else { false } })
        for case .rigCutOff(let name, _, _, _) in notices { #expect(name == "rig8" || name == "rig9") }
        #expect(world.rigs[8].rig.counters.accepted == 0)
        // What an unstable rig computes right counts.
        let unstable = world.rigs[9].rig.counters
        #expect(unstable.accepted > (unstable.submitted - unstable.wrong) / 2)
        // Nearly nothing is proven of those that are trusted.
        #expect(world.proofs < 2 * unstable.submitted + 400, "\(world.proofs)")
    }

    @Test(
        "Forged shares that no pool verifies count for nothing: hashrate and plan are those of the honest rigs",
        arguments: [1, 2, 3] as [UInt64])
    func forger(seed: UInt64) {
        var plan = plan(seed: seed, others: [.forges])
        // It claims ten times what all others have.
        plan.rigs[8].hashrate = 320_000
        let world = SimulatedWorld(plan)
        world.run(until: .start.adding(seconds: 1_700))
        #expect(world.failure == nil, "\(world.failure ?? "")")
        let measured = world.core.hashrate.measure(now: world.now).total
        #expect(measured < 8 * 4_000 * 1.1, "\(measured)")
        #expect(measured > 8 * 4_000 * 0.9, "\(measured)")
        #expect(world.rigs[8].rig.counters.accepted <= 200)
        let outcome = world.notices.contains {
            if case .rigCutOff("rig8", _, _, .provenWrong) = $0 { true } else { false }
        }
        #expect(outcome)
    }

    @Test("One that was honest for long and then forges is caught, and what it forged is taken back")
    func turned() {
        var plan = plan(seed: 5, others: [.honest], verify: .sample)
        plan.pools.p2pool[0].meetsLiars = true
        plan.pools.xvb[0].meetsLiars = true
        let world = SimulatedWorld(plan)
        world.run(until: .start.adding(seconds: 900))
        world.rigs[8].rig.settings.honesty = .forges
        world.run(until: .start.adding(seconds: 6_000))
        #expect(world.failure == nil, "\(world.failure ?? "")")
        #expect(world.notices.contains { if case .rigCutOff("rig8", _, _, .provenWrong) = $0 { true } else { false } })
        let measured = world.core.hashrate.measure(now: world.now).total
        #expect(measured < 8 * 4_000 * 1.1, "\(measured)")
    }
}
