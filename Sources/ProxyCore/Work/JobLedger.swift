import ProxyTerms
import StratumCodec

/// One job of a pool, as a lane received it: everything needed to hand it to rigs and to judge their shares.
///
/// It lives until it leaves the lane's ring or the epoch ends: as long as the pool takes shares for it
/// (docs/invariants.md#rule-1).
final class LaneJob {
    /// Number of the job in this process; with `index` it makes a reference that cannot be mistaken.
    let serial: UInt32
    /// Place in the ledger.
    let index: UInt16
    /// Lane and epoch that issued it (docs/invariants.md#rule-3).
    let lane: LaneID
    /// The pool's own job id, escaped as it was sent.
    let poolID: [UInt8]
    /// The pool's target, never 0.
    let target: UInt64
    /// Hashes expected for one share of `target`.
    let work: Double
    /// The job as a line for rigs.
    let template: JobTemplate
    /// Hash of the blob without its nonce bytes.
    let blobHash: UInt64
    /// Byte 42 as the pool sent it.
    let poolByte: UInt8
    /// What is to be mined.
    let algorithm: Algorithm
    /// Block height, for the log.
    let height: UInt64
    /// What the rigs' dataset is built from.
    let seed: SeedHash
    /// Nonces submitted for its blob; a second one is answered here.
    let nonces: BlobNonces

    init(
        serial: UInt32, index: UInt16, lane: LaneID, line: UnsafeRawBufferPointer, job: PoolJob, origin: UInt32,
        nonces: BlobNonces
    ) {
        self.serial = serial
        self.index = index
        self.lane = lane
        poolID = Array(job.id.bytes(in: line))
        target = job.target
        work = Target.work(job.target)
        template = JobTemplate(line: line, job: job, origin: job.origin(in: line) ?? origin)
        blobHash = job.blobHash
        poolByte = UInt8(truncatingIfNeeded: job.nonce >> 24)
        algorithm = job.algorithm
        height = job.height
        seed = job.seed(in: line)
        self.nonces = nonces
    }
}

/// The nonces that were submitted for one blob, by whichever of its jobs: a pool may send a blob again under another id, with another
/// target, and to several lanes, and a nonce is one share of it all the same.
final class BlobNonces {
    fileprivate let blob: UInt64
    /// Jobs of that blob that shares may still come for.
    fileprivate var jobs = 1
    private var members: NonceSet

    fileprivate init(blob: UInt64, members: NonceSet) {
        self.blob = blob
        self.members = members
    }

    @inline(__always)
    var count: Int { members.count }

    /// - Returns: false where the nonce came before.
    @inline(__always)
    func insert(_ nonce: UInt32) -> Bool { members.insert(nonce) }

    /// Empties it.
    /// - Returns: the memory, to be used for another blob.
    fileprivate func end() -> NonceSet {
        var memory = NonceSet()
        swap(&memory, &members)
        memory.removeAll()
        return memory
    }
}

/// All pool jobs that shares may still come for.
final class JobLedger {
    /// Our mark on the ids of jobs that come from a pool: one that comes back with it has gone in a ring.
    private let origin: UInt32
    private var jobs: [LaneJob?] = []
    private var vacant: [UInt16] = []
    private var nextSerial: UInt32 = 1
    /// The nonces of each blob that stands in a job, by the blob's hash.
    private var nonces: [UInt64: BlobNonces] = [:]
    /// Emptied nonce sets, kept so that a new blob allocates none.
    private var spareNonces: [NonceSet] = []

    init(origin: UInt32) {
        self.origin = origin
    }

    /// Jobs that are routable now.
    var count: Int { jobs.count - vacant.count }

    /// Files a job of `lane`; nil when the ledger is full (65,535 jobs, more than all lanes' rings together).
    func issue(lane: LaneID, line: UnsafeRawBufferPointer, job: PoolJob) -> LaneJob? {
        let index: UInt16
        if let reused = vacant.popLast() {
            index = reused
        } else {
            guard jobs.count < Int(UInt16.max) else { return nil }
            index = UInt16(jobs.count)
            jobs.append(nil)
        }
        let issued = LaneJob(
            serial: nextSerial, index: index, lane: lane, line: line, job: job, origin: origin,
            nonces: nonces(of: job.blobHash))
        nextSerial = nextSerial == .max ? 1 : nextSerial + 1
        jobs[Int(index)] = issued
        return issued
    }

    /// Whether a pool's job is one that we took from another pool and handed out: then the pool is this process, by whatever name, or a
    /// proxy of ours that gets its jobs here, itself or through further ones. Proxies that stand in a row keep the first one's mark.
    func isOurs(_ job: PoolJob, line: UnsafeRawBufferPointer) -> Bool { job.origin(in: line) == origin }

    /// Ends a job: shares for it are expired from now on.
    func retire(_ job: LaneJob) {
        guard jobs[Int(job.index)] === job else { return }
        jobs[Int(job.index)] = nil
        vacant.append(job.index)
        job.nonces.jobs -= 1
        guard job.nonces.jobs == 0 else { return }
        nonces[job.nonces.blob] = nil
        let spare = job.nonces.end()
        if spareNonces.count < 64 { spareNonces.append(spare) }
    }

    private func nonces(of blob: UInt64) -> BlobNonces {
        if let known = nonces[blob] {
            known.jobs += 1
            return known
        }
        let fresh = BlobNonces(blob: blob, members: spareNonces.popLast() ?? NonceSet())
        nonces[blob] = fresh
        return fresh
    }

    /// The job of that reference, nil once it was retired.
    func find(index: UInt16, serial: UInt32) -> LaneJob? {
        guard Int(index) < jobs.count, let job = jobs[Int(index)], job.serial == serial else { return nil }
        return job
    }
}

extension JobLedger {
    /// The lane's job that a rig's job was made from, nil once it was retired.
    @inline(__always)
    func job(of issued: IssuedJob) -> LaneJob? { find(index: issued.ledgerIndex, serial: issued.serial) }
}
