import ProxyTerms
import SimulatedPeers
import SplitScheduler

@testable import ProxyCore

/// The whole proxy core between simulated rigs and pools, on a simulated network, with a simulated clock: the same seed
/// gives the same run to the byte. What the design promises is checked after every event (WorldChecks).
final class SimulatedWorld {
    enum Event {
        case deliver(SimulatedLink, toCore: Bool)
        case closeArrives(SimulatedLink, atCore: Bool)
        case laneConnect(LaneID, endpoint: Int)
        case roundTrip(Upstream, endpoint: Int, Int64)
        case laneSecured(LaneID)
        case rigGone(RigID)
        case proved(UInt32, ProofOutcome)
        case fault(Int)
        case recover(WorldFault)
        case reading
    }

    struct RigActor {
        var rig: SimulatedRig
        var link: SimulatedLink?
        var due = Instant.start
        /// A rig that has left neither connects nor mines.
        var isHere = true
        /// Its link was frozen or cut: late answers are not the core's fault.
        var wasDisturbed = false
        /// Counters of its earlier lives.
        var past: [RigCounters] = []
    }

    struct PoolActor {
        var pool: SimulatedPool
        var upstream: Upstream
        var endpoint: Int
        var due = Instant.start
        var links: [Int: SimulatedLink] = [:]
    }

    let plan: WorldPlan
    let core: ProxyCore
    var now = Instant.start
    var rigs: [RigActor]
    var pools: [PoolActor] = []
    var random: SeededGenerator
    var queue = EventQueue<Event>()
    var trace = Trace()
    /// What went wrong first; the run stops there.
    var failure: String?
    var rigLinks: [RigID: SimulatedLink] = [:]
    var laneLinks: [LaneID: SimulatedLink] = [:]
    /// Lanes that the core has asked for and that have no link yet.
    var connecting: Set<LaneID> = []
    var searched = SearchedNonces()
    var hasShareInWindow = true
    var hasStopped = false
    var notices: [Notice] = []
    var events = 0
    /// Proofs that the core asked for.
    var proofs = 0
    var eventsOfMoment = 0
    var nextCheckAt = Instant.start

    init(_ plan: WorldPlan) {
        self.plan = plan
        random = SeededGenerator(seed: plan.seed ^ 0x51D)
        rigs = plan.rigs.map { settings in
            var settings = settings
            settings.recordsSearch = true
            return RigActor(rig: SimulatedRig(settings))
        }
        for upstream in Upstream.allCases {
            for (endpoint, settings) in plan.pools[upstream].enumerated() {
                pools.append(
                    PoolActor(
                        pool: SimulatedPool(settings, now: .start), upstream: upstream, endpoint: endpoint))
            }
        }
        var settings = CoreSettings(
            upstreams: PerUpstream(
                p2pool: CoreUpstream(
                    endpoints: Self.endpoints(plan, .p2pool), rigsPerLane: plan.rigsPerLane,
                    maxLanes: plan.maxLanes.p2pool, profile: .p2pool),
                xvb: CoreUpstream(
                    endpoints: Self.endpoints(plan, .xvb), rigsPerLane: plan.rigsPerLane,
                    maxLanes: plan.maxLanes.xvb, profile: .xvb)),
            agent: "stratum-proxy/test")
        settings.startRigDifficulty = plan.startRigDifficulty
        settings.verifyShares = plan.verifyShares
        core = ProxyCore(
            settings: settings, scheduler: SplitScheduler(settings: plan.split, start: .start),
            seed: plan.seed ^ 0xC0DE, now: .start)
        for (index, fault) in plan.faults.enumerated() {
            queue.add(.fault(index), at: .start.adding(seconds: fault.at))
        }
        queue.add(.reading, at: .start)
    }

    private static func endpoints(_ plan: WorldPlan, _ upstream: Upstream) -> [CoreEndpoint] {
        plan.pools[upstream].enumerated().map { index, _ in
            CoreEndpoint(
                host: "\(upstream.name)\(index)", port: 3333, usesTLS: upstream == .xvb,
                user: upstream == .p2pool ? "rig+\(plan.p2poolDifficulty)" : "48abcdef",
                keepaliveSeconds: upstream == .p2pool ? nil : 60)
        }
    }

    // MARK: Running

    /// Runs to the plan's end, lets everything settle, and looks at the whole.
    func run() {
        run(until: .start.adding(seconds: plan.seconds))
        settle()
        checkEnd()
    }

    /// Runs event by event until `end` or the first failure.
    func run(until end: Instant) {
        while failure == nil {
            step()
            checkAfterEvent()
            let next = nextDeadline
            eventsOfMoment = next <= now ? eventsOfMoment + 1 : 0
            if eventsOfMoment > 20_000 {
                fail("does not come to rest: the core is due at \(core.nextDeadline.milliseconds)")
            }
            if next > end {
                now = max(now, end)
                return
            }
            now = max(now, next)
        }
    }

    func run(seconds: Double) {
        run(until: now.adding(seconds: seconds))
    }

    /// The rigs stop mining; whatever is under way comes to its end.
    func settle() {
        for index in rigs.indices {
            act(rig: index) { rig, now, output in rig.setHashrate(0, now: now, to: &output) }
        }
        run(until: now.adding(seconds: 22))
    }

    var nextDeadline: Instant {
        var next = min(queue.nextDeadline, core.nextDeadline)
        for actor in rigs where actor.isHere { next = min(next, actor.due) }
        for actor in pools { next = min(next, actor.due) }
        return next
    }

    /// Everything that is due now, one event at a time.
    private func step() {
        events += 1
        if let event = queue.popDue(now: now) { return perform(event) }
        if core.nextDeadline <= now {
            core.tick(now: now)
            return performEffects()
        }
        for index in rigs.indices where rigs[index].isHere && rigs[index].due <= now {
            act(rig: index) { rig, now, output in rig.tick(now: now, to: &output) }
            return
        }
        for index in pools.indices where pools[index].due <= now {
            act(pool: index) { pool, now, effects in pool.tick(now: now, to: &effects) }
            return
        }
    }

    private func perform(_ event: Event) {
        switch event {
        case .deliver(let link, let toCore): deliver(link, toCore: toCore)
        case .closeArrives(let link, let atCore): closeArrives(link, atCore: atCore)
        case .laneConnect(let lane, let endpoint): connect(lane, endpoint: endpoint)
        case .roundTrip(let upstream, let endpoint, let trip):
            core.measured(upstream, endpoint: endpoint, milliseconds: Double(trip), now: now)
            performEffects()
        case .laneSecured(let lane):
            guard laneLinks[lane]?.isOpenAtCore == true else { return }
            core.laneSecured(lane, now: now)
            performEffects()
        case .rigGone(let rig):
            core.rigClosed(rig, now: now)
            performEffects()
        case .proved(let token, let outcome):
            core.proved(token, outcome, now: now)
            performEffects()
        case .fault(let index):
            trace.add(.fault(plan.faults[index].fault), at: now)
            begin(plan.faults[index].fault)
        case .recover(let fault): recover(fault)
        case .reading:
            _ = core.observed(
                p2pool: P2PoolReading(
                    sidechainDifficulty: Double(plan.sidechainDifficulty), pplnsWindow: 2160,
                    poolHashrate: Double(plan.sidechainDifficulty / 10),
                    rewardSharePercent: hasShareInWindow ? 0.2 : 0, age: 1), now: now)
            queue.add(.reading, at: now.adding(seconds: 10))
        }
    }

    func fail(_ text: String) {
        if failure == nil { failure = text }
    }

    /// What a failed run prints.
    var report: String {
        "seed \(plan.seed), \(now.milliseconds) ms: \(failure ?? "")\n\(trace.text)"
    }
}
