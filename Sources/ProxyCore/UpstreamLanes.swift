import ProxyTerms
import Upstreams

/// The lanes of one upstream, and where they connect to.
final class UpstreamLanes {
    /// Lanes between connect and login at a time: opening is paced so that a pool never sees a storm.
    static let mostOpening = 8
    /// The same while rigs have no work at all.
    static let mostOpeningStranded = 32
    /// Seconds an empty lane, or a retiring lane awaiting late shares, is kept open.
    static let emptySeconds = 60.0
    /// How long no spare lane is opened after a pool took no further one, seconds.
    static let noSparesSeconds = 600.0
    /// The longest wait for the next attempt where no ban was seen, seconds. p2pool is the miner's own, often restarted, and its
    /// window does not wait; XvB's nodes serve many.
    static let longestRetrySeconds = PerUpstream(p2pool: 10.0, xvb: 60.0)

    let upstream: Upstream
    let settings: CoreUpstream
    /// nil where no endpoint is configured.
    var failover: Failover?
    private(set) var lanes: [Lane?] = []
    private var nextEpoch: UInt32 = 1
    /// Lanes that are ready now, probes left out.
    var readyCount = 0
    /// Whether the pool owns byte 42, as the newest lane showed; nil before the first (docs/invariants.md#rule-5).
    var poolOwnsByte: Bool?
    /// How many lanes the rigs share at least, for their shares and their hashrate, where byte 42 is ours.
    var loadNeed = PatientCount(patience: 600)
    /// How many lanes the rigs share, as last looked after.
    var sharedLanes = 1
    /// Shares on their way to it.
    var shareRate = ShareRate()
    /// Seconds from one job to the next, smoothed by a sixteenth of each; p2pool's sidechain has a block in ten seconds.
    private(set) var templateSeconds = 10.0
    private var templateAt: Instant?
    /// Rigs with a seat on a lane of this upstream.
    var seatedCount = 0
    /// How often its jobs come.
    var rounds = JobRounds()
    /// How many lanes a rig needs so that it finds unsearched work whenever it comes.
    var spareNeed = PatientCount(patience: 3_600)
    /// No lane with room had unsearched work when it was last looked for, and none has got any since.
    var isSearched = false
    /// Logins of this round that were made only to get unsearched work.
    var extraLogins = 0
    /// Since when there have been more lanes than are wanted.
    var surplusSince: Instant?
    /// A lane more was refused while all rigs had theirs: no spare one is opened before.
    var noSparesBefore = Instant.start
    /// SHA-256 of each endpoint's certificate when last seen.
    var fingerprints: [String?]

    init(upstream: Upstream, settings: CoreUpstream) {
        self.upstream = upstream
        self.settings = settings
        var retries = Failover.Settings()
        retries.longestRetrySeconds = Self.longestRetrySeconds[upstream]
        failover =
            settings.endpoints.isEmpty ? nil : Failover(endpoints: settings.endpoints.count, settings: retries)
        fingerprints = Array(repeating: nil, count: settings.endpoints.count)
    }

    var isUp: Bool { readyCount > 0 }

    /// Seats on a lane of this upstream.
    func capacity(of lane: Lane) -> Int {
        lane.poolOwnsByte || lane.isWhole ? 1 : settings.rigsPerLane
    }

    /// The lane of that name, nil when its epoch is over.
    func find(_ id: LaneID) -> Lane? {
        guard Int(id.index) < lanes.count, let lane = lanes[Int(id.index)], lane.epoch == id.epoch else { return nil }
        return lane
    }

    /// The lane at `index`, which a seat names.
    func lane(_ index: UInt16) -> Lane? {
        Int(index) < lanes.count ? lanes[Int(index)] : nil
    }

    /// Adds a closed lane at the first free index.
    func add(session: consuming PoolSession, endpoint: Int, askedDifficulty: UInt64) -> Lane {
        let index = lanes.firstIndex { $0 == nil } ?? lanes.count
        if index == lanes.count { lanes.append(nil) }
        let lane = Lane(
            upstream: upstream, index: UInt16(index), session: session, endpoint: endpoint,
            askedDifficulty: askedDifficulty)
        lanes[index] = lane
        return lane
    }

    /// Forgets a lane that is closed and has no rigs.
    func remove(_ lane: Lane) {
        lanes[Int(lane.index)] = nil
    }

    /// Starts a new epoch of `lane`.
    func beginEpoch(_ lane: Lane, now: Instant) {
        lane.epoch = nextEpoch
        nextEpoch &+= 1
        lane.session.opened(now: now)
    }

    /// Whether one more rig has room on `lane`; an exclusive one needs all of a lane whose pool leaves byte 42 to us.
    func hasRoom(on lane: Lane, exclusive: Bool) -> Bool {
        guard lane.takesRigs else { return false }
        if exclusive { return lane.memberCount == 0 && !lane.poolOwnsByte }
        return !lane.isWhole && lane.memberCount < capacity(of: lane)
    }

    /// A ready lane with room for one more rig: the emptiest of the shared lanes. The others stay free for rigs that need a
    /// lane of their own, as long as the shared ones have room.
    func laneWithRoom(exclusive: Bool) -> Lane? {
        var best: Lane?
        var empty: Lane?
        var inUse = 0
        for case let lane? in lanes where lane.takesRigs && !lane.isWhole {
            if lane.memberCount > 0 { inUse += 1 }
            guard hasRoom(on: lane, exclusive: exclusive) else { continue }
            if lane.memberCount == 0 {
                empty = empty ?? lane
            } else if best.map({ lane.memberCount < $0.memberCount }) ?? true {
                best = lane
            }
        }
        return inUse < sharedLanes ? empty ?? best : best ?? empty
    }

    /// A lane got a job. Those that come to all lanes at once are one.
    func jobCame(at now: Instant) {
        let gap = templateAt.map { now.seconds(since: $0) } ?? 0
        guard templateAt == nil || gap >= 1 else { return }
        // An outage is no interval.
        if gap > 0, gap < 120 { templateSeconds += (gap - templateSeconds) / 16 }
        templateAt = now
    }

    /// The ready lane of the lowest index: the one whose jobs are told in the log.
    func firstReady() -> Lane? {
        for case let lane? in lanes where lane.isReady && !lane.isProbe { return lane }
        return nil
    }
}
