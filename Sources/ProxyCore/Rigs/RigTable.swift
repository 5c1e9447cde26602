import ProxyTerms
import StratumCodec

/// A rig in the table: its place and its state, handed from machine to machine. Valid within the event in which it was found;
/// what is kept across events is `id`.
struct RigRef: Equatable {
    let index: UInt32
    fileprivate let place: UnsafeMutablePointer<Rig>
    fileprivate let ring: UnsafeMutablePointer<IssuedJob>

    @inline(__always)
    fileprivate init(index: UInt32, place: UnsafeMutablePointer<Rig>, ring: UnsafeMutablePointer<IssuedJob>) {
        self.index = index
        self.place = place
        self.ring = ring
    }

    /// Its name in its present life.
    @inline(__always)
    var id: RigID { RigID(index: index, generation: place.pointee.life.generation) }

    @inline(__always)
    var framer: LineFramer {
        _read { yield place.pointee.framer }
        nonmutating _modify { yield &place.pointee.framer }
    }

    @inline(__always)
    var profile: RigProfile {
        _read { yield place.pointee.profile }
        nonmutating _modify { yield &place.pointee.profile }
    }

    @inline(__always)
    var life: RigLife {
        _read { yield place.pointee.life }
        nonmutating _modify { yield &place.pointee.life }
    }

    @inline(__always)
    var work: RigWork {
        _read { yield place.pointee.work }
        nonmutating _modify { yield &place.pointee.work }
    }

    @inline(__always)
    var seats: RigSeats {
        _read { yield place.pointee.seats }
        nonmutating _modify { yield &place.pointee.seats }
    }

    @inline(__always)
    var mode: RigMode {
        _read { yield place.pointee.mode }
        nonmutating _modify { yield &place.pointee.mode }
    }

    @inline(__always)
    var tally: RigTally {
        _read { yield place.pointee.tally }
        nonmutating _modify { yield &place.pointee.tally }
    }

    /// One of the last jobs that it was given. `Dispatcher` writes them.
    @inline(__always)
    subscript(issued number: Int) -> IssuedJob {
        get { ring[number] }
        nonmutating set { ring[number] = newValue }
    }

    /// The job that it was given last; nil before the first.
    @inline(__always)
    var newestIssued: IssuedJob? {
        let issued = ring[work.newestPlace]
        return issued.serial == 0 ? nil : issued
    }

    /// The job that it was given under that id, nil where that was none of the last few.
    @inline(__always)
    func findIssued(_ id: UInt64) -> IssuedJob? {
        guard holdsPlace(of: id) else { return nil }
        let number = UInt32(truncatingIfNeeded: id)
        for place in 0..<RigTable.issuedPerRig where ring[place].number == number && ring[place].serial != 0 {
            return ring[place]
        }
        return nil
    }

    /// The id that it was told for that job: its place, counted from 1, above the job's number.
    @inline(__always)
    func jobID(_ issued: IssuedJob) -> UInt64 { UInt64(index &+ 1) << 32 | UInt64(issued.number) }

    /// Whether the job id is one for this place.
    @inline(__always)
    func holdsPlace(of id: UInt64) -> Bool { UInt32(truncatingIfNeeded: id >> 32) == index &+ 1 }
}

/// The rigs, in pages that never move, so that growing copies nothing and a rig is reached by one address.
///
/// Indices are reused; the generation tells lives apart.
final class RigTable {
    private static let pageSize = 256
    /// Issued jobs remembered per rig: p2pool's last four (docs/protocol.md#p2pool-old-jobs) and the other upstream's since.
    static let issuedPerRig = 5

    private struct Page {
        let rigs: UnsafeMutablePointer<Rig>
        let issued: UnsafeMutablePointer<IssuedJob>
    }

    private var pages: [Page] = []
    private var vacant: [UInt32] = []
    /// Places ever used: iterate over 0 ..< `extent` and skip the vacant.
    private(set) var extent: UInt32 = 0
    /// Rigs connected now.
    private(set) var count = 0

    deinit {
        for page in pages {
            page.rigs.deinitialize(count: Self.pageSize)
            page.rigs.deallocate()
            page.issued.deallocate()
        }
    }

    /// The rig at `index`, which must be below `extent`.
    @inline(__always)
    subscript(index: UInt32) -> RigRef {
        let page = pages[Int(index) / Self.pageSize]
        let place = Int(index) % Self.pageSize
        return RigRef(index: index, place: page.rigs + place, ring: page.issued + place * Self.issuedPerRig)
    }

    /// The rig of that name, nil when its life is over.
    @inline(__always)
    func find(_ id: RigID) -> RigRef? {
        guard let rig = occupied(id.index), rig.life.generation == id.generation else { return nil }
        return rig
    }

    /// The rig that a queue waits for, nil when its life is over.
    func find(_ mark: RigMark) -> RigRef? {
        guard let rig = occupied(UInt32(mark.index)), RigMark(rig.id) == mark else { return nil }
        return rig
    }

    /// The rig whose place that is; nil where there is none now.
    @inline(__always)
    private func occupied(_ index: UInt32) -> RigRef? {
        guard index < extent else { return nil }
        let rig = self[index]
        return rig.life.phase == .vacant ? nil : rig
    }

    /// A place for a new rig; `begin` fills in its life.
    func insert(difficulty: RigDifficulty, _ begin: (_ generation: UInt32) -> RigLife) -> RigRef {
        let rig = self[vacant.popLast() ?? grow(difficulty)]
        let generation = rig.life.generation &+ 1
        rig.reset(difficulty, life: begin(generation))
        count += 1
        return rig
    }

    /// Frees the place of a rig that is gone.
    func remove(_ rig: RigRef) {
        rig.reset(rig.tally.difficulty, life: RigLife(generation: rig.life.generation))
        vacant.append(rig.index)
        count -= 1
    }

    private func grow(_ difficulty: RigDifficulty) -> UInt32 {
        let index = extent
        if Int(index) == pages.count * Self.pageSize {
            let page = Page(
                rigs: .allocate(capacity: Self.pageSize),
                issued: .allocate(capacity: Self.pageSize * Self.issuedPerRig))
            page.rigs.initialize(repeating: Rig(difficulty: difficulty), count: Self.pageSize)
            page.issued.initialize(repeating: IssuedJob(), count: Self.pageSize * Self.issuedPerRig)
            pages.append(page)
        }
        extent += 1
        return index
    }
}

extension RigRef {
    /// Makes the place that of a new rig, or of none.
    fileprivate func reset(_ difficulty: RigDifficulty, life: RigLife) {
        place.pointee = Rig(difficulty: difficulty)
        place.pointee.life = life
        ring.update(repeating: IssuedJob(), count: RigTable.issuedPerRig)
    }
}
