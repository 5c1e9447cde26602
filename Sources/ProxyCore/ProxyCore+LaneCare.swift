import ProxyTerms
import StratumCodec
import Upstreams

// How many lanes there are: opened and closed as rigs come and go, paced, and kept warm.
extension ProxyCore {
    /// Time between two looks at whether the rigs with most hashrate have the scarce lanes.
    static let rerankSeconds = 30.0

    /// Looks after the lanes shortly; several causes in one burst are looked after once.
    func careSoon(_ now: Instant) {
        careDue = min(careDue, now.adding(milliseconds: 20))
    }

    func careForLanes(now: Instant) {
        careDue = .never
        for upstream in Upstream.allCases {
            let group = lanes[upstream]
            guard group.failover != nil, stopDue == nil else { continue }
            runFailover(group, now: now)
            reviewSpares(group, now: now)
            group.sharedLanes = lanesToShare(group)
            retireLanes(group, now: now)
            openLanes(group, now: now)
            fillSeats(on: upstream, now: now)
            let isScarce = group.poolOwnsByte == true && group.seatedCount < ordinaryRigs
            if rerankDue == .never, isScarce || group.poolOwnsByte == false && group.readyCount > 1 {
                rerankDue = now.adding(seconds: Self.rerankSeconds)
            }
        }
        noteShortage(now: now)
    }

    private func runFailover(_ group: UpstreamLanes, now: Instant) {
        while var failover = group.failover, failover.nextDeadline <= now {
            let decision = failover.tick(now: now)
            group.failover = failover
            if decision == .stay { break }
            follow(decision, group, now: now)
        }
        if let failover = group.failover {
            careDue = min(careDue, max(failover.nextDeadline, now.adding(milliseconds: 20)))
        }
    }

    /// Lanes that the rigs of now can use, spare ones included unless told.
    private func wantedLanes(_ group: UpstreamLanes, spares: Bool = true) -> Int {
        guard group.poolOwnsByte != nil else { return 1 }
        let wanted: Int
        if group.poolOwnsByte == true {
            wanted = ordinaryRigs * (spares ? group.spareNeed.count : 1)
        } else {
            wanted = lanesToShare(group) + exclusiveRigs
        }
        return min(max(wanted, 1), group.settings.maxLanes)
    }

    private func openLanes(_ group: UpstreamLanes, now: Instant) {
        guard let failover = group.failover else { return }
        let isSparing = group.noSparesBefore <= now
        if !isSparing { careDue = min(careDue, group.noSparesBefore) }
        var wanted = wantedLanes(group, spares: isSparing)
        var inUse = 0
        var opening = 0
        for case let lane? in group.lanes where !lane.isRetiring && !lane.isProbe {
            if lane.isOpening { opening += 1 }
            if !lane.isClosed { inUse += 1 }
        }
        let extra = group.isUp ? lanesForStranded(group) : 0
        guard inUse < wanted || opening < extra else { return }
        let notBefore = failover.notBefore(failover.current, isUrgent: isUrgent)
        guard notBefore <= now else {
            careDue = min(careDue, notBefore)
            return
        }
        if opening < extra {
            let more = inUse - opening + extra
            inUse -= renewLanes(group, most: more - group.settings.maxLanes, now: now)
            wanted = max(wanted, min(more, group.settings.maxLanes))
        }
        // While the pool has not shown yet who owns byte 42, or is down, one attempt at a time is enough.
        let mostOpening =
            !group.isUp ? 1 : extra > 0 ? UpstreamLanes.mostOpeningStranded : UpstreamLanes.mostOpening
        while inUse < wanted, opening < mostOpening {
            open(
                closedLane(group) ?? addLane(group, endpoint: failover.current, now: now), failover.current, group,
                now: now)
            inUse += 1
            opening += 1
            if extra > 0 { group.extraLogins += 1 }
        }
    }

    private func closedLane(_ group: UpstreamLanes) -> Lane? {
        for case let lane? in group.lanes where lane.isClosed && !lane.isProbe && !lane.isRetiring { return lane }
        return nil
    }

    private func open(_ lane: Lane, _ endpoint: Int, _ group: UpstreamLanes, now: Instant) {
        if lane.endpoint != endpoint {
            let (settings, difficulty) = sessionSettings(group, endpoint: endpoint, now: now)
            lane.session = PoolSession(settings: settings)
            lane.endpoint = endpoint
            lane.askedDifficulty = difficulty
        }
        group.beginEpoch(lane, now: now)
        effects.list.append(.openLane(lane.id, endpoint: UInt16(endpoint)))
        lanesDue = min(lanesDue, lane.session.nextDeadline)
    }

    func openProbe(_ endpoint: Int, _ group: UpstreamLanes, now: Instant) {
        let lane = addLane(group, endpoint: endpoint, now: now)
        lane.isProbe = true
        open(lane, endpoint, group, now: now)
    }

    private func addLane(_ group: UpstreamLanes, endpoint: Int, now: Instant) -> Lane {
        let (settings, difficulty) = sessionSettings(group, endpoint: endpoint, now: now)
        return group.add(session: PoolSession(settings: settings), endpoint: endpoint, askedDifficulty: difficulty)
    }

    /// How a new session logs in. p2pool is asked for a fixed difficulty: its own decays on a lane that is quiet during
    /// the other upstream's slice (docs/invariants.md#rule-8).
    private func sessionSettings(
        _ group: UpstreamLanes, endpoint: Int, now: Instant
    ) -> (settings: PoolSessionSettings, difficulty: UInt64) {
        let endpoint = group.settings.endpoints[endpoint]
        var user = endpoint.user
        var difficulty: UInt64 = 0
        if group.settings.isP2Pool, !endpoint.user.contains("+") {
            difficulty = laneDifficulty(group, now: now)
            user = PoolLogin.p2pool(worker: endpoint.user, difficulty: difficulty)
        }
        var session = PoolSessionSettings(
            user: user, pass: endpoint.pass, agent: settings.agent, tls: endpoint.usesTLS,
            keepaliveSeconds: endpoint.keepaliveSeconds, inFlightBound: group.settings.isP2Pool ? 1024 : nil)
        if endpoint.socks5 != nil {
            // Tor builds its way at the first connection, to a hidden service with two of them.
            session.connectSeconds = 30
            session.handshakeSeconds = 20
        }
        // p2pool sends a job every 20 s at the latest; another pool perhaps only with each Monero block, and one in
        // twelve of those takes more than 300 s.
        session.jobSilenceSeconds = group.settings.isP2Pool ? 300 : 900
        return (session, difficulty)
    }

    /// Difficulty for about one share every ten seconds on a lane: the measured hashrate shared out over the lanes.
    private func laneDifficulty(_ group: UpstreamLanes, now: Instant) -> UInt64 {
        // Of the rigs that are connected, each over its own time: the whole farm's is known seconds after it came.
        let rate = hashrateInputs(now: now)
        guard rate.total > 0, rate.error < 0.3 else {
            return max(settings.startLaneDifficulty, settings.leastLaneDifficulty)
        }
        let share = rate.total / Double(wantedLanes(group, spares: false)) * RigDifficulty.secondsPerShare
        return max(UInt64(min(share, 1e15)), settings.leastLaneDifficulty)
    }

    /// Closes lanes that are of no use any more, and replaces p2pool lanes whose difficulty is far off.
    private func retireLanes(_ group: UpstreamLanes, now: Instant) {
        replaceMisjudged(group, now: now)
        let wanted = wantedLanes(group)
        var ready = group.readyCount
        group.surplusSince = ready > wanted ? group.surplusSince ?? now : nil
        for case let lane? in group.lanes where lane.isReady && !lane.isProbe && lane.memberCount == 0 {
            let since = lane.emptySince ?? now
            lane.emptySince = since
            guard lane.isRetiring || ready > wanted else { continue }
            // Spare lanes are empty for long: a rig that is back soon finds its lanes.
            let unwanted = lane.isRetiring ? since : max(since, group.surplusSince ?? now)
            let due = unwanted.adding(seconds: UpstreamLanes.emptySeconds)
            if due <= now, lane.session.pendingCount == 0 {
                ready -= 1
                drop(lane, .notNeeded, backoff: nil, now: now)
            } else {
                careDue = min(careDue, max(due, now.adding(milliseconds: 1000)))
            }
        }
    }

    /// p2pool fixes a lane's difficulty at login, and bans for a second login (docs/protocol.md#p2pool-refused-logins). So
    /// a lane that is off by more than eight times is replaced: the new one logs in before the old one is emptied.
    private func replaceMisjudged(_ group: UpstreamLanes, now: Instant) {
        guard group.settings.isP2Pool else { return }
        let wanted = Double(laneDifficulty(group, now: now))
        let isWellKnown = hashrateInputs(now: now).error < 0.15
        for case let lane? in group.lanes where lane.isReady && !lane.isRetiring && !lane.isProbe {
            guard lane.askedDifficulty > 0, lane.memberCount > 0 else { continue }
            let ratio = wanted / Double(lane.askedDifficulty)
            // Where shares come by the dozen it is known soon, and they are what the lane can't carry.
            let due = lane.readySince.adding(seconds: ratio > 8 && isWellKnown ? 10 : 120)
            guard due <= now else {
                careDue = min(careDue, due)
                continue
            }
            if ratio > 8 || ratio < 0.125 { lane.isRetiring = true }
            careDue = min(careDue, now.adding(seconds: 60))
        }
    }
}
