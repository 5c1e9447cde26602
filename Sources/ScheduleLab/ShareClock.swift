import ProxyTerms
import SplitScheduler

/// Finds shares at random in the work that is done: the work from one share to the next is exponentially distributed.
///
/// The draws are of work, not of time, and from a generator of its own. So two policies that are run with the same seed meet
/// the same luck wherever they do the same work, and their difference is theirs.
struct ShareClock {
    private var random: SeededGenerator
    /// What is left to the next share, in mean shares.
    private var left: Double
    /// Shares a second on average, from `since` on.
    private var rate = 0.0
    private var since: Int64 = 0

    /// The millisecond of the next share; never while nothing is done.
    private(set) var next = Int64.max

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        left = 0
        left = draw()
    }

    /// From `now` on, but not before `from`, `new` shares are found a second on average.
    mutating func set(rate new: Double, now: Int64, from: Int64) {
        left = max(0, left - rate * Double(max(0, now - since)) / 1000)
        rate = new
        since = max(now, from)
        schedule()
    }

    /// The share at `now` was found.
    mutating func found(at now: Int64) {
        left = draw()
        since = now
        schedule()
    }

    private mutating func schedule() {
        guard rate > 0 else {
            next = .max
            return
        }
        let time = left / rate * 1000
        next = time < 1e15 ? since + Int64(time) + 1 : .max
    }

    private mutating func draw() -> Double {
        -Numerics.naturalLog(1 - random.unit())
    }
}
