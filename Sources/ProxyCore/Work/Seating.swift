import ProxyTerms
import StratumCodec

/// A rig's place on a lane: which one, and the value of byte 42 that it owns there.
struct Seat: Equatable {
    fileprivate(set) var lane: UInt16 = 0
    fileprivate(set) var slot: UInt8 = 0
    fileprivate(set) var isTaken = false

    static let none = Seat()
}

/// A rig's seats, one on each upstream at most. Only `Seating` changes them.
struct RigSeats {
    fileprivate var seats = PerUpstream<Seat>(p2pool: .none, xvb: .none)
    /// The log has told that it can't be sent to an upstream whose pool owns byte 42.
    fileprivate(set) var toldNotSent = false

    @inline(__always)
    subscript(upstream: Upstream) -> Seat { seats[upstream] }
}

/// Which rig has which seat. A rig keeps one on both upstreams, so that a switch is a matter of sending a job.
///
/// Where a pool owns byte 42, each lane has nonces for one rig a job. A rig that left the job can't come back to them
/// (docs/invariants.md#rule-4): it takes a lane without a rig whose nonces are unsearched. The lane it leaves has work
/// again with its next job. Such spare lanes belong to no rig; `NonceLedger` alone knows what was handed out.
final class Seating {
    /// What asking for a seat came to.
    enum Outcome: Equatable {
        /// The rig has a seat now.
        case seated
        /// It had one.
        case kept
        /// No lane has room for it.
        case noRoom
    }

    private let rigs: RigTable
    private let lanes: PerUpstream<LaneSet>
    private let nonces: NonceLedger
    private let outbox: Outbox
    private let agenda: Agenda

    init(rigs: RigTable, lanes: PerUpstream<LaneSet>, nonces: NonceLedger, outbox: Outbox, agenda: Agenda) {
        self.rigs = rigs
        self.lanes = lanes
        self.nonces = nonces
        self.outbox = outbox
        self.agenda = agenda
    }

    // MARK: Seats

    /// Gives a rig a seat on each upstream that has one free.
    func seatEverywhere(_ rig: RigRef) {
        for upstream in Upstream.allCases { seat(rig, on: upstream) }
    }

    /// Gives a rig a seat on a lane of `upstream`, where one is free.
    @discardableResult
    func seat(_ rig: RigRef, on upstream: Upstream) -> Outcome {
        guard !rig.seats[upstream].isTaken else { return .kept }
        let group = lanes[upstream]
        let isFull = rig.life.needsFullNonceSpace
        guard let lane = unsearchedLane(for: rig, on: upstream)?.lane ?? group.laneWithRoom(fullNonceSpace: isFull)
        else {
            if isFull, group.isPoolByte { tellNotSent(rig, upstream) }
            return .noRoom
        }
        guard let slot = isFull ? 0 : freeSlot(on: lane) else { return .noRoom }
        take(slot, on: lane, group, rig)
        return .seated
    }

    /// Frees a rig's seat.
    func unseat(_ rig: RigRef, on upstream: Upstream, now: Instant?) {
        let seat = rig.seats[upstream]
        guard seat.isTaken else { return }
        rig.seats.seats[upstream] = .none
        lanes[upstream].free(seat, now: now)
        lanes[upstream].noteSearched(false)
        // A rig that leaves makes room: the next look gives it to a rig without a seat, and closes what is empty for long.
        agenda.reconcile.by(.start)
    }

    /// Gives a rig a seat on `lane` instead of its own.
    func move(_ rig: RigRef, to lane: Lane, now: Instant) -> Outcome {
        let group = lanes[lane.upstream]
        guard lane.memberCount < group.capacity(of: lane), let slot = freeSlot(on: lane) else { return .noRoom }
        unseat(rig, on: lane.upstream, now: now)
        take(slot, on: lane, group, rig)
        return .seated
    }

    /// Gives a rig the seat of another lane of the upstream, one with unsearched work.
    /// - Returns: the lane, nil where there is none; the rig keeps its seat then.
    func exchange(_ rig: RigRef, on upstream: Upstream, now: Instant) -> Lane? {
        let seat = rig.seats[upstream]
        let group = lanes[upstream]
        guard let own = group.lane(seat.lane), let (lane, slot) = unsearchedLane(for: rig, on: upstream), lane !== own
        else { return nil }
        group.free(seat, now: now)
        take(slot, on: lane, group, rig)
        return lane
    }

    /// Moves a rig to another slot of its lane.
    func swap(_ rig: RigRef, on lane: Lane, to slot: UInt8) {
        lane.swap(slot: rig.seats[lane.upstream].slot, for: slot, rig: rig.index)
        rig.seats.seats[lane.upstream].slot = slot
    }

    private func take(_ slot: UInt8, on lane: Lane, _ group: LaneSet, _ rig: RigRef) {
        group.take(lane, slot: slot, rig: rig.index, fullNonceSpace: rig.life.needsFullNonceSpace)
        rig.seats.seats[lane.upstream] = Seat(lane: lane.index, slot: slot, isTaken: true)
    }

    /// The rigs that have a seat on `lane`.
    func members(of lane: Lane) -> [RigRef] {
        (0..<lane.placeCount).compactMap { lane.member(at: $0).map { rigs[$0] } }
    }

    // MARK: Free seats

    /// A seat's slot: one that nobody was given on the lane's current job if there is one.
    private func freeSlot(on lane: Lane) -> UInt8? {
        if lane.nonceSpace != .slots { return 0 }
        let claimed = lane.current.map { nonces.claimed(blob: $0.blobHash) } ?? SlotSet()
        return SlotSet.firstFree(in: lane.takenSlots, and: claimed)
            ?? SlotSet.firstFree(in: lane.takenSlots, and: SlotSet())
    }

    /// A lane with room for the rig and nonces of its newest job that nobody has had, with the slot to take there: the fullest
    /// one, so that the others stay free for rigs that need a whole lane.
    func unsearchedLane(for rig: RigRef, on upstream: Upstream) -> (lane: Lane, slot: UInt8)? {
        let group = lanes[upstream]
        let isFull = rig.life.needsFullNonceSpace
        guard isFull || !group.isSearched else { return nil }
        var best: (lane: Lane, slot: UInt8)?
        var isSearched = !isFull
        for case let lane? in group.lanes where group.hasRoom(on: lane, fullNonceSpace: isFull) {
            guard let job = lane.current else { continue }
            guard rig.profile.mines(job.algorithm) else {
                // Others may mine more.
                isSearched = false
                continue
            }
            guard best.map({ lane.memberCount > $0.lane.memberCount }) ?? true,
                let slot = nonces.unsearchedSlot(of: job, on: lane, fullNonceSpace: isFull)
            else { continue }
            best = (lane, slot)
            if lane.isPoolByte { break }
        }
        group.noteSearched(best == nil && isSearched)
        return best
    }

    /// Whether a rig can have a seat on another lane than `lane`; one that mines there needs work that nobody has searched.
    func canMove(_ rig: RigRef, from lane: Lane) -> Bool {
        if lane.isReady, rig.work.minesOn == lane.upstream {
            return unsearchedLane(for: rig, on: lane.upstream) != nil
        }
        return lanes[lane.upstream].laneWithRoom(fullNonceSpace: rig.life.needsFullNonceSpace) != nil
    }

    /// Tells once that a rig can't be sent to a pool that owns byte 42; of an xmrig-proxy not before its mode is known.
    func tellNotSent(_ rig: RigRef, _ upstream: Upstream) {
        guard !rig.seats.toldNotSent, !rig.mode.isFrontProxy else { return }
        rig.seats.toldNotSent = true
        outbox.tell(.exclusiveNotSent(rig.id, name: rig.profile.name, upstream))
    }
}
