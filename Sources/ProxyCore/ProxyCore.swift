import ProxyTerms
import SplitScheduler
import StratumCodec
import Upstreams

/// The whole data plane and its schedule as one deterministic machine: events and the time go in, effects come out.
///
/// It opens no socket, reads no clock, draws no global random number and writes no log. The shell calls one input at a
/// time, then performs `effects` in order and empties them. Inputs that name an old generation or epoch are dropped and
/// counted. Not thread-safe: it belongs to the loop's thread.
///
/// A share's way through: `rigReceived` (ProxyCore+Rigs) → `submitReceived` (ProxyCore+Submits) → the lane that issued its
/// job → `verdictReceived`. A job's way: `laneReceived` (ProxyCore+Lanes) → `jobReceived` → `deliver` (ProxyCore+Routing).
public final class ProxyCore {
    let settings: CoreSettings
    /// What is to be done; empty it after performing.
    public var effects = Effects()

    let rigs = RigTable()
    let lanes: PerUpstream<UpstreamLanes>
    var ledger = JobLedger()
    var nonces: NonceLedger
    var scheduler: SplitScheduler
    var random: SeededGenerator
    /// Salt of the session ids that rigs are told.
    let sessionSalt: UInt64

    // Accounting.
    var accounts: PerUpstream<UpstreamAccount>
    /// Our shares in p2pool's sidechain.
    var sidechain = SidechainAccount()
    /// Submits answered here.
    public internal(set) var local = LocalCounts()
    /// Work of all rigs by their own difficulty: the measured hashrate.
    public let measured: WorkMeter
    /// The same by the upstream whose job it was.
    public let measuredBy: PerUpstream<WorkMeter>
    /// Events that named a generation or epoch which was over.
    public internal(set) var staleEvents: UInt64 = 0

    // Rigs.
    var agents: [String] = [""]
    /// Logins that wait for their first job.
    var heldLogins: [UInt32: RequestID] = [:]
    /// The low part of the newest downstream job id. It counts up from a random number: xmrig closes a connection whose job
    /// equals its last one, which may be from the process before this one (docs/protocol.md#repeated-jobs).
    var lastJobNumber: UInt32
    /// Our mark on the ids of jobs that come from a pool: one that comes back with it has gone in a ring.
    let origin: UInt32
    /// Jobs handed to rigs.
    var jobsIssued: UInt64 = 0
    /// Rigs logged in, and those of them that need lanes of their own.
    var ordinaryRigs = 0
    var exclusiveRigs = 0
    var greetingDue = DeadlineQueue()
    var idleDue = DeadlineQueue()
    var strandedDue = DeadlineQueue()
    /// Rigs that were closed and whose connections linger, the longest first. Nothing is due: the shell ends them.
    var ending = DeadlineQueue()

    // The plan's inputs.
    var knownHashrate = HashrateInputs(total: 0)
    var hashrateKnownUntil = Instant.start

    var shortage = Shortage()

    // Work that nobody has searched.
    /// When the plan and the rigs that wait hear of it.
    var freshDue: Instant = .never
    /// Rigs that the plan wants on an upstream and that wait for its next job.
    var waitingRigs = 0
    /// Rigs that no upstream has work for.
    var strandedRigs = 0

    // Whether both upstreams' jobs have the same RandomX seed.
    var seeds = SeedWatch()

    // Switching.
    /// The next rig to be placed by the switch that is under way; nil while none is.
    var moveCursor: UInt32?
    var move = Move()

    // Care of the lanes.
    var careDue: Instant
    var lanesDue: Instant = .never
    var rerankDue: Instant = .never
    /// When it is looked again whether the lanes carry what comes.
    var loadDue: Instant = .never

    // Orderly stop (ProxyCore+Stop).
    var stopDue: Instant?
    var hasDrained = false
    var hasStopped = false

    /// A switch under way: what it will report.
    struct Move {
        var to = Upstream.p2pool
        var cause = SwitchCause.planned
        var plannedAt = Instant.start
        var rigs = MoveCount()
        /// Rigs that got the job they waited for, and whether that was told.
        var followed = 0
        var isFollowTold = false
    }

    /// A core that starts with no rigs and no lanes; call `tick` at once, and at every `nextDeadline`.
    public init(settings: CoreSettings, scheduler: SplitScheduler, seed: UInt64, now: Instant) {
        self.settings = settings
        self.scheduler = scheduler
        var random = SeededGenerator(seed: seed)
        sessionSalt = random.next()
        self.random = random
        var mixer = SeededGenerator(seed: ~seed)
        lastJobNumber = UInt32(truncatingIfNeeded: mixer.next())
        origin = UInt32(truncatingIfNeeded: mixer.next())
        lanes = PerUpstream(
            p2pool: UpstreamLanes(upstream: .p2pool, settings: settings.upstreams.p2pool),
            xvb: UpstreamLanes(upstream: .xvb, settings: settings.upstreams.xvb))
        let mostLanes = settings.upstreams.p2pool.maxLanes + settings.upstreams.xvb.maxLanes
        nonces = NonceLedger(capacity: max(1024, mostLanes * 32))
        accounts = PerUpstream(p2pool: UpstreamAccount(now: now), xvb: UpstreamAccount(now: now))
        measured = WorkMeter(now: now)
        measuredBy = PerUpstream(p2pool: WorkMeter(now: now), xvb: WorkMeter(now: now))
        careDue = now
        // Neither can be used before a lane is ready; the first one up is.
        for upstream in Upstream.allCases { self.scheduler.reported(upstream, usable: false, at: now) }
    }

    /// When `tick` must be called at the latest.
    public var nextDeadline: Instant {
        if let stopDue { return hasStopped ? .never : min(stopDue, lanesDue) }
        if moveCursor != nil { return .start }
        var next = min(careDue, lanesDue, rerankDue, freshDue, loadDue, scheduler.nextDeadline, seeds.due)
        next = min(next, greetingDue.nextDeadline, idleDue.nextDeadline, strandedDue.nextDeadline)
        return next
    }

    /// Does what is due at `now`. Long work is cut into steps: while `nextDeadline` is not after `now`, perform the effects
    /// and call again.
    public func tick(now: Instant) {
        guard stopDue == nil else { return tickStop(now: now) }
        if seeds.due <= now { watchSeeds(now: now) }
        if freshDue <= now { spreadUnsearched(now: now) }
        advancePlan(now: now)
        continueMove(now: now)
        if lanesDue <= now { tickLanes(now: now) }
        expireRigs(now: now)
        if loadDue <= now { reviewLoad(now: now) }
        if careDue <= now { careForLanes(now: now) }
        if rerankDue <= now { rerank(now: now) }
    }

    /// Seconds of the core's clock in 32 bits, never 0.
    func seconds(_ now: Instant) -> UInt32 {
        UInt32(truncatingIfNeeded: now.milliseconds / 1000) | 0x8000_0000
    }
}
