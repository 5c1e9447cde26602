import ProxyTerms
import StratumCodec
import StrictJSON

/// Where a rig is between its connect and its close.
enum RigPhase: UInt8 {
    /// The place in the table is free.
    case vacant
    /// Connected, not logged in. Next: awaitingJob, closing, vacant.
    case awaitingLogin
    /// Logged in; the answer waits for a job (at most `graceSeconds`). Next: mining, closing, vacant.
    case awaitingJob
    /// Has a job. Next: closing, vacant.
    case mining
    /// We asked for the close and are waiting for it; whatever it still sends is ignored. Next: vacant.
    case closing

    /// Logged in, and not on its way out.
    @inline(__always)
    var isServed: Bool {
        switch self {
        case .awaitingJob, .mining: true
        case .vacant, .awaitingLogin, .closing: false
        }
    }
}

/// A rig's connection. Only `RigRegistry` changes it.
struct RigLife {
    /// Where it connects from.
    fileprivate(set) var address = ClientAddress.unknown
    fileprivate(set) var generation: UInt32 = 0
    /// When it last sent a line, in seconds of the core's clock.
    fileprivate(set) var lastActivity: UInt32 = 0
    /// When it connected, in seconds of the loop's clock; its hashrate counts from then.
    fileprivate(set) var joinedSecond: UInt32 = 0
    fileprivate(set) var phase = RigPhase.vacant
    /// Lines lately that were neither a login nor a share.
    fileprivate(set) var chatter: UInt16 = 0
    /// Malformed requests so far; the third closes the connection (docs/architecture.md#bounds).
    fileprivate(set) var faults: UInt8 = 0
    /// It gets lanes of its own with all four nonce bytes: it has shown that it needs them, or was named `exclusive`.
    fileprivate(set) var needsFullNonceSpace = false
    /// It has an entry in the queue of rigs without work.
    fileprivate(set) var awaitsGrace = false

    init() {}

    /// A free place whose last life was `generation`.
    init(generation: UInt32) {
        self.generation = generation
    }
}

/// What a rig's login said of it. Only `RigRegistry` changes it.
struct RigProfile {
    /// Login name, made printable and capped; "rig" where it gave none.
    fileprivate(set) var name = ""
    /// Agent, an index into the registry's table.
    fileprivate(set) var agent: UInt16 = 0
    /// What it can mine; nil takes anything.
    fileprivate(set) var algorithms: AlgorithmSet?

    /// Whether it can mine that.
    func mines(_ algorithm: Algorithm) -> Bool { algorithms?.contains(algorithm) ?? true }
}

/// The rigs' connections: their phases, their deadlines, and how many there are of each kind.
final class RigRegistry {
    /// What makes room for one connection more.
    enum Eviction: Equatable {
        /// All places are taken by rigs that have logged in.
        case none
        /// This one was closed long ago and lingers: drop it.
        case lingering(RigID)
        /// This one has waited longest without a login: close it.
        case unauthenticated(RigRef)
        /// This one has been logged in longest without ever finding a share: close it.
        case withoutShare(RigRef)
    }

    /// A rig's program.
    private struct Agent {
        let name: String
        /// Whether rigs of it get targets of eight digits.
        let takesShortTargets: Bool

        init(name: String) {
            self.name = name
            takesShortTargets = !name.lowercased().hasPrefix("xmrig")
        }
    }

    /// Longest name of a rig and of its agent, bytes of UTF-8.
    private static let longestName = 64
    /// Longest login name that is looked at, bytes of UTF-8: a wallet has 95, a dot with a name and the difficulty may follow.
    private static let longestUser = 256
    /// Seconds that a rig has been logged in without a share before its place may be given to another.
    private static let shareSeconds = 60.0
    /// Lines without work that a rig may send at once, and how many more each second: xmrig sends one a minute, old miners ask for
    /// jobs every few seconds.
    private static let mostChatter: UInt16 = 600
    private static let chatterPerSecond: UInt32 = 10
    /// Malformed requests that close a connection.
    private static let mostFaults = 3
    /// Silence of a rig with a difficulty of its own that has found shares, seconds.
    private static let fixedIdleSeconds = 86_400.0
    /// Agents that are told apart; further ones are nameless.
    private static let mostAgents = 256

    let rigs = RigTable()
    private let settings: CoreSettings
    /// Rigs logged in, and those of them that need lanes of their own.
    private(set) var ordinaryRigs = 0
    private(set) var exclusiveRigs = 0
    /// The most rigs that were logged in at a time.
    private(set) var mostLoggedIn = 0
    /// Agents repeat: each is kept once. The first is the nameless one.
    private var agents = [Agent(name: "")]
    /// When a rig was last heard, or its deadlines were looked at, in seconds of the core's clock.
    private(set) var newestSecond: UInt32 = 0
    /// Logins that wait for their first job, by the rig's index.
    private var heldLogins: [UInt32: RequestID] = [:]
    private(set) var loginDue = DeadlineQueue()
    private(set) var idleDue = DeadlineQueue()
    private(set) var graceDue = DeadlineQueue()
    /// Rigs that were closed and whose connections linger, the longest first. Nothing is due: the shell ends them.
    private(set) var ending = DeadlineQueue()
    /// Rigs by their login, due when one without a share may go where all places are taken.
    private var shareDue = DeadlineQueue()

    init(settings: CoreSettings) {
        self.settings = settings
    }

    var loggedIn: Int { ordinaryRigs + exclusiveRigs }
    var heldLoginCount: Int { heldLogins.count }
    var nextDeadline: Instant { min(loginDue.nextDeadline, idleDue.nextDeadline, graceDue.nextDeadline) }

    /// Seconds of the core's clock in 32 bits, never 0.
    static func seconds(_ now: Instant) -> UInt32 {
        UInt32(truncatingIfNeeded: now.milliseconds / 1000) | 0x8000_0000
    }

    func agent(of rig: RigRef) -> String { agents[Int(rig.profile.agent)].name }

    /// Whether a rig gets targets of eight digits where they can say it, as p2pool sends them: miners that are not xmrig may read no others
    /// (docs/protocol.md#targets).
    @inline(__always)
    func takesShortTargets(_ rig: RigRef) -> Bool { agents[Int(rig.profile.agent)].takesShortTargets }

    // MARK: Phases

    /// A connection was accepted.
    func connected(from address: ClientAddress = .unknown, now: Instant) -> RigRef {
        let rig = rigs.insert(difficulty: RigDifficulty(start: settings.startRigDifficulty, now: now)) { generation in
            var life = RigLife(generation: generation)
            life.address = address
            life.phase = .awaitingLogin
            life.lastActivity = Self.seconds(now)
            life.joinedSecond = UInt32(truncatingIfNeeded: now.milliseconds / 1000)
            return life
        }
        loginDue.append(rig.id, due: now.adding(seconds: settings.loginSeconds))
        return rig
    }

    /// What is to go where all places are taken. It is no longer in a queue then.
    func evict(now: Instant) -> Eviction {
        while let mark = ending.popFirst() {
            guard let rig = rigs.find(mark), rig.life.phase == .closing else { continue }
            return .lingering(rig.id)
        }
        while let mark = loginDue.popFirst() {
            guard let rig = rigs.find(mark), rig.life.phase == .awaitingLogin else { continue }
            return .unauthenticated(rig)
        }
        while let mark = shareDue.popDue(now: now) {
            guard let rig = rigs.find(mark), rig.life.phase.isServed, rig.isWithoutShare else { continue }
            return .withoutShare(rig)
        }
        return .none
    }

    /// The rig sent a line.
    @inline(__always)
    func heard(_ rig: RigRef, now: Instant) {
        let second = Self.seconds(now)
        newestSecond = second
        let silent = second &- rig.life.lastActivity
        guard silent != 0 else { return }
        rig.life.lastActivity = second
        if rig.life.chatter > 0 {
            let forgotten = min(UInt32(rig.life.chatter), min(silent, 0xFFFF) * Self.chatterPerSecond)
            rig.life.chatter -= UInt16(forgotten)
        }
    }

    /// The rig sent a line that asks for work here and brings none: an empty one, `keepalived`, `getjob`, a share before it has a job.
    /// - Returns: whether it sends nothing but that, far too fast.
    @inline(__always)
    func chatted(_ rig: RigRef) -> Bool {
        rig.life.chatter += 1
        return rig.life.chatter >= Self.mostChatter
    }

    /// The rig sent a request that is not understood.
    /// - Returns: whether that was one too many.
    func faulted(_ rig: RigRef) -> Bool {
        rig.life.faults += 1
        return rig.life.faults >= Self.mostFaults
    }

    /// The rig sent a request that is understood: those before it that weren't are forgiven. Not by a login: what came before it is
    /// told with the rig's first share (`ShareBook`).
    @inline(__always)
    func understood(_ rig: RigRef, _ message: RigMessage) {
        guard rig.life.faults > 0 else { return }
        switch message {
        case .unknownMethod, .login: break
        case .submit, .keepalived, .getjob: rig.life.faults = 0
        }
    }

    /// Takes over what the login says of the rig: name, agent, algorithms, kind.
    /// - Returns: the difficulty that it asks for with its login name, nil where it asks for none.
    func applyLogin(_ login: Login, line: UnsafeRawBufferPointer, _ rig: RigRef) -> UInt64? {
        var user = login.user.map { displayText($0.bytes(in: line), limit: Self.longestUser) } ?? ""
        var difficulty: UInt64?
        if let plus = user.lastIndex(of: "+"), let fixed = UInt64(user[user.index(after: plus)...]), fixed > 0 {
            difficulty = fixed
            user = String(user[..<plus])
        }
        let rigID = login.rigID.map { displayText($0.bytes(in: line), limit: Self.longestUser) } ?? ""
        rig.profile.name = Self.capped(RigName.shown(rigID: rigID, user: user))
        let agent = login.agent.map { displayText($0.bytes(in: line), limit: Self.longestName) } ?? ""
        rig.profile.agent = agentIndex(agent)
        rig.profile.algorithms = login.algorithms
        let isNamed = settings.exclusiveWorkers.contains(rig.profile.name)
        let isFrontProxy = !isNamed && agent.lowercased().hasPrefix("xmrig-proxy/")
        rig.mode = RigMode(isFrontProxy: isFrontProxy)
        rig.life.needsFullNonceSpace = isNamed || isFrontProxy
        return difficulty
    }

    /// A rig that was caught, and can't be watched, has a lane of its own; before `loggedIn`.
    func isolate(_ rig: RigRef) { rig.life.needsFullNonceSpace = true }

    /// The login is good; its answer waits for a job.
    func loggedIn(_ rig: RigRef, request: RequestID, now: Instant) {
        rig.life.phase = .awaitingJob
        heldLogins[rig.index] = request
        count(rig, 1)
        idleDue.append(rig.id, due: now.adding(seconds: settings.idleSeconds))
        shareDue.append(rig.id, due: now.adding(seconds: Self.shareSeconds))
    }

    /// The login that still waits for a job; nil where it was answered.
    func heldLogin(of rig: RigRef) -> RequestID? { heldLogins[rig.index] }

    /// The rig is handed a job.
    /// - Returns: the login that the job answers, nil where it was answered before.
    @inline(__always)
    func jobGiven(to rig: RigRef) -> RequestID? {
        guard rig.life.phase != .mining else { return nil }
        return firstJobGiven(to: rig)
    }

    private func firstJobGiven(to rig: RigRef) -> RequestID? {
        rig.life.phase = .mining
        let login = heldLogins.removeValue(forKey: rig.index)
        // After a storm of logins its memory is given back.
        if heldLogins.isEmpty, heldLogins.capacity > 64 { heldLogins = [:] }
        return login
    }

    /// The rig turns out to be of the other kind.
    func changeKind(_ rig: RigRef, needsFullNonceSpace: Bool) {
        count(rig, -1)
        rig.life.needsFullNonceSpace = needsFullNonceSpace
        count(rig, 1)
    }

    /// The rig's connection is over, or on its way there; what it held elsewhere was given back. It `lingers` where it stays
    /// until all that was written to it has gone.
    func closing(_ rig: RigRef, lingers: Bool) {
        if rig.life.phase.isServed { count(rig, -1) }
        heldLogins[rig.index] = nil
        rig.framer = LineFramer()
        rig.life.phase = .closing
        if lingers { ending.append(rig.id, due: .never) }
    }

    /// The place of a rig is free; it was `closing`.
    func remove(_ rig: RigRef) {
        rigs.remove(rig)
        // Entries outlive their rigs: the queues stay within a multiple of the rigs there are.
        func isLive(_ mark: RigMark) -> Bool { rigs.find(mark) != nil }
        loginDue.prune(live: rigs.count, where: isLive)
        idleDue.prune(live: rigs.count, where: isLive)
        graceDue.prune(live: rigs.count, where: isLive)
        ending.prune(live: rigs.count, where: isLive)
        shareDue.prune(live: rigs.count, where: isLive)
    }

    private func count(_ rig: RigRef, _ change: Int) {
        if rig.life.needsFullNonceSpace { exclusiveRigs += change } else { ordinaryRigs += change }
        mostLoggedIn = max(mostLoggedIn, loggedIn)
    }

    // MARK: Deadlines

    /// Looks at `due` whether the rig still has no work. One entry a rig, however often it loses its work: the one there is
    /// looks when this began.
    func awaitGrace(_ rig: RigRef, until due: Instant) {
        guard !rig.life.awaitsGrace else { return }
        rig.life.awaitsGrace = true
        graceDue.append(rig.id, due: due)
    }

    /// The next rig whose deadline has come, and why it is to be closed; nil when none is left.
    func nextExpired(now: Instant) -> (rig: RigRef, reason: RigClosing)? {
        newestSecond = Self.seconds(now)
        while let mark = loginDue.popDue(now: now) {
            guard let rig = rigs.find(mark), rig.life.phase == .awaitingLogin else { continue }
            return (rig, .loginTimeout)
        }
        while let mark = idleDue.popDue(now: now) {
            guard let rig = rigs.find(mark), rig.life.phase != .closing else { continue }
            let silent = Double(Self.seconds(now) &- rig.life.lastActivity)
            if silent + 1 >= idleSeconds(of: rig) { return (rig, .idle) }
            idleDue.append(rig.id, due: now.adding(seconds: settings.idleSeconds))
        }
        while let mark = graceDue.popDue(now: now) {
            guard let rig = rigs.find(mark), rig.life.phase != .closing else { continue }
            rig.life.awaitsGrace = false
            guard rig.work.strandedSince != 0 else { continue }
            let stranded = Double(Self.seconds(now) &- rig.work.strandedSince)
            if stranded + 1 >= settings.graceSeconds { return (rig, .noUpstream) }
            awaitGrace(rig, until: now.adding(seconds: settings.graceSeconds - stranded))
        }
        return nil
    }

    /// How long a rig may say nothing. One that chose its difficulty itself, and finds shares, may need hours for the next one; that
    /// its machine is there is TCP's to tell (keepalive, and each job that it is sent).
    private func idleSeconds(of rig: RigRef) -> Double {
        rig.tally.difficulty.isFixed && !rig.isWithoutShare
            ? max(Self.fixedIdleSeconds, settings.idleSeconds) : settings.idleSeconds
    }

    // MARK: Names

    /// What fits into a name, cut between two characters.
    private static func capped(_ name: String) -> String {
        var name = name
        while name.utf8.count > longestName { name.unicodeScalars.removeLast() }
        return name
    }

    private func agentIndex(_ agent: String) -> UInt16 {
        if let known = agents.firstIndex(where: { $0.name == agent }) { return UInt16(known) }
        guard agents.count < Self.mostAgents else { return 0 }
        agents.append(Agent(name: agent))
        return UInt16(agents.count - 1)
    }
}
