import ProxyTerms

/// Claims that wait to be proven: which is next, and when the prover may go on.
///
/// One is computed at a time. After work of t seconds of processor time the prover rests as long as its share of a core asks for, so
/// that proof never takes more than that from whatever else the machine does, mining included.
struct ProofQueue<Claim> {
    /// One claim that waits.
    struct Entry {
        let token: UInt64
        let claim: Claim
        let isUrgent: Bool
        let deadline: Instant
    }

    /// What `append` did.
    enum Admission: Equatable {
        case waits
        /// It waits, and the claim with this token no longer does.
        case inPlaceOf(UInt64)
        /// There is no room.
        case full
    }

    private let capacity: Int
    /// The part of a core that may be used, above 0, at most 1.
    private let share: Double
    private var urgent: [Entry] = []
    private var ordinary: [Entry] = []
    private(set) var isWorking = false
    private(set) var restsUntil = Instant.start

    init(capacity: Int, share: Double) {
        self.capacity = max(1, capacity)
        self.share = min(max(share, 0.01), 1)
    }

    /// Claims that wait.
    var count: Int { urgent.count + ordinary.count }

    /// When something is to be done: a claim can be taken, or is too old. Never while one is computed and none waits.
    var nextDeadline: Instant {
        guard count > 0 else { return .never }
        let oldest = min(Self.earliest(urgent), Self.earliest(ordinary))
        return isWorking ? oldest : min(oldest, restsUntil)
    }

    private static func earliest(_ entries: [Entry]) -> Instant {
        entries.reduce(.never) { min($0, $1.deadline) }
    }

    /// Takes a claim. An urgent one takes the place of the newest that isn't.
    mutating func append(_ entry: Entry) -> Admission {
        guard count >= capacity else {
            insert(entry)
            return .waits
        }
        guard entry.isUrgent, let last = ordinary.popLast() else { return .full }
        insert(entry)
        return .inPlaceOf(last.token)
    }

    private mutating func insert(_ entry: Entry) {
        if entry.isUrgent { urgent.append(entry) } else { ordinary.append(entry) }
    }

    /// A claim whose deadline has come; it waits no longer.
    mutating func popExpired(now: Instant) -> Entry? {
        if let index = urgent.firstIndex(where: { $0.deadline <= now }) { return urgent.remove(at: index) }
        if let index = ordinary.firstIndex(where: { $0.deadline <= now }) { return ordinary.remove(at: index) }
        return nil
    }

    /// The claim to be computed now, urgent ones first, each kind in its order; nil while one is computed, while the prover rests, and
    /// where none waits.
    mutating func begin(now: Instant) -> Entry? {
        guard !isWorking, now >= restsUntil, count > 0 else { return nil }
        isWorking = true
        return urgent.isEmpty ? ordinary.removeFirst() : urgent.removeFirst()
    }

    /// The claim that was begun is computed, which took so many seconds of processor time.
    mutating func ended(seconds: Double, now: Instant) {
        isWorking = false
        restsUntil = now.adding(seconds: seconds * (1 / share - 1))
    }
}
