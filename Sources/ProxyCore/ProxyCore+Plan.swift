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
            let before = scheduler.upstream
            switch scheduler.advance(now: now, hashrate: hashrateInputs(now: now)) {
            case .none: break
            case .planned(let plan): effects.notices.append(.planned(plan))
            }
            if scheduler.upstream != before { beginMove(to: scheduler.upstream, plannedAt: due) }
            if scheduler.nextDeadline <= due { break }
        }
    }

    /// The hashrate that the plan is made from.
    private func hashrateInputs(now: Instant) -> HashrateInputs {
        let total = measured.rate(.minutes15, at: now).hashrate
        return HashrateInputs(total: total, movable: movableHashrate(total: total, now: now))
    }

    /// The part of the hashrate that has a seat at XvB: all of it, unless lanes are scarce there.
    private func movableHashrate(total: Double, now: Instant) -> Double {
        let group = lanes.xvb
        guard group.seatedCount < ordinaryRigs + exclusiveRigs, group.isUp else { return total }
        var movable = 0.0
        for index in 0..<rigs.extent {
            let rig = rigs[index]
            guard rig.pointee.phase == .mining, rig.pointee.seats.xvb.isTaken, let meter = rig.pointee.meter else {
                continue
            }
            movable += meter.rate(.minutes15, at: now).hashrate
        }
        return min(movable, total)
    }

    private func beginMove(to upstream: Upstream, plannedAt: Instant) {
        moveCursor = 0
        move = Move(to: upstream, plannedAt: plannedAt)
    }

    /// Places the next rigs of a switch under way.
    func continueMove(now: Instant) {
        guard let from = moveCursor else { return }
        let end = min(from + Self.rigsPerStep, rigs.extent)
        for index in from..<max(from, end) {
            let rig = rigs[index]
            guard rig.pointee.phase == .mining || rig.pointee.phase == .held else { continue }
            if place(index, rig, now: now) { move.moved += 1 } else { move.stayed += 1 }
        }
        if end < rigs.extent {
            moveCursor = end
        } else {
            moveCursor = nil
            effects.notices.append(
                .switched(to: move.to, moved: move.moved, stayed: move.stayed, plannedAt: move.plannedAt))
        }
    }

    /// Where lanes are scarce, those with most hashrate take part: seats go from slow rigs to faster ones without a seat.
    func rerank(now: Instant) {
        rerankDue = .never
        for upstream in Upstream.allCases {
            let group = lanes[upstream]
            guard group.poolOwnsByte == true, group.isUp, group.seatedCount < ordinaryRigs else { continue }
            rerankDue = now.adding(seconds: 30)
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
