import ProxyTerms
import StratumCodec

/// Who comes in: the bounds of an address, the password, and who keeps a place without ever finding a share.
final class RigGate {
    /// What a login's password came to.
    enum Password: Equatable {
        case right
        /// It is to be told at once.
        case wrong
        /// It will be told, and its connection closed then.
        case wrongAndWaits
        /// It is to be closed without an answer: too many answers wait.
        case wrongAgain
    }

    private struct Refusal {
        let rig: RigID
        let address: ClientAddress
        let request: RequestID
        let due: Instant
    }

    /// Answers to wrong passwords that wait at a time, of all addresses.
    private static let mostWaiting = 256
    /// Seconds between two looks for rigs that keep places without a share.
    private static let sweepSeconds = 60.0
    /// A rig may be without a share for so many seconds: at a difficulty of 100,000 one of 500 H/s needs 200 s on average.
    static let shareSeconds: UInt32 = 600

    private var password: [UInt8]?
    private var bounds: AddressBounds?
    private let registry: RigRegistry
    private let closer: RigCloser
    private let outbox: Outbox
    private var limits: AddressLimits?
    private var waiting: [Refusal] = []
    private var nextAnswer = Instant.never
    private var sweepDue: Instant

    init(settings: CoreSettings, registry: RigRegistry, closer: RigCloser, outbox: Outbox, now: Instant) {
        password = settings.accessPassword.map { Array($0.utf8) }
        bounds = settings.limits
        limits = settings.limits.map { AddressLimits($0, capacity: max(4096, 2 * settings.maxRigs)) }
        sweepDue = settings.limits == nil ? .never : now.adding(seconds: Self.sweepSeconds)
        self.registry = registry
        self.closer = closer
        self.outbox = outbox
    }

    /// Addresses that are remembered, and answers that wait.
    var remembered: (addresses: Int, waiting: Int) { (limits?.count ?? 0, waiting.count) }

    /// Takes another password and other bounds, for connections and logins from now on.
    func change(password: String?, bounds new: AddressBounds) {
        self.password = password.map { Array($0.utf8) }
        // A core without bounds is a test's.
        guard bounds != nil else { return }
        bounds = new
        limits?.bounds = new
    }

    // MARK: Connections

    /// A connection comes from `address`. Where the address has all its connections, the one that has waited longest without a login goes.
    /// - Returns: false where it is to be closed.
    func admits(_ address: ClientAddress, now: Instant) -> Bool {
        guard limits != nil else { return true }
        switch limits?.connects(address, now: now) {
        case .admitted?, nil: return true
        case .refused(.rigs)?:
            tell(address, .rigs, now: now)
            guard let rig = registry.evictUnauthenticated(from: address) else { return false }
            closer.close(rig, .addressFull)
            limits?.exceeds(address, now: now)
            return true
        case .refused(let limit)?:
            tell(address, limit, now: now)
            return false
        }
    }

    /// There was no room for a connection that was admitted.
    func turnedAway(_ address: ClientAddress) { limits?.left(address) }

    /// A rig's connection is gone.
    func left(_ rig: RigRef) { limits?.left(rig.life.address) }

    // MARK: Logins

    /// Looks at a login's password, `given` as it stands in the line.
    func check(_ given: UnsafeRawBufferPointer?, of rig: RigRef, request: RequestID, now: Instant) -> Password {
        guard let password else { return .right }
        let address = rig.life.address
        if Self.equal(given, password) {
            limits?.rightPassword(address, now: now)
            return .right
        }
        guard limits != nil else { return .wrong }
        let delay = limits?.wrongPassword(address, now: now)
        tell(address, .guesses, now: now)
        guard let delay else { return .wrongAgain }
        guard waiting.count < Self.mostWaiting else {
            limits?.answered(address)
            return .wrongAgain
        }
        let due = now.adding(seconds: delay)
        waiting.append(Refusal(rig: rig.id, address: address, request: request, due: due))
        nextAnswer = min(nextAnswer, due)
        return .wrongAndWaits
    }

    /// Whether the answer to a wrong password of `rig` waits: it has had its try.
    func isWaiting(_ rig: RigRef) -> Bool { waiting.contains { $0.rig == rig.id } }

    /// A login is good but for the number of logins.
    /// - Returns: false where its address has had too many.
    func mayLogIn(_ rig: RigRef, now: Instant) -> Bool {
        guard let isGood = limits?.logsIn(rig.life.address, now: now), !isGood else { return true }
        tell(rig.life.address, .loginRate, now: now)
        return false
    }

    // MARK: Time

    var nextDeadline: Instant { min(sweepDue, nextAnswer) }

    /// Gives the answers that are due, and looks for rigs that keep places.
    func tick(now: Instant) {
        if nextAnswer <= now {
            let due = waiting.filter { $0.due <= now }
            waiting.removeAll { $0.due <= now }
            nextAnswer = waiting.reduce(.never) { min($0, $1.due) }
            for refusal in due { answer(refusal) }
        }
        guard sweepDue <= now else { return }
        sweepDue = now.adding(seconds: Self.sweepSeconds)
        sweep(now: now)
    }

    private func answer(_ refusal: Refusal) {
        limits?.answered(refusal.address)
        guard let rig = registry.rigs.find(refusal.rig), rig.life.phase == .awaitingLogin else { return }
        outbox.refuse(.wrongPassword, refusal.request, to: rig.id)
        closer.close(rig, .wrongPassword)
    }

    private func sweep(now: Instant) {
        guard let bounds else { return }
        for rig in registry.withoutShare(mostPerAddress: bounds.rigsWithoutShare, for: Self.shareSeconds, now: now) {
            tell(rig.life.address, .withoutShare, now: now)
            closer.close(rig, .withoutShare)
        }
    }

    private func tell(_ address: ClientAddress, _ limit: AddressLimit, now: Instant) {
        guard let count = limits?.refused(address, limit, now: now) else { return }
        outbox.tell(.addressRefused(address, limit, count: count))
    }

    /// Compares in a time that depends on the password alone, and not on what was given.
    private static func equal(_ given: UnsafeRawBufferPointer?, _ wanted: [UInt8]) -> Bool {
        let count = given?.count ?? 0
        var difference = count ^ wanted.count
        for place in wanted.indices {
            let byte = given.map { count > 0 ? $0[min(place, count - 1)] : 0 } ?? 0
            difference |= Int(byte ^ wanted[place])
        }
        return difference == 0
    }
}
