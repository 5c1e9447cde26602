import ProxyTerms
import SplitScheduler
import Upstreams

/// How many lanes there are: opened and closed as rigs and shares come and go, paced, and kept warm.
final class LaneReconciler {
    /// Lanes between connect and login at a time: opening is paced so that a pool never sees a storm.
    private static let mostOpening = 8
    /// The same while rigs have no work at all.
    private static let mostOpeningStranded = 32
    /// Seconds an empty lane, or a retiring one awaiting late shares, is kept open.
    private static let emptySeconds = 60.0
    /// A lane is replaced when its difficulty is off by so many times, or by its inverse.
    private static let mostOff = 8.0

    private let registry: RigRegistry
    private let lanes: PerUpstream<LaneSet>
    private let lifecycle: LaneLifecycle
    private let sizing: LaneSizing
    private let rebalancer: Rebalancer
    private let dispatcher: Dispatcher
    private let nonces: NonceLedger
    private let hashrate: FarmHashrate
    private let schedule: Schedule
    private let shortage: Shortage
    private let book: ShareBook
    private let regions: RegionWatch
    private let outbox: Outbox
    private let agenda: Agenda

    init(
        registry: RigRegistry, lanes: PerUpstream<LaneSet>, lifecycle: LaneLifecycle, sizing: LaneSizing,
        rebalancer: Rebalancer, dispatcher: Dispatcher, nonces: NonceLedger, hashrate: FarmHashrate,
        schedule: Schedule, shortage: Shortage, book: ShareBook, regions: RegionWatch,
        outbox: Outbox, agenda: Agenda
    ) {
        self.registry = registry
        self.lanes = lanes
        self.lifecycle = lifecycle
        self.sizing = sizing
        self.rebalancer = rebalancer
        self.dispatcher = dispatcher
        self.nonces = nonces
        self.hashrate = hashrate
        self.schedule = schedule
        self.shortage = shortage
        self.book = book
        self.regions = regions
        self.outbox = outbox
        self.agenda = agenda
    }

    /// Looks after all lanes.
    func reconcile(now: Instant) {
        for upstream in Upstream.allCases {
            let group = lanes[upstream]
            guard group.failover != nil else { continue }
            runFailover(group, now: now)
            reviewSpares(group, now: now)
            reviewSlots(group, now: now)
            group.demand.share(sizing.lanesToShare(group))
            replaceMisjudged(group, now: now)
            closeSurplus(group, now: now)
            openLanes(group, now: now)
            rebalancer.fillSeats(on: upstream, now: now)
            if rebalancer.isNeeded(on: group) { rebalancer.lookLater(now) }
        }
        shortage.review(now: now)
    }

    private func runFailover(_ group: LaneSet, now: Instant) {
        let mayReturn = regions.mayMove(group, now: now)
        while true {
            let decision = group.tickFailover(now: now, mayReturn: mayReturn)
            if decision == .stay { break }
            lifecycle.follow(decision, group, now: now)
        }
        if let failover = group.failover {
            agenda.reconcile.by(max(failover.nextDeadline, now.adding(milliseconds: mayReturn ? 20 : 1_000)))
        }
    }

    // MARK: Open

    private func openLanes(_ group: LaneSet, now: Instant) {
        guard let failover = group.failover else { return }
        let noSparesBefore = group.demand.noSparesBefore
        let isSparing = noSparesBefore <= now
        if !isSparing { agenda.reconcile.by(noSparesBefore) }
        var wanted = sizing.wantedLanes(group, spares: isSparing)
        var inUse = 0
        var opening = 0
        for case let lane? in group.lanes where lane.isServing {
            if lane.isOpening { opening += 1 }
            if !lane.isClosed { inUse += 1 }
        }
        let extra = group.isUp ? lanesForStranded(group) : 0
        guard inUse < wanted || opening < extra else { return }
        let notBefore = failover.notBefore(failover.current, isUrgent: shortage.isUrgent)
        guard notBefore <= now else { return agenda.reconcile.by(notBefore) }
        if opening < extra {
            let more = inUse - opening + extra
            inUse -= renewLanes(group, most: more - group.settings.maxLanes, now: now)
            wanted = max(wanted, min(more, group.settings.maxLanes))
        }
        // While the pool has not shown yet who chooses byte 42, or is down, one attempt at a time is enough.
        let mostOpening = !group.isUp ? 1 : extra > 0 ? Self.mostOpeningStranded : Self.mostOpening
        while inUse < wanted, opening < mostOpening {
            lifecycle.openOne(failover.current, group, now: now)
            inUse += 1
            opening += 1
            if extra > 0 { group.demand.extraLogin() }
        }
    }

    // MARK: Close and replace

    /// Closes lanes that are of no use any more.
    private func closeSurplus(_ group: LaneSet, now: Instant) {
        let wanted = sizing.wantedLanes(group)
        var ready = group.readyCount
        let surplusSince = group.demand.noteSurplus(ready > wanted, now: now)
        for case let lane? in group.lanes where lane.isReady && !lane.isProbe && lane.memberCount == 0 {
            let since = lane.notedEmpty(now: now)
            guard lane.isRetiring || ready > wanted else { continue }
            // Spare lanes are empty for long: a rig that is back soon finds its lanes.
            let unwanted = lane.isRetiring ? since : max(since, surplusSince ?? now)
            let due = unwanted.adding(seconds: Self.emptySeconds)
            if due <= now, lane.session.pendingCount == 0 {
                ready -= 1
                lifecycle.drop(lane, .notNeeded, backoff: nil, now: now)
            } else {
                agenda.reconcile.by(max(due, now.adding(milliseconds: 1000)))
            }
        }
    }

    /// p2pool fixes a lane's difficulty at login, and bans for a second login (docs/protocol.md#p2pool-refused-logins). So
    /// a lane that is off by more than eight times is replaced: the new one logs in before the old one is emptied.
    private func replaceMisjudged(_ group: LaneSet, now: Instant) {
        guard group.settings.profile.login == .nameAndDifficulty else { return }
        let wanted = Double(sizing.laneDifficulty(group, now: now))
        let isWellKnown = hashrate.inputs(now: now).error < 0.15
        for case let lane? in group.lanes where lane.takesRigs {
            guard lane.askedDifficulty > 0, lane.memberCount > 0 else { continue }
            let ratio = wanted / Double(lane.askedDifficulty)
            // Where shares come by the dozen it is known soon, and they are what the lane can't carry.
            let due = lane.readySince.adding(seconds: ratio > Self.mostOff && isWellKnown ? 10 : 120)
            guard due <= now else {
                agenda.reconcile.by(due)
                continue
            }
            if ratio > Self.mostOff || ratio < 1 / Self.mostOff { lane.retire() }
            agenda.reconcile.by(now.adding(seconds: 60))
        }
    }

    // MARK: Spare lanes, and lanes for rigs without work

    /// Seconds between two looks at how many lanes a rig needs.
    private static let spareSeconds = 5.0

    /// Finds how many lanes a rig needs where the pool fixes byte 42: as often as it comes before there is another job.
    private func reviewSpares(_ group: LaneSet, now: Instant) {
        guard group.isPoolByte, group.isUp else { return }
        group.demand.needsPerRig(
            FreshWork.lanesPerRig(jobInterval: group.rounds.longest(at: now), spacing: schedule.sliceSpacing), at: now)
        agenda.reconcile.by(now.adding(seconds: Self.spareSeconds))
    }

    /// Slots of the current jobs that are to be free at least: rigs that come back, a whole shed after a power cut, need new ones.
    private static let leastFreeSlots = 64

    /// Finds whether the nonces of the current jobs suffice for rigs that come, where byte 42 is ours: a lane more is opened before
    /// they run out. A slot that was given to a rig is used up until the next job, whether the rig is still there or not
    /// (docs/invariants.md#rule-6).
    private func reviewSlots(_ group: LaneSet, now: Instant) {
        guard group.isOurByte, group.isUp else { return }
        var free = 0
        var lanesInUse = 0
        for case let lane? in group.lanes where lane.isServing && !lane.isWhole && !lane.isClosed {
            lanesInUse += 1
            // One that is on its way has all of its own.
            guard lane.isReady, let job = lane.current else { return }
            let slots = 256 - nonces.claimed(blob: job.blobHash).union(lane.takenSlots).count
            free += min(slots, group.capacity(of: lane) - lane.memberCount)
        }
        let least = min(Self.leastFreeSlots, group.settings.rigsPerLane / 4)
        let needed = free < least ? lanesInUse + 1 : lanesInUse - (free - least) / group.settings.rigsPerLane
        if group.demand.needsForSlots(max(needed, 1), at: now) {
            outbox.tell(.slotsShort(group.upstream, lanes: min(needed, group.settings.maxLanes)))
        }
    }

    /// Logins in one round of jobs that may be made only to get unsearched work: a pool that always answers with what was searched
    /// before is not asked for ever.
    private func mayOpenMore(_ group: LaneSet) -> Bool {
        let most = min(2 * registry.loggedIn + 2, 2 * group.settings.maxLanes)
        return schedule.mayUse(group.upstream) && group.demand.extraLogins < most
    }

    /// Lanes more that have work for the rigs that no upstream has work for: a fresh login gets nonces or a blob of its own. Where
    /// byte 42 is ours and a job's slots are used up, also for rigs that could go on elsewhere: one lane has work for 256.
    func lanesForStranded(_ group: LaneSet) -> Int {
        let helpsWaiting = group.isOurByte && group.upstream == schedule.upstream
        guard dispatcher.strandedRigs > 0 || helpsWaiting && dispatcher.waitingRigs > 0, mayOpenMore(group)
        else { return 0 }
        // Where the plan wants them, as long as that one gives fresh work.
        let wanted = lanes[schedule.upstream]
        if group !== wanted, wanted.isUp, mayOpenMore(wanted) { return 0 }
        let algorithm = group.firstReady()?.current?.algorithm ?? .rx0
        var ordinary = 0
        var exclusive = 0
        for index in 0..<registry.rigs.extent {
            let rig = registry.rigs[index]
            guard rig.work.strandedSince != 0 || helpsWaiting && rig.work.awaitsJob, rig.profile.mines(algorithm)
            else { continue }
            if rig.life.needsFullNonceSpace { exclusive += 1 } else { ordinary += 1 }
        }
        if group.isPoolByte { return ordinary }
        return (ordinary + group.settings.rigsPerLane - 1) / group.settings.rigsPerLane + exclusive
    }

    /// Closes lanes whose work was all searched, where there may be no more of them: logged in again they have other nonces.
    /// - Returns: how many were closed, `most` of them at most.
    private func renewLanes(_ group: LaneSet, most: Int, now: Instant) -> Int {
        var renewed = 0
        for case let lane? in group.lanes where lane.takesRigs && lane.isPoolByte {
            guard renewed < min(most, Self.mostOpeningStranded) else { break }
            // Verdicts come first, and a rig that mines there stays.
            guard lane.session.pendingCount == 0, nonces.isSearched(lane),
                lane.member(at: 0).map({ registry.rigs[$0].work.strandedSince != 0 }) ?? true
            else { continue }
            lifecycle.drop(lane, .renewed, backoff: nil, now: now)
            renewed += 1
        }
        return renewed
    }

    // MARK: Load

    /// The part of what a lane can carry that is planned with: shares come in bunches.
    private static let plannedLoad = 0.5
    /// Unanswered bytes that p2pool takes of a lane (docs/invariants.md#rule-7).
    private static let laneBytes = 1023.0
    /// Most expected sidechain shares of one lane in one template. p2pool refuses a second one with "Submit failed": it knows
    /// a share by all but its nonce (docs/protocol.md#p2pool-verdicts).
    private static let sharesPerTemplate = 0.01
    /// Seconds between two looks at the load while shares come.
    private static let loadSeconds = 2.0

    /// A share was sent that the upstream's lanes have to carry.
    @inline(__always)
    func shareSent(bytes: Int, on group: LaneSet, now: Instant) {
        group.demand.shareSent(bytes: bytes, at: now)
        if agenda.load.due == .never { agenda.load.by(now.adding(seconds: Self.loadSeconds)) }
    }

    /// Looks at the load of the upstreams whose lanes carry only so much.
    func reviewLoad(now: Instant) {
        for upstream in Upstream.allCases {
            let group = lanes[upstream]
            guard group.isUp, group.settings.profile.inFlightBound != nil, group.isOurByte else { continue }
            let needed = max(lanesToCarry(group, now: now), lanesForTemplates(group, now: now))
            let isChanged = group.demand.needsForLoad(needed, at: now)
            // A lane is to bring a share in ten seconds or so: where eight times as many come, its difficulty is looked at.
            let isOften =
                group.demand.sharesPerSecond(at: now) * RigDifficulty.secondsPerShare > 8 * Double(group.readyCount)
            if isChanged || isOften { agenda.reconcileSoon(now) }
            if !group.demand.shareRate.isQuiet { agenda.load.by(now.adding(seconds: Self.loadSeconds)) }
        }
    }

    /// Lanes that carry the shares as fast as they come: five submits or so for one round trip on each.
    private func lanesToCarry(_ group: LaneSet, now: Instant) -> Int {
        let rate = group.demand.sharesPerSecond(at: now)
        guard rate > 0, let roundTrip = group.roundTrip else { return 1 }
        let unanswered = rate * roundTrip / 1000
        let ofLane = max((Self.laneBytes / group.demand.shareRate.lineBytes).rounded(.down), 1)
        return bounded((unanswered / (ofLane * Self.plannedLoad)).rounded(.up), group)
    }

    /// Lanes among which the hashrate is spread so far that no lane is likely to find two p2pool shares in one template.
    private func lanesForTemplates(_ group: LaneSet, now: Instant) -> Int {
        guard book.sidechain.target > 0 else { return 1 }
        let inputs = hashrate.inputs(now: now)
        // What is known for sure: a few lucky shares at the start open no lanes.
        let known = inputs.total * max(0, 1 - inputs.error)
        let sharesPerTemplate = known * Double(book.sidechain.target) / 0x1p64 * group.templateSeconds
        return bounded((sharesPerTemplate / Self.sharesPerTemplate).rounded(.up), group)
    }

    private func bounded(_ lanes: Double, _ group: LaneSet) -> Int {
        Int(min(max(lanes, 1), Double(group.settings.maxLanes)))
    }
}

extension LaneSet {
    /// The mean of the ready lanes' round trips, milliseconds; nil before one is known.
    fileprivate var roundTrip: Double? {
        var sum = 0.0
        var count = 0.0
        for case let lane? in lanes where lane.isReady {
            guard let ping = lane.session.ping else { continue }
            sum += ping
            count += 1
        }
        return count > 0 ? sum / count : nil
    }
}
