import ProxyTerms
import StratumCodec

/// Tells which rig's shares are refused or lost: the first of each kind and rig at once, what follows once a minute in one line a rig. Whatever
/// rigs send, so the log stays readable, and nothing is left out of it.
final class RefusalLog {
    /// Rigs with a line of their own in a minute; the others are added up.
    static let mostRigs = 10
    /// Rigs that are remembered for the minute's lines; what others do is added up.
    private static let mostRemembered = 4_096
    private static let seconds = 60.0

    private let rigs: RigTable
    private let outbox: Outbox
    private let agenda: Agenda
    /// Rigs of which something was not told yet.
    private var waiting: [RigID] = []
    /// Those that there was no room for.
    private var others = (rigs: 0, shares: UInt64(0))

    init(rigs: RigTable, outbox: Outbox, agenda: Agenda) {
        self.rigs = rigs
        self.outbox = outbox
        self.agenda = agenda
    }

    /// A share of a rig came to nothing.
    /// - Returns: whether that is to be told at once.
    func noted(_ outcome: RigCounts.Outcome, _ rig: RigRef, _ record: RigRecord, now: Instant) -> Bool {
        guard !record.isFirst(outcome) else { return true }
        guard record.leaveForLater(outcome) else { return false }
        if waiting.count < Self.mostRemembered { waiting.append(rig.id) } else { others.rigs += 1 }
        agenda.refusals.by(now.adding(seconds: Self.seconds))
        return false
    }

    /// A share of a rig was refused here: counted, and told now or with the minute; where it is a line that was not understood, with
    /// what is wrong with it.
    func refusedHere(
        _ outcome: RigCounts.Outcome, _ rig: RigRef, _ record: RigRecord, misfit: @autoclosure () -> LineMisfit? = nil,
        now: Instant
    ) {
        record.count(outcome, second: RigRegistry.seconds(now))
        guard noted(outcome, rig, record, now: now) else { return }
        if let misfit = misfit() {
            outbox.tell(.lineRefused(name: rig.profile.name, rig.life.address, misfit))
        } else {
            outbox.tell(.shareRefused(name: rig.profile.name, rig.life.address, outcome))
        }
    }

    /// A line that is no share was refused, or one of somebody who has not logged in.
    func strayed(_ rig: RigRef, _ misfit: LineMisfit) {
        outbox.tell(
            .lineRefused(name: rig.life.phase.isServed ? rig.profile.name : nil, rig.life.address, misfit))
    }

    /// A rig is going: what was not told of it is told now.
    func leaves(_ rig: RigRef) {
        guard let untold = rig.tally.record?.takeUntold() else { return }
        outbox.tell(.sharesRefused(name: rig.profile.name, rig.life.address, untold))
    }

    /// Tells what has come together, the rigs with most of it by name.
    func tell() {
        var found: [(rig: RigRef, counts: RigCounts)] = []
        for id in waiting {
            guard let rig = rigs.find(id), let counts = rig.tally.record?.takeUntold() else { continue }
            found.append((rig, counts))
        }
        waiting.removeAll(keepingCapacity: waiting.capacity <= 256)
        found.sort { $0.counts.refusals > $1.counts.refusals }
        for (rig, counts) in found.prefix(Self.mostRigs) {
            outbox.tell(.sharesRefused(name: rig.profile.name, rig.life.address, counts))
        }
        for (_, counts) in found.dropFirst(Self.mostRigs) {
            others.rigs += 1
            others.shares += counts.refusals
        }
        if others.rigs > 0 { outbox.tell(.furtherRefused(rigs: others.rigs, shares: others.shares)) }
        others = (0, 0)
    }
}
