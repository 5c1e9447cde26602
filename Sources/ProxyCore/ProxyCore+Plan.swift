import ProxyTerms
import SplitScheduler

// The schedule: what the plan wants, and the switches it leads to.
extension ProxyCore {
    /// Rigs that one step of a switch places; the shell performs the effects between steps.
    static let rigsPerStep: UInt32 = 256

    /// Lets the scheduler decide, and begins the switch it wants.
    func advancePlan(now: Instant) {
        while scheduler.nextDeadline <= now {
            let due = scheduler.nextDeadline
            let step = scheduler.advance(now: now, hashrate: hashrateInputs(now: now))
            if let report = step.closed { effects.notices.append(.windowClosed(report)) }
            if let plan = step.planned { effects.notices.append(.planned(plan)) }
            if let change = step.switched {
                beginMove(change, plannedAt: due)
                if seeds.differSince != nil { watchSeeds(now: now) }
            }
            if scheduler.nextDeadline <= due { break }
        }
    }

    /// p2pool's API was read. A reading that makes no sense is refused; the last good one stays in use.
    @discardableResult
    public func observed(p2pool reading: P2PoolReading, now: Instant) -> P2PoolReadingFault? {
        let fault = scheduler.observed(p2pool: reading, at: now)
        // A sane difficulty is at least 1 and below 1e18.
        if fault == nil { sidechain.target = UInt64.max / UInt64(reading.sidechainDifficulty) }
        return fault
    }

    /// XvB's API was read. A reading that makes no sense is refused; the last good one stays in use.
    @discardableResult
    public func observed(xvb reading: XvBReading, now: Instant) -> XvBReadingFault? {
        scheduler.observed(xvb: reading, at: now)
    }

    /// XvB's public statistics were read: whether they name this wallet as the winner of a round, and what that asks for.
    public func observedWonRound(_ isOurs: Bool, of tier: Tier?, now: Instant) {
        scheduler.observedWonRound(isOurs, of: tier, at: now)
    }

    /// XvB's API said that it doesn't know the wallet.
    public func observedUnregistered(now: Instant) {
        scheduler.observedUnregistered(at: now)
    }

    /// The hashrate that the plan is made from: the sum over the rigs that are connected now, each over 15 minutes or its
    /// own time, so that a rig counts in full soon after it joins and not at all once it has left. What has a seat at XvB
    /// is the part that can be moved there.
    ///
    /// It looks at every rig, so the figure is kept for a second: the schedule may ask with every share.
    func hashrateInputs(now: Instant) -> HashrateInputs {
        if now < hashrateKnownUntil { return knownHashrate }
        hashrateKnownUntil = now.adding(milliseconds: 1000)
        knownHashrate = sumOfHashrates(now: now)
        return knownHashrate
    }

    func sumOfHashrates(now: Instant) -> HashrateInputs {
        var total = 0.0
        var movable = 0.0
        var variance = 0.0
        var fresh = freshCount()
        let isOpening = isOpeningLanesForAll(lanes.xvb)
        for index in 0..<rigs.extent {
            let rig = rigs[index]
            guard rig.pointee.phase == .mining else { continue }
            let rate = rig.pointee.meter?.rate(.minutes15, at: now) ?? Rate(hashrate: 0, error: 1, covered: 0)
            total += rate.hashrate
            variance += rate.hashrate * rate.error * rate.hashrate * rate.error
            guard rig.pointee.seats.xvb.isTaken else {
                if isOpening, !rig.pointee.isExclusive { movable += rate.hashrate }
                continue
            }
            movable += rate.hashrate
            if fresh != nil { fresh?.add(rate.hashrate, needsSpare: needsSpare(rig)) }
        }
        // Before XvB's lanes are up nobody has a seat there; that is not a lack of lanes.
        return HashrateInputs(
            total: total, movable: lanes.xvb.poolOwnsByte == nil ? total : movable,
            error: total > 0 ? variance.squareRoot() / total : 0, fresh: fresh.map { freshWork($0, now: now) })
    }

    /// Whether lanes for all rigs are on their way to an upstream that is up: rigs without a seat can be moved in a moment. (A pool
    /// that takes no more lanes makes its endpoint wait, and with it the next attempt.)
    private func isOpeningLanesForAll(_ group: UpstreamLanes) -> Bool {
        guard group.poolOwnsByte == true, group.isUp, ordinaryRigs <= group.settings.maxLanes else { return false }
        return group.lanes.contains { $0.map { $0.isOpening && !$0.isProbe } ?? false }
    }

    private func beginMove(_ change: Switch, plannedAt: Instant) {
        moveCursor = 0
        move = Move(to: change.upstream, cause: change.cause, plannedAt: plannedAt)
    }

    /// Places the next rigs of a switch under way.
    func continueMove(now: Instant) {
        guard let from = moveCursor else { return }
        let end = min(from + Self.rigsPerStep, rigs.extent)
        for index in from..<max(from, end) {
            let rig = rigs[index]
            guard rig.pointee.phase == .mining || rig.pointee.phase == .held else { continue }
            // Rigs of an upstream that died got other work at once, before the plan heard of it.
            let wasThere = rig.pointee.minesOn == move.to && move.cause != .upstreamDown
            noteWaiting(rig, false)
            switch place(index, rig, now: now) {
            case .handed where wasThere: move.rigs.there += 1
            case .handed: move.rigs.moved += 1
            case .searched: move.rigs.waiting += 1
            case .unserved: move.rigs.elsewhere += 1
            }
        }
        if end < rigs.extent {
            moveCursor = end
        } else {
            moveCursor = nil
            // What was handed out is no unsearched work any more.
            hashrateKnownUntil = .start
            effects.notices.append(
                .switched(to: move.to, cause: move.cause, move.rigs, plannedAt: move.plannedAt))
        }
    }

    /// Where lanes are scarce, those with most hashrate take part: seats go from slow rigs to faster ones without a seat. Where rigs
    /// share lanes each lane gets its part.
    func rerank(now: Instant) {
        rerankDue = .never
        for upstream in Upstream.allCases {
            let group = lanes[upstream]
            if group.poolOwnsByte == false, group.readyCount > 1 {
                rerankDue = now.adding(seconds: Self.rerankSeconds)
                spread(on: upstream, now: now)
                continue
            }
            guard group.poolOwnsByte == true, group.isUp, group.seatedCount < ordinaryRigs else { continue }
            rerankDue = now.adding(seconds: Self.rerankSeconds)
            exchangeSeats(on: upstream, now: now)
        }
    }

    private func exchangeSeats(on upstream: Upstream, now: Instant) {
        var seated: [(rate: Double, index: UInt32)] = []
        var waiting: [(rate: Double, index: UInt32)] = []
        for index in 0..<rigs.extent {
            let rig = rigs[index]
            guard rig.pointee.phase == .mining, !rig.pointee.isExclusive else { continue }
            let rate = rig.pointee.meter?.rate(.minutes15, at: now).hashrate ?? 0
            if rig.pointee.seats[upstream].isTaken {
                seated.append((rate, index))
            } else {
                waiting.append((rate, index))
            }
        }
        seated.sort { $0.rate < $1.rate }
        waiting.sort { $0.rate > $1.rate }
        // A clear difference only, so that noise does not make rigs take turns.
        for (slow, fast) in zip(seated, waiting) where fast.rate > slow.rate * 1.25 {
            let slowRig = rigs[slow.index]
            unseat(slowRig, on: upstream, now: now)
            if slowRig.pointee.minesOn == upstream {
                slowRig.pointee.minesOn = nil
                place(slow.index, slowRig, now: now)
            }
            let fastRig = rigs[fast.index]
            seat(fast.index, fastRig, on: upstream)
            if fastRig.pointee.minesOn != wantedUpstream { place(fast.index, fastRig, now: now) }
        }
    }
}
