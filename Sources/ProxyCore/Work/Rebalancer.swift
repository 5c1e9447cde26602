import ProxyTerms

/// Deals out seats anew: to rigs without one, off lanes that are going, to the fastest rigs where seats are scarce, evenly by
/// hashrate where rigs share lanes (hashrate is what finds p2pool's shares, and what sends submits).
final class Rebalancer {
    /// Seconds between two looks at whether the rigs with most hashrate have the scarce seats.
    private static let interval = 30.0
    /// So many times a seated rig's hashrate takes its seat: less is noise, and rigs would take turns.
    private static let clearlyFaster = 1.25
    /// A lane with so many times its part gives rigs away: less than that is noise.
    private static let unevenLoad = 1.3
    /// Rigs moved at a time; each is sent a job.
    private static let mostMoved = 256

    private let registry: RigRegistry
    private let lanes: PerUpstream<LaneSet>
    private let seating: Seating
    private let dispatcher: Dispatcher
    private let schedule: Schedule
    private let sizing: LaneSizing
    private let agenda: Agenda

    init(
        registry: RigRegistry, lanes: PerUpstream<LaneSet>, seating: Seating, dispatcher: Dispatcher,
        schedule: Schedule, sizing: LaneSizing, agenda: Agenda
    ) {
        self.registry = registry
        self.lanes = lanes
        self.seating = seating
        self.dispatcher = dispatcher
        self.schedule = schedule
        self.sizing = sizing
        self.agenda = agenda
    }

    // MARK: Free seats

    /// Gives seats to rigs without one, and moves rigs off lanes that are down or being replaced, as far as there is room.
    func fillSeats(on upstream: Upstream, now: Instant) {
        let group = lanes[upstream]
        guard group.isUp else { return }
        let isMoving = group.lanes.contains { $0.map { $0.memberCount != 0 && $0.shedsRigs } ?? false }
        guard isMoving || group.seatedCount < registry.loggedIn else { return }
        for index in 0..<registry.rigs.extent {
            let rig = registry.rigs[index]
            guard rig.life.phase.isServed else { continue }
            let seat = rig.seats[upstream]
            if seat.isTaken {
                guard isMoving, let lane = group.lane(seat.lane), lane.shedsRigs, seating.canMove(rig, from: lane)
                else { continue }
                seating.unseat(rig, on: upstream, now: now)
                seating.seat(rig, on: upstream)
                dispatcher.leftWork(rig, of: upstream)
            } else if seating.seat(rig, on: upstream) == .noRoom {
                // The next ordinary rig finds none either.
                if !rig.life.needsFullNonceSpace, registry.exclusiveRigs == 0 { break }
                continue
            }
            if rig.work.minesOn != schedule.upstream { dispatcher.assign(rig, now: now) }
        }
    }

    /// Drops the seats where they no longer fit the lane: who chooses byte 42 has changed, with a new epoch (another
    /// endpoint) or with a job. The rigs get seats elsewhere or with the next look.
    func refit(_ lane: Lane, now: Instant) {
        guard !lane.seatsFit else { return }
        let members = seating.members(of: lane)
        for rig in members { seating.unseat(rig, on: lane.upstream, now: now) }
        for rig in members {
            seating.seat(rig, on: lane.upstream)
            dispatcher.reassign(rig, from: lane.upstream, now: now)
        }
    }

    // MARK: Scarce seats, uneven lanes

    /// Whether there is something to rebalance on an upstream.
    func isNeeded(on group: LaneSet) -> Bool { isScarce(group) || isShared(group) }

    /// The next look, where none is due already.
    func lookLater(_ now: Instant) {
        if agenda.rebalance.due == .never { agenda.rebalance.by(now.adding(seconds: Self.interval)) }
    }

    private func isScarce(_ group: LaneSet) -> Bool {
        group.isPoolByte && group.seatedCount < registry.ordinaryRigs
    }

    private func isShared(_ group: LaneSet) -> Bool { group.isOurByte && group.readyCount > 1 }

    /// Where seats are scarce, rigs with most hashrate take part: seats go from slow rigs to faster ones without a seat. Where
    /// rigs share lanes each lane gets its part of the hashrate.
    func rebalance(now: Instant) {
        for upstream in Upstream.allCases {
            let group = lanes[upstream]
            if isShared(group) {
                agenda.rebalance.by(now.adding(seconds: Self.interval))
                spread(over: group, now: now)
            } else if isScarce(group), group.isUp {
                agenda.rebalance.by(now.adding(seconds: Self.interval))
                exchangeSeats(on: upstream, now: now)
            }
        }
    }

    private func exchangeSeats(on upstream: Upstream, now: Instant) {
        let algorithm = lanes[upstream].firstReady()?.current?.algorithm
        var seated: [(rate: Double, rig: RigRef)] = []
        var waiting: [(rate: Double, rig: RigRef)] = []
        for index in 0..<registry.rigs.extent {
            let rig = registry.rigs[index]
            guard rig.life.phase == .mining, !rig.life.needsFullNonceSpace else { continue }
            // After a fork a rig may have a seat that it can't use.
            let rate = algorithm.map(rig.profile.mines) ?? true ? rig.tally.rate(at: now).hashrate : 0
            if rig.seats[upstream].isTaken { seated.append((rate, rig)) } else { waiting.append((rate, rig)) }
        }
        seated.sort { $0.rate < $1.rate }
        waiting.sort { $0.rate > $1.rate }
        for (slow, fast) in zip(seated, waiting) where fast.rate > slow.rate * Self.clearlyFaster {
            seating.unseat(slow.rig, on: upstream, now: now)
            dispatcher.reassign(slow.rig, from: upstream, now: now)
            seating.seat(fast.rig, on: upstream)
            if fast.rig.work.minesOn != schedule.upstream { dispatcher.assign(fast.rig, now: now) }
        }
    }

    /// Moves rigs from lanes with much hashrate to lanes with little.
    private func spread(over group: LaneSet, now: Instant) {
        guard group.isOurByte, group.isUp else { return }
        var loads = loadOfLanes(group, now: now)
        guard loads.count > 1 else { return }
        let part = loads.reduce(0) { $0 + $1.load } / Double(loads.count)
        var moved = 0
        for from in loads.indices where loads[from].load > part * Self.unevenLoad {
            for (rig, weight) in loads[from].rigs where loads[from].load > part && moved < Self.mostMoved {
                guard let to = loads.indices.min(by: { loads[$0].load < loads[$1].load }),
                    loads[to].load + weight < loads[from].load, move(rig, to: loads[to].lane, now: now)
                else { continue }
                loads[from].load -= weight
                loads[to].load += weight
                moved += 1
            }
        }
    }

    private struct LaneLoad {
        let lane: Lane
        var load = 0.0
        var rigs: [(rig: RigRef, weight: Double)] = []
    }

    /// The lanes that rigs share, with what their rigs' hashrates come to; a rig of which none is known counts as the others do.
    private func loadOfLanes(_ group: LaneSet, now: Instant) -> [LaneLoad] {
        var loads: [LaneLoad] = []
        var known = 0.0
        var knownRigs = 0.0
        var inUse = 0
        for case let lane? in group.lanes where lane.takesRigs && lane.nonceSpace == .slots {
            if lane.memberCount > 0 { inUse += 1 }
            var load = LaneLoad(lane: lane)
            for rig in seating.members(of: lane) {
                let hashrate = rig.tally.rate(at: now).hashrate
                known += hashrate
                if hashrate > 0 { knownRigs += 1 }
                load.rigs.append((rig, hashrate))
            }
            loads.append(load)
        }
        let usual = knownRigs > 0 ? known / knownRigs : 1
        for place in loads.indices {
            for rig in loads[place].rigs.indices {
                if loads[place].rigs[rig].weight <= 0 { loads[place].rigs[rig].weight = usual }
                loads[place].load += loads[place].rigs[rig].weight
            }
        }
        // Lanes beyond those that are to be shared stay free for rigs that need a whole one.
        var spare = loads.count - max(sizing.lanesToShare(group), inUse)
        loads.removeAll { load in
            guard spare > 0, load.rigs.isEmpty else { return false }
            spare -= 1
            return true
        }
        return loads
    }

    /// Gives a rig a seat on `lane` instead of its own, and a job where it mines there.
    private func move(_ rig: RigRef, to lane: Lane, now: Instant) -> Bool {
        guard seating.move(rig, to: lane, now: now) == .seated else { return false }
        dispatcher.reassign(rig, from: lane.upstream, now: now)
        return true
    }
}
