import ProxyTerms

/// The windows over which a hashrate is told.
public enum RateWindow: Int, CaseIterable, Sendable {
    /// 10 seconds, as in xmrig's speed line.
    case seconds10
    /// 1 minute.
    case minute1
    /// 10 minutes.
    case minutes10
    /// 15 minutes: what the plan is made from.
    case minutes15
    /// 1 hour.
    case hour1
    /// 24 hours.
    case hours24

    /// Length in seconds.
    public var seconds: Double {
        switch self {
        case .seconds10: 10
        case .minute1: 60
        case .minutes10: 600
        case .minutes15: 900
        case .hour1: 3600
        case .hours24: 86400
        }
    }
}

/// A hashrate with what is known of its error.
public struct Rate: Equatable, Sendable {
    /// Hashes a second.
    public var hashrate: Double
    /// Relative standard error of counting shares: sqrt(Σd²)/Σd, which is 1/√n for n equal shares; 1 when there is none.
    public var error: Double
    /// Seconds that the figure covers: the window, or less while the meter is younger.
    public var covered: Double

    /// A rate as measured.
    public init(hashrate: Double, error: Double, covered: Double) {
        self.hashrate = hashrate
        self.error = error
        self.covered = covered
    }
}

/// Counts work in sliding windows: Σ share difficulty ÷ elapsed time (wire.md A3.9).
///
/// Five rings of buckets; a window is the sum of its ring's buckets, the running one included, divided by the time those
/// buckets cover. About 540 bytes.
public final class WorkMeter {
    /// Buckets and their length in milliseconds: 10 s, 1 min, 15 min (10 min is read from it too), 1 h, 24 h.
    private static let rings: [(count: Int, length: Int64, first: Int)] = [
        (6, 2_000, 0), (7, 10_000, 6), (16, 60_000, 13), (13, 300_000, 29), (25, 3_600_000, 42),
    ]
    private static let bucketCount = 67

    private let started: Instant
    /// Sum of difficulties of each bucket, then sum of their squares.
    private var sums: [Float]
    /// The running bucket of each ring, counted from the clock's start.
    private var heads: (Int64, Int64, Int64, Int64, Int64)
    /// All work since the start, in hashes.
    public private(set) var total: Double = 0

    /// A meter that starts counting at `now`.
    public init(now: Instant) {
        started = now
        sums = [Float](repeating: 0, count: Self.bucketCount * 2)
        heads = (0, 0, 0, 0, 0)
        for ring in 0..<5 { setHead(ring, now.milliseconds / Self.rings[ring].length) }
    }

    /// Counts a share worth `work` hashes.
    public func add(work: Double, at now: Instant) {
        total += work
        for ring in 0..<5 {
            advance(ring, to: now)
            let bucket = Self.rings[ring].first + Int(head(ring) % Int64(Self.rings[ring].count))
            sums[bucket] += Float(work)
            sums[Self.bucketCount + bucket] += Float(work * work)
        }
    }

    /// The hashrate over `window` at `now`.
    public func rate(_ window: RateWindow, at now: Instant) -> Rate {
        let ring: Int
        switch window {
        case .seconds10: ring = 0
        case .minute1: ring = 1
        case .minutes10, .minutes15: ring = 2
        case .hour1: ring = 3
        case .hours24: ring = 4
        }
        advance(ring, to: now)
        let (count, length, first) = Self.rings[ring]
        let wanted = min(count - 1, Int(window.seconds * 1000) / Int(length))
        let running = head(ring)
        var work = 0.0
        var squares = 0.0
        for back in 0...Int64(wanted) where running - back >= 0 {
            let bucket = first + Int((running - back) % Int64(count))
            work += Double(sums[bucket])
            squares += Double(sums[Self.bucketCount + bucket])
        }
        let coveredFrom = max(started.milliseconds, (running - Int64(wanted)) * length)
        let covered = max(Double(now.milliseconds - coveredFrom) / 1000, 1)
        return Rate(
            hashrate: work / covered, error: work > 0 ? squares.squareRoot() / work : 1, covered: covered)
    }

    /// Empties the buckets that `now` has moved past.
    private func advance(_ ring: Int, to now: Instant) {
        let (count, length, first) = Self.rings[ring]
        let current = now.milliseconds / length
        let behind = current - head(ring)
        guard behind > 0 else { return }
        for step in 1...min(behind, Int64(count)) {
            let bucket = first + Int((current - min(behind, Int64(count)) + step) % Int64(count))
            sums[bucket] = 0
            sums[Self.bucketCount + bucket] = 0
        }
        setHead(ring, current)
    }

    private func head(_ ring: Int) -> Int64 {
        switch ring {
        case 0: heads.0
        case 1: heads.1
        case 2: heads.2
        case 3: heads.3
        case _: heads.4
        }
    }

    private func setHead(_ ring: Int, _ value: Int64) {
        switch ring {
        case 0: heads.0 = value
        case 1: heads.1 = value
        case 2: heads.2 = value
        case 3: heads.3 = value
        case _: heads.4 = value
        }
    }
}
