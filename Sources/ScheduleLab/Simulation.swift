import ProxyTerms
import SplitScheduler

/// One policy in one world, event by event, in milliseconds: shares found, shares leaving, jobs coming, APIs read, things breaking.
struct Simulation<Policy: JudgedPolicy> {
    let world: ModelWorld
    var policy: Policy
    var random: SeededGenerator
    var judge: SimulationJudge

    var now: Int64 = 0
    let end: Int64
    var service: SimulatedService
    var chain: SimulatedChain
    var rigs: SimulatedRigs
    var difficulty: SimulatedDifficulty
    /// Lanes to an XvB that owns a nonce byte; `nil` where nobody has to wait for work that is fresh.
    var lanes: SimulatedLanes?
    var rounds = SimulatedRounds()

    // What the rigs do: where they are to mine, and from when on (they may be reconnecting).
    var mining = Upstream.p2pool
    var miningFrom: Int64 = 0
    var reachable = PerUpstream(p2pool: true, xvb: true)
    var told = PerUpstream(p2pool: true, xvb: true)
    /// Whether the policy runs; else the rigs have no proxy.
    var isAlive = true
    /// How far the policy's clock is behind, because it stood still.
    var clockLag: Int64 = 0
    /// What p2pool got since the last tick.
    var toP2Pool = 0.0
    var died: Int64 = 0
    var movedAt: Int64 = -86_400_000
    var aimedAt: Tier?
    /// The last moment without a share in p2pool's window.
    var lastWithoutShare: Int64 = -86_400_000

    // The next moments of everything.
    var xvbShares: ShareClock
    var poolShares: ShareClock
    var chainShares: ShareClock
    var outsideShares: ShareClock
    var nextTick: Int64 = 0
    var nextBreak: Int64 = .max
    var breaks: [(at: Int64, what: Break)] = []
    var breakIndex = 0
    var frozen: XvBReading?
    var delayed: [(at: Int64, reading: XvBReading)] = []

    enum Break {
        case down(Upstream)
        case noticed(Upstream)
        case up(Upstream)
        case die
        case back
        case sleep
        case wake
        case judged(Bool)
    }

    init(world: ModelWorld, policy: Policy, seed: UInt64) {
        self.world = world
        self.policy = policy
        random = SeededGenerator(seed: seed)
        xvbShares = ShareClock(seed: seed ^ 0x7876_6221)
        poolShares = ShareClock(seed: seed ^ 0x706F_6F6C)
        chainShares = ShareClock(seed: seed ^ 0x6368_6169)
        outsideShares = ShareClock(seed: seed ^ 0x6F74_6865)
        end = Int64(world.days * 86_400_000)
        service = SimulatedService(world.service, seed: seed)
        chain = SimulatedChain(world.sidechain)
        difficulty = SimulatedDifficulty(base: world.xvbShare, model: world.difficulty, seed: seed)
        judge = SimulationJudge(world: world)
        if let jobs = world.jobs, !policy.reconnects {
            lanes = SimulatedLanes(
                jobs, spacing: Double(world.settings.cycle ?? SplitScheduler.bestCycle), seed: seed)
        }
        rigs = SimulatedRigs(
            base: world.hashrate, weather: world.weather, isWatched: world.warmth > 0, random: &random)
        breaks = Self.breaks(of: world)
        nextBreak = breaks.first?.at ?? .max
    }

    /// What breaks, in order.
    private static func breaks(of world: ModelWorld) -> [(at: Int64, what: Break)] {
        func at(_ seconds: Double) -> Int64 { Int64(seconds * 1000) }
        var breaks: [(at: Int64, what: Break)] = []
        for outage in world.outages {
            breaks.append((at(outage.from), .down(outage.upstream)))
            breaks.append((at(outage.from) + 2_000, .noticed(outage.upstream)))
            breaks.append((at(outage.to), .up(outage.upstream)))
        }
        let deaths = world.deaths + world.restarts.map { ModelSpan(from: $0, to: $0 + 20) }
        for death in deaths { breaks += [(at(death.from), .die), (at(death.to), .back)] }
        for span in world.sleep.spans { breaks += [(at(span.from), .sleep), (at(span.to), .wake)] }
        for span in world.judged { breaks += [(at(span.from), .judged(true)), (at(span.to), .judged(false))] }
        return breaks.sorted { $0.at < $1.at }
    }

    /// Runs to the end and tells what came of it.
    mutating func run() -> SimulationTally {
        warmUp()
        while now < end {
            var next = min(min(xvbShares.next, poolShares.next), min(chainShares.next, nextTick))
            next = min(min(next, nextBreak), min(outsideShares.next, rounds.nextEvent))
            if let lanes { next = min(next, lanes.nextJob) }
            if isAlive { next = min(next, max(nextDeadline, now + 1)) }
            if world.polledEvery > 0 { next = min(next, now + Int64(world.polledEvery * 1000)) }
            next = max(now, min(next, end))
            measure(until: next)
            now = next
            if now >= end { break }
            happen()
        }
        return judge.finish()
    }

    private var nextDeadline: Int64 {
        let deadline = policy.nextDeadline.milliseconds
        return deadline < .max - clockLag ? deadline + clockLag : .max
    }

    /// `now` as the policy's clock has it.
    var instant: Instant { Instant(milliseconds: now - clockLag) }

    // MARK: Beginning

    private mutating func warmUp() {
        // A day of even shares, as if the tier had been held all along.
        let rate = max(0, world.tier.hashrate * world.warmth - (world.warmth > 0 ? world.outside.xvb : 0))
        service.warmUp(
            hashrate: rate + (world.warmth > 0 ? world.outside.xvb : 0), share: world.xvbShare)
        if rate > 0 {
            credit(share: world.xvbShare, rate: rate, to: .xvb)
            // Who has been there for a day knows what p2pool had of it.
            if rate < world.hashrate {
                credit(share: world.hashrate * 10, rate: world.hashrate - rate, to: .p2pool)
            }
        }
        chain.warmUp(
            hashrate: world.hashrate + world.outside.p2pool,
            toP2Pool: max(0, world.hashrate - rate) + world.outside.p2pool, random: &random)
        rigs.change(at: 0, random: &random)
        tick()
        redraw()
    }

    /// A day of even shares in the policy's ledger.
    private mutating func credit(share: Double, rate: Double, to upstream: Upstream) {
        let every = share / rate * 1000
        var at = -86_400_000.0 + every / 2
        while at < 0 {
            policy.credited(work: share, to: upstream, at: Instant(milliseconds: Int64(at)))
            at += every
        }
    }

    // MARK: Finding shares

    /// The part of the rigs that mines on `upstream`.
    private func part(_ upstream: Upstream) -> Double {
        let onXvB = mining == .xvb ? lanes?.movedPart ?? 1 : 0
        return upstream == .xvb ? onXvB : 1 - onXvB
    }

    /// What `upstream` really gets now, in H/s.
    func rate(_ upstream: Upstream) -> Double {
        reachable[upstream] && isAlive ? rigs.hashrate * part(upstream) : 0
    }

    /// Tells the clocks how fast shares are found from now on.
    mutating func redraw() {
        xvbShares.set(rate: rate(.xvb) * difficulty.sharesPerHash, now: now, from: miningFrom)
        poolShares.set(rate: rate(.p2pool) / (world.hashrate * 10), now: now, from: miningFrom)
        chainShares.set(
            rate: (rate(.p2pool) + world.outside.p2pool) / chain.difficulty, now: now, from: min(now, miningFrom))
        outsideShares.set(rate: world.outside.xvb / world.outsideShare, now: now, from: now)
    }
}
