import ProxyTerms

/// Slows rigs that send too much: nothing is read of them for a moment. What they send meanwhile stays in the kernel, and then with them.
final class RigPacer {
    /// Seconds that a rig is not read.
    static let seconds = 1.0

    private let rigs: RigTable
    private let outbox: Outbox
    private var paused = DeadlineQueue()

    init(rigs: RigTable, outbox: Outbox) {
        self.rigs = rigs
        self.outbox = outbox
    }

    /// Rigs that are slowed.
    var count: Int { paused.count }
    var nextDeadline: Instant { paused.nextDeadline }

    /// A rig sent more than it may.
    func slow(_ rig: RigRef, _ record: RigRecord, now: Instant) {
        guard !record.isSlowed, rig.life.phase.isServed else { return }
        record.slow(true)
        outbox.add(.pauseRig(rig.id))
        paused.append(rig.id, due: now.adding(seconds: Self.seconds))
    }

    /// Reads those again whose moment is over.
    func tick(now: Instant) {
        while let mark = paused.popDue(now: now) {
            guard let rig = rigs.find(mark), rig.life.phase.isServed else { continue }
            rig.tally.record?.slow(false)
            outbox.add(.resumeRig(rig.id))
        }
    }
}
