import ProxyTerms
import StratumCodec
import Upstreams

// Lanes: what the shell and the pools tell of them.
extension ProxyCore {
    /// TCP stands.
    public func laneConnected(_ id: LaneID, now: Instant) {
        guard let lane = findLane(id) else { return }
        let start = effects.bytes.count
        let outcome = lane.session.connected(now: now, into: &effects.bytes)
        progressed(outcome, lane, from: start, now: now)
    }

    /// The TLS handshake is done. `fingerprint` is the SHA-256 of the pool's certificate in lower-case hex; nothing has
    /// been sent yet, so that a pin is checked before the login.
    public func laneSecured(_ id: LaneID, fingerprint: String, now: Instant) {
        guard let lane = findLane(id) else { return }
        let group = lanes[id.upstream]
        let endpoint = group.settings.endpoints[lane.endpoint]
        if let pin = endpoint.pin, pin.lowercased() != fingerprint.lowercased() {
            return drop(lane, .pinMismatch(fingerprint), backoff: .banned, now: now)
        }
        if group.fingerprints[lane.endpoint] != fingerprint {
            group.fingerprints[lane.endpoint] = fingerprint
            effects.notices.append(.fingerprint(id.upstream, endpoint: endpoint.address, fingerprint))
        }
        let start = effects.bytes.count
        let outcome = lane.session.secured(now: now, into: &effects.bytes)
        progressed(outcome, lane, from: start, now: now)
    }

    /// The lane of that name; an event of another epoch is counted and dropped.
    private func findLane(_ id: LaneID) -> Lane? {
        let lane = lanes[id.upstream].find(id)
        if lane == nil { staleEvents += 1 }
        return lane
    }

    private func progressed(_ outcome: PoolSession.OnConnected, _ lane: Lane, from start: Int, now: Instant) {
        switch outcome {
        case .secure, .login: sendToLane(lane, from: start)
        case .fault(let fault): drop(lane, .fault(fault), backoff: fault.backoff, now: now)
        case .ignored: break
        }
    }

    /// Bytes came from a pool.
    public func laneReceived(_ id: LaneID, _ bytes: UnsafeRawBufferPointer, now: Instant) {
        guard let lane = findLane(id) else { return }
        var framer = LineFramer()
        swap(&framer, &lane.framer)
        let epoch = lane.epoch
        let fits = framer.receive(bytes, limit: settings.maxPoolLineBytes) { line in
            self.lineReceived(line, lane, now: now)
            return lane.epoch == epoch && !lane.isClosed
        }
        guard lane.epoch == epoch, !lane.isClosed else { return }
        guard fits else { return drop(lane, .fault(.lineTooLong), backoff: .ordinary, now: now) }
        swap(&framer, &lane.framer)
        guard lane.hasNews else { return }
        lane.hasNews = false
        if lanes[id.upstream].firstReady() === lane { tellJob(of: lane) }
        handOut(lane, now: now)
    }

    /// The lane's connection could not be made or is gone; `reason` in the shell's words.
    public func laneClosed(_ id: LaneID, reason: String, now: Instant) {
        guard let lane = findLane(id) else { return }
        end(lane, .connection(reason), backoff: nil, now: now)
    }

    private func lineReceived(_ line: UnsafeRawBufferPointer, _ lane: Lane, now: Instant) {
        let start = effects.bytes.count
        let outcome = lane.session.line(line, now: now, into: &effects.bytes)
        sendToLane(lane, from: start)
        switch outcome {
        case .verdict(let pending, let verdict):
            verdictReceived(pending, verdict, line: line, on: lane.upstream, now: now)
            if let fault = lanes[lane.upstream].failover?.judged(lane.endpoint, verdict, now: now) {
                leave(lane.endpoint, lanes[lane.upstream], fault, now: now)
            }
        case .job(let job) where isOurs(job, line: line), .loggedIn(let job, _) where isOurs(job, line: line):
            drop(lane, .ourselves, backoff: .banned, now: now)
        case .job(let job):
            jobReceived(job, line: line, lane, now: now)
        case .loggedIn(let job, _):
            loggedIn(job, line: line, lane, now: now)
        case .loginRefused(let refusal):
            let text = displayText(refusal.message.bytes(in: line), limit: 128)
            drop(lane, .loginRefused(text), backoff: refusal.backoff, now: now)
        case .refusedJob(let code):
            effects.notices.append(.jobRefused(lane.id, .faultyJobs(code)))
        case .fault(let fault):
            drop(lane, .fault(fault), backoff: fault.backoff, now: now)
        case .unknownReply, .ignored:
            break
        }
    }

    private func loggedIn(
        _ job: PoolJob, line: UnsafeRawBufferPointer, _ lane: Lane, now: Instant
    ) {
        let group = lanes[lane.upstream]
        lane.readySince = now
        lane.emptySince = now
        file(job, line: line, lane)
        group.rounds.loggedIn(at: now)
        lane.round = group.rounds.number
        if !lane.isProbe { joinGroup(lane, ownsByte: job.nonce >> 24 != 0, now: now) }
        if var failover = group.failover {
            let decision = failover.ready(lane.endpoint, now: now)
            group.failover = failover
            follow(decision, group, now: now)
        }
        fit(lane, now: now)
        handOut(lane, now: now)
        fillSeats(on: lane.upstream, now: now)
        // Others of several that were asked for come with it.
        if !lane.poolOwnsByte { rerankDue = min(rerankDue, now.adding(milliseconds: 200)) }
        careSoon(now)
    }

    /// A lane is ready for rigs from now on.
    private func joinGroup(_ lane: Lane, ownsByte: Bool, now: Instant) {
        let group = lanes[lane.upstream]
        let endpoint = group.settings.endpoints[lane.endpoint].address
        lane.poolOwnsByte = lane.session.extensions.contains(.nicehash) || ownsByte
        group.poolOwnsByte = lane.poolOwnsByte
        group.readyCount += 1
        if group.readyCount == 1 {
            effects.notices.append(.upstreamUp(lane.upstream, endpoint: endpoint))
            scheduler.reported(lane.upstream, usable: true, at: now)
        }
        effects.notices.append(
            .laneReady(lane.id, endpoint: endpoint, poolOwnsByte: lane.poolOwnsByte, lanes: group.readyCount))
        if group.firstReady() === lane { tellJob(of: lane) }
        unsearchedWorkCame(on: lane.upstream, now: now)
    }

    /// Drops the seats where they no longer fit the lane: who owns byte 42 has changed, with a new epoch (another
    /// endpoint) or with a job. The rigs get seats elsewhere or with the next care.
    private func fit(_ lane: Lane, now: Instant) {
        let wantedSeats = lane.poolOwnsByte || lane.isWhole ? 1 : 256
        guard lane.seatCount != 0, lane.seatCount != wantedSeats || (lane.isWhole && lane.poolOwnsByte) else { return }
        let members = (0..<lane.seatCount).compactMap { lane.member(at: $0) }
        for index in members { unseat(rigs[index], on: lane.upstream, now: now) }
        for index in members {
            let rig = rigs[index]
            seat(index, rig, on: lane.upstream)
            if rig.pointee.minesOn == lane.upstream {
                rig.pointee.minesOn = nil
                place(index, rig, now: now)
            }
        }
    }

    private func jobReceived(_ job: PoolJob, line: UnsafeRawBufferPointer, _ lane: Lane, now: Instant) {
        if let current = lane.current, current.blobHash == job.blobHash, current.target == job.target,
            current.poolID.elementsEqual(job.id.bytes(in: line))
        {
            return  // The same job again is no news (ecosystem.md U15).
        }
        let ownsByte = lane.session.extensions.contains(.nicehash) || job.nonce >> 24 != 0
        if lane.current?.blobHash != job.blobHash { newBlob(on: lane, now: now) }
        lanes[lane.upstream].jobCame(at: now)
        file(job, line: line, lane)
        if ownsByte != lane.poolOwnsByte, !lane.isProbe {
            lane.poolOwnsByte = ownsByte
            lanes[lane.upstream].poolOwnsByte = ownsByte
            fit(lane, now: now)
            careSoon(now)
        }
        // Of several jobs that came at once rigs get the newest (U18).
        lane.hasNews = true
    }

    /// Whether a pool's job is one that a rig was handed here: then the "rig" is that lane, and the pool is this process, by
    /// whatever name, proxy or port forwarding. A proxy of ours further up is none of it: its ids are its own.
    private func isOurs(_ job: PoolJob, line: UnsafeRawBufferPointer) -> Bool {
        guard let number = job.mintedNumber(in: line), number >> 32 != 0, number >> 32 <= UInt64(rigs.extent),
            let issued = findIssued(number, UInt32(truncatingIfNeeded: number >> 32) - 1),
            let known = ledger.find(index: issued.ledgerIndex, serial: issued.serial)
        else { return false }
        return known.blobHash == job.blobHash
    }

    private func file(_ job: PoolJob, line: UnsafeRawBufferPointer, _ lane: Lane) {
        guard let issued = ledger.issue(lane: lane.id, line: line, job: job) else { return }
        if let expired = lane.push(issued) { ledger.retire(expired) }
    }

    private func tellJob(of lane: Lane) {
        guard let job = lane.current else { return }
        effects.notices.append(
            .newJob(
                lane.upstream, endpoint: lanes[lane.upstream].settings.endpoints[lane.endpoint].address,
                difficulty: Target.difficulty(job.target), job.algorithm, height: job.height))
    }

    /// Ends the epoch from our side.
    func drop(_ lane: Lane, _ reason: LaneClosing, backoff: Backoff.Kind?, now: Instant) {
        effects.list.append(.closeLane(lane.id))
        end(lane, reason, backoff: backoff, now: now)
    }

    /// Closes all lanes to an endpoint that takes no shares. Its rigs go to another endpoint or to the other upstream, none of
    /// them to another lane of this one.
    private func leave(_ endpoint: Int, _ group: UpstreamLanes, _ fault: PoolFault, now: Instant) {
        let left = group.lanes.compactMap { $0 }.filter { $0.endpoint == endpoint && !$0.isClosed }
        for lane in left { lane.isRetiring = true }
        for lane in left { drop(lane, .fault(fault), backoff: fault.backoff, now: now) }
    }

    /// The epoch is over: answers what is owed, moves the rigs, and asks the failover what to do next.
    private func end(_ lane: Lane, _ reason: LaneClosing, backoff: Backoff.Kind?, now: Instant) {
        guard !lane.isClosed else { return }
        let group = lanes[lane.upstream]
        let endedID = lane.id
        let endpoint = lane.endpoint
        let wasReady = lane.readySince != .never
        let outcome = lane.session.closed(now: now)
        loseSubmits(of: lane)
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
    }

    /// Runs the sessions' clocks.
    func tickLanes(now: Instant) {
        lanesDue = .never
        for upstream in Upstream.allCases {
            for case let lane? in lanes[upstream].lanes where !lane.isClosed {
                let start = effects.bytes.count
                switch lane.session.tick(now: now, into: &effects.bytes) {
                case .none:
                    sendToLane(lane, from: start)
                    refuseOverdue(of: lane, now: now)
                case .fault(let fault):
                    drop(lane, .fault(fault), backoff: fault.backoff, now: now)
                }
            }
        }
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
