import ProxyTerms

/// Keeps the lines of one sort to a few: so many at once, then one now and then. Whoever logs in and leaves all day, or a pool that
/// refuses every share, is not to fill the disk.
struct LineBucket {
    private let burst: Int
    private let refillMilliseconds: Int64
    private var left: Int
    private var refilledAt = Instant.start
    private var leftOut = 0

    /// A bucket for `burst` lines, with one more every `refillSeconds`.
    init(burst: Int, refillSeconds: Int64) {
        self.burst = burst
        refillMilliseconds = refillSeconds * 1000
        left = burst
    }

    /// Takes one line out.
    /// - Returns: how many were left out before it, or nil where it is to be left out.
    mutating func take(now: Instant) -> Int? {
        let earned = (now.milliseconds - refilledAt.milliseconds) / refillMilliseconds
        if earned > 0 {
            left = Int(min(Int64(burst), Int64(left) + earned))
            refilledAt = refilledAt.adding(milliseconds: earned * refillMilliseconds)
        }
        guard left > 0 else {
            leftOut += 1
            return nil
        }
        left -= 1
        defer { leftOut = 0 }
        return leftOut
    }
}
