import ProxyTerms
import SplitScheduler
import StratumCodec
import Upstreams

/// One upstream as it stands, for status displays.
public struct UpstreamSnapshot: Equatable, Sendable {
    /// Which one.
    public var upstream: Upstream
    /// Address of the endpoint in use; nil where none is configured.
    public var endpoint: String?
    /// One is configured, and the mode uses it.
    public var isUsed: Bool
    /// Lanes that are ready, probes left out.
    public var readyLanes: Int
    /// All lanes, whatever their state.
    public var lanes: Int
    /// Who chooses byte 42, as the newest lane showed.
    public var nonceByteOwner: NonceByteOwner
    /// Rigs that have a seat there.
    public var seatedRigs: Int
    /// Rigs that mine there now.
    public var miningRigs: Int
    /// Rigs that the plan wants there and that wait for its next job: what it has now they have searched.
    public var waitingRigs: Int
    /// The rigs that find no place there; nil where all have one.
    public var placeShortage: PlaceShortage?
    /// Accepted work as hashrate over 10 min, 1 h and 24 h: the schedule's own figures, which a restart keeps.
    public var routed: SchedulerStatus.Averages
    /// What became of the shares.
    public var counts: ShareCounts
    /// Difficulty of the newest job of the first ready lane; nil while none is ready.
    public var difficulty: UInt64?
    /// Smoothed round trip of that lane, ms.
    public var ping: Double?
    /// Its regions, the nearest first; empty where the operator chose among its endpoints.
    public var regions: [RegionSnapshot] = []
}

extension UpstreamSnapshot {
    /// How it stands for rigs that have lost the other one.
    public var standing: OtherUpstream { !isUsed ? .unused : readyLanes > 0 ? .up : .down }
}

extension Snapshot {
    /// The upstreams that are configured and that the mode uses.
    public var usedUpstreams: [Upstream] { Upstream.allCases.filter { upstreams[$0].isUsed } }
}

/// One of an upstream's regions as it was measured.
public struct RegionSnapshot: Equatable, Sendable {
    /// Its `host:port`.
    public var endpoint: String
    /// The median of the time that a connection takes, ms; nil: it mostly did not answer.
    public var ping: Double?
}

/// The whole proxy at one moment, as plain values.
public struct Snapshot: Equatable, Sendable {
    /// Where work goes now.
    public var upstream: Upstream
    /// When work is expected to go to the other upstream; `nil` means not before the next plan.
    public var expectedSwitch: Instant?
    /// When the next plan is made.
    public var windowEnd: Instant
    /// The plan of the running window.
    public var plan: WindowPlan?
    /// Start of the running window.
    public var windowStart: Instant
    /// What ended windows brought.
    public var totals: ScheduleTotals
    /// The upstreams.
    public var upstreams: PerUpstream<UpstreamSnapshot>
    /// Measured hashrate of all rigs in each window of `RateWindow.allCases`.
    public var rates: [Rate]
    /// Work of all rigs by their own difficulty since the start, hashes.
    public var measuredWork: Double
    /// Rigs connected and logged in.
    public var rigs: Int
    /// The most rigs that were logged in at a time.
    public var mostRigs = 0
    /// The difficulties of the best shares that pools accepted, the highest first; ten at most.
    public var bestShares: [UInt64] = []
    /// p2pool shares found since the start: accepted by p2pool and good for its sidechain.
    public var sidechainShares: UInt64
    /// When the last of them was found.
    public var lastSidechainShareAt: Instant?
    /// The last good reading of p2pool's API.
    public var p2poolReading: Dated<P2PoolReading>?
    /// The last good reading of XvB's API.
    public var xvbReading: Dated<XvBReading>?
    /// Whether XvB knows the wallet, as far as it said.
    public var isRegistered: Bool
    /// The schedule's own view: inputs with their health, ledger, tiers.
    public var schedule: SchedulerStatus
    /// Submits answered here.
    public var local: LocalCounts
}

/// Reads the machines.
struct SnapshotReader {
    let registry: RigRegistry
    let lanes: PerUpstream<LaneSet>
    let schedule: Schedule
    let shortage: Shortage
    let dispatcher: Dispatcher
    let book: ShareBook
    let regions: RegionWatch

    /// It looks at every rig.
    func read(now: Instant) -> Snapshot {
        let scheduler = schedule.scheduler
        let status = scheduler.status(at: now)
        var mining = PerUpstream(p2pool: 0, xvb: 0)
        for index in 0..<registry.rigs.extent {
            let rig = registry.rigs[index]
            if rig.life.phase == .mining, let upstream = rig.work.minesOn { mining[upstream] += 1 }
        }
        return Snapshot(
            upstream: scheduler.upstream, expectedSwitch: scheduler.expectedSwitch, windowEnd: scheduler.windowEnd,
            plan: scheduler.plan, windowStart: scheduler.windowStart, totals: scheduler.totals,
            upstreams: PerUpstream(
                p2pool: snapshot(of: .p2pool, mining: mining.p2pool, routed: status.routed.p2pool, now: now),
                xvb: snapshot(of: .xvb, mining: mining.xvb, routed: status.routed.xvb, now: now)),
            rates: RateWindow.allCases.map { book.measured.rate($0, at: now) }, measuredWork: book.measured.total,
            rigs: registry.loggedIn, mostRigs: registry.mostLoggedIn, bestShares: book.best.difficulties,
            sidechainShares: book.sidechain.shares,
            lastSidechainShareAt: book.sidechain.lastShareAt, p2poolReading: scheduler.p2poolReading,
            xvbReading: scheduler.xvbReading, isRegistered: scheduler.isRegistered,
            schedule: status, local: book.local)
    }

    private func snapshot(
        of upstream: Upstream, mining: Int, routed: SchedulerStatus.Averages, now: Instant
    ) -> UpstreamSnapshot {
        let group = lanes[upstream]
        let first = group.firstReady()
        return UpstreamSnapshot(
            upstream: upstream, endpoint: group.failover.map { group.address(of: $0.current) },
            isUsed: shortage.isUsed(upstream), readyLanes: group.readyCount,
            lanes: group.lanes.lazy.filter { $0 != nil }.count,
            nonceByteOwner: group.byteOwner, seatedRigs: group.seatedCount,
            miningRigs: mining, waitingRigs: upstream == schedule.upstream ? dispatcher.waitingRigs : 0,
            placeShortage: shortage.ofPlaces(at: upstream, now: now), routed: routed, counts: book.counts[upstream],
            difficulty: first?.current.map { Target.difficulty($0.target) }, ping: first?.session.ping,
            regions: regions.regions(of: upstream))
    }
}
