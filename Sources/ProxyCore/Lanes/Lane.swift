import ProxyTerms
import StratumCodec
import Upstreams

/// What a lane is for.
enum LaneRole: Equatable {
    /// Carries rigs. Next: retiring.
    case serving
    /// Opened to see whether a preferred endpoint works again; carries no rigs. Next: serving.
    case probe
    /// Being replaced: keeps its rigs until another lane has a seat for them, takes no new ones. Next: serving (its endpoint is
    /// in use again).
    case retiring
}

/// How the nonces of a lane's jobs are shared out (docs/invariants.md#rule-5).
enum NonceSpace: Equatable {
    /// Byte 42 is ours: up to 256 rigs, each with a value of its own.
    case slots
    /// Byte 42 is ours, and one rig has all of it.
    case whole
    /// Byte 42 belongs to the pool (nicehash): one rig.
    case poolByte

    /// Seats that there are by nonces alone.
    var seatCount: Int {
        switch self {
        case .slots: 256
        case .whole, .poolByte: 1
        }
    }
}

/// Who chooses byte 42 of the nonces.
public enum NonceByteOwner: Equatable, Sendable {
    /// No lane of the upstream has been ready yet.
    case unknown
    /// The pool leaves all four bytes to us.
    case proxy
    /// The pool fixes it (nicehash).
    case pool
}

/// One logged-in pool session and the rigs that have a seat on it.
///
/// `LaneSet` makes it, `LaneLifecycle` opens, ends and retires it, `PoolDesk` files its jobs, `Seating` gives its seats.
final class Lane {
    /// Jobs that stay routable: p2pool takes shares for a connection's last four (docs/protocol.md#p2pool-old-jobs).
    static let jobsKept = 4

    let upstream: Upstream
    let index: UInt16
    /// Names this life of the connection; unique among the upstream's lanes.
    private(set) var epoch: UInt32 = 0
    var session: PoolSession
    /// Which of the upstream's endpoints it connects to.
    private(set) var endpoint: Int
    private(set) var role: LaneRole
    /// Difficulty asked for with the login name; 0 where none was.
    private(set) var askedDifficulty: UInt64
    private(set) var readySince: Instant = .never
    /// Since when it has had no rigs and no use.
    private(set) var emptySince: Instant?
    private(set) var nonceSpace = NonceSpace.slots
    var framer = LineFramer()
    /// What its session has seen of bad shares.
    var risk = SessionRisk()
    /// A job has come that its rigs were not handed yet.
    var hasNews = false
    /// The upstream's round of jobs that its newest one belongs to.
    var round: UInt32 = 0
    /// Last jobs of this epoch, newest last.
    private(set) var jobs: [LaneJob] = []
    /// For each seat the rig's index + 1, 0 where free. 256 seats by slot, or one; none while there are no rigs.
    private var seats: [UInt32] = []
    /// What the seats were given for; differs from `nonceSpace` when the pool has changed its mind.
    private var seatedFor: NonceSpace?
    private(set) var takenSlots = SlotSet()
    private(set) var memberCount = 0

    init(
        upstream: Upstream, index: UInt16, session: consuming PoolSession, endpoint: Int, askedDifficulty: UInt64,
        role: LaneRole
    ) {
        self.upstream = upstream
        self.index = index
        self.session = session
        self.endpoint = endpoint
        self.askedDifficulty = askedDifficulty
        self.role = role
    }

    var id: LaneID { LaneID(upstream: upstream, index: index, epoch: epoch) }
    var isServing: Bool { role == .serving }
    var isProbe: Bool { role == .probe }
    var isRetiring: Bool { role == .retiring }
    var isPoolByte: Bool { nonceSpace == .poolByte }
    var isWhole: Bool { nonceSpace == .whole }

    // MARK: Session

    /// Logged in, with a job to hand out.
    var isReady: Bool { session.phase == .ready && !jobs.isEmpty }

    /// Logged in, and rigs may be given to it.
    var takesRigs: Bool { isServing && isReady }

    /// Between connect and login.
    var isOpening: Bool {
        switch session.phase {
        case .connecting, .securing, .loggingIn: true
        case .idle, .ready, .failed, .closed: false
        }
    }

    /// Has no connection and may be opened.
    var isClosed: Bool {
        switch session.phase {
        case .idle, .closed: true
        case .connecting, .securing, .loggingIn, .ready, .failed: false
        }
    }

    /// Its rigs are better off on any other lane with room: it is being replaced, or has no session.
    var shedsRigs: Bool { isRetiring || !isReady }

    /// Takes another session, towards `endpoint`.
    func replaceSession(_ session: consuming PoolSession, endpoint: Int, askedDifficulty: UInt64) {
        self.session = session
        self.endpoint = endpoint
        self.askedDifficulty = askedDifficulty
    }

    /// A new life of the connection begins.
    func begin(epoch: UInt32, now: Instant) {
        self.epoch = epoch
        session.opened(now: now)
    }

    /// The login went through.
    func loggedIn(now: Instant) {
        readySince = now
        emptySince = now
    }

    /// The connection is over.
    /// - Returns: the jobs of its epoch, which nobody can be sent shares of any more.
    func ended() -> [LaneJob] {
        framer = LineFramer()
        risk = SessionRisk()
        hasNews = false
        readySince = .never
        let dropped = jobs
        jobs = []
        return dropped
    }

    /// It is to be replaced; a probe carries no rigs and stays one.
    func retire() {
        if role == .serving { role = .retiring }
    }

    /// It carries rigs (again), unless bad shares came of it.
    func serve() { if !risk.isTainted { role = .serving } }

    // MARK: Jobs

    var current: LaneJob? { jobs.last }

    /// Files the newest job.
    /// - Returns: the job that is expired by it, if any.
    func push(_ job: LaneJob) -> LaneJob? {
        jobs.append(job)
        return jobs.count > Self.jobsKept ? jobs.removeFirst() : nil
    }

    /// The pool has shown whose byte 42 is.
    func byteOwner(is owner: NonceByteOwner) {
        switch owner {
        case .pool: nonceSpace = .poolByte
        case .proxy: if nonceSpace == .poolByte { nonceSpace = .slots }
        case .unknown: break
        }
    }

    // MARK: Seats

    /// Whether the seats are still those of the jobs that come; if not, all are to be left.
    var seatsFit: Bool { seatedFor == nil || seatedFor == nonceSpace }

    /// Gives `rig` the seat at `slot`; with the full nonce space it must be the only one.
    func take(slot: UInt8, rig: UInt32, fullNonceSpace: Bool) {
        if seats.isEmpty {
            if fullNonceSpace { nonceSpace = .whole }
            seatedFor = nonceSpace
            seats = [UInt32](repeating: 0, count: nonceSpace.seatCount)
        }
        let place = seats.count == 1 ? 0 : Int(slot)
        precondition(seats[place] == 0, "two rigs on one nonce slot")
        seats[place] = rig + 1
        takenSlots.insert(slot)
        memberCount += 1
        emptySince = nil
    }

    /// Frees the seat at `slot`; since `now` the lane is empty if that was its last one. Its claim on the current job stays
    /// (docs/invariants.md#rule-6).
    func free(slot: UInt8, now: Instant?) {
        seats[seats.count == 1 ? 0 : Int(slot)] = 0
        takenSlots.remove(slot)
        memberCount -= 1
        guard memberCount == 0 else { return }
        seats = []
        seatedFor = nil
        if nonceSpace == .whole { nonceSpace = .slots }
        emptySince = now
    }

    /// Moves a rig from one slot to another.
    func swap(slot: UInt8, for other: UInt8, rig: UInt32) {
        seats[Int(slot)] = 0
        takenSlots.remove(slot)
        precondition(seats[Int(other)] == 0, "two rigs on one nonce slot")
        seats[Int(other)] = rig + 1
        takenSlots.insert(other)
    }

    /// It has had no rigs since `now` at the latest.
    func notedEmpty(now: Instant) -> Instant {
        let since = emptySince ?? now
        emptySince = since
        return since
    }

    /// Places to iterate over with `member(at:)`.
    var placeCount: Int { seats.count }

    /// The index of the rig at one place, nil where it is free (or the lane has been emptied meanwhile).
    func member(at place: Int) -> UInt32? {
        place < seats.count && seats[place] != 0 ? seats[place] - 1 : nil
    }
}
