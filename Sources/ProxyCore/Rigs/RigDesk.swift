import ProxyTerms
import StratumCodec

/// Rigs' events, from connect to close: lines are read, logins answered, connections ended.
final class RigDesk {
    /// Connections over the limit while those that made room for them are being closed.
    static let crowding = 64

    private let settings: CoreSettings
    private let registry: RigRegistry
    private let seating: Seating
    private let dispatcher: Dispatcher
    private let jobs: JobLedger
    private let shortage: Shortage
    private let book: ShareBook
    private let submits: SubmitDesk
    private let warden: RigWarden
    private let closer: RigCloser
    private let gate: RigGate
    private let stop: StopState
    private let outbox: Outbox
    private let agenda: Agenda

    init(
        settings: CoreSettings, registry: RigRegistry, seating: Seating, dispatcher: Dispatcher, jobs: JobLedger,
        shortage: Shortage, book: ShareBook, submits: SubmitDesk, warden: RigWarden, closer: RigCloser, gate: RigGate,
        stop: StopState, outbox: Outbox, agenda: Agenda
    ) {
        self.settings = settings
        self.registry = registry
        self.seating = seating
        self.dispatcher = dispatcher
        self.jobs = jobs
        self.shortage = shortage
        self.book = book
        self.submits = submits
        self.warden = warden
        self.closer = closer
        self.gate = gate
        self.stop = stop
        self.outbox = outbox
        self.agenda = agenda
    }

    /// Rigs that can be connected at a time.
    var mostRigs: Int { min(settings.maxRigs, 65_000) }

    // MARK: Events

    /// A connection was accepted.
    ///
    /// Where all places are taken, the first of the closed connections that linger goes, else the one that has waited
    /// longest without a login, else the rig that has been logged in longest without a share: idle and refused connections never
    /// keep rigs out (docs/invariants.md#faults-of-rigs).
    /// - Returns: its name, or nil where there is no room: close it.
    func connected(from address: ClientAddress, now: Instant) -> RigID? {
        guard stop.isRunning, !warden.isCutOff(address, now: now), gate.admits(address, now: now) else { return nil }
        let count = registry.rigs.count
        guard count < mostRigs || (count < mostRigs + Self.crowding && makeRoom(now: now)) else {
            gate.turnedAway(address)
            outbox.tell(.rigRefused(limit: mostRigs))
            return nil
        }
        return registry.connected(from: address, now: now).id
    }

    /// Makes room for one connection; false where all have found a share, or may find one yet.
    private func makeRoom(now: Instant) -> Bool {
        switch registry.evict(now: now) {
        case .none: return false
        case .lingering(let id): outbox.add(.dropRig(id))
        case .unauthenticated(let rig): close(rig, .crowdedOut)
        case .withoutShare(let rig): close(rig, .madeRoom)
        }
        return true
    }

    /// Bytes came from a rig.
    func received(_ bytes: UnsafeRawBufferPointer, from id: RigID, now: Instant) {
        guard let rig = registry.rigs.find(id), rig.life.phase != .closing else { return }
        // The framer is taken out while it calls back, so that nothing else can touch it.
        var framer = LineFramer()
        swap(&framer, &rig.framer)
        let fits = framer.receive(bytes, limit: settings.maxLineBytes) { line in
            self.lineReceived(line, rig, now: now)
            return rig.life.phase != .closing
        }
        guard rig.life.phase != .closing else { return }
        guard fits else {
            book.malformedLine(rig, .line(.lineTooLong, bytes), at: now)
            return close(rig, .badInput)
        }
        swap(&framer, &rig.framer)
    }

    /// The connection of a rig is gone, from whichever side.
    func closed(_ id: RigID, now: Instant) {
        guard let rig = registry.rigs.find(id) else { return }
        gate.left(rig)
        closer.gone(rig, now: now)
    }

    /// Closes rigs whose deadline has come: no login, long silence, no work for too long.
    func expire(now: Instant) {
        while let (rig, reason) = registry.nextExpired(now: now) {
            guard reason == .noUpstream else {
                close(rig, reason)
                continue
            }
            let cause = shortage.cause(for: rig)
            if let login = registry.heldLogin(of: rig), let refusal = cause.shortage {
                outbox.refuse(refusal, login, to: rig.id)
            }
            close(rig, cause)
        }
    }

    // MARK: Lines

    private func lineReceived(_ line: UnsafeRawBufferPointer, _ rig: RigRef, now: Instant) {
        guard !line.isEmpty else {
            // It says nothing, so its silence lasts.
            if registry.chatted(rig) { floods(rig, now: now) }
            return
        }
        do {
            let message = try decodeRigLine(line)
            registry.heard(rig, now: now)
            if !message.bringsWork(in: rig.life.phase), registry.chatted(rig) { return floods(rig, now: now) }
            registry.understood(rig, message)
            switch message {
            case .submit(let submit):
                if !rig.life.phase.isServed { book.strayLine(rig, .line(.notLoggedIn, line)) }
                submits.received(submit, line: line, rig, now: now)
            case .login(let login): loginReceived(login, line: line, rig, now: now)
            case .keepalived(let id): outbox.answer(rig.id) { RigReply.keptAlive(id: id, to: &$0) }
            case .getjob(let id): getjobReceived(id, rig)
            case .unknownMethod(let id):
                // The first of those in a row.
                if rig.life.faults == 0 { book.strayLine(rig, rigMisfit(in: line, .unknownMethod)) }
                faulted(rig, .unknownMethod, id)
            }
        } catch {
            if rig.life.phase == .awaitingLogin, line.isHTTPRequest { return greetBrowser(rig) }
            book.malformedLine(rig, rigMisfit(in: line, error.code), at: now)
            if error.code.isGarbage { close(rig, .badInput) } else { faulted(rig, .malformedRequest, error.id) }
        }
    }

    /// A health check asks whether the port answers; as p2pool, the proxy says yes in HTTP.
    private func greetBrowser(_ rig: RigRef) {
        outbox.answer(rig.id) { RigReply.online(to: &$0) }
        close(rig, .askedInHTTP)
    }

    /// A rig asks and asks, and brings nothing.
    private func floods(_ rig: RigRef, now: Instant) {
        // Nobody's name is held against a stranger who has not logged in.
        if rig.life.phase.isServed { warden.floods(rig, now: now) } else { close(rig, .badInput) }
    }

    /// Answers a request that is not understood; the third closes the connection.
    private func faulted(_ rig: RigRef, _ refusal: RigRefusal, _ id: RequestID) {
        refuse(refusal, id, rig)
        if registry.faulted(rig) { close(rig, .badInput) }
    }

    private func loginReceived(_ login: Login, line: UnsafeRawBufferPointer, _ rig: RigRef, now: Instant) {
        guard rig.life.phase == .awaitingLogin else { return refuse(.alreadyLoggedIn, login.id, rig) }
        guard !gate.isWaiting(rig) else { return }
        switch gate.check(login.pass?.bytes(in: line), of: rig, request: login.id, now: now) {
        case .right: break
        case .wrong: return refuse(.wrongPassword, login.id, rig, close: .wrongPassword)
        case .wrongAndWaits: return
        case .wrongAgain: return close(rig, .wrongPassword)
        }
        if let algorithms = login.algorithms, !algorithms.contains(.rx0), !algorithms.contains(.rx2) {
            return refuse(.noCommonAlgorithm, login.id, rig, close: .noCommonAlgorithm)
        }
        let fixed = registry.applyLogin(login, line: line, rig)
        if shortage.offersOnlyOthers(rig) {
            return refuse(.noCommonAlgorithm, login.id, rig, close: .noCommonAlgorithm)
        }
        book.begin(
            rig,
            difficulty: fixed.map { RigDifficulty(fixed: $0, now: now) }
                ?? RigDifficulty(start: settings.startRigDifficulty, now: now))
        if case .cutOff(let seconds, let offence) = warden.receive(rig, canWatch: submits.canProve(now: now), now: now)
        {
            outbox.refuse(login.id, to: rig.id, cutOffFor: seconds, offence)
            return close(rig, .cutOff)
        }
        if let cause = shortage.turnsAway(rig, now: now) {
            return refuse(cause.shortage ?? .noUpstream, login.id, rig, close: cause)
        }
        guard gate.mayLogIn(rig, now: now) else { return refuse(.tooManyLogins, login.id, rig, close: .tooManyLogins) }
        registry.loggedIn(rig, request: login.id, now: now)
        warden.loggedIn(rig, now: now)
        outbox.tell(
            .rigJoined(
                rig.id, name: rig.profile.name, agent: registry.agent(of: rig),
                fullNonceSpace: rig.life.needsFullNonceSpace))
        seating.seatEverywhere(rig)
        dispatcher.assign(rig, now: now)
        agenda.reconcileSoon(now)
    }

    /// Answers `getjob` with what the rig has already; xmrig never asks, old miners do.
    private func getjobReceived(_ id: RequestID, _ rig: RigRef) {
        guard rig.life.phase == .mining, let issued = rig.newestIssued, let job = jobs.job(of: issued)
        else { return refuse(.noJobYet, id, rig) }
        let slot = issued.hasFullNonceSpace ? nil : issued.slot
        outbox.answer(rig.id) {
            job.template.writeGetjobReply(
                id: id, job: rig.jobID(issued), target: issued.target, slot: slot,
                isShort: registry.takesShortTargets(rig), to: &$0)
        }
    }

    private func refuse(_ refusal: RigRefusal, _ id: RequestID, _ rig: RigRef, close reason: RigClosing? = nil) {
        outbox.refuse(refusal, id, to: rig.id)
        if let reason { close(rig, reason) }
    }

    /// Closes a rig's connection for our own reasons.
    func close(_ rig: RigRef, _ reason: RigClosing) { closer.close(rig, reason) }
}

extension RigMessage {
    /// Whether the line is what a rig is here for.
    @inline(__always)
    fileprivate func bringsWork(in phase: RigPhase) -> Bool {
        switch self {
        case .submit: phase == .mining
        case .login: phase == .awaitingLogin
        case .keepalived, .getjob, .unknownMethod: false
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the line begins a request of HTTP that asks for a page.
    fileprivate var isHTTPRequest: Bool {
        starts(with: "GET /".utf8) || starts(with: "HEAD /".utf8)
    }
}

extension CodecError.Code {
    /// Not a Stratum client, or one that is out of step: there is nothing to answer.
    fileprivate var isGarbage: Bool {
        switch self {
        case .json(.notJSON), .json(.notAnObject), .json(.tooDeep), .json(.tooManyMembers): true
        // Its id may be known, so it can be answered.
        case .json(.duplicateKey), .json(.escapedKey), .badRequestID, .missingMethod, .missingParams, .missingSession,
            .missingJobID, .badNonce, .badResult, .badJobID, .badBlob, .badTarget, .zeroTarget, .unsupportedAlgorithm,
            .badSeedHash, .missingJob, .jobTooLong, .unknownMethod, .lineTooLong, .notLoggedIn:
            false
        }
    }
}
