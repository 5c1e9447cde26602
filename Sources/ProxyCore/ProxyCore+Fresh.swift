import ProxyTerms
import SplitScheduler
import StratumCodec

// Unsearched work: lanes that have it, rigs that wait for it, and what the plan is told of it.
//
// Where a pool owns byte 42, each lane has nonces for one rig a job. A rig that left the job can't come back to them
// (docs/invariants.md#rule-4): it takes a lane without a rig whose nonces are unsearched. The lane it leaves has work
// again with its next job. Such spare lanes belong to no rig; `NonceLedger` alone knows what was handed out.
extension ProxyCore {
    /// What came of looking for work for a rig on one upstream.
    enum Delivery: Equatable {
        /// The rig was handed a job.
        case handed
        /// All nonces that it could have been given were handed out before: it needs another job.
        case searched
        /// No lane for it, or none that is ready, or the job is nothing that it mines.
        case unserved
    }

    /// Jobs of one round come to an upstream's lanes one by one: so long is the last one waited for, milliseconds.
    static let roundMilliseconds: Int64 = 250
    /// The same while rigs have no work at all.
    static let strandedMilliseconds: Int64 = 20
    /// Seconds between two looks at how many lanes a rig needs.
    static let needSeconds = 5.0

    // MARK: Lanes

    /// A lane with room for the rig and nonces of its newest job that nobody has had, with the slot to take there.
    func unsearchedLane(
        for rig: UnsafeMutablePointer<Rig>, on upstream: Upstream
    ) -> (lane: Lane, slot: UInt8)? {
        let group = lanes[upstream]
        let isExclusive = rig.pointee.isExclusive
        guard isExclusive || !group.isSearched else { return nil }
        var best: (lane: Lane, slot: UInt8)?
        var isSearched = !isExclusive
        for case let lane? in group.lanes where group.hasRoom(on: lane, exclusive: isExclusive) {
            guard let job = lane.current else { continue }
            guard rig.pointee.mines(job.algorithm) else {
                // Others may mine more.
                isSearched = false
                continue
            }
            guard best.map({ lane.memberCount > $0.lane.memberCount }) ?? true,
                let slot = unsearchedSlot(of: job, on: lane, exclusive: isExclusive)
            else { continue }
            best = (lane, slot)
            if lane.poolOwnsByte { break }
        }
        group.isSearched = best == nil && isSearched
        return best
    }

    /// A seat on `lane` whose nonces of `job` nobody has had; 0 where there is one seat only.
    func unsearchedSlot(of job: LaneJob, on lane: Lane, exclusive: Bool) -> UInt8? {
        let claimed = nonces.claimed(blob: job.blobHash)
        if exclusive { return claimed.isEmpty ? 0 : nil }
        if lane.poolOwnsByte { return claimed.contains(job.poolByte) ? nil : 0 }
        return SlotSet.firstFree(in: lane.takenSlots, and: claimed)
    }

    /// Gives a rig the seat of another lane of the upstream, one with unsearched work.
    /// - Returns: the lane, nil where there is none; the rig keeps its seat then.
    func exchangeLane(_ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, on upstream: Upstream, now: Instant) -> Lane? {
        let seat = rig.pointee.seats[upstream]
        guard let own = lanes[upstream].lane(seat.lane),
            let (lane, slot) = unsearchedLane(for: rig, on: upstream), lane !== own
        else { return nil }
        own.free(slot: seat.slot)
        if own.memberCount == 0 { own.emptySince = now }
        lane.isWhole = rig.pointee.isExclusive
        lane.take(slot: slot, rig: index)
        rig.pointee.seats[upstream] = Seat(lane: lane.index, slot: slot, isTaken: true)
        hashrateKnownUntil = .start
        return lane
    }

    // MARK: Waiting

    /// A lane has work that nobody was given yet.
    func newBlob(on lane: Lane, now: Instant) {
        let group = lanes[lane.upstream]
        if group.rounds.jobCame(to: lane.round, at: now) { group.extraLogins = 0 }
        lane.round = group.rounds.number
        // Its own rigs have it at once.
        if lane.upstream == .xvb && lane.poolOwnsByte || lane.memberCount == 0 || waitingRigs > 0 || strandedRigs > 0 {
            unsearchedWorkCame(on: lane.upstream, now: now)
        } else {
            group.isSearched = false
        }
    }

    /// A lane of `upstream` has work that nobody has had. The plan and the rigs that wait hear of it in a moment, once for all lanes.
    func unsearchedWorkCame(on upstream: Upstream, now: Instant) {
        let group = lanes[upstream]
        group.isSearched = false
        let isComplete = group.rounds.lanes >= group.readyCount
        let delay = isComplete ? 0 : strandedRigs > 0 ? Self.strandedMilliseconds : Self.roundMilliseconds
        freshDue = min(freshDue, now.adding(milliseconds: delay))
    }

    /// Tells the plan of unsearched work, and gives it to the rigs that wait for it.
    func spreadUnsearched(now: Instant) {
        freshDue = .never
        hashrateKnownUntil = .start
        scheduler.freshWorkArrived(at: now)
        for upstream in Upstream.allCases { fillSeats(on: upstream, now: now) }
        guard waitingRigs > 0 || strandedRigs > 0 else { return }
        for index in 0..<rigs.extent {
            let rig = rigs[index]
            guard rig.pointee.awaitsJob || rig.pointee.strandedSince != 0 else { continue }
            place(index, rig, now: now)
        }
    }

    /// Notes whether a rig waits for the next job of the upstream that the plan wants.
    func noteWaiting(_ rig: UnsafeMutablePointer<Rig>, _ waits: Bool) {
        guard rig.pointee.awaitsJob != waits else { return }
        rig.pointee.awaitsJob = waits
        waitingRigs += waits ? 1 : -1
    }

    /// A rig that waited for `upstream`'s job has it.
    func followed(_ rig: UnsafeMutablePointer<Rig>, to upstream: Upstream) {
        noteWaiting(rig, false)
        move.followed += 1
        guard waitingRigs == 0, moveCursor == nil, !move.isFollowTold else { return }
        move.isFollowTold = true
        effects.notices.append(.followed(upstream, rigs: move.followed))
    }

    /// Notes that no upstream has work for a rig, or that one has again.
    func noteStranded(_ rig: UnsafeMutablePointer<Rig>, since: UInt32) {
        if rig.pointee.strandedSince == 0, since != 0 { strandedRigs += 1 }
        if rig.pointee.strandedSince != 0, since == 0 { strandedRigs -= 1 }
        rig.pointee.strandedSince = since
    }

    // MARK: The plan's inputs

    /// Counts, over all rigs, what XvB has unsearched work for.
    struct FreshCount {
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
    func freshCount() -> FreshCount? {
        let group = lanes.xvb
        guard group.poolOwnsByte == true else { return nil }
        var count = FreshCount(spares: 0)
        for case let lane? in group.lanes where group.hasRoom(on: lane, exclusive: false) {
            if let job = lane.current, unsearchedSlot(of: job, on: lane, exclusive: false) != nil { count.spares += 1 }
        }
        return count
    }

    /// Whether a rig can go to XvB only on another lane than its own.
    func needsSpare(_ rig: UnsafeMutablePointer<Rig>) -> Bool {
        guard rig.pointee.minesOn != .xvb else { return false }
        guard let lane = lanes.xvb.lane(rig.pointee.seats.xvb.lane), lane.isReady, let job = lane.current else {
            return true
        }
        return lane.poolOwnsByte && nonces.claimed(blob: job.blobHash).contains(job.poolByte)
    }

    func freshWork(_ count: FreshCount, now: Instant) -> FreshWork {
        let rounds = lanes.xvb.rounds
        return FreshWork(
            now: count.now, again: count.seated.prefix(count.spares).reduce(0, +), jobInterval: rounds.mean,
            longestInterval: rounds.longest(at: now), jobAge: rounds.age(at: now))
    }
}
