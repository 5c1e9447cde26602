import ProxyTerms

/// The submits of one epoch that were sent and have no verdict yet, found by their JSON id in one step.
///
/// Ids count up from 2 (1 is the login) and are never used twice; p2pool wants 32 bits (docs/protocol.md#p2pool-input).
/// A pending submit stands at `id mod capacity`; capacity is a power of two that covers all ids from the oldest pending
/// one to the newest, so in the steady state nothing is allocated.
struct PendingSubmits: Sendable {
    /// Pending submits at most, those that wait for their turn (`SubmitQueue`) included.
    static let maximumCount = 1024
    /// Ids from the oldest pending one to the newest at most: replies may overtake each other
    /// (docs/protocol.md#p2pool-verdicts).
    static let maximumSpan = 4096

    private struct Slot {
        var pending: PendingSubmit
        /// 0: empty.
        var id: UInt32
        /// Length of the line.
        var bytes: Int32
    }

    private var slots: [Slot] = []
    /// The lowest id that may be pending; is pending whenever `count` is not 0.
    private var oldest: UInt32
    /// The id that the next request gets.
    private(set) var nextID: UInt32
    /// Pending submits.
    private(set) var count = 0

    init(firstID: UInt32 = 2) {
        oldest = firstID
        nextID = firstID
    }

    /// Whether every id was used.
    var isExhausted: Bool { nextID == .max }

    /// Whether no further submit fits.
    var isFull: Bool {
        isExhausted || count >= Self.maximumCount || nextID - oldest >= UInt32(Self.maximumSpan)
    }

    /// When the submit that has been in flight longest was sent; `never` where none is. They are sent in the order of their ids.
    var oldestSentAt: Instant {
        count == 0 ? .never : slots[index(oldest)].pending.sentAt
    }

    /// Uses up one id for a request that is no submit.
    mutating func takeID() -> UInt32 {
        let id = nextID
        nextID += 1
        if count == 0 { oldest = nextID }
        return id
    }

    /// Adds a submit under `nextID`. Only where not `isFull`.
    mutating func append(_ pending: PendingSubmit, bytes: Int) {
        let id = takeID()
        if count == 0 { oldest = id }
        if Int(nextID - oldest) > slots.count { grow(pending) }
        slots[index(id)] = Slot(pending: pending, id: id, bytes: Int32(truncatingIfNeeded: bytes))
        count += 1
    }

    /// Takes out the submit with this id; nil where it is unknown or answered.
    mutating func remove(_ id: UInt32) -> (pending: PendingSubmit, bytes: Int)? {
        guard count > 0, id >= oldest, id < nextID else { return nil }
        let slot = slots[index(id)]
        guard slot.id == id else { return nil }
        vacate(id)
        return (slot.pending, Int(slot.bytes))
    }

    /// Takes out the oldest pending submit.
    mutating func removeOldest() -> PendingSubmit? {
        guard count > 0 else { return nil }
        let pending = slots[index(oldest)].pending
        vacate(oldest)
        return pending
    }

    private func index(_ id: UInt32) -> Int {
        Int(id) & (slots.count - 1)
    }

    private mutating func vacate(_ id: UInt32) {
        slots[index(id)].id = 0
        count -= 1
        if count == 0 {
            oldest = nextID
        } else {
            while slots[index(oldest)].id != oldest { oldest += 1 }
        }
    }

    private mutating func grow(_ filler: PendingSubmit) {
        var capacity = max(16, slots.count)
        while capacity < Int(nextID - oldest) { capacity *= 2 }
        let old = slots
        slots = Array(repeating: Slot(pending: filler, id: 0, bytes: 0), count: capacity)
        for slot in old where slot.id != 0 { slots[index(slot.id)] = slot }
    }
}
