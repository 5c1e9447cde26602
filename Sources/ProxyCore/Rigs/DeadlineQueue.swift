import ProxyTerms

/// What a queue keeps of a rig's name: its place, and the low part of the generation. There are 65,064 places at most (`RigDesk`). The same
/// mark comes back after 65,536 lives of one place, which no deadline waits for; and whoever finds a rig by it looks whether that
/// rig is due.
struct RigMark: Equatable {
    let index: UInt16
    let generation: UInt16

    init(_ rig: RigID) {
        index = UInt16(rig.index)
        generation = UInt16(truncatingIfNeeded: rig.generation)
    }
}

/// Rigs waiting for deadlines that all lie the same time ahead: first in, first due, no sorting.
///
/// An entry is not removed when its rig moves on: the reader checks whether it still holds.
struct DeadlineQueue {
    /// 8 bytes: a rig has two of these at any time.
    struct Entry {
        fileprivate let rig: RigMark
        /// Milliseconds from the queue's `origin`.
        fileprivate let due: UInt32
    }

    private var entries: [Entry] = []
    /// What the entries' times are counted from: the deadline of the first one that came to an empty queue.
    private var origin = Instant.start
    private var head = 0
    /// Entries that the last pruning left.
    private var pruned = 0

    /// When the first entry is due.
    var nextDeadline: Instant { head < entries.count ? time(of: entries[head]) : .never }

    /// `due` is no earlier than any before it; one that is, is due with the first.
    mutating func append(_ rig: RigID, due: Instant) {
        if entries.isEmpty { origin = due }
        if due.milliseconds - origin.milliseconds > Int64(UInt32.max) { rebase() }
        entries.append(
            Entry(rig: RigMark(rig), due: UInt32(clamping: due.milliseconds - origin.milliseconds)))
    }

    private func time(of entry: Entry) -> Instant { origin.adding(milliseconds: Int64(entry.due)) }

    /// Counts from the first entry on, once in 49 days for a queue that is never empty.
    private mutating func rebase() {
        entries.removeFirst(head)
        head = 0
        guard let passed = entries.first?.due else { return }
        origin = origin.adding(milliseconds: Int64(passed))
        entries = entries.map { Entry(rig: $0.rig, due: $0.due - min($0.due, passed)) }
    }

    /// Entries held, whether they still count or not.
    var count: Int { entries.count - head }

    /// What `find` makes of the first of the entries that it makes something of; it is asked about `most` at most.
    func first<Found>(_ most: Int, where find: (RigMark) -> Found?) -> Found? {
        for entry in entries[head...].prefix(most) {
            if let found = find(entry.rig) { return found }
        }
        return nil
    }

    /// Forgets entries that no longer count, once there are far more than the `live` rigs: those that come and go fast
    /// leave nothing behind until their deadlines.
    mutating func prune(live: Int, where counts: (RigMark) -> Bool) {
        guard count > 4 * live + 1024, count > 2 * pruned else { return }
        entries = entries[head...].filter { counts($0.rig) }
        head = 0
        pruned = entries.count
    }

    /// The rig whose deadline is next, due or not.
    mutating func popFirst() -> RigMark? {
        popDue(now: .never)
    }

    /// The next rig whose deadline has come.
    mutating func popDue(now: Instant) -> RigMark? {
        guard head < entries.count, time(of: entries[head]) <= now else { return nil }
        let rig = entries[head].rig
        head += 1
        if head == entries.count {
            entries.removeAll(keepingCapacity: entries.count <= 1024)
            head = 0
        } else if head >= 1024, head * 2 >= entries.count {
            entries.removeFirst(head)
            head = 0
        }
        return rig
    }
}
