import ProxyTerms
import StratumCodec
import Upstreams

// Which rig mines where: seats on lanes, and the jobs handed out.
extension ProxyCore {
    /// The upstream that the plan wants rigs on now.
    var wantedUpstream: Upstream { scheduler.upstream }

    // MARK: Seats

    /// Gives a rig a seat on each upstream that has one free.
    func seatEverywhere(_ index: UInt32, _ rig: UnsafeMutablePointer<Rig>) {
        for upstream in Upstream.allCases { seat(index, rig, on: upstream) }
    }

    /// Gives a rig a seat on a lane of `upstream`, where one is free.
    @discardableResult
    func seat(_ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, on upstream: Upstream) -> Bool {
        guard !rig.pointee.seats[upstream].isTaken else { return true }
        let group = lanes[upstream]
        let isExclusive = rig.pointee.isExclusive
        guard let lane = unsearchedLane(for: rig, on: upstream)?.lane ?? group.laneWithRoom(exclusive: isExclusive)
        else {
            if isExclusive, group.poolOwnsByte == true { tellNotSent(index, rig, upstream) }
            return false
        }
        lane.isWhole = isExclusive
        guard let slot = freeSlot(on: lane) else { return false }
        lane.take(slot: slot, rig: index)
        group.seatedCount += 1
        rig.pointee.seats[upstream] = Seat(lane: lane.index, slot: slot, isTaken: true)
        return true
    }

    /// A seat's slot: one that nobody was given on the lane's current job if there is one.
    func freeSlot(on lane: Lane) -> UInt8? {
        if lane.poolOwnsByte || lane.isWhole { return 0 }
        let claimed = lane.current.map { nonces.claimed(blob: $0.blobHash) } ?? SlotSet()
        return SlotSet.firstFree(in: lane.takenSlots, and: claimed)
            ?? SlotSet.firstFree(in: lane.takenSlots, and: SlotSet())
    }

    /// Frees a rig's seat.
    func unseat(_ rig: UnsafeMutablePointer<Rig>, on upstream: Upstream, now: Instant?) {
        let seat = rig.pointee.seats[upstream]
        guard seat.isTaken else { return }
        rig.pointee.seats[upstream] = .none
        lanes[upstream].seatedCount -= 1
        guard let lane = lanes[upstream].lane(seat.lane) else { return }
        lane.free(slot: seat.slot)
        lanes[upstream].isSearched = false
        if lane.memberCount == 0 { lane.emptySince = now }
        // The free seat goes to a rig without one, or the lane closes after a while: the next care decides.
        careDue = .start
    }

    /// Gives seats to rigs without one, and moves rigs off lanes that are down or being replaced, as far as there is room.
    func fillSeats(on upstream: Upstream, now: Instant) {
        let group = lanes[upstream]
        guard group.isUp else { return }
        let isMoving = group.lanes.contains { $0.map { $0.memberCount != 0 && $0.shedsRigs } ?? false }
        guard isMoving || group.seatedCount < ordinaryRigs + exclusiveRigs else { return }
        for index in 0..<rigs.extent {
            let rig = rigs[index]
            guard rig.pointee.phase == .held || rig.pointee.phase == .mining else { continue }
            let seat = rig.pointee.seats[upstream]
            if seat.isTaken {
                guard isMoving, let lane = group.lane(seat.lane), lane.shedsRigs, canMove(rig, from: lane) else {
                    continue
                }
                unseat(rig, on: upstream, now: now)
                self.seat(index, rig, on: upstream)
                if rig.pointee.minesOn == upstream { rig.pointee.minesOn = nil }
            } else if !self.seat(index, rig, on: upstream) {
                if !rig.pointee.isExclusive, exclusiveRigs == 0 { break }
                continue
            }
            if rig.pointee.minesOn != wantedUpstream { place(index, rig, now: now) }
        }
    }

    /// Whether a rig can have a seat on another lane. A rig that mines on its own lane needs unsearched work there.
    private func canMove(_ rig: UnsafeMutablePointer<Rig>, from lane: Lane) -> Bool {
        if lane.isReady, rig.pointee.minesOn == lane.upstream {
            return unsearchedLane(for: rig, on: lane.upstream) != nil
        }
        return lanes[lane.upstream].laneWithRoom(exclusive: rig.pointee.isExclusive) != nil
    }

    /// Tells once that a rig can't be sent to a pool that owns byte 42; of an xmrig-proxy not before its mode is known.
    func tellNotSent(_ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, _ upstream: Upstream) {
        guard !rig.pointee.toldNotSent, !rig.pointee.isFrontProxy else { return }
        rig.pointee.toldNotSent = true
        effects.notices.append(.exclusiveNotSent(rigs.id(index), name: rig.pointee.name, upstream))
    }

    // MARK: Jobs

    /// Puts a rig where the plan wants it if that upstream has work it can take now; otherwise it stays where its work
    /// counts; otherwise it goes wherever there is work (docs/invariants.md#rule-4).
    /// - Returns: what the upstream that the plan wants had for it.
    @discardableResult
    func place(_ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, now: Instant) -> Delivery {
        let wanted = wantedUpstream
        if rig.pointee.minesOn == wanted { return .handed }
        let delivery = deliver(index, rig, from: wanted, now: now)
        if delivery == .handed { return .handed }
        noteWaiting(rig, delivery == .searched)
        if delivery == .searched, lanes[wanted].poolOwnsByte == false { careSoon(now) }
        if rig.pointee.minesOn == wanted.other { return delivery }
        if deliver(index, rig, from: wanted.other, now: now) == .handed { return delivery }
        if rig.pointee.strandedSince == 0 { strand(index, rig, now: now) }
        return delivery
    }

    /// Hands a lane's newest job to the rigs that mine there, and to those that the plan wants there and that had to
    /// wait for it.
    func handOut(_ lane: Lane, now: Instant) {
        guard let job = lane.current, !lane.isProbe else { return }
        let wantsHere = wantedUpstream == lane.upstream
        for place in 0..<lane.seatCount {
            guard let index = lane.member(at: place) else { continue }
            let rig = rigs[index]
            let minesHere = rig.pointee.minesOn == lane.upstream
            guard minesHere || wantsHere || rig.pointee.minesOn == nil else { continue }
            // A rig that was given another slot on the way is met twice.
            if minesHere, newestIssued(index, rig)?.serial == job.serial { continue }
            deliver(index, rig, from: lane.upstream, now: now)
        }
    }

    /// Hands a rig the newest job of its lane on `upstream`, or of another lane where nobody has searched it.
    @discardableResult
    func deliver(_ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, from upstream: Upstream, now: Instant) -> Delivery {
        guard stopDue == nil else { return .unserved }
        let seat = rig.pointee.seats[upstream]
        // Lanes to XvB may be there from a mode before this one.
        guard mayUse(upstream), seat.isTaken, let own = lanes[upstream].lane(seat.lane)
        else { return .unserved }
        if hand(own, seat, index, rig, now: now) { return .handed }
        if let other = exchangeLane(index, rig, on: upstream, now: now),
            hand(other, rig.pointee.seats[upstream], index, rig, now: now)
        {
            return .handed
        }
        guard own.isReady, let job = own.current, rig.pointee.mines(job.algorithm) else { return .unserved }
        return .searched
    }

    /// Hands a rig the newest job of `lane`, where it has `seat`.
    /// - Returns: false where the lane isn't ready, the rig can't mine the job, or no nonces of the job's blob are left that were
    ///   not handed out before; nothing is sent then.
    private func hand(
        _ lane: Lane, _ seat: Seat, _ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, now: Instant
    ) -> Bool {
        guard lane.isReady, let job = lane.current, rig.pointee.mines(job.algorithm),
            let slot = claim(job, lane, seat, index, rig)
        else { return false }
        rig.pointee.difficulty.retarget(now: now)
        lastJobNumber &+= 1
        jobsIssued += 1
        let issued = IssuedJob(
            number: UInt64(index &+ 1) << 32 | UInt64(lastJobNumber),
            target: max(rig.pointee.difficulty.target, job.target),
            serial: job.serial, ledgerIndex: job.index, slot: slot, isWhole: lane.isWhole)
        remember(issued, index, rig)
        send(issued, job, index, rig, leavesByte: lane.isWhole || lane.poolOwnsByte)
        rig.pointee.phase = .mining
        rig.pointee.minesOn = lane.upstream
        noteStranded(rig, since: 0)
        if rig.pointee.awaitsJob, lane.upstream == wantedUpstream { followed(rig, to: lane.upstream) }
        return true
    }

    /// Claims nonces of the job's blob for a rig: its own slot, else another free one where byte 42 is ours.
    private func claim(
        _ job: LaneJob, _ lane: Lane, _ seat: Seat, _ index: UInt32, _ rig: UnsafeMutablePointer<Rig>
    ) -> UInt8? {
        if lane.isWhole {
            return nonces.claimWhole(blob: job.blobHash) || continues(job, 0, index, rig) ? 0 : nil
        }
        let own = lane.poolOwnsByte ? job.poolByte : seat.slot
        if nonces.claim(blob: job.blobHash, slot: own) || continues(job, own, index, rig) { return own }
        guard !lane.poolOwnsByte,
            let other = SlotSet.firstFree(in: lane.takenSlots, and: nonces.claimed(blob: job.blobHash)),
            nonces.claim(blob: job.blobHash, slot: other)
        else { return nil }
        lane.free(slot: seat.slot)
        lane.take(slot: other, rig: index)
        rig.pointee.seats[lane.upstream].slot = other
        return other
    }

    /// Whether the rig searches just these nonces of this blob now. The same blob under a new id or target does not send
    /// xmrig back to nonce 0 (docs/protocol.md#nonce-restart).
    private func continues(_ job: LaneJob, _ slot: UInt8, _ index: UInt32, _ rig: UnsafeMutablePointer<Rig>) -> Bool {
        guard let newest = newestIssued(index, rig), newest.isWhole || newest.slot == slot,
            let known = ledger.find(index: newest.ledgerIndex, serial: newest.serial)
        else { return false }
        return known.blobHash == job.blobHash
    }

    private func remember(_ issued: IssuedJob, _ index: UInt32, _ rig: UnsafeMutablePointer<Rig>) {
        rigs.issued(index)[Int(rig.pointee.nextIssued)] = issued
        rig.pointee.nextIssued = (rig.pointee.nextIssued + 1) % UInt8(RigTable.issuedPerRig)
    }

    private func send(
        _ issued: IssuedJob, _ job: LaneJob, _ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, leavesByte: Bool
    ) {
        let slot = leavesByte ? nil : issued.slot
        let start = effects.bytes.count
        if rig.pointee.phase == .held, let login = heldLogins.removeValue(forKey: index) {
            // After a storm of logins its memory is given back.
            if heldLogins.isEmpty, heldLogins.capacity > 64 { heldLogins = [:] }
            // A rig with the full nonce space is not told "nicehash": it would search 24 bits only (docs/protocol.md#nonce-bytes).
            job.template.writeLoginReply(
                id: login, session: sessionID(index), nicehash: !rig.pointee.isExclusive, job: issued.number,
                target: issued.target, slot: slot, to: &effects.bytes)
        } else {
            job.template.writeNotification(job: issued.number, target: issued.target, slot: slot, to: &effects.bytes)
        }
        effects.list.append(.sendToRig(rigs.id(index), effects.span(from: start)))
    }

    /// The session id of a rig: constant for its connection, since xmrig drops a late share whose session has changed
    /// (docs/protocol.md#late-shares).
    private func sessionID(_ index: UInt32) -> UInt64 {
        var mixer = SeededGenerator(seed: sessionSalt ^ rigs.id(index).token)
        return mixer.next()
    }
}
