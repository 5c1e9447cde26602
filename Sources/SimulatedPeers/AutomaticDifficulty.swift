import ProxyTerms

/// p2pool's automatic difficulty: aims at a share each 30 s, and decays on a quiet session
/// (docs/protocol.md#p2pool-difficulty).
struct AutomaticDifficulty {
    private let start: UInt64
    private let connectedAt: Instant
    private var shares: [(at: Instant, difficulty: UInt64)] = []
    private var current: UInt64?

    init(start: UInt64, connectedAt: Instant) {
        self.start = start
        self.connectedAt = connectedAt
    }

    /// Notes an accepted share.
    mutating func add(difficulty: UInt64, now: Instant) {
        shares.append((now, difficulty))
        if shares.count > 64 { shares.removeFirst() }
        if current == nil { current = difficulty }
    }

    /// The difficulty of a new job.
    mutating func next(minimum: UInt64, now: Instant) -> UInt64 {
        guard let last = shares.last, let current else {
            // Halved for every 16 s without a first share.
            let halvings = max(0, now.milliseconds - connectedAt.milliseconds) / 16_000
            return max(minimum, start >> UInt64(min(halvings, 63)))
        }
        if now.seconds(since: last.at) > 150 {
            self.current = max(minimum, current - current / 8)
        } else if shares.count >= 11 {
            let seconds = max(1, last.at.seconds(since: shares[0].at))
            let hashes = shares.dropFirst().reduce(0.0) { $0 + Double($1.difficulty) }
            self.current = UInt64(max(Double(minimum), min(hashes * 30 / seconds, 4_002_765)))
        }
        return self.current ?? minimum
    }
}
