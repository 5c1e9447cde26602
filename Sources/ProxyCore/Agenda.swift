import ProxyTerms

/// A moment at which a machine looks at its work again. Any machine may ask for an earlier look; taking it clears it.
struct Deadline: Equatable {
    private(set) var due = Instant.never

    /// Asks for a look at `moment` at the latest.
    @inline(__always)
    mutating func by(_ moment: Instant) {
        if moment < due { due = moment }
    }

    /// Whether the look is due; the deadline is cleared then.
    mutating func take(_ now: Instant) -> Bool {
        guard due <= now else { return false }
        due = .never
        return true
    }
}

/// The deadlines that more than one machine sets. What belongs to one rig (no login, idle, no work) is in `RigRegistry`, what
/// belongs to the plan in the scheduler.
final class Agenda {
    /// Lanes are opened, closed and replaced as rigs and shares ask for (`LaneReconciler`).
    var reconcile = Deadline()
    /// The first pool session's own deadline: keepalive, an overdue verdict, silence (`PoolDesk`).
    var sessions = Deadline()
    /// Seats are dealt out anew where they are scarce or unevenly loaded (`Rebalancer`).
    var rebalance = Deadline()
    /// Work that nobody has searched is offered to the plan and to the rigs that wait (`PlanDriver`).
    var freshWork = Deadline()
    /// It is looked whether the lanes carry the shares that come (`LaneReconciler`).
    var load = Deadline()

    /// What was refused in the last minute is told (`RefusalLog`).
    var refusals = Deadline()
    /// A round trip to one of an upstream's regions is measured (`RegionWatch`).
    var regions = Deadline()

    /// Reconciles the lanes shortly; several causes in one burst are one look.
    func reconcileSoon(_ now: Instant) {
        reconcile.by(now.adding(milliseconds: 20))
    }

    var nextDeadline: Instant {
        min(reconcile.due, sessions.due, rebalance.due, freshWork.due, load.due, refusals.due, regions.due)
    }
}
