/// Which nonces of which blob have been handed out: the one place that keeps rules 4, 5 and 6.
///
/// A claim is a pair of a blob (its hash, the nonce bytes left out) and a value of byte 42. It is made when a job is
/// handed to a rig, and it holds for as long as the blob is remembered: a rig that comes back to a blob, a rig that takes
/// over another's slot, and a lane that reconnects to the same blob all need a pair that nobody has claimed (wire.md A3.6).
struct NonceLedger {
    private var claims: [UInt64: SlotSet] = [:]
    /// Blobs in the order of their first claim; the oldest is forgotten when `capacity` is reached.
    private var order: [UInt64] = []
    private var oldest = 0
    private let capacity: Int

    /// A ledger that remembers the last `capacity` blobs.
    init(capacity: Int) {
        self.capacity = max(capacity, 16)
    }

    /// The slots of `blob` that were handed out.
    func claimed(blob: UInt64) -> SlotSet {
        claims[blob] ?? SlotSet()
    }

    /// Claims one slot of `blob`; false where it was handed out before.
    mutating func claim(blob: UInt64, slot: UInt8) -> Bool {
        if let found = claims[blob] {
            guard !found.contains(slot) else { return false }
        } else {
            remember(blob)
        }
        claims[blob, default: SlotSet()].insert(slot)
        return true
    }

    /// Claims the whole nonce space of `blob`; false where any slot was handed out before.
    mutating func claimWhole(blob: UInt64) -> Bool {
        guard claims[blob] == nil else { return false }
        remember(blob)
        claims[blob] = .all
        return true
    }

    private mutating func remember(_ blob: UInt64) {
        if order.count < capacity {
            order.append(blob)
        } else {
            claims[order[oldest]] = nil
            order[oldest] = blob
            oldest = (oldest + 1) % capacity
        }
    }
}
