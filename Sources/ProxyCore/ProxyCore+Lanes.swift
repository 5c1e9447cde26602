import ProxyTerms
import StratumCodec
import StrictJSON
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
            if let fault = lanes[lane.upstream].failover?.judged(
                lane.endpoint, verdict, now: now, isWorkElsewhere: isUsable(lane.upstream.other))
            {
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
        seedSeen(lane, now: now)
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
    func joinGroup(_ lane: Lane, ownsByte: Bool, now: Instant) {
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
            return  // A repeated job changes nothing (docs/invariants.md#faults-of-pools).
        }
        let ownsByte = lane.session.extensions.contains(.nicehash) || job.nonce >> 24 != 0
        if lane.current?.blobHash != job.blobHash { newBlob(on: lane, now: now) }
        lanes[lane.upstream].jobCame(at: now)
        file(job, line: line, lane)
        seedSeen(lane, now: now)
        if ownsByte != lane.poolOwnsByte, !lane.isProbe {
            lane.poolOwnsByte = ownsByte
            lanes[lane.upstream].poolOwnsByte = ownsByte
            fit(lane, now: now)
            careSoon(now)
        }
        // Of several jobs in one read, rigs get only the newest (docs/invariants.md#faults-of-pools).
        lane.hasNews = true
    }

    /// Whether a pool's job is one that we took from another pool and handed out: then the pool is this process, by whatever name, or a
    /// proxy of ours that gets its jobs here, itself or through further ones. Proxies that stand in a row keep the first one's mark.
    private func isOurs(_ job: PoolJob, line: UnsafeRawBufferPointer) -> Bool {
        job.origin(in: line) == origin
    }

    private func file(_ job: PoolJob, line: UnsafeRawBufferPointer, _ lane: Lane) {
        guard let issued = ledger.issue(lane: lane.id, line: line, job: job, origin: origin) else { return }
        if let expired = lane.push(issued) { ledger.retire(expired) }
    }

    private func tellJob(of lane: Lane) {
        guard let job = lane.current else { return }
        effects.notices.append(
            .newJob(
                lane.upstream, endpoint: lanes[lane.upstream].settings.endpoints[lane.endpoint].address,
                difficulty: Target.difficulty(job.target), job.algorithm, height: job.height))
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
