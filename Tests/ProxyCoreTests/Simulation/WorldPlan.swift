import ProxyCore
import ProxyTerms
import SimulatedPeers
import SplitScheduler

/// What a simulated world is made of; a seed draws one, or a test writes one down.
struct WorldPlan {
    var seed: UInt64
    var seconds = 120.0
    var rigs: [RigSettings] = []
    /// The pools of each upstream, in order of preference.
    var pools = PerUpstream<[PoolSettings]>(p2pool: [], xvb: [])
    var maxLanes = PerUpstream(p2pool: 64, xvb: 64)
    var rigsPerLane = 256
    var split = SplitSettings(mode: .manual, manualXvBSeconds: 10, window: 30)
    /// One-way delay of each link, in milliseconds; each link draws its own range from it.
    var latency: ClosedRange<Int64> = 1...60
    var faults: [(at: Double, fault: WorldFault)] = []
    /// Difficulty asked of p2pool with the login name.
    var p2poolDifficulty: UInt64 = 10_000
    /// What a share of p2pool's sidechain is worth.
    var sidechainDifficulty: UInt64 = 300_000
    var startRigDifficulty: UInt64 = 5_000
    var verifyShares = VerifyShares.off
    /// Whether all rigs connect from one address.
    var isBehindOneAddress = false
    /// Whether the delivered work must agree with the plan at the end.
    var checksDelivery: Bool { faults.isEmpty && !hasBadRigs }
    /// Whether some of the rigs lie, err or flood.
    var hasBadRigs: Bool { rigs.contains { $0.honesty != .honest || $0.forgedPerSecond > 0 } }

    init(seed: UInt64) {
        self.seed = seed
    }
}

/// Something that goes wrong, or just happens.
enum WorldFault {
    case poolDown(Upstream, endpoint: Int, seconds: Double)
    case poolSilent(Upstream, endpoint: Int, seconds: Double)
    case verdictsWithheld(Upstream, endpoint: Int, seconds: Double)
    case jobsStalled(Upstream, endpoint: Int, seconds: Double)
    case badJob(Upstream, endpoint: Int, SimulatedPool.JobFault)
    case laneReset(Upstream)
    case laneFrozen(Upstream, seconds: Double)
    case rigReset(Int)
    case rigFrozen(Int, seconds: Double)
    /// The rig's program starts anew: its nonces start at 0 again.
    case rigRestarted(Int)
    case rigLeaves(Int)
    case rigJoins(Int)
    case hashrate(Int, factor: Double)
    case shareLost(seconds: Double)
    case block(Upstream, endpoint: Int)
    /// Monero forks: from now on the pool's jobs are of another algorithm.
    case fork(Upstream, endpoint: Int, algorithm: String)
}

extension WorldPlan {
    /// A world drawn from `seed`: small, and as mixed as can be.
    static func drawn(seed: UInt64) -> WorldPlan {
        var random = SeededGenerator(seed: seed &* 0x9E37_79B9 &+ 1)
        func pick<Value>(_ values: [Value]) -> Value { random.pick(values) }
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        var plan = WorldPlan(seed: seed)
        plan.verifyShares = VerifyShares.allCases[Int(seed % 3)]
        plan.seconds = Double(number(60...180))
        plan.p2poolDifficulty = pick([8_000, 20_000, 40_000])
        plan.startRigDifficulty = pick([3_000, 10_000, 40_000])
        plan.rigsPerLane = pick([256, 256, 3, 1])
        plan.maxLanes.xvb = pick([64, 64, 3])
        plan.latency = 1...Int64(pick([5, 60, 150]))
        let window = pick([15, 30, 60])
        switch number(0...3) {
        case 0: plan.split = SplitSettings(mode: .hero, window: window)
        case 1: plan.split = SplitSettings(mode: .default, window: window, minSlice: 2)
        case _:
            plan.split = SplitSettings(
                mode: .manual, manualXvBSeconds: Double(number(1...window - 1)), window: window)
        }
        for upstream in Upstream.allCases {
            for endpoint in 0..<number(1...2) {
                let kind: PoolSettings.Kind = upstream == .p2pool ? .p2pool : pick([.nicehash, .nicehash, .open])
                var pool = PoolSettings(kind: kind, seed: random.next())
                pool.difficulty = pick([8_000, 20_000, 40_000])
                pool.minimumDifficulty = 1000
                let sidechain: UInt64 = pick([300_000, 2_000_000])
                // Both p2pools of a farm are on the same sidechain.
                if upstream == .p2pool, endpoint == 0 { plan.sidechainDifficulty = sidechain }
                pool.sidechainDifficulty = upstream == .p2pool ? plan.sidechainDifficulty : sidechain
                pool.blockInterval = pick([3, 10, 10, 40])
                // p2pool takes five unanswered submits at a time: slow verdicts go with few shares.
                let isQuiet = kind != .p2pool || plan.p2poolDifficulty >= 30_000
                pool.verdictDelay = pick([0...0, 0...50, 1...400, isQuiet ? 1...1200 : 0...100])
                pool.tagsJobs = endpoint == 0 || random.unit() < 0.5
                plan.pools[upstream].append(pool)
            }
        }
        for index in 0..<number(3...10) {
            plan.rigs.append(drawnRig(index, using: &random))
        }
        if seed % 5 == 2, plan.verifyShares != .off { plan.spoilRig(using: &random) }
        if seed % 4 != 0 {
            for _ in 0..<number(1...8) {
                let at = Double(number(5...Int(plan.seconds) - 30))
                plan.faults.append((at, plan.drawnFault(using: &random)))
            }
        }
        return plan
    }

    /// One of the rigs lies, errs, forges or floods.
    private mutating func spoilRig(using random: inout SeededGenerator) {
        let index = rigs.count - 1
        guard rigs[index].program == .xmrig else { return }
        switch random.next() % 4 {
        case 0: rigs[index].honesty = .liesHigh
        case 1: rigs[index].honesty = .forges
        case 2: rigs[index].honesty = .unstable(oneIn: random.pick([3, 12, 40]))
        case _: rigs[index].forgedPerSecond = random.pick([2, 10, 100])
        }
        for upstream in Upstream.allCases {
            for endpoint in pools[upstream].indices { pools[upstream][endpoint].meetsLiars = true }
        }
    }

    private static func drawnRig(_ index: Int, using random: inout SeededGenerator) -> RigSettings {
        let hashrate = random.pick([800.0, 2_000, 5_000, 12_000])
        var rig = RigSettings(user: "rig\(index)", hashrate: hashrate, seed: random.next())
        rig.threads = Int.random(in: 1...4, using: &random)
        rig.isLegacy = random.unit() < 0.2
        rig.lateShareProbability = random.unit() < 0.5 ? 0.2 : 0.01
        rig.sendsCommitment = random.unit() < 0.3
        rig.keepalive = random.unit() < 0.3
        if random.unit() < 0.2 { rig.user += "+\(random.pick([4_000, 20_000, 100_000]))" }
        if random.unit() < 0.3 { rig.rigID = "shed \(index)" }
        if random.unit() < 0.12 {
            rig.program = .xmrigProxy(miners: Int.random(in: 1...3, using: &random))
            rig.threads = 1
        }
        return rig
    }

    private func drawnFault(using random: inout SeededGenerator) -> WorldFault {
        let upstream: Upstream = random.unit() < 0.5 ? .p2pool : .xvb
        let endpoint = Int(random.next() % UInt64(pools[upstream].count))
        let rig = Int(random.next() % UInt64(rigs.count))
        let seconds = random.pick([0.5, 3, 12, 40])
        switch random.next() % 15 {
        case 0: return .poolDown(upstream, endpoint: endpoint, seconds: seconds)
        case 1: return .poolSilent(upstream, endpoint: endpoint, seconds: seconds)
        case 2: return .verdictsWithheld(upstream, endpoint: endpoint, seconds: seconds)
        case 3: return .jobsStalled(upstream, endpoint: endpoint, seconds: seconds)
        case 4:
            let fault = random.pick(SimulatedPool.JobFault.allCases)
            return .badJob(upstream, endpoint: endpoint, fault)
        case 5: return .laneReset(upstream)
        case 6: return .laneFrozen(upstream, seconds: min(seconds, 12))
        case 7: return .rigReset(rig)
        case 8: return .rigFrozen(rig, seconds: min(seconds, 3))
        case 9: return .rigRestarted(rig)
        case 10: return .rigLeaves(rig)
        case 11: return .rigJoins(rig)
        case 12: return .hashrate(rig, factor: random.pick([0.1, 3]))
        case 13: return .shareLost(seconds: seconds)
        case _: return .block(upstream, endpoint: endpoint)
        }
    }
}

extension SeededGenerator {
    /// One of `values`, which must not be empty.
    mutating func pick<Value>(_ values: [Value]) -> Value { values[Int(next() % UInt64(values.count))] }
}
