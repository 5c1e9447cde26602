import ProxyTerms
import StratumCodec
import Upstreams

/// One logged-in pool session and the rigs that have a seat on it.
final class Lane {
    /// Jobs that stay routable: p2pool takes shares for a connection's last four (docs/protocol.md#p2pool-old-jobs).
    static let jobsKept = 4

    let upstream: Upstream
    let index: UInt16
    /// Names this life of the connection; unique among the upstream's lanes.
    var epoch: UInt32 = 0
    var session: PoolSession
    /// Which of the upstream's endpoints it connects to.
    var endpoint: Int
    /// Opened to see whether a preferred endpoint works again; carries no rigs.
    var isProbe = false
    /// Being replaced: keeps its rigs until another lane has a seat for them, takes no new ones.
    var isRetiring = false
    /// Since when it has had no rigs and no use.
    var emptySince: Instant?
    var readySince: Instant = .never
    /// Difficulty asked for with the login name; 0 where none was.
    var askedDifficulty: UInt64
    /// The pool owns byte 42, so the lane carries one rig (docs/invariants.md#rule-5).
    var poolOwnsByte = false
    /// One rig has the whole nonce space.
    var isWhole = false
    var framer = LineFramer()
    /// A job has come that its rigs were not handed yet.
    var hasNews = false
    /// The upstream's round of jobs that its newest one belongs to.
    var round: UInt32 = 0
    /// Last jobs of this epoch, newest last.
    private(set) var jobs: [LaneJob] = []
    /// For each seat the rig's index + 1, 0 where free. 256 seats by slot, or one.
    private var seats: [UInt32] = []
    private(set) var takenSlots = SlotSet()
    private(set) var memberCount = 0

    init(upstream: Upstream, index: UInt16, session: consuming PoolSession, endpoint: Int, askedDifficulty: UInt64) {
        self.upstream = upstream
        self.index = index
        self.session = session
        self.endpoint = endpoint
        self.askedDifficulty = askedDifficulty
    }

    var id: LaneID { LaneID(upstream: upstream, index: index, epoch: epoch) }

    /// Logged in, with a job to hand out.
    var isReady: Bool { session.phase == .ready && !jobs.isEmpty }

    /// Logged in, and rigs may be given to it.
    var takesRigs: Bool { isReady && !isRetiring && !isProbe }

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

    var current: LaneJob? { jobs.last }

    /// Files the newest job.
    /// - Returns: the job that is expired by it, if any.
    func push(_ job: LaneJob) -> LaneJob? {
        jobs.append(job)
        return jobs.count > Self.jobsKept ? jobs.removeFirst() : nil
    }

    /// Forgets all jobs of the epoch.
    func dropJobs() -> [LaneJob] {
        let dropped = jobs
        jobs = []
        return dropped
    }

    /// Gives `rig` the seat at `slot`.
    func take(slot: UInt8, rig: UInt32) {
        if seats.isEmpty { seats = [UInt32](repeating: 0, count: poolOwnsByte || isWhole ? 1 : 256) }
        let place = seats.count == 1 ? 0 : Int(slot)
        precondition(seats[place] == 0, "two rigs on one nonce slot")
        seats[place] = rig + 1
        takenSlots.insert(slot)
        memberCount += 1
        emptySince = nil
    }

    /// Frees the seat at `slot`. Its claim on the current job stays (docs/invariants.md#rule-6).
    func free(slot: UInt8) {
        seats[seats.count == 1 ? 0 : Int(slot)] = 0
        takenSlots.remove(slot)
        memberCount -= 1
        if memberCount == 0 {
            seats = []
            isWhole = false
        }
    }

    /// Places to iterate over with `member(at:)`.
    var seatCount: Int { seats.count }

    /// The rig at one place, nil where it is free (or the lane has been emptied meanwhile).
    func member(at place: Int) -> UInt32? {
        place < seats.count && seats[place] != 0 ? seats[place] - 1 : nil
    }
}
