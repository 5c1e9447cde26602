/// Which nonces of which blob have been handed out. It alone keeps docs/invariants.md#rule-4, docs/invariants.md#rule-5
/// and docs/invariants.md#rule-6.
///
/// A claim is a pair of a blob (its hash without the nonce bytes) and a value of byte 42. A rig makes it when it gets a job,
/// and it holds for as long as the blob is remembered. A rig that comes back to a blob, a rig that takes over another's
/// slot, and a lane that reconnects to the same blob all need an unclaimed pair (docs/protocol.md#nonce-restart).
final class NonceLedger {
    /// What was handed out of each blob that is remembered.
    private var places: [UInt64: Int] = [:]
    private var claims: [(blob: UInt64, slots: SlotSet)] = []
    /// The place that is given to the next new blob, whatever stands there.
    private var oldest = 0
    /// The place asked for last: a job goes to one rig after the other.
    private var latest = 0
    private let capacity: Int

    /// A ledger that remembers the last `capacity` blobs.
    init(capacity: Int) {
        self.capacity = max(capacity, 16)
    }

    /// The slots of `blob` that were handed out.
    func claimed(blob: UInt64) -> SlotSet {
        find(blob).map { claims[$0].slots } ?? SlotSet()
    }

    /// Claims one slot of `blob`; false where it was handed out before.
    func claim(blob: UInt64, slot: UInt8) -> Bool {
        let place = find(blob) ?? remember(blob)
        guard !claims[place].slots.contains(slot) else { return false }
        claims[place].slots.insert(slot)
        return true
    }

    /// Claims the whole nonce space of `blob`; false where any slot was handed out before.
    func claimWhole(blob: UInt64) -> Bool {
        guard find(blob) == nil else { return false }
        claims[remember(blob)].slots = .all
        return true
    }

    private func find(_ blob: UInt64) -> Int? {
        if latest < claims.count, claims[latest].blob == blob { return latest }
        guard let place = places[blob] else { return nil }
        latest = place
        return place
    }

    private func remember(_ blob: UInt64) -> Int {
        if claims.count < capacity {
            latest = claims.count
            claims.append((blob, SlotSet()))
        } else {
            latest = oldest
            places[claims[latest].blob] = nil
            claims[latest] = (blob, SlotSet())
            oldest = (oldest + 1) % capacity
        }
        places[blob] = latest
        return latest
    }
}

extension NonceLedger {
    /// A seat on `lane` whose nonces of `job` nobody has had; 0 where there is one seat only.
    func unsearchedSlot(of job: LaneJob, on lane: Lane, fullNonceSpace: Bool) -> UInt8? {
        let claimed = claimed(blob: job.blobHash)
        if fullNonceSpace { return claimed.isEmpty ? 0 : nil }
        if lane.isPoolByte { return claimed.contains(job.poolByte) ? nil : 0 }
        return SlotSet.firstFree(in: lane.takenSlots, and: claimed)
    }

    /// Whether the one seat's nonces of a lane's newest job were handed out, on a lane whose pool fixes byte 42.
    func isSearched(_ lane: Lane) -> Bool {
        guard lane.isPoolByte, let job = lane.current else { return false }
        return claimed(blob: job.blobHash).contains(job.poolByte)
    }
}
