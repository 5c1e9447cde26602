import ProxyTerms
import SplitScheduler

/// The hashrate that plans are made from: the sum over the rigs that are connected now, each over 15 minutes or its own time, so
/// that a rig counts in full soon after it joins and not at all once it has left. What has a seat at XvB is the part that can be
/// moved there.
///
/// It looks at every rig, so the figure is kept for a second: the schedule may ask with every share.
final class FarmHashrate {
    /// How long a figure is kept, milliseconds.
    private static let keptMilliseconds: Int64 = 1000

    private let registry: RigRegistry
    private let lanes: PerUpstream<LaneSet>
    private let nonces: NonceLedger
    private var known = HashrateInputs(total: 0)
    private var knownUntil = Instant.start

    init(registry: RigRegistry, lanes: PerUpstream<LaneSet>, nonces: NonceLedger) {
        self.registry = registry
        self.lanes = lanes
        self.nonces = nonces
    }

    /// The inputs, at most a second old.
    func inputs(now: Instant) -> HashrateInputs {
        if now < knownUntil { return known }
        knownUntil = now.adding(milliseconds: Self.keptMilliseconds)
        known = measure(now: now)
        return known
    }

    /// What was known is no longer so: another rig has unsearched work, or none.
    func forget() { knownUntil = .start }

    /// The inputs as they are now.
    func measure(now: Instant) -> HashrateInputs {
        var total = 0.0
        var movable = 0.0
        var variance = 0.0
        var fresh = freshCount()
        let isOpening = isOpeningLanesForAll(lanes.xvb, now: now)
        for index in 0..<registry.rigs.extent {
            let rig = registry.rigs[index]
            guard rig.life.phase == .mining else { continue }
            let rate = rig.tally.rate(at: now)
            total += rate.hashrate
            variance += rate.hashrate * rate.error * rate.hashrate * rate.error
            guard rig.seats[.xvb].isTaken else {
                if isOpening, !rig.life.needsFullNonceSpace { movable += rate.hashrate }
                continue
            }
            movable += rate.hashrate
            if fresh != nil { fresh?.add(rate.hashrate, needsSpare: needsSpare(rig)) }
        }
        // Before XvB's lanes are up no rig has a seat there; that is not a lack of lanes.
        return HashrateInputs(
            total: total, movable: lanes.xvb.byteOwner == .unknown ? total : movable,
            error: total > 0 ? variance.squareRoot() / total : 0, fresh: fresh.map { freshWork($0, now: now) })
    }

    /// Whether lanes for all rigs are on their way to an upstream that is up: rigs without a seat can be moved in a moment. (A pool
    /// that takes no more lanes makes its endpoint wait, and with it the next attempt.)
    private func isOpeningLanesForAll(_ group: LaneSet, now: Instant) -> Bool {
        guard group.isPoolByte, group.isUp, registry.ordinaryRigs <= group.settings.maxLanes,
            let failover = group.failover
        else { return false }
        // One that is back has its first lane, and the others are opened in this moment.
        return failover.notBefore(failover.current) <= now
            || group.lanes.contains { $0.map { $0.isOpening && !$0.isProbe } ?? false }
    }

    // MARK: Work that nobody has searched

    /// Counts, over all rigs, what XvB has unsearched work for.
    private struct FreshCount {
        /// Lanes without a rig whose work nobody has had, not counted for a rig yet.
        var spares: Int
        var now = 0.0
        /// Hashrates of the rigs with a seat, in the order in which a switch places them.
        var seated: [Double] = []

        mutating func add(_ hashrate: Double, needsSpare: Bool) {
            seated.append(hashrate)
            if needsSpare {
                guard spares > 0 else { return }
                spares -= 1
            }
            now += hashrate
        }
    }

    /// nil where byte 42 of XvB's jobs is ours: then there is always unsearched work.
    private func freshCount() -> FreshCount? {
        let group = lanes.xvb
        guard group.isPoolByte else { return nil }
        var count = FreshCount(spares: 0)
        for case let lane? in group.lanes where group.hasRoom(on: lane, fullNonceSpace: false) {
            if let job = lane.current, nonces.unsearchedSlot(of: job, on: lane, fullNonceSpace: false) != nil {
                count.spares += 1
            }
        }
        return count
    }

    /// Whether a rig can go to XvB only on another lane than its own.
    private func needsSpare(_ rig: RigRef) -> Bool {
        guard rig.work.minesOn != .xvb else { return false }
        guard let lane = lanes.xvb.lane(rig.seats[.xvb].lane), lane.isReady else { return true }
        return nonces.isSearched(lane)
    }

    private func freshWork(_ count: FreshCount, now: Instant) -> FreshWork {
        let rounds = lanes.xvb.rounds
        return FreshWork(
            now: count.now, again: count.seated.prefix(count.spares).reduce(0, +), jobInterval: rounds.mean,
            longestInterval: rounds.longest(at: now), jobAge: rounds.age(at: now))
    }
}
