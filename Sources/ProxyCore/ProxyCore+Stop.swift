import ProxyTerms
import SplitScheduler

// The orderly stop: shares in flight get their verdicts, and nothing else happens any more.
extension ProxyCore {
    /// Stops in order: the shell accepts no new rigs from now on, rigs get no jobs, new shares are refused, and no switch
    /// runs. The verdicts in flight are told to the rigs; when all are in, or after `stopSeconds`, the rigs' connections are
    /// closed, and `stopped` follows.
    public func stop(now: Instant) {
        guard stopDue == nil else { return }
        let pending = accounts.p2pool.counts.pending + accounts.xvb.counts.pending
        stopDue = now.adding(seconds: settings.stopSeconds)
        moveCursor = nil
        effects.notices.append(.stopping(pending: Int(pending)))
        drainIfQuiet(now: now)
    }

    /// What is left to do while the proxy stops.
    func tickStop(now: Instant) {
        if lanesDue <= now { tickLanes(now: now) }
        guard let stopDue, stopDue <= now else { return }
        if hasDrained { finishStop() } else { drained(now: now) }
    }

    /// Goes on with the stop when no verdict is awaited any more.
    func drainIfQuiet(now: Instant) {
        guard stopDue != nil, !hasDrained else { return }
        if accounts.p2pool.counts.pending + accounts.xvb.counts.pending == 0 { drained(now: now) }
    }

    /// Goes on with the stop when the last rig has gone.
    func finishIfEmpty() {
        if hasDrained, rigs.count == 0 { finishStop() }
    }

    /// Every verdict is in, or the wait is over: rigs that still wait for one are answered that it won't come.
    private func drained(now: Instant) {
        hasDrained = true
        stopDue = now.adding(seconds: settings.farewellSeconds)
        for upstream in Upstream.allCases {
            for case let lane? in lanes[upstream].lanes where lane.session.pendingCount > 0 {
                _ = lane.session.closed(now: now)
                loseSubmits(of: lane, now: now)
            }
        }
        guard settings.farewellSeconds > 0 else { return finishStop() }
        for index in 0..<rigs.extent {
            switch rigs[index].pointee.phase {
            case .vacant, .closing: break
            case .greeting, .held, .mining: closeRig(index, .stopping)
            }
        }
        finishIfEmpty()
    }

    private func finishStop() {
        guard !hasStopped else { return }
        hasStopped = true
        effects.list.append(.stopped)
    }
}
