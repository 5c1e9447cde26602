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
    /// 12 hours, as xmrig-proxy has it.
    case hours12
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
        case .hours12: 43200
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

    /// Nothing was measured.
    public static let none = Rate(hashrate: 0, error: 1, covered: 0)

    /// A rate as measured.
    public init(hashrate: Double, error: Double, covered: Double) {
        self.hashrate = hashrate
        self.error = error
        self.covered = covered
    }
}

/// Counts work in sliding windows: Σ share difficulty ÷ elapsed time (docs/protocol.md#work).
///
/// Five rings of buckets; a window is the sum of its ring's buckets, the running one included, divided by the time those
/// buckets cover. About 600 bytes. Every share is counted by several meters, so `add` has little to do: it finds the
/// running buckets as they are, but for once in two seconds.
public final class WorkMeter {
    /// Buckets and their length in milliseconds: 10 s, 1 min, 15 min (10 min is read from it too), 1 h, 24 h (12 h too). Each
    /// length is a multiple of the first.
    private static let rings: [(count: Int, length: Int64, first: Int)] = [
        (6, shortest, 0), (7, 10_000, 6), (16, 60_000, 13), (13, 300_000, 29), (25, 3_600_000, 42),
    ]
    private static let bucketCount = 67
    private static let shortest: Int64 = 2_000

    private let started: Instant
    /// Sum of difficulties of each bucket, then sum of their squares.
    private let sums: UnsafeMutablePointer<Float>
    /// When the running bucket of the first ring began, milliseconds. Until it ends no ring moves on.
    private var runningSince: Int64
    /// The running bucket of each ring, as a place in `sums`.
    private var running: (UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0, 0)
    /// All work since the start, in hashes.
    public private(set) var total: Double = 0

    /// A meter that starts counting at `now`.
    public init(now: Instant) {
        started = now
        sums = .allocate(capacity: Self.bucketCount * 2)
        sums.initialize(repeating: 0, count: Self.bucketCount * 2)
        runningSince = now.milliseconds / Self.shortest * Self.shortest
        findRunning()
    }

    deinit {
        sums.deallocate()
    }

    /// Counts a share worth `work` hashes.
    public func add(work: Double, at now: Instant) {
        total += work
        moveOn(to: now)
        let sum = Float(work)
        let square = Float(work * work)
        count(sum, square, in: running.0)
        count(sum, square, in: running.1)
        count(sum, square, in: running.2)
        count(sum, square, in: running.3)
        count(sum, square, in: running.4)
    }

    @inline(__always)
    private func count(_ sum: Float, _ square: Float, in bucket: UInt8) {
        sums[Int(bucket)] += sum
        sums[Self.bucketCount + Int(bucket)] += square
    }

    /// Takes back `work` hashes of the newest: they were forged.
    public func takeBack(work: Double, at now: Instant) {
        moveOn(to: now)
        total = max(0, total - work)
        for (count, length, first) in Self.rings {
            let head = runningSince / length
            var left = Float(work)
            for back in 0..<Int64(count) where head - back >= 0 && left > 0 {
                let bucket = first + Int((head - back) % Int64(count))
                let taken = min(sums[bucket], left)
                guard taken > 0 else { continue }
                sums[Self.bucketCount + bucket] *= (sums[bucket] - taken) / sums[bucket]
                sums[bucket] -= taken
                left -= taken
            }
        }
    }

    /// The hashrate over `window` at `now`.
    public func rate(_ window: RateWindow, at now: Instant) -> Rate {
        moveOn(to: now)
        let (count, length, first) = Self.rings[Self.ring(of: window)]
        let wanted = min(count - 1, Int(window.seconds * 1000) / Int(length))
        let head = runningSince / length
        var work = 0.0
        var squares = 0.0
        for back in 0...Int64(wanted) where head - back >= 0 {
            let bucket = first + Int((head - back) % Int64(count))
            work += Double(sums[bucket])
            squares += Double(sums[Self.bucketCount + bucket])
        }
        let coveredFrom = max(started.milliseconds, (head - Int64(wanted)) * length)
        let covered = max(Double(now.milliseconds - coveredFrom) / 1000, 1)
        return Rate(
            hashrate: work / covered, error: work > 0 ? squares.squareRoot() / work : 1, covered: covered)
    }

    private static func ring(of window: RateWindow) -> Int {
        switch window {
        case .seconds10: 0
        case .minute1: 1
        case .minutes10, .minutes15: 2
        case .hour1: 3
        case .hours12, .hours24: 4
        }
    }

    @inline(__always)
    private func moveOn(to now: Instant) {
        if now.milliseconds - runningSince >= Self.shortest { leaveRunning(now) }
    }

    /// Empties the buckets that `now` has moved past.
    @inline(never)
    private func leaveRunning(_ now: Instant) {
        let since = now.milliseconds / Self.shortest * Self.shortest
        for (count, length, first) in Self.rings {
            let head = since / length
            for back in 0..<min(head - runningSince / length, Int64(count)) {
                let bucket = first + Int((head - back) % Int64(count))
                sums[bucket] = 0
                sums[Self.bucketCount + bucket] = 0
            }
        }
        runningSince = since
        findRunning()
    }

    private func findRunning() {
        func bucket(_ ring: Int) -> UInt8 {
            let (count, length, first) = Self.rings[ring]
            return UInt8(first + Int(runningSince / length % Int64(count)))
        }
        running = (bucket(0), bucket(1), bucket(2), bucket(3), bucket(4))
    }
}
