import ProxyTerms

/// How many shares a second go to an upstream, and how long their lines are: what its lanes have to carry.
struct ShareRate {
    /// Seconds that are looked back on: long enough to count, short enough to act before a queue is full.
    static let span = 8

    /// Shares of each of the last seconds, at the second modulo `span`.
    private var counts = [UInt32](repeating: 0, count: span)
    private var second: Int64 = 0
    /// The first second with a share after a quiet span.
    private var firstSecond: Int64 = 0
    private var total: UInt32 = 0
    /// Length of a line, smoothed by a sixteenth of each new one.
    private(set) var lineBytes = 190.0

    /// Counts a share of so many bytes.
    @inline(__always)
    mutating func count(bytes: Int, at now: Instant) {
        moveOn(to: now)
        if total == 0 { firstSecond = second }
        counts[Int(second) % Self.span] += 1
        total += 1
        lineBytes += (Double(bytes) - lineBytes) / 16
    }

    /// Shares a second, over the last seconds or over those since they began to come; one second is no measurement.
    mutating func perSecond(at now: Instant) -> Double {
        moveOn(to: now)
        guard total > 0 else { return 0 }
        let began = max(firstSecond, second - Int64(Self.span) + 1)
        return Double(total) / max(Double(now.milliseconds - began * 1000) / 1000, 2)
    }

    /// Whether there were none for the whole span.
    var isQuiet: Bool { total == 0 }

    private mutating func moveOn(to now: Instant) {
        let current = now.milliseconds / 1000
        guard current != second else { return }
        for passed in 1...min(max(current - second, 1), Int64(Self.span)) {
            let place = Int((second + passed) % Int64(Self.span))
            total -= counts[place]
            counts[place] = 0
        }
        second = current
    }
}
