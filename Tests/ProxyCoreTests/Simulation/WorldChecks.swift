import ProxyTerms
import SimulatedPeers

@testable import ProxyCore
@testable import Upstreams

// What must hold in every world after every event (docs/invariants.md#invariants-of-the-simulation).
extension SimulatedWorld {
    /// What each rig and pool found wrong, and whether anything was searched twice.
    func checkRig(_ index: Int) {
        let rig = rigs[index].rig
        if let violation = rig.counters.violations.first { fail("rig \(index) saw: \(violation)") }
        for range in rigs[index].rig.takeSearched() where !searched.insert(range) {
            fail("rig \(index) searched nonces that were searched before: \(range) (rule 4)")
        }
        let hangups = rig.counters.hangups.keys.filter { reason in
            // An old rig gives up on a login that is held because no upstream has work; that needs a fault.
            reason.hasSuffix("no answer in 20 s")
                ? !(rigs[index].wasDisturbed || (reason.hasPrefix("login") && !plan.faults.isEmpty)) : true
        }
        if let reason = hangups.first { fail("rig \(index) hung up: \(reason)") }
    }

    func checkPool(_ index: Int) {
        let counters = pools[index].pool.counters
        if let violation = counters.violations.first {
            fail("\(pools[index].upstream.name) pool \(pools[index].endpoint) saw: \(violation)")
        }
        // The third bad share of a session is what pools ban for (docs/protocol.md#p2pool-bans).
        if plan.verifyShares != .off, counters.mostWrongOfSession > 2 {
            fail("a session of \(pools[index].upstream.name) saw \(counters.mostWrongOfSession) bad shares")
        }
        if counters.bans > 0 { fail("\(pools[index].upstream.name) banned us") }
        if pools[index].pool.settings.kind == .p2pool, counters.mostUnansweredBytes >= 1024 {
            fail("\(counters.mostUnansweredBytes) unanswered bytes on a p2pool lane (rule 7)")
        }
    }

    func checkAfterEvent() {
        for upstream in Upstream.allCases {
            let counts = core.book.counts[upstream]
            if !counts.isBalanced { fail("\(upstream.name)'s books do not balance: \(counts)") }
        }
        checkSeats()
        checkCounts()
        guard now >= nextCheckAt else { return }
        nextCheckAt = now.adding(milliseconds: 1000)
        checkBounds()
        checkAnswers()
        checkWaiting()
    }

    /// What is counted agrees with what is there: rigs by kind and by what they wait for, seats by rig, ready lanes.
    private func checkCounts() {
        let table = core.registry.rigs
        var counts = (ordinary: 0, exclusive: 0, waiting: 0, stranded: 0)
        var seated = PerUpstream(p2pool: 0, xvb: 0)
        for index in 0..<table.extent {
            let rig = table[index]
            if rig.work.awaitsJob { counts.waiting += 1 }
            if rig.work.strandedSince != 0 { counts.stranded += 1 }
            if rig.life.phase.isServed {
                if rig.life.needsFullNonceSpace { counts.exclusive += 1 } else { counts.ordinary += 1 }
            }
            for upstream in Upstream.allCases where rig.seats[upstream].isTaken {
                seated[upstream] += 1
                checkSeat(of: rig, on: upstream)
            }
        }
        let counted = (
            core.registry.ordinaryRigs, core.registry.exclusiveRigs, core.dispatcher.waitingRigs,
            core.dispatcher.strandedRigs
        )
        if counted != counts { fail("rigs: \(counts), counted \(counted)") }
        for upstream in Upstream.allCases {
            let group = core.lanes[upstream]
            let lanes = group.lanes.compactMap { $0 }
            let ready = lanes.filter { $0.isReady && !$0.isProbe }.count
            if ready != group.readyCount { fail("\(upstream.name): \(ready) lanes ready, counted \(group.readyCount)") }
            let members = lanes.reduce(0) { $0 + $1.memberCount }
            if seated[upstream] != group.seatedCount || members != group.seatedCount {
                fail("\(upstream.name): \(seated[upstream]) seats, \(members) on lanes, counted \(group.seatedCount)")
            }
        }
    }

    /// A rig's seat is one that its lane knows, and that a rig may have.
    private func checkSeat(of rig: RigRef, on upstream: Upstream) {
        let seat = rig.seats[upstream]
        guard rig.life.phase.isServed else { return fail("rig \(rig.index) has gone and keeps its seat") }
        guard let lane = core.lanes[upstream].lane(seat.lane) else { return fail("rig \(rig.index) sits on no lane") }
        if lane.member(at: lane.placeCount == 1 ? 0 : Int(seat.slot)) != rig.index {
            fail("rig \(rig.index)'s seat on \(upstream.name) is another's (rule 5)")
        }
        if lane.isProbe { fail("rig \(rig.index) sits on a probe") }
        if lane.isWhole != rig.life.needsFullNonceSpace {
            fail("rig \(rig.index) shares a lane with one that needs all of it (rule 5)")
        }
    }

    /// No rig is without work where a lane more could be opened for it.
    private func checkWaiting() {
        let stranded = core.dispatcher.strandedRigs
        guard stranded > 0, core.stopState.isRunning, core.agenda.reconcile.due > now.adding(milliseconds: 50) else {
            return
        }
        for upstream in Upstream.allCases {
            let group = core.lanes[upstream]
            let lanes = group.lanes.compactMap { $0 }.filter { !$0.isRetiring && !$0.isProbe && !$0.isClosed }
            guard group.isUp, core.reconciler.lanesForStranded(group) > 0, !lanes.contains(where: \.isOpening),
                lanes.count < group.settings.maxLanes, let failover = group.failover,
                failover.notBefore(failover.current) <= now
            else { continue }
            fail("rigs have no work, and no lane is opened to \(upstream.name) for them")
        }
    }

    /// No nonce slot belongs to two live rigs on one job, by the core's own tables.
    private func checkSeats() {
        var owners: [UInt64: [(slot: UInt8, isFull: Bool)]] = [:]
        for index in 0..<core.registry.rigs.extent {
            let rig = core.registry.rigs[index]
            guard rig.life.phase == .mining, let issued = rig.newestIssued,
                let job = core.jobs.job(of: issued)
            else { continue }
            for owner in owners[job.blobHash] ?? []
            where owner.isFull || issued.hasFullNonceSpace || owner.slot == issued.slot {
                return fail("two rigs on slot \(issued.slot) of one job (rule 5)")
            }
            owners[job.blobHash, default: []].append((issued.slot, issued.hasFullNonceSpace))
        }
    }

    /// Pending submits agree with the lanes', and everything stays within its bound.
    private func checkBounds() {
        if core.pacer.count > 2 * core.registry.rigs.count + 64 { fail("the pacer's queue grows") }
        if core.departed.count > 1_024 { fail("more rigs are remembered than may be") }
        if core.proofs.count > 256 { fail("too many proofs are awaited") }
        if core.warden.remembered.places > 4096 || core.warden.remembered.addresses > 4096 {
            fail("the quarantine is over its bound")
        }
        for upstream in Upstream.allCases {
            let lanes = core.lanes[upstream].lanes.compactMap { $0 }
            let pending = lanes.reduce(0) { $0 + $1.session.pendingCount }
            if core.book.counts[upstream].pending != UInt64(pending) {
                fail("\(upstream.name): pending submits do not agree with the lanes'")
            }
            for lane in lanes {
                if lane.jobs.count > 4 { fail("more than four jobs kept on a lane") }
                if lane.session.queuedBytes > 128 * 1024 { fail("a lane's queue is over its bound") }
                if lane.framer.pendingBytes > core.settings.maxPoolLineBytes { fail("a pool's line is over its bound") }
                if lane.memberCount > core.lanes[upstream].capacity(of: lane) {
                    fail("too many rigs on a lane (rule 5)")
                }
                if let bound = lane.session.settings.inFlightBound, lane.session.inFlightBytes >= bound {
                    fail("too many unanswered bytes on a lane (rule 7)")
                }
            }
        }
        let mostJobs = Upstream.allCases.reduce(0) { $0 + core.lanes[$1].lanes.count * 4 }
        if core.jobs.count > mostJobs { fail("the job ledger grows: \(core.jobs.count)") }
        for index in 0..<core.registry.rigs.extent
        where core.registry.rigs[index].framer.pendingBytes > core.settings.maxLineBytes {
            fail("a rig's line is over its bound")
        }
        if core.registry.heldLoginCount > core.registry.rigs.count { fail("held logins of rigs that are gone") }
        if core.registry.rigs.count > rigLinks.count + 50 { fail("rigs are kept that are gone") }
    }

    /// Every submit is answered in time for the oldest xmrig.
    private func checkAnswers() {
        for index in rigs.indices where rigs[index].isHere && !rigs[index].wasDisturbed {
            guard let oldest = rigs[index].rig.oldestPending, now.seconds(since: oldest) > 20 else { continue }
            fail("rig \(index) has waited over 20 s for a verdict (rule 2)")
        }
    }

    /// The whole run: everything answered, the pools' books and ours agree, the work went where the plan wanted it.
    func checkEnd() {
        guard failure == nil else { return }
        for index in rigs.indices {
            // What was sent in the last moments (late shares of a new job) may still be under way.
            if rigs[index].isHere, let oldest = rigs[index].rig.oldestPending, now.seconds(since: oldest) > 5 {
                fail("rig \(index) has submits without an answer (rule 2)")
            }
            rigs[index].rig.closed(now: now)
            checkRig(index)
        }
        for upstream in Upstream.allCases {
            let counts = core.book.counts[upstream]
            let accepted = pools.filter { $0.upstream == upstream }.reduce(0) { $0 + $1.pool.counters.accepted }
            let unknown = counts.lost + counts.pending
            if UInt64(accepted) < counts.accepted || UInt64(accepted) > counts.accepted + unknown {
                fail("\(upstream.name) accepted \(accepted), we think \(counts)")
            }
            if upstream == .p2pool { checkSidechain(unknown: unknown) }
            if plan.faults.isEmpty, !plan.hasBadRigs, unknown > 0 {
                fail("\(upstream.name): lost or pending without a fault: \(counts)")
            }
        }
        checkDelivery()
    }

    /// The shares that p2pool's sidechain counted are those that we told the schedule of.
    private func checkSidechain(unknown: UInt64) {
        let found = pools.filter { $0.upstream == .p2pool }.reduce(0) { $0 + $1.pool.counters.sidechainShares }
        let told = core.book.sidechain.shares
        // A share in the first second comes before p2pool's figures.
        if told > UInt64(found) || UInt64(found) > told + unknown + 1 {
            fail("p2pool's sidechain counted \(found) shares, we told of \(told)")
        }
    }

    /// Without faults nothing is refused but what a pool calls stale, and the delivered work agrees with the plan.
    private func checkDelivery() {
        guard plan.checksDelivery, failure == nil else { return }
        for actor in rigs {
            let refused = actor.rig.counters.rejected.filter { $0.key != "Stale share" }
            if !refused.isEmpty { fail("a rig's shares were refused without a fault: \(refused)") }
            if actor.rig.counters.logins != 1 {
                fail("a rig logged in \(actor.rig.counters.logins) times without a fault")
            }
        }
        if core.book.local.total != core.book.local.belowPoolTarget + core.book.local[.expiredJob] {
            fail("submits refused here without a fault: \(core.book.local)")
        }
        checkPlan()
    }

    /// Over the windows that ran: XvB's share of the accepted work is what was planned, within share counting.
    private func checkPlan() {
        // A proxy behind us has whole blobs, so it waits for a fresh one at each switch; and before 45 s the rigs' hashrates
        // are not known well enough to say what is planned.
        guard plan.rigs.allSatisfy({ $0.program == .xmrig }) else { return }
        // Where the pool owns byte 42 a rig that comes back waits for a fresh job (docs/invariants.md#rule-4): the mean
        // wait is the mean time between jobs.
        let xvb = plan.pools.xvb[0]
        let wait = xvb.kind == .nicehash ? xvb.blockInterval : 0
        var planned = 0.0
        var delivered = 0.0
        var all = 0.0
        var missing = 3 * wait * hashrate
        for case .windowClosed(let report) in notices
        where report.plan.xvbSeconds > 0 && report.start > .start.adding(seconds: 45)
            && report.end <= .start.adding(seconds: plan.seconds)
        {
            let work = report.work.p2pool + report.work.xvb
            let moved = report.plan.hashrate > 0 ? report.plan.movableHashrate / report.plan.hashrate : 1
            planned += work * moved * Double(Int(report.plan.window) - report.plan.switchSecond) / report.plan.window
            delivered += report.work.xvb
            all += work
            missing += work * wait / report.plan.window
        }
        guard all > 0 else { return }
        // Both sides count shares, the coarser difficulty counts: four standard deviations. And which part of the rigs
        // has a seat is known only as well as their hashrates are.
        let difficulty = Double(max(xvb.difficulty, plan.p2poolDifficulty))
        let deviation = 4 * (all * difficulty).squareRoot() + 0.05 * all
        if delivered - planned > deviation || planned - delivered > deviation + missing {
            fail("XvB got \(Int(delivered)) of \(Int(all)) hashes, planned were \(Int(planned))")
        }
    }

    private var hashrate: Double { plan.rigs.reduce(0) { $0 + $1.hashrate } }
}
