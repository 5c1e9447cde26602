import ProxyTerms
import StratumCodec
import Upstreams

// How a lane's epoch ends, and where its rigs and the other lanes go then.
extension ProxyCore {
    /// Ends the epoch from our side.
    func drop(_ lane: Lane, _ reason: LaneClosing, backoff: Backoff.Kind?, now: Instant) {
        effects.list.append(.closeLane(lane.id))
        end(lane, reason, backoff: backoff, now: now)
    }

    /// Closes all lanes to an endpoint that takes no shares. Its rigs go to another endpoint or to the other upstream, none of
    /// them to another lane of this one.
    func leave(_ endpoint: Int, _ group: UpstreamLanes, _ fault: PoolFault, now: Instant) {
        let left = group.lanes.compactMap { $0 }.filter { $0.endpoint == endpoint && !$0.isClosed }
        for lane in left { lane.isRetiring = true }
        for lane in left { drop(lane, .fault(fault), backoff: fault.backoff, now: now) }
    }

    /// The epoch is over: answers what is owed, moves the rigs, and asks the failover what to do next.
    func end(_ lane: Lane, _ reason: LaneClosing, backoff: Backoff.Kind?, now: Instant) {
        guard !lane.isClosed else { return }
        let group = lanes[lane.upstream]
        let endedID = lane.id
        let endpoint = lane.endpoint
        let wasReady = lane.readySince != .never
        let outcome = lane.session.closed(now: now)
        loseSubmits(of: lane, now: now)
        for job in lane.dropJobs() { ledger.retire(job) }
        lane.framer = LineFramer()
        lane.hasNews = false
        lane.readySince = .never
        if wasReady, !lane.isProbe {
            group.readyCount -= 1
            if group.readyCount == 0 {
                group.rounds.interrupted()
                effects.notices.append(.upstreamDown(lane.upstream))
                scheduler.reported(lane.upstream, usable: false, at: now)
                seedForgotten(lane.upstream, now: now)
            }
        }
        var retry: Double?
        if var failover = group.failover {
            switch reason {
            case .notNeeded, .renewed, .stopping:
                failover.retired(endpoint, wasReady: wasReady, now: now)
                group.failover = failover
            case .connection, .loginRefused, .fault, .pinMismatch, .ourselves:
                let kind = backoff ?? outcome.backoff
                let decision =
                    wasReady
                    ? failover.lost(endpoint, kind, now: now, using: &random)
                    : failover.failed(endpoint, kind, now: now, using: &random)
                group.failover = failover
                if !wasReady, !lane.isProbe { lanesRefused(by: group, now: now) }
                retry = max(0, failover.notBefore(failover.current, isUrgent: isUrgent).seconds(since: now))
                follow(decision, group, now: now)
            }
        }
        effects.notices.append(
            .laneLost(
                endedID, endpoint: group.settings.endpoints[endpoint].address, reason, retry: lane.isProbe ? nil : retry
            ))
        let isGone = lane.isProbe || lane.isRetiring || reason == .notNeeded || reason == .renewed
        strand(membersOf: lane, isGone: isGone, now: now)
        if isGone { group.remove(lane) }
        if wasReady, !lanes.p2pool.isUp, !lanes.xvb.isUp, stopDue == nil {
            effects.notices.append(.bothDown(graceSeconds: settings.graceSeconds))
        }
        careSoon(now)
    }

    /// Finds other work at once for the rigs that mined on a lane whose epoch is over. They keep their seats for its next
    /// epoch, unless another lane has room for them or this one does not come back.
    private func strand(membersOf lane: Lane, isGone: Bool, now: Instant) {
        for place in 0..<lane.seatCount {
            guard let index = lane.member(at: place) else { continue }
            let rig = rigs[index]
            let hasRoomElsewhere =
                !rig.pointee.isExclusive && lanes[lane.upstream].laneWithRoom(exclusive: false) != nil
            if isGone || hasRoomElsewhere { unseat(rig, on: lane.upstream, now: now) }
            if hasRoomElsewhere { seat(index, rig, on: lane.upstream) }
            if rig.pointee.minesOn == lane.upstream {
                rig.pointee.minesOn = nil
                self.place(index, rig, now: now)
            }
        }
    }

    func follow(_ decision: Failover.Decision, _ group: UpstreamLanes, now: Instant) {
        switch decision {
        case .stay:
            break
        case .moveTo(let endpoint):
            let from = group.lanes.lazy.compactMap { $0 }.first { $0.endpoint != endpoint }?.endpoint
            if let from {
                effects.notices.append(
                    .endpointChanged(
                        group.upstream, from: group.settings.endpoints[from].address,
                        to: group.settings.endpoints[endpoint].address))
            }
            for case let lane? in group.lanes {
                if lane.endpoint == endpoint {
                    // It may be on its way out since we left this endpoint for the one that fails now.
                    lane.isRetiring = false
                    promote(lane, group, now: now)
                } else if lane.isReady {
                    lane.isRetiring = true
                }
            }
        case .probe(let endpoint):
            openProbe(endpoint, group, now: now)
        }
        careSoon(now)
    }

    /// A probe that proved its endpoint becomes an ordinary lane.
    private func promote(_ lane: Lane, _ group: UpstreamLanes, now: Instant) {
        guard lane.isProbe else { return }
        lane.isProbe = false
        guard lane.isReady, let job = lane.current else { return }
        joinGroup(lane, ownsByte: job.poolByte != 0, now: now)
        seedSeen(lane, now: now)
    }
}

extension PoolSession.OnClosed {
    /// How the next attempt is to be delayed.
    fileprivate var backoff: Backoff.Kind {
        switch self {
        case .lost(let kind), .neverReady(let kind): kind
        case .ignored: .ordinary
        }
    }
}
