import ProxyTerms
import Upstreams

/// The lanes of one upstream, and where they connect to.
final class LaneSet {
    let upstream: Upstream
    /// Its endpoints are numbered for as long as a lane is on them; `Failover.order` names those that may be used.
    private(set) var settings: CoreUpstream
    /// Which endpoint is in use; nil where none is configured.
    private(set) var failover: Failover?
    private(set) var lanes: [Lane?] = []
    private var nextEpoch: UInt32 = 1
    /// Lanes that are ready now, probes left out.
    private(set) var readyCount = 0
    /// Who chooses byte 42, as the newest lane showed (docs/invariants.md#rule-5).
    private(set) var byteOwner = NonceByteOwner.unknown
    /// Rigs with a seat on a lane of this upstream.
    private(set) var seatedCount = 0
    /// How often its jobs come.
    private(set) var rounds = JobRounds()
    /// Seconds from one job to the next, smoothed by a sixteenth of each; p2pool's sidechain has a block in ten seconds.
    private(set) var templateSeconds = 10.0
    private var templateAt: Instant?
    /// When its newest job came, with a login or after it.
    private var newestAt = Instant.start
    /// No lane with room had unsearched work when it was last looked for, and none has got any since.
    private(set) var isSearched = false
    /// How many lanes are needed, and for what.
    let demand = LaneDemand()

    init(upstream: Upstream, settings: CoreUpstream) {
        self.upstream = upstream
        self.settings = settings
        var retries = Failover.Settings()
        retries.longestRetrySeconds = settings.profile.longestRetrySeconds
        failover =
            settings.endpoints.isEmpty ? nil : Failover(endpoints: settings.endpoints.count, settings: retries)
    }

    var isUp: Bool { readyCount > 0 }
    /// One rig a lane: the pool fixes byte 42.
    var isPoolByte: Bool { byteOwner == .pool }
    /// Many rigs a lane: byte 42 is ours.
    var isOurByte: Bool { byteOwner == .proxy }
    func address(of endpoint: Int) -> String { settings.endpoints[endpoint].address }

    // MARK: Lanes

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
    func add(session: consuming PoolSession, endpoint: Int, askedDifficulty: UInt64, role: LaneRole) -> Lane {
        let index = lanes.firstIndex { $0 == nil } ?? lanes.count
        if index == lanes.count { lanes.append(nil) }
        let lane = Lane(
            upstream: upstream, index: UInt16(index), session: session, endpoint: endpoint,
            askedDifficulty: askedDifficulty, role: role)
        lanes[index] = lane
        return lane
    }

    /// Forgets a lane that is closed and has no rigs.
    func remove(_ lane: Lane) {
        lanes[Int(lane.index)] = nil
    }

    /// Starts a new epoch of `lane`.
    func beginEpoch(_ lane: Lane, now: Instant) {
        lane.begin(epoch: nextEpoch, now: now)
        nextEpoch &+= 1
    }

    /// The ready lane of the lowest index: the one whose jobs are told in the log.
    func firstReady() -> Lane? {
        for case let lane? in lanes where lane.isReady && !lane.isProbe { return lane }
        return nil
    }

    // MARK: Readiness

    /// A lane that is no probe is ready for rigs from now on.
    func joined(_ lane: Lane, owner: NonceByteOwner) {
        learn(owner, from: lane)
        readyCount += 1
    }

    /// A lane that had joined is gone.
    /// - Returns: whether it was the last one.
    func parted() -> Bool {
        readyCount -= 1
        if readyCount == 0 { rounds.interrupted() }
        return readyCount == 0
    }

    /// A lane has shown who chooses byte 42.
    func learn(_ owner: NonceByteOwner, from lane: Lane) {
        lane.byteOwner(is: owner)
        byteOwner = owner
    }

    // MARK: Endpoints

    /// Whether `lane` connects to the operator's first choice, or to the nearest.
    @inline(__always)
    func isPreferred(_ lane: Lane) -> Bool { lane.endpoint == failover?.order.first }

    func ready(_ endpoint: Int, now: Instant) -> Failover.Decision {
        failover?.ready(endpoint, now: now) ?? .stay
    }

    /// A lane was closed by us on purpose.
    func retired(_ endpoint: Int, wasReady: Bool, now: Instant) {
        failover?.retired(endpoint, wasReady: wasReady, now: now)
    }

    /// A lane's connection, or the attempt to make it, failed.
    func failed(
        _ endpoint: Int, _ kind: Backoff.Kind, wasReady: Bool, now: Instant, using random: inout SeededGenerator
    ) -> Failover.Decision {
        guard failover != nil else { return .stay }
        return wasReady
            ? failover?.lost(endpoint, kind, now: now, using: &random) ?? .stay
            : failover?.failed(endpoint, kind, now: now, using: &random) ?? .stay
    }

    /// A lane to `endpoint` got a verdict; there may be work for its rigs elsewhere.
    /// - Returns: why the endpoint is of no use, where this shows that.
    @inline(__always)
    func judged(_ endpoint: Int, _ verdict: Verdict, now: Instant, isWorkElsewhere: Bool) -> PoolFault? {
        failover?.judged(endpoint, verdict, now: now, isWorkElsewhere: isWorkElsewhere)
    }

    /// What the failover wants next; `stay` when nothing more is due. `mayReturn`: lanes may go to a preferred endpoint now.
    func tickFailover(now: Instant, mayReturn: Bool) -> Failover.Decision {
        guard let deadline = failover?.nextDeadline, deadline <= now else { return .stay }
        return failover?.tick(now: now, mayReturn: mayReturn) ?? .stay
    }

    /// The endpoints are preferred in this order from now on.
    func prefer(_ order: [Int], now: Instant) -> Failover.Decision {
        failover?.prefer(order, now: now) ?? .stay
    }

    /// Takes a list of other endpoints. One that stays as it is keeps its number, another one gets a number that no lane is on.
    /// - Returns: the numbers in the order of the list, and those that mean another endpoint now.
    func renumber(_ list: [CoreEndpoint]) -> (order: [Int], replaced: [Int]) {
        var order: [Int] = []
        var replaced: [Int] = []
        let kept = list.compactMap { settings.endpoints.firstIndex(of: $0) }
        let used = Set(kept + lanes.compactMap { $0?.endpoint })
        var free = settings.endpoints.indices.filter { !used.contains($0) }
        for endpoint in list {
            if let number = settings.endpoints.firstIndex(of: endpoint) {
                if !order.contains(number) { order.append(number) }
            } else if let number = free.popLast() {
                settings.endpoints[number] = endpoint
                failover?.replaced(number)
                replaced.append(number)
                order.append(number)
            } else {
                order.append(settings.endpoints.count)
                settings.endpoints.append(endpoint)
            }
        }
        return (order, replaced)
    }

    // MARK: Jobs

    /// A login's first job came.
    func firstJob(on lane: Lane, now: Instant) {
        newestAt = now
        rounds.loggedIn(at: now)
        lane.round = rounds.number
    }

    /// A lane got a blob that it did not have.
    /// - Returns: whether a new round of jobs began with it.
    func newBlob(on lane: Lane, now: Instant) -> Bool {
        defer { lane.round = rounds.number }
        return rounds.jobCame(to: lane.round, at: now)
    }

    /// A lane got a job. Those that come to all lanes at once are one.
    func jobCame(at now: Instant) {
        newestAt = now
        let gap = templateAt.map { now.seconds(since: $0) } ?? 0
        guard templateAt == nil || gap >= 1 else { return }
        // An outage is no interval.
        if gap > 0, gap < 120 { templateSeconds += (gap - templateSeconds) / 16 }
        templateAt = now
    }

    /// Seconds since its newest job came.
    func jobAge(at now: Instant) -> Double { now.seconds(since: newestAt) }

    /// Whether any lane with room has unsearched work, as far as is known.
    func noteSearched(_ isSearched: Bool) { self.isSearched = isSearched }

    // MARK: Room

    /// Seats on a lane of this upstream.
    func capacity(of lane: Lane) -> Int {
        min(lane.nonceSpace.seatCount, settings.rigsPerLane)
    }

    /// Whether one more rig has room on `lane`; one that needs the full nonce space needs an empty lane whose byte 42 is ours.
    func hasRoom(on lane: Lane, fullNonceSpace: Bool) -> Bool {
        guard lane.takesRigs else { return false }
        if fullNonceSpace { return lane.memberCount == 0 && !lane.isPoolByte }
        return !lane.isWhole && lane.memberCount < capacity(of: lane)
    }

    /// A ready lane with room for one more rig: the emptiest of the shared lanes. The others stay free for rigs that need a
    /// lane of their own, as long as the shared ones have room.
    func laneWithRoom(fullNonceSpace: Bool) -> Lane? {
        var best: Lane?
        var empty: Lane?
        var inUse = 0
        for case let lane? in lanes where lane.takesRigs && !lane.isWhole {
            if lane.memberCount > 0 { inUse += 1 }
            guard hasRoom(on: lane, fullNonceSpace: fullNonceSpace) else { continue }
            if lane.memberCount == 0 {
                empty = empty ?? lane
            } else if best.map({ lane.memberCount < $0.memberCount }) ?? true {
                best = lane
            }
        }
        return inUse < demand.shared ? empty ?? best : best ?? empty
    }

    /// Whether another lane may be opened.
    var mayGrow: Bool { inUse < settings.maxLanes }

    /// Lanes that are connected or connecting and carry rigs, or will.
    private var inUse: Int {
        lanes.reduce(0) { $0 + ($1.map { $0.isServing && !$0.isClosed } ?? false ? 1 : 0) }
    }

    // MARK: Seats (`Seating` only)

    /// Gives a rig the seat at `slot` of `lane`.
    func take(_ lane: Lane, slot: UInt8, rig: UInt32, fullNonceSpace: Bool) {
        lane.take(slot: slot, rig: rig, fullNonceSpace: fullNonceSpace)
        seatedCount += 1
    }

    /// Frees a seat, whether or not its lane is still there.
    func free(_ seat: Seat, now: Instant?) {
        seatedCount -= 1
        lane(seat.lane)?.free(slot: seat.slot, now: now)
    }
}
