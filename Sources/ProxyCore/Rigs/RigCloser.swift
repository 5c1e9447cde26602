import ProxyTerms

/// Ends rigs' connections, and gives back everything that they hold.
final class RigCloser {
    private let registry: RigRegistry
    private let seating: Seating
    private let dispatcher: Dispatcher
    private let book: ShareBook
    private let departed: DepartedRigs
    private let outbox: Outbox

    init(
        registry: RigRegistry, seating: Seating, dispatcher: Dispatcher, book: ShareBook, departed: DepartedRigs,
        outbox: Outbox
    ) {
        self.registry = registry
        self.seating = seating
        self.dispatcher = dispatcher
        self.book = book
        self.departed = departed
        self.outbox = outbox
    }

    /// Closes a rig's connection for our own reasons, after what was written to it unless its place is needed at once.
    func close(_ rig: RigRef, _ reason: RigClosing) {
        tell(rig, reason)
        if rig.life.phase.isServed { departed.left(rig, reason) }
        end(rig, isDropped: reason.disposition == .drop)
    }

    /// Closes a rig's connection at the stop. That all of them go is no news of any.
    func closeAtStop(_ rig: RigRef) { end(rig, isDropped: false) }

    private func end(_ rig: RigRef, isDropped: Bool) {
        release(rig, now: nil)
        registry.closing(rig, lingers: !isDropped)
        outbox.add(isDropped ? .dropRig(rig.id) : .closeRig(rig.id))
    }

    /// The connection of a rig is gone, from whichever side.
    func gone(_ rig: RigRef, now: Instant) {
        if rig.life.phase != .closing {
            tell(rig, .byRig)
            if rig.life.phase.isServed { departed.left(rig, .byRig) }
            release(rig, now: now)
            registry.closing(rig, lingers: false)
        }
        registry.remove(rig)
    }

    private func tell(_ rig: RigRef, _ reason: RigClosing) {
        switch rig.life.phase {
        case .awaitingJob, .mining: outbox.tell(.rigLeft(rig.id, name: rig.profile.name, reason))
        case .awaitingLogin: outbox.tell(.connectionDropped(rig.id, rig.life.address, reason))
        case .vacant, .closing: break
        }
    }

    private func release(_ rig: RigRef, now: Instant?) {
        if rig.life.phase.isServed {
            for upstream in Upstream.allCases { seating.unseat(rig, on: upstream, now: now) }
            dispatcher.release(rig)
        }
        book.release(rig)
    }
}
