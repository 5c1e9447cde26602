import ProxyTerms
import Upstreams

/// What becomes of rigs whose shares are wrong, or far too many: watched, told, cut off, let in again on probation.
final class RigWarden {
    private let settings: CoreSettings
    private let registry: RigRegistry
    private let book: ShareBook
    private let modes: ProxyModeWatch
    private let closer: RigCloser
    private let outbox: Outbox
    private var quarantine = Quarantine()

    init(
        settings: CoreSettings, registry: RigRegistry, book: ShareBook, modes: ProxyModeWatch, closer: RigCloser,
        outbox: Outbox
    ) {
        self.settings = settings
        self.registry = registry
        self.book = book
        self.modes = modes
        self.closer = closer
        self.outbox = outbox
    }

    /// Places and addresses that are remembered.
    var remembered: (places: Int, addresses: Int) { quarantine.count }

    /// A rig's name over its reconnects.
    func place(of rig: RigRef) -> Quarantine.Place {
        Quarantine.Place(address: rig.life.address, name: rig.profile.name)
    }

    /// A rig has sent a good login.
    /// - Returns: false where it is cut off; what it is on probation for is noted.
    func admits(_ rig: RigRef, now: Instant) -> Bool {
        guard !quarantine.isEmpty else { return true }
        switch quarantine.admission(of: place(of: rig), now: now) {
        case .welcome: break
        case .cutOff: return false
        case .probation(let isItself):
            _ = book.record(of: rig, isSuspect: true)
            if isItself, settings.verifyShares == .off { registry.isolate(rig) }
        }
        return true
    }

    // MARK: Proofs

    /// A share of a rig was proven right.
    func proven(_ rig: RigRef, _ record: RigRecord, work: Double, now: Instant) {
        book.proved(work: record.trust.proven(work: work, second: RigRegistry.seconds(now)), by: record, at: now)
        quarantine.proven(at: rig.life.address, now: now)
    }

    /// A share was proven wrong; its rig may be gone.
    func provenWrong(_ place: Quarantine.Place, _ rig: RigRef?, now: Instant) {
        guard let rig, let record = rig.tally.record else {
            _ = quarantine.bad(place, lies: true, canWatch: true, now: now)
            return
        }
        wrong(rig, record, byProof: true, canWatch: true, .provenWrong, now: now)
    }

    // MARK: Verdicts

    /// A pool refused a rig's share as wrong. `canWatch`: its next ones can be proven before a pool sees them.
    func refusedAsWrong(_ rig: RigRef, canWatch: Bool, now: Instant) {
        let record = book.record(of: rig)
        wrong(rig, record, byProof: false, canWatch: canWatch, .refusedAsWrong, now: now)
        guard rig.life.phase.isServed, !canWatch, !rig.life.needsFullNonceSpace else { return }
        modes.isolate(rig, now: now)
    }

    private func wrong(
        _ rig: RigRef, _ record: RigRecord, byProof: Bool, canWatch: Bool, _ offence: RigOffence, now: Instant
    ) {
        let forfeit = record.trust.wrong(byProof: byProof)
        book.takeBack(forfeit, of: rig, difficulty: settings.startRigDifficulty, at: now)
        // A pool's word alone makes a suspect; what it is a suspect of is proven here.
        let lies = forfeit.finding == .lies && (byProof || !canWatch && record.trust.wrongInAll > 1)
        switch quarantine.bad(place(of: rig), lies: lies, canWatch: canWatch, now: now) {
        case .watched:
            if case .unstable(let wrong, let of) = forfeit.finding, record.trust.isWrongNews {
                outbox.tell(.rigUnstable(name: rig.profile.name, rig.life.address, wrong: wrong, of: of))
            }
        case .cutOff(let seconds): cutOff(rig, seconds: seconds, offence, .wrongShares)
        }
    }

    /// A rig floods us.
    func floods(_ rig: RigRef, now: Instant) {
        cutOff(rig, seconds: quarantine.flooded(place(of: rig), now: now), .flood, .flood)
    }

    private func cutOff(_ rig: RigRef, seconds: Int, _ offence: RigOffence, _ reason: RigClosing) {
        outbox.tell(.rigCutOff(name: rig.profile.name, rig.life.address, seconds: seconds, offence))
        if rig.life.phase != .closing { closer.close(rig, reason) }
    }
}
