import ProxyTerms
import SimulatedPeers
import SplitScheduler
import Testing

@testable import ProxyCore

@Suite("Lanes by what they carry")
struct LaneLoadTests {
    /// Rigs on p2pool alone.
    private func plan(seed: UInt64, hashrates: [Double], seconds: Double) -> WorldPlan {
        var plan = WorldPlan(seed: seed)
        plan.seconds = seconds
        plan.split = SplitSettings(mode: .p2pool, window: 60)
        plan.latency = 1...5
        plan.rigs = hashrates.enumerated().map { index, hashrate in
            RigSettings(user: "rig\(index)", hashrate: hashrate, seed: seed &* 31 &+ UInt64(index))
        }
        plan.pools.p2pool = [PoolSettings(kind: .p2pool, seed: seed)]
        plan.pools.xvb = [PoolSettings(kind: .open, seed: seed)]
        plan.sidechainDifficulty = 1 << 40
        plan.pools.p2pool[0].sidechainDifficulty = 1 << 40
        return plan
    }

    /// Rigs with a seat on each ready lane of p2pool.
    private func seats(_ world: SimulatedWorld) -> [Int] {
        world.core.lanes.p2pool.lanes.compactMap { $0 }.filter { $0.isReady && !$0.isRetiring }.map(\.memberCount)
    }

    @Test(
        "20 rigs, 20 shares/s, p2pool 600 ms away: 98 % and more are accepted, from the first share on",
        arguments: [1, 2, 3])
    func far(seed: UInt64) {
        var plan = plan(seed: seed, hashrates: Array(repeating: 20_000, count: 20), seconds: 300)
        plan.p2poolDifficulty = 20_000
        // The way there and back, or a p2pool that takes its time.
        if seed == 1 { plan.latency = 300...300 } else { plan.pools.p2pool[0].verdictDelay = 600...600 }
        if seed == 3 { plan.rigs[0].isLegacy = true }
        let world = SimulatedWorld(plan)
        world.run()
        #expect(world.failure == nil, "\(world.failure ?? "")")
        let counts = world.core.book.counts.p2pool
        let local = world.core.book.local
        let all = Double(counts.submitted + local[.tooMany] + local[.expiredJob])
        #expect(all > 5_000)
        #expect(Double(counts.accepted) >= 0.98 * all, "\(counts) \(local)")
        #expect(local[.tooMany] == 0 && counts.lost == 0)
        // As many lanes as that takes, and each with its part of the rigs.
        let shared = seats(world).filter { $0 > 0 }
        #expect((5...8).contains(shared.count), "\(shared)")
        #expect(shared.allSatisfy { $0 <= 5 }, "\(shared)")
    }

    // Fault U31.
    @Test("One lane is enough where p2pool is near, however many shares come, and where few come, however far it is")
    func near() {
        var close = plan(seed: 4, hashrates: Array(repeating: 20_000, count: 20), seconds: 60)
        close.p2poolDifficulty = 20_000
        var quiet = plan(seed: 5, hashrates: Array(repeating: 1_000, count: 20), seconds: 120)
        quiet.p2poolDifficulty = 200_000
        quiet.latency = 400...400
        for plan in [close, quiet] {
            let world = SimulatedWorld(plan)
            world.run()
            #expect(world.failure == nil, "\(world.failure ?? "")")
            #expect(seats(world) == [20])
        }
    }

    // Fault P11.
    @Test("No lane is likely to find two shares of p2pool's sidechain in one template; equal rigs are spread evenly")
    func templates() {
        var plan = plan(seed: 6, hashrates: Array(repeating: 1_000, count: 24), seconds: 240)
        // 24 kH/s for 10 s on a sidechain of 4M: 0.06 shares a template.
        plan.sidechainDifficulty = 4_000_000
        plan.pools.p2pool[0].sidechainDifficulty = 4_000_000
        plan.pools.p2pool[0].blockInterval = 10
        let world = SimulatedWorld(plan)
        world.run()
        #expect(world.failure == nil, "\(world.failure ?? "")")
        let seats = seats(world)
        #expect((5...8).contains(seats.count), "\(seats)")
        #expect(seats.allSatisfy { (2...6).contains($0) }, "\(seats)")
    }

    @Test("A rig with half of the hashrate has a lane to itself, the small ones share the other")
    func uneven() {
        var plan = plan(seed: 7, hashrates: [8_000] + Array(repeating: 1_000, count: 8), seconds: 300)
        plan.sidechainDifficulty = 9_000_000
        plan.pools.p2pool[0].sidechainDifficulty = 9_000_000
        let world = SimulatedWorld(plan)
        world.run()
        #expect(world.failure == nil, "\(world.failure ?? "")")
        let lanes = world.core.lanes.p2pool
        let big = world.core.registry.rigs[0].seats[.p2pool].lane
        #expect((2...3).contains(seats(world).count))
        #expect((lanes.lane(big)?.memberCount ?? 9) <= 2, "\(seats(world))")
    }

    @Test("A lane that brings far too many shares is replaced in seconds by one of a fitting difficulty")
    func difficulty() {
        var settings: CoreSettings?
        let harness = CoreHarness(hasXvB: false) { settings = $0 }
        harness.bringUp(p2poolDifficulty: 1_000)
        let rigs = (0..<4).map { harness.login("rig\($0)+1000") }
        var jobs: [(String, UInt32)] = rigs.map { rig in
            let line = harness.take(rig).joined()
            let slot = UInt32(member("blob", of: line)?.dropFirst(84).prefix(2) ?? "", radix: 16) ?? 0
            return (member("job_id", of: line) ?? "", slot << 24)
        }
        jobs.reserveCapacity(4)
        let first = harness.lanes(.p2pool)[0]
        // 40 shares/s of 1,000, where 20,000 was asked for: 40 kH/s would be 400,000 for a share in ten seconds.
        for step in 0..<60 {
            for (rig, job) in zip(rigs, jobs) {
                for share in 0..<2 {
                    harness.submit(
                        rig, id: step * 2 + share + 2, job: job.0, nonce: job.1 | UInt32(step * 2 + share),
                        hash: 1 << 30)
                }
            }
            while true {
                let lines = harness.take(first)
                for line in lines { harness.verdict(line, from: first) }
                if lines.isEmpty { break }
            }
            harness.advance(0.2)
        }
        let second = harness.lanes(.p2pool).first { $0 != first }
        let login = second.map { lane -> String in
            harness.logIn(lane)
            return harness.take(lane).joined()
        }
        let asked = login.flatMap { member("login", of: $0) }.flatMap { UInt64($0.split(separator: "+").last ?? "") }
        #expect((200_000...600_000).contains(asked ?? 0), "\(login ?? "no second lane")")
        #expect(settings?.startLaneDifficulty == 20_000)
    }

    // Fault P06.
    @Test("200 rigs of a lane submit at once: none is refused here, all have their verdict")
    func allAtOnce() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let lane = harness.lanes(.p2pool)[0]
        let rigs = (0..<200).map { harness.login("rig\($0)+100") }
        harness.advance(0.1)
        for (index, rig) in rigs.enumerated() {
            let line = harness.take(rig).joined()
            let slot = UInt32(member("blob", of: line)?.dropFirst(84).prefix(2) ?? "", radix: 16) ?? 0
            harness.submit(
                rig, id: 7, job: member("job_id", of: line) ?? "", nonce: slot << 24 | UInt32(index), hash: 1 << 40)
        }
        #expect(harness.core.book.local[.tooMany] == 0)
        // 600 ms from each submit to its verdict: 25 s in all.
        for _ in 0..<60 {
            harness.advance(0.6)
            for line in harness.take(lane) where member("method", of: line) == "submit" {
                harness.verdict(line, from: lane)
            }
        }
        let counts = harness.core.snapshot(now: harness.now).upstreams.p2pool.counts
        #expect(counts.accepted == 200 && counts.lost == 0)
        #expect(rigs.allSatisfy { rig in harness.take(rig).contains { member("status", of: $0) == "OK" } })
    }
}
