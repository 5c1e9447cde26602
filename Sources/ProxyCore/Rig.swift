import ProxyTerms
import StratumCodec

/// Where a rig is between its connect and its close.
enum RigPhase: UInt8 {
    /// The place in the table is free.
    case vacant
    /// Connected, not logged in. Next: held, mining, vacant.
    case greeting
    /// Logged in, and the answer waits for a job (at most `graceSeconds`). Next: mining, vacant.
    case held
    /// Has a job. Next: vacant.
    case mining
    /// We asked for the close and are waiting for it; whatever it still sends is ignored. Next: vacant.
    case closing
}

/// A rig's place on a lane: which one, and the value of byte 42 that it owns there.
struct Seat: Equatable {
    var lane: UInt16 = 0
    var slot: UInt8 = 0
    var isTaken = false

    static let none = Seat()
}

/// One job as a rig was given it. The last few are kept, so that late shares reach their lane (docs/invariants.md#rule-1).
struct IssuedJob {
    /// The downstream job id; 0 stands for none.
    var number: UInt64 = 0
    /// The target that the rig was given.
    var target: UInt64 = 0
    var serial: UInt32 = 0
    var ledgerIndex: UInt16 = 0
    /// Byte 42 of the rig's nonces, unless `isWhole`.
    var slot: UInt8 = 0
    /// The rig has all four nonce bytes.
    var isWhole = false
}

/// One rig: one downstream connection. 104 bytes, and 120 for its issued jobs.
struct Rig {
    // Ordered by alignment: Swift packs a field behind the one before it, and a farm has ten thousand of these.
    var framer = LineFramer()
    /// Login name, made printable and capped; "rig" where it gave none.
    var name = ""
    /// Its hashrate; made with the first share, so that idle rigs cost nothing.
    var meter: WorkMeter?
    var difficulty: RigDifficulty
    var phase = RigPhase.vacant
    /// Gets lanes of its own with all four nonce bytes: it has shown that it needs them, or was named `exclusive`.
    var isExclusive = false
    /// It is an xmrig-proxy that has not shown yet that many miners share its connection (ProxyCore+FrontProxies).
    var isFrontProxy = false
    /// Shares of it that spoke for a single miner.
    var zeroByteShares: UInt8 = 0
    /// The upstream whose job it was given last.
    var minesOn: Upstream?
    /// What it can mine; nil takes anything.
    var algorithms: AlgorithmSet?
    /// Malformed requests so far; the third closes the connection (docs/architecture.md#bounds).
    var faults: UInt8 = 0
    /// Where the next issued job goes in the ring.
    var nextIssued: UInt8 = 0
    /// The log has told that it can't be sent to an upstream whose pool owns byte 42.
    var toldNotSent = false
    /// Has an entry in the queue of stranded rigs.
    var awaitsGrace = false
    /// The plan wants it on an upstream whose present work was handed out before: it goes there with the next job.
    var awaitsJob = false
    /// Agent, an index into the core's table.
    var agent: UInt16 = 0
    var seats = PerUpstream<Seat>(p2pool: .none, xvb: .none)
    var generation: UInt32 = 0
    var accepted: UInt32 = 0
    var rejected: UInt32 = 0
    /// Moments in seconds of the core's clock.
    var lastActivity: UInt32 = 0
    /// Since when no upstream has had work for it; 0 while one has.
    var strandedSince: UInt32 = 0
    /// When it connected, in seconds of the loop's clock; its hashrate counts from then.
    var joinedSecond: UInt32 = 0

    /// Whether it can mine that.
    func mines(_ algorithm: Algorithm) -> Bool { algorithms?.contains(algorithm) ?? true }
}

/// The rigs, in pages that never move, so that growing copies nothing and a rig is reached by one address.
///
/// Indices are reused; `generation` tells lives apart.
final class RigTable {
    private static let pageSize = 256
    /// Issued jobs remembered per rig: p2pool's last four (docs/protocol.md#p2pool-old-jobs) and the other upstream's since.
    static let issuedPerRig = 5

    private var pages: [UnsafeMutablePointer<Rig>] = []
    private var issuedPages: [UnsafeMutablePointer<IssuedJob>] = []
    private var vacant: [UInt32] = []
    /// Places ever used: iterate over 0 ..< `extent` and skip the vacant.
    private(set) var extent: UInt32 = 0
    /// Rigs connected now.
    private(set) var count = 0

    deinit {
        for page in pages {
            page.deinitialize(count: Self.pageSize)
            page.deallocate()
        }
        for page in issuedPages { page.deallocate() }
    }

    /// The rig at `index`, which must be below `extent`.
    @inline(__always)
    subscript(index: UInt32) -> UnsafeMutablePointer<Rig> {
        pages[Int(index) / Self.pageSize] + Int(index) % Self.pageSize
    }

    /// The rig of that name, nil when its life is over.
    @inline(__always)
    func find(_ id: RigID) -> UnsafeMutablePointer<Rig>? {
        guard id.index < extent else { return nil }
        let rig = self[id.index]
        return rig.pointee.generation == id.generation && rig.pointee.phase != .vacant ? rig : nil
    }

    /// The ring of jobs issued to the rig at `index`.
    @inline(__always)
    func issued(_ index: UInt32) -> UnsafeMutablePointer<IssuedJob> {
        issuedPages[Int(index) / Self.pageSize] + (Int(index) % Self.pageSize) * Self.issuedPerRig
    }

    /// The name of the rig at `index` in its present life.
    func id(_ index: UInt32) -> RigID {
        RigID(index: index, generation: self[index].pointee.generation)
    }

    /// A place for a new rig.
    func insert(difficulty: RigDifficulty) -> RigID {
        let index = vacant.popLast() ?? grow(difficulty)
        let rig = self[index]
        let generation = rig.pointee.generation &+ 1
        rig.pointee = Rig(difficulty: difficulty, phase: .greeting, generation: generation)
        issued(index).update(repeating: IssuedJob(), count: Self.issuedPerRig)
        count += 1
        return RigID(index: index, generation: generation)
    }

    /// Frees the place of a rig that is gone.
    func remove(_ index: UInt32) {
        let rig = self[index]
        rig.pointee = Rig(difficulty: rig.pointee.difficulty, phase: .vacant, generation: rig.pointee.generation)
        vacant.append(index)
        count -= 1
    }

    private func grow(_ difficulty: RigDifficulty) -> UInt32 {
        let index = extent
        if Int(index) == pages.count * Self.pageSize {
            let page = UnsafeMutablePointer<Rig>.allocate(capacity: Self.pageSize)
            page.initialize(repeating: Rig(difficulty: difficulty), count: Self.pageSize)
            pages.append(page)
            let issuedPage = UnsafeMutablePointer<IssuedJob>.allocate(capacity: Self.pageSize * Self.issuedPerRig)
            issuedPage.initialize(repeating: IssuedJob(), count: Self.pageSize * Self.issuedPerRig)
            issuedPages.append(issuedPage)
        }
        extent += 1
        return index
    }
}
