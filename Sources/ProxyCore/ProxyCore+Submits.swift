import ProxyTerms
import StratumCodec
import StrictJSON
import Upstreams

// A share's way: judged here against its own job, sent to the lane that issued the job, the verdict sent back.
extension ProxyCore {
    /// Most nonces remembered for one job; a lane's share of honest rigs stays far below.
    static let mostNoncesPerJob = 1 << 17

    /// Why a submit is refused here. xmrig only logs these texts (docs/protocol.md#xmrig-hang-ups).
    enum LocalAnswer: Equatable {
        case belowLane
        case lowDifficulty
        case duplicate
        case wrongSlot
        case foreignJob
        case expiredJob
        case malformed
        case notLoggedIn
        case tooMany
        case stopping
    }

    func submitReceived(
        _ submit: Submit, line: UnsafeRawBufferPointer, _ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, now: Instant
    ) {
        guard rig.pointee.phase == .mining else { return answer(.notLoggedIn, submit.id, index, rig) }
        // Its verdict could not be waited for.
        guard stopDue == nil else { return answer(.stopping, submit.id, index, rig) }
        guard let number = submit.job else { return answer(.foreignJob, submit.id, index, rig) }
        guard let issued = findIssued(number, index) else {
            return answer(wasIssued(number, to: index) ? .expiredJob : .foreignJob, submit.id, index, rig)
        }
        guard let job = ledger.find(index: issued.ledgerIndex, serial: issued.serial) else {
            return answer(.expiredJob, submit.id, index, rig)
        }
        guard
            issued.isWhole || UInt8(truncatingIfNeeded: submit.nonce >> 24) == issued.slot
                || isMeantSo(job, index, rig, now: now)
        else { return answer(.wrongSlot, submit.id, index, rig) }
        // A hash of zero is one chance in 2^64; broken clients send it (docs/invariants.md#faults-of-rigs).
        guard submit.hash < issued.target, submit.hash != 0 else {
            return answer(.lowDifficulty, submit.id, index, rig)
        }
        guard job.nonces.count < Self.mostNoncesPerJob else { return answer(.tooMany, submit.id, index, rig) }
        guard job.nonces.insert(submit.nonce) else { return answer(.duplicate, submit.id, index, rig) }

        count(work: Target.work(issued.target), rig, of: job.lane.upstream, now: now)
        if rig.pointee.isFrontProxy, issued.isWhole { watchMode(of: index, rig, nonce: submit.nonce, now: now) }
        guard submit.hash < job.target else { return answer(.belowLane, submit.id, index, rig) }
        forward(submit, line: line, issued, job, index, rig, now: now)
    }

    /// Counts a share that proves work, whether or not a pool gets to see it.
    private func count(work: Double, _ rig: UnsafeMutablePointer<Rig>, of upstream: Upstream, now: Instant) {
        let meter: WorkMeter
        if let known = rig.pointee.meter {
            meter = known
        } else {
            meter = WorkMeter(now: Instant(milliseconds: Int64(rig.pointee.joinedSecond) * 1000))
            rig.pointee.meter = meter
        }
        meter.add(work: work, at: now)
        measured.add(work: work, at: now)
        measuredBy[upstream].add(work: work, at: now)
        rig.pointee.difficulty.counted(work: work)
    }

    private func forward(
        _ submit: Submit, line: UnsafeRawBufferPointer, _ issued: IssuedJob, _ job: LaneJob, _ index: UInt32,
        _ rig: UnsafeMutablePointer<Rig>, now: Instant
    ) {
        let upstream = job.lane.upstream
        guard let lane = lanes[upstream].find(job.lane) else { return answer(.expiredJob, submit.id, index, rig) }
        let pending = PendingSubmit(
            rigIndex: index, rigGeneration: rig.pointee.generation, request: submit.id, work: job.work,
            hash: submit.hash, ledgerJob: job.serial, takenAt: now)
        if upstream == .p2pool { countLoad(bytes: line.count, now: now) }
        let start = effects.bytes.count
        let outcome = job.poolID.withUnsafeBytes {
            lane.session.submit(submit, line: line, job: $0, pending: pending, now: now, into: &effects.bytes)
        }
        switch outcome {
        case .sent, .queued:
            accounts[upstream].counts.submitted += 1
            accounts[upstream].counts.pending += 1
            if rig.pointee.minesOn != upstream || newestIssued(index, rig)?.number != issued.number {
                accounts[upstream].counts.late += 1
            }
            sendToLane(lane, from: start)
        case .full:
            answer(.tooMany, submit.id, index, rig)
        case .tooLong:
            answer(.malformed, submit.id, index, rig)
        case .notReady:
            answer(.expiredJob, submit.id, index, rig)
        }
    }

    /// The pool's answer to one submit: booked, and told to the rig that found the share.
    func verdictReceived(
        _ pending: PendingSubmit, _ verdict: Verdict, line: UnsafeRawBufferPointer, on upstream: Upstream, now: Instant
    ) {
        accounts[upstream].counts.pending -= 1
        let rigID = RigID(index: pending.rigIndex, generation: pending.rigGeneration)
        let rig = rigs.find(rigID).flatMap { $0.pointee.phase == .mining ? $0 : nil }
        // At most 2^63: a hash other than 0 is below a target of 2 or more.
        let difficulty = UInt64(min(pending.work, 0x1p63))
        switch verdict {
        case .accepted:
            accounts[upstream].counts.accepted += 1
            accounts[upstream].counts.acceptedWork += pending.work
            accounts[upstream].routed.add(work: pending.work, at: now)
            scheduler.credited(work: pending.work, to: upstream, at: now)
            if let rig {
                rig.pointee.accepted &+= 1
                reply(to: pending.rigIndex) { RigReply.accepted(id: pending.request, to: &$0) }
            }
            let counts = accounts[upstream].counts
            effects.notices.append(
                .accepted(
                    upstream, rigID, difficulty: difficulty,
                    milliseconds: now.milliseconds - pending.sentAt.milliseconds, accepted: counts.accepted,
                    rejected: counts.rejected + counts.stale))
            if upstream == .p2pool, pending.hash <= sidechain.target {
                sidechainShareFound(pending, by: rig?.pointee.name, now: now)
            }
        case .rejected(let rejection):
            if rejection.kind == .stale {
                accounts[upstream].counts.stale += 1
            } else {
                accounts[upstream].counts.rejected += 1
            }
            if let rig {
                if rejection.kind != .noService { rig.pointee.rejected &+= 1 }
                refuse(pending, rejection, line: line)
            }
            let counts = accounts[upstream].counts
            effects.notices.append(
                .rejected(
                    upstream, rigID, difficulty: difficulty, rejection.kind,
                    text: displayText(rejection.message.bytes(in: line), limit: 128), accepted: counts.accepted,
                    rejected: counts.rejected + counts.stale))
        }
        drainIfQuiet(now: now)
    }

    /// p2pool took a share that its sidechain counts: it is in the window now, before any file says so.
    private func sidechainShareFound(_ pending: PendingSubmit, by name: String?, now: Instant) {
        guard scheduler.p2poolHealth(at: now).isTrusted else { return }
        sidechain.shares += 1
        sidechain.lastShareAt = now
        scheduler.foundSidechainShare(at: now)
        effects.notices.append(
            .sidechainShare(name: name, difficulty: UInt64.max / max(1, pending.hash), shares: sidechain.shares))
    }

    /// Sends the rig a refusal in the pool's own words, unless xmrig hangs up on them (docs/invariants.md#rule-2).
    private func refuse(_ pending: PendingSubmit, _ rejection: Rejection, line: UnsafeRawBufferPointer) {
        reply(to: pending.rigIndex) {
            if !rejection.hangsUp {
                RigReply.failed(
                    id: pending.request, code: -1, poolMessage: rejection.message.bytes(in: line), to: &$0)
            } else if rejection.kind == .stale {
                RigReply.failed(id: pending.request, code: -1, message: "Stale share", to: &$0)
            } else {
                RigReply.failed(id: pending.request, code: -1, message: "Refused by the pool", to: &$0)
            }
        }
    }

    /// Books and answers every submit of a dead epoch that has no verdict (docs/invariants.md#rule-2).
    func loseSubmits(of lane: Lane, now: Instant) {
        let text: StaticString = stopDue == nil ? "Pool connection lost" : "No answer from the pool before the stop"
        while let pending = lane.session.takeLost() { lose(pending, on: lane.upstream, text) }
        drainIfQuiet(now: now)
    }

    /// Answers submits that have waited too long for their turn at a pool that can't keep up; the session goes on.
    func refuseOverdue(of lane: Lane, now: Instant) {
        while let pending = lane.session.takeOverdue(now: now) { lose(pending, on: lane.upstream, "Pool too slow") }
        lanesDue = min(lanesDue, lane.session.nextDeadline)
        drainIfQuiet(now: now)
    }

    /// Books and answers a submit that gets no verdict.
    private func lose(_ pending: PendingSubmit, on upstream: Upstream, _ text: StaticString) {
        accounts[upstream].counts.pending -= 1
        accounts[upstream].counts.lost += 1
        let rigID = RigID(index: pending.rigIndex, generation: pending.rigGeneration)
        guard let rig = rigs.find(rigID), rig.pointee.phase == .mining else { return }
        rig.pointee.rejected &+= 1
        reply(to: pending.rigIndex) { RigReply.failed(id: pending.request, code: -1, message: text, to: &$0) }
    }

    /// Hands the shell what was appended for `lane` since `start`.
    @inline(__always)
    func sendToLane(_ lane: Lane, from start: Int) {
        if effects.bytes.count > start {
            effects.list.append(.sendToLane(lane.id, effects.span(from: start)))
        }
        lanesDue = min(lanesDue, lane.session.nextDeadline)
    }

    func findIssued(_ number: UInt64, _ index: UInt32) -> IssuedJob? {
        let ring = rigs.issued(index)
        for place in 0..<RigTable.issuedPerRig where ring[place].number == number { return ring[place] }
        return nil
    }

    /// Whether a job id was minted for the rig's place: its high part is the place, its low part counts up and begins anew
    /// after 2^32.
    private func wasIssued(_ number: UInt64, to index: UInt32) -> Bool {
        UInt32(truncatingIfNeeded: number >> 32) == index &+ 1
            && UInt64(lastJobNumber &- UInt32(truncatingIfNeeded: number)) < jobsIssued
    }

    private func answer(
        _ answer: LocalAnswer, _ id: RequestID, _ index: UInt32, _ rig: UnsafeMutablePointer<Rig>
    ) {
        let text: StaticString
        switch answer {
        case .belowLane:
            local.belowLane += 1
            rig.pointee.accepted &+= 1
            return reply(to: index) { RigReply.accepted(id: id, to: &$0) }
        case .lowDifficulty:
            local.lowDifficulty += 1
            text = "Low difficulty share"
        case .duplicate:
            local.duplicate += 1
            text = "Duplicate share"
        case .wrongSlot:
            local.wrongSlot += 1
            text = "Nonce outside the assigned range"
        case .foreignJob:
            local.foreignJob += 1
            text = "Unknown job"
        case .expiredJob:
            local.expiredJob += 1
            text = "Stale share"
        case .malformed:
            local.malformed += 1
            text = "Malformed share"
        case .notLoggedIn:
            local.malformed += 1
            text = "Log in first"
        case .tooMany:
            local.tooMany += 1
            text = "Too many shares"
        case .stopping:
            local.stopping += 1
            text = "The proxy is stopping"
        }
        rig.pointee.rejected &+= 1
        reply(to: index) { RigReply.failed(id: id, code: -1, message: text, to: &$0) }
    }
}
