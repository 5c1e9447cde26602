import ProxyTerms
import SplitScheduler

/// Makes the plan's decisions happen: lets the scheduler decide, and moves the rigs at a switch, a few hundred a step.
final class PlanDriver {
    /// Rigs that one step of a switch places; the shell performs the effects between steps.
    private static let rigsPerStep: UInt32 = 256

    /// A switch under way, and what it will report.
    private struct Move {
        let to: Upstream
        let cause: SwitchCause
        let plannedAt: Instant
        /// The next rig to be placed.
        var cursor: UInt32 = 0
        var rigs = MoveCount()
    }

    private let registry: RigRegistry
    private let dispatcher: Dispatcher
    private let rebalancer: Rebalancer
    private let hashrate: FarmHashrate
    private let schedule: Schedule
    private let seeds: SeedWatch
    private let outbox: Outbox
    private let agenda: Agenda
    private var move: Move?

    init(
        registry: RigRegistry, dispatcher: Dispatcher, rebalancer: Rebalancer, hashrate: FarmHashrate,
        schedule: Schedule, seeds: SeedWatch, outbox: Outbox, agenda: Agenda
    ) {
        self.registry = registry
        self.dispatcher = dispatcher
        self.rebalancer = rebalancer
        self.hashrate = hashrate
        self.schedule = schedule
        self.seeds = seeds
        self.outbox = outbox
        self.agenda = agenda
    }

    /// At once while a switch is under way.
    var nextDeadline: Instant {
        move == nil ? min(schedule.nextDeadline, seeds.nextDeadline) : .start
    }

    /// Lets the scheduler decide, and begins the switch it wants.
    func advance(now: Instant) {
        while schedule.nextDeadline <= now {
            let due = schedule.nextDeadline
            let step = schedule.advance(now: now, hashrate: hashrate.inputs(now: now))
            if let report = step.closed { outbox.tell(.windowClosed(report)) }
            if let plan = step.planned { outbox.tell(.planned(plan)) }
            if let change = step.switched {
                move = Move(to: change.upstream, cause: change.cause, plannedAt: due)
                dispatcher.switchBegan()
                if seeds.differSince != nil { seeds.compare(now: now) }
            }
            if schedule.nextDeadline <= due { break }
        }
    }

    /// Places the next rigs of a switch under way.
    func continueMove(now: Instant) {
        guard var move else { return }
        let end = min(move.cursor + Self.rigsPerStep, registry.rigs.extent)
        for index in move.cursor..<max(move.cursor, end) {
            let rig = registry.rigs[index]
            guard rig.life.phase.isServed else { continue }
            // Rigs of an upstream that died, or isn't there yet, got other work at once, before the plan heard of it.
            let wasThere = rig.work.minesOn == move.to && !move.cause.isForWantOfAnother
            dispatcher.forgetWaiting(rig)
            switch dispatcher.assign(rig, now: now) {
            case .assigned where wasThere: move.rigs.there += 1
            case .assigned: move.rigs.moved += 1
            case .searched: move.rigs.waiting += 1
            case .unserved: move.rigs.elsewhere += 1
            }
        }
        move.cursor = end
        self.move = end < registry.rigs.extent ? move : nil
        if self.move == nil { finish(move) }
    }

    private func finish(_ move: Move) {
        dispatcher.switchEnded()
        // What was handed out is no unsearched work any more.
        hashrate.forget()
        outbox.tell(.switched(to: move.to, cause: move.cause, move.rigs, plannedAt: move.plannedAt))
    }

    /// Tells the plan of unsearched work, and gives it to the rigs that wait for it.
    func offerFreshWork(now: Instant) {
        hashrate.forget()
        schedule.freshWorkArrived(at: now)
        for upstream in Upstream.allCases { rebalancer.fillSeats(on: upstream, now: now) }
        dispatcher.assignWaiting(now: now)
    }

    /// Takes other settings of the schedule.
    func change(_ settings: SplitSettings, now: Instant) {
        if let plan = schedule.change(settings, now: now) {
            outbox.tell(.planned(plan))
            // Another mode may leave rigs without an upstream, or give them one.
            agenda.reconcileSoon(now)
        }
        seeds.compare(now: now)
    }
}
