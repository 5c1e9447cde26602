import ProxyTerms
import StratumCodec
import Upstreams

/// The job that a rig has, or waits for. Only `Dispatcher` changes it.
struct RigWork {
    /// Since when no upstream has had work for it, in seconds of the core's clock; 0 while one has.
    fileprivate(set) var strandedSince: UInt32 = 0
    /// The upstream whose job it was given last.
    fileprivate(set) var minesOn: Upstream?
    /// Where the next issued job goes in the ring.
    fileprivate var nextPlace: UInt8 = 0
    /// The plan wants it on an upstream whose present work was handed out before: it goes there with the next job.
    fileprivate(set) var awaitsJob = false
    /// Upstreams of which the log has told that it can't mine their jobs, a bit for each.
    fileprivate var toldUnmined: UInt8 = 0

    /// Where the job that was issued last stands in the ring.
    @inline(__always)
    var newestPlace: Int { (Int(nextPlace) + RigTable.issuedPerRig - 1) % RigTable.issuedPerRig }
}

/// What came of looking for work for a rig on one upstream.
enum Placement: Equatable {
    /// The rig mines there.
    case assigned
    /// All nonces that it could have been given were handed out before: it needs another job.
    case searched
    /// No lane for it, or none that is ready, or the job is nothing that it mines.
    case unserved
}

/// Which job a rig has: it claims nonces, mints job ids, and hands jobs out.
final class Dispatcher {
    /// The least time a rig without work is kept, seconds: a lane that is being opened for it needs one or two.
    private static let leastGraceSeconds = 5.0
    /// Jobs of one round come to an upstream's lanes one by one: so long is the last one waited for, milliseconds.
    private static let roundMilliseconds: Int64 = 250
    /// The same while rigs have no work at all.
    private static let strandedMilliseconds: Int64 = 20

    private let settings: CoreSettings
    private let registry: RigRegistry
    private let lanes: PerUpstream<LaneSet>
    private let seating: Seating
    private let jobs: JobLedger
    private let nonces: NonceLedger
    private let schedule: Schedule
    private let shortage: Shortage
    private let hashrate: FarmHashrate
    private let stop: StopState
    private let outbox: Outbox
    private let agenda: Agenda
    /// Salt of the session ids that rigs are told.
    private let sessionSalt: UInt64

    /// The low part of the newest downstream job id. It counts up from a random number: xmrig closes a connection whose job
    /// equals its last one, which may be from the process before this one (docs/protocol.md#repeated-jobs).
    private(set) var lastJobNumber: UInt32
    /// Jobs handed to rigs.
    private var jobsIssued: UInt64 = 0
    /// Rigs that the plan wants on an upstream and that wait for its next job.
    private(set) var waitingRigs = 0
    /// Rigs that no upstream has work for.
    private(set) var strandedRigs = 0
    /// Rigs that got the job that they waited for since the last switch, and whether there is still somebody to tell of it.
    private var followed = 0
    private var tellsFollowed = true

    init(
        settings: CoreSettings, registry: RigRegistry, lanes: PerUpstream<LaneSet>, seating: Seating, jobs: JobLedger,
        nonces: NonceLedger, schedule: Schedule, shortage: Shortage, hashrate: FarmHashrate, stop: StopState,
        outbox: Outbox, agenda: Agenda, sessionSalt: UInt64, firstJobNumber: UInt32
    ) {
        self.settings = settings
        self.registry = registry
        self.lanes = lanes
        self.seating = seating
        self.jobs = jobs
        self.nonces = nonces
        self.schedule = schedule
        self.shortage = shortage
        self.hashrate = hashrate
        self.stop = stop
        self.outbox = outbox
        self.agenda = agenda
        self.sessionSalt = sessionSalt
        lastJobNumber = firstJobNumber
    }

    // MARK: Assigning

    /// Puts a rig where the plan wants it if that upstream has work it can take now; otherwise it stays where its work
    /// counts; otherwise it goes wherever there is work (docs/invariants.md#rule-4).
    /// - Returns: what the upstream that the plan wants had for it.
    @discardableResult
    func assign(_ rig: RigRef, now: Instant) -> Placement {
        let wanted = schedule.upstream
        if rig.work.minesOn == wanted { return .assigned }
        let placement = send(rig, from: wanted, now: now)
        if placement == .assigned { return .assigned }
        noteWaiting(rig, placement == .searched)
        if placement == .searched, lanes[wanted].isOurByte { agenda.reconcileSoon(now) }
        if rig.work.minesOn == wanted.other || send(rig, from: wanted.other, now: now) == .assigned {
            if placement == .unserved { tellUnmined(rig, wanted) }
            return placement
        }
        if rig.work.strandedSince == 0 { strand(rig, now: now) }
        return placement
    }

    /// Tells once that a rig mines on the other upstream for the algorithm of this one's jobs: Monero has forked, and one of them has not followed
    /// yet, or the miner is too old.
    private func tellUnmined(_ rig: RigRef, _ upstream: Upstream) {
        let bit: UInt8 = upstream == .p2pool ? 1 : 2
        guard rig.work.toldUnmined & bit == 0, shortage.isUsable(upstream),
            let algorithm = lanes[upstream].firstReady()?.current?.algorithm, !rig.profile.mines(algorithm)
        else { return }
        rig.work.toldUnmined |= bit
        outbox.tell(.algorithmNotMined(rig.id, name: rig.profile.name, upstream, algorithm))
    }

    /// Finds a rig other work where it mines on `upstream`: what it has there is over, or its seat is another one.
    func reassign(_ rig: RigRef, from upstream: Upstream, now: Instant) {
        guard rig.work.minesOn == upstream else { return }
        rig.work.minesOn = nil
        assign(rig, now: now)
    }

    /// A rig's job is no longer its own to search; shares for it are good. `assign` finds it another.
    func leftWork(_ rig: RigRef, of upstream: Upstream? = nil) {
        if upstream == nil || rig.work.minesOn == upstream { rig.work.minesOn = nil }
    }

    /// Hands a lane's newest job to the rigs that mine there, and to those that the plan wants there and that had to
    /// wait for it.
    func sendJob(of lane: Lane, now: Instant) {
        guard let job = lane.current, !lane.isProbe else { return }
        let wantsHere = schedule.upstream == lane.upstream
        for place in 0..<lane.placeCount {
            guard let index = lane.member(at: place) else { continue }
            let rig = registry.rigs[index]
            let minesHere = rig.work.minesOn == lane.upstream
            guard minesHere || wantsHere || rig.work.minesOn == nil else { continue }
            // A rig that was given another slot on the way is met twice.
            if minesHere, rig.newestIssued?.serial == job.serial { continue }
            if minesHere, !rig.profile.mines(job.algorithm) {
                // What it searches has ended with the old algorithm.
                reassign(rig, from: lane.upstream, now: now)
                continue
            }
            send(rig, from: lane.upstream, now: now)
        }
    }

    /// A rig has searched most of the nonces that it was given with its newest job: it gets others of the same job, else another lane's.
    /// - Returns: false where there are none: it stands still when it has searched the rest.
    func sendMoreNonces(to rig: RigRef, now: Instant) -> Bool {
        guard let upstream = rig.work.minesOn, let issued = rig.newestIssued, let job = jobs.job(of: issued),
            lanes[upstream].lane(rig.seats[upstream].lane)?.current === job
        else { return true }
        return send(rig, from: upstream, isMore: true, now: now) == .assigned
    }

    /// Gives back what a rig waits for: it is going.
    func release(_ rig: RigRef) {
        noteWaiting(rig, false)
        noteStranded(rig, since: 0)
    }

    // MARK: Sending

    /// Hands a rig the newest job of its lane on `upstream`, or of another lane where nobody has searched it.
    @discardableResult
    private func send(_ rig: RigRef, from upstream: Upstream, isMore: Bool = false, now: Instant) -> Placement {
        guard stop.isRunning else { return .unserved }
        let seat = rig.seats[upstream]
        // Lanes to XvB may be there from a mode before this one.
        guard schedule.mayUse(upstream), seat.isTaken, let own = lanes[upstream].lane(seat.lane) else {
            return .unserved
        }
        if send(rig, from: own, isMore: isMore, now: now) { return .assigned }
        if let other = seating.exchange(rig, on: upstream, now: now) {
            hashrate.forget()
            if send(rig, from: other, now: now) { return .assigned }
        }
        guard own.isReady, let job = own.current, rig.profile.mines(job.algorithm) else { return .unserved }
        return .searched
    }

    /// Hands a rig the newest job of `lane`, where it has a seat.
    /// - Returns: false where the lane isn't ready, the rig can't mine the job, or no nonces of the job's blob are left that were
    ///   not handed out before; nothing is sent then.
    private func send(_ rig: RigRef, from lane: Lane, isMore: Bool = false, now: Instant) -> Bool {
        guard lane.isReady, let job = lane.current, rig.profile.mines(job.algorithm),
            let slot = claim(job, lane, rig, isMore: isMore)
        else { return false }
        rig.tally.retarget(now: now)
        lastJobNumber &+= 1
        jobsIssued += 1
        let issued = IssuedJob(
            number: lastJobNumber, target: target(of: rig, job), serial: job.serial,
            ledgerIndex: job.index, slot: slot, hasFullNonceSpace: lane.isWhole)
        remember(issued, rig)
        write(issued, job, rig, slot: lane.nonceSpace == .slots ? slot : nil)
        rig.work.minesOn = lane.upstream
        noteStranded(rig, since: 0)
        if rig.work.awaitsJob, lane.upstream == schedule.upstream { follows(rig, to: lane.upstream) }
        return true
    }

    /// The rig's own target or the lane's, whichever is easier; as eight digits say it, where the rig gets those.
    @inline(__always)
    private func target(of rig: RigRef, _ job: LaneJob) -> UInt64 {
        let target = max(rig.tally.difficulty.target, job.target)
        guard registry.takesShortTargets(rig), let compact = Target.compact(target) else { return target }
        return Target.expand(compact: compact) ?? target
    }

    /// Claims nonces of the job's blob for a rig: its own slot, else another free one where byte 42 is ours. `isMore`: it has searched
    /// those that it has.
    private func claim(_ job: LaneJob, _ lane: Lane, _ rig: RigRef, isMore: Bool) -> UInt8? {
        switch lane.nonceSpace {
        case .whole:
            return nonces.claimWhole(blob: job.blobHash) || !isMore && continues(job, 0, rig) ? 0 : nil
        case .poolByte:
            let isClaimed =
                nonces.claim(blob: job.blobHash, slot: job.poolByte) || !isMore && continues(job, job.poolByte, rig)
            return isClaimed ? job.poolByte : nil
        case .slots:
            let own = rig.seats[lane.upstream].slot
            if nonces.claim(blob: job.blobHash, slot: own) || !isMore && continues(job, own, rig) { return own }
            guard let other = SlotSet.firstFree(in: lane.takenSlots, and: nonces.claimed(blob: job.blobHash)),
                nonces.claim(blob: job.blobHash, slot: other)
            else { return nil }
            seating.swap(rig, on: lane, to: other)
            return other
        }
    }

    /// Whether the rig searches just these nonces of this blob now. The same blob under a new id or target does not send
    /// xmrig back to nonce 0 (docs/protocol.md#nonce-restart).
    private func continues(_ job: LaneJob, _ slot: UInt8, _ rig: RigRef) -> Bool {
        guard let newest = rig.newestIssued, newest.hasFullNonceSpace || newest.slot == slot,
            let known = jobs.job(of: newest)
        else { return false }
        return known.blobHash == job.blobHash
    }

    private func remember(_ issued: IssuedJob, _ rig: RigRef) {
        rig[issued: Int(rig.work.nextPlace)] = issued
        rig.work.nextPlace = (rig.work.nextPlace + 1) % UInt8(RigTable.issuedPerRig)
    }

    private func write(_ issued: IssuedJob, _ job: LaneJob, _ rig: RigRef, slot: UInt8?) {
        let isShort = registry.takesShortTargets(rig)
        if let login = registry.jobGiven(to: rig) {
            // A rig with the full nonce space is not told "nicehash": it would search 24 bits only (docs/protocol.md#nonce-bytes).
            let session = sessionID(rig)
            outbox.send(to: rig.id) {
                job.template.writeLoginReply(
                    id: login, session: session, nicehash: !rig.life.needsFullNonceSpace, job: rig.jobID(issued),
                    target: issued.target, slot: slot, isShort: isShort, to: &$0)
            }
        } else {
            outbox.send(to: rig.id) {
                job.template.writeNotification(
                    job: rig.jobID(issued), target: issued.target, slot: slot, isShort: isShort, to: &$0)
            }
        }
    }

    /// The session id of a rig: constant for its connection, since xmrig drops a late share whose session has changed
    /// (docs/protocol.md#late-shares).
    private func sessionID(_ rig: RigRef) -> UInt64 {
        var mixer = SeededGenerator(seed: sessionSalt ^ rig.id.token)
        return mixer.next()
    }

    /// Whether a job id was minted for the rig's place: its low part counts up and begins anew after 2^32.
    func wasIssued(_ id: UInt64, to rig: RigRef) -> Bool {
        rig.holdsPlace(of: id) && UInt64(lastJobNumber &- UInt32(truncatingIfNeeded: id)) < jobsIssued
    }

    // MARK: Rigs that wait

    /// A switch is under way: rigs that wait are noted anew.
    func switchBegan() {
        followed = 0
        tellsFollowed = false
    }

    /// Every rig was placed; what follows with the next job is told once.
    func switchEnded() { tellsFollowed = true }

    /// A rig is placed by a switch: whether it waits is to be seen.
    func forgetWaiting(_ rig: RigRef) { noteWaiting(rig, false) }

    /// A rig that waited for `upstream`'s job has it.
    private func follows(_ rig: RigRef, to upstream: Upstream) {
        noteWaiting(rig, false)
        followed += 1
        guard waitingRigs == 0, tellsFollowed else { return }
        tellsFollowed = false
        outbox.tell(.followed(upstream, rigs: followed))
    }

    private func noteWaiting(_ rig: RigRef, _ waits: Bool) {
        guard rig.work.awaitsJob != waits else { return }
        rig.work.awaitsJob = waits
        waitingRigs += waits ? 1 : -1
    }

    /// Nobody has work for a rig. One that was at work has the whole grace time from now; one that comes shares it with those
    /// that wait already.
    private func strand(_ rig: RigRef, now: Instant) {
        let since = rig.life.phase == .awaitingJob ? shortage.since(for: rig) ?? now : now
        noteStranded(rig, since: RigRegistry.seconds(since))
        // A lane more may have work for it.
        agenda.reconcileSoon(now)
        registry.awaitGrace(
            rig,
            until: max(since.adding(seconds: settings.graceSeconds), now.adding(seconds: Self.leastGraceSeconds)))
    }

    private func noteStranded(_ rig: RigRef, since: UInt32) {
        if rig.work.strandedSince == 0, since != 0 { strandedRigs += 1 }
        if rig.work.strandedSince != 0, since == 0 { strandedRigs -= 1 }
        rig.work.strandedSince = since
    }

    // MARK: Work that nobody has searched

    /// A lane has a blob that nobody was given yet.
    func newBlob(on lane: Lane, now: Instant) {
        // Its own rigs have it at once.
        if lane.upstream == .xvb && lane.isPoolByte || lane.memberCount == 0 || waitingRigs > 0 || strandedRigs > 0 {
            freshWorkCame(to: lane.upstream, now: now)
        } else {
            lanes[lane.upstream].noteSearched(false)
        }
    }

    /// A lane of `upstream` has work that nobody has had. The plan and the rigs that wait hear of it in a moment, once for all lanes.
    func freshWorkCame(to upstream: Upstream, now: Instant) {
        let group = lanes[upstream]
        group.noteSearched(false)
        let isComplete = group.rounds.lanes >= group.readyCount
        let delay = isComplete ? 0 : strandedRigs > 0 ? Self.strandedMilliseconds : Self.roundMilliseconds
        agenda.freshWork.by(now.adding(milliseconds: delay))
    }

    /// Gives the rigs that wait what they wait for, where there is any.
    func assignWaiting(now: Instant) {
        guard waitingRigs > 0 || strandedRigs > 0 else { return }
        for index in 0..<registry.rigs.extent {
            let rig = registry.rigs[index]
            guard rig.work.awaitsJob || rig.work.strandedSince != 0 else { continue }
            assign(rig, now: now)
        }
    }
}
