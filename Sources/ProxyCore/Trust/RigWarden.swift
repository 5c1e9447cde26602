import ProxyTerms
import Upstreams

/// What becomes of rigs whose shares are wrong, or far too many: watched, told, cut off, let in again on probation.
final class RigWarden {
    private let settings: CoreSettings
    private let registry: RigRegistry
    private let book: ShareBook
    private let departed: DepartedRigs
    private let modes: ProxyModeWatch
    private let closer: RigCloser
    private let outbox: Outbox
    private var quarantine = Quarantine()

    init(
        settings: CoreSettings, registry: RigRegistry, book: ShareBook, departed: DepartedRigs, modes: ProxyModeWatch,
        closer: RigCloser, outbox: Outbox
    ) {
        self.settings = settings
        self.registry = registry
        self.book = book
        self.departed = departed
        self.modes = modes
        self.closer = closer
        self.outbox = outbox
    }

    /// Places and addresses that are remembered.
    var remembered: (places: Int, addresses: Int) { quarantine.count }

    /// How a rig is received that has sent a good login; what it is on probation for is noted. `canWatch`: its shares can be proven before
    /// a pool sees them; one that was caught has a lane of its own where they can't.
    func receive(_ rig: RigRef, canWatch: Bool, now: Instant) -> Quarantine.Admission {
        guard !quarantine.isEmpty else { return .welcome }
        let place = Quarantine.Place(of: rig)
        var admission = quarantine.admission(
            of: place, isKnownGood: departed.wasHonest(place, now: now), now: now)
        if case .cutOff = admission, quarantine.takesTrial(place, now: now) { admission = .probation(isItself: false) }
        switch admission {
        case .welcome: break
        case .cutOff(let seconds, let offence):
            outbox.tell(.cutOffKnocked(name: rig.profile.name, rig.life.address, seconds: seconds, offence))
        case .probation(let isItself):
            _ = book.record(of: rig, isSuspect: true)
            if isItself, !canWatch { registry.isolate(rig) }
        }
        return admission
    }

    /// A rig has logged in: one that left within a day is what it was.
    func loggedIn(_ rig: RigRef, now: Instant) {
        guard !departed.isEmpty, let earlier = departed.take(Quarantine.Place(of: rig), now: now) else { return }
        book.resume(rig, earlier, now: now)
    }

    /// Whether a connection from an address is refused at once: whatever it calls itself, it was caught. Where an honest rig of it is
    /// away the name has to be seen first.
    func isCutOff(_ address: ClientAddress, now: Instant) -> Bool {
        quarantine.isCutOff(address, now: now) && !departed.hadHonest(at: address, now: now)
    }

    /// What a name at an address is cut off for, and for how many seconds more; nil where it isn't.
    func cut(of place: Quarantine.Place, now: Instant) -> (seconds: Int, offence: RigOffence)? {
        guard !quarantine.isEmpty, case .cutOff(let seconds, let offence) = quarantine.admission(of: place, now: now)
        else { return nil }
        return (seconds, offence)
    }

    // MARK: Proofs

    /// A share of a rig was proven right.
    func proven(_ rig: RigRef, _ record: RigRecord, work: Double, now: Instant) {
        book.proved(work: record.trust.proven(work: work, second: RigRegistry.seconds(now)), by: record, at: now)
        quarantine.proven(at: rig.life.address, now: now)
    }

    /// A share was proven wrong; its rig may be gone, or back under another connection.
    func provenWrong(_ place: Quarantine.Place, _ rig: RigRef?, now: Instant) {
        guard let rig, let record = rig.tally.record else {
            return gone(place, byProof: true, canWatch: true, .provenWrong, now: now)
        }
        wrong(rig, record, byProof: true, canWatch: true, .provenWrong, now: now)
    }

    /// A share turns out to be wrong whose rig has left. Where the rig is back, it is its own; else what is known of the rig is kept for
    /// when it comes back: one wrong share makes a suspect, two within minutes, or one of a rig that proved none, have it cut off.
    private func gone(
        _ place: Quarantine.Place, byProof: Bool, canWatch: Bool, _ offence: RigOffence, now: Instant
    ) {
        if let rig = registry.find(place) {
            return wrong(rig, book.record(of: rig), byProof: byProof, canWatch: canWatch, offence, now: now)
        }
        let wasGood = departed.distrust(place)
        let sentence = sentence(place, lies: byProof && !wasGood, canWatch: canWatch && wasGood, offence, now: now)
        if case .cutOff(let seconds) = sentence, let rig = departed.find(place) {
            outbox.tell(.rigCutOff(name: rig.name, rig.address, seconds: seconds, offence))
        }
    }

    // MARK: Verdicts

    /// A pool refused a share as wrong whose rig has left: it may come back.
    func refusedAsWrong(gone id: RigID, canWatch: Bool, now: Instant) {
        guard let rig = departed.find(id) else { return }
        gone(rig.place, byProof: false, canWatch: canWatch, .refusedAsWrong, now: now)
    }

    /// A pool accepted a rig's share where none can be proven: other rigs behind its address may be honest, too.
    func accepted(_ rig: RigRef, now: Instant) {
        guard !quarantine.isEmpty else { return }
        quarantine.proven(at: rig.life.address, now: now)
    }

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
        switch sentence(Quarantine.Place(of: rig), lies: lies, canWatch: canWatch, offence, now: now) {
        case .watched:
            if case .unstable(let wrong, let of) = forfeit.finding, record.trust.isWrongNews {
                outbox.tell(.rigUnstable(name: rig.profile.name, rig.life.address, wrong: wrong, of: of))
            }
        case .cutOff(let seconds): cutOff(rig, seconds: seconds, offence, .wrongShares)
        }
    }

    /// What a bad share leads to. A trusted rig's proofs are hours apart where it finds few shares; while one is logged in from the address,
    /// a liar beside it doesn't have the address cut off.
    private func sentence(
        _ place: Quarantine.Place, lies: Bool, canWatch: Bool, _ offence: RigOffence, now: Instant
    ) -> Quarantine.Sentence {
        if lies, registry.hasProvenRig(at: place.address) { quarantine.proven(at: place.address, now: now) }
        return quarantine.bad(place, lies: lies, canWatch: canWatch, for: offence, now: now)
    }

    /// A rig floods us.
    func floods(_ rig: RigRef, now: Instant) {
        cutOff(rig, seconds: quarantine.flooded(Quarantine.Place(of: rig), now: now), .flood, .flood)
    }

    private func cutOff(_ rig: RigRef, seconds: Int, _ offence: RigOffence, _ reason: RigClosing) {
        outbox.tell(.rigCutOff(name: rig.profile.name, rig.life.address, seconds: seconds, offence))
        if rig.life.phase != .closing { closer.close(rig, reason) }
    }
}
