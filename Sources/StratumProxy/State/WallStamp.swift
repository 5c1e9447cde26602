import EventLoop
import Glibc
import ProxyTerms

/// The clock that rows are stamped with: seconds since 1970 that change when the loop's seconds do, and whether somebody has set it.
struct WallStamp {
    /// The clock is thought to have been set when it is off by this many seconds.
    static let leastChange: Int64 = 5

    /// The wall clock's seconds less those since the machine booted: changes when the wall clock is set.
    private var offset: Int64

    /// The clock as it is now.
    init() { offset = Self.sinceBoot }

    /// By how many seconds the clock was set since this was last asked; nil where it wasn't.
    mutating func change() -> Int64? {
        let offset = Self.sinceBoot
        let change = offset - self.offset
        guard change.magnitude >= Self.leastChange else { return nil }
        self.offset = offset
        return change
    }

    /// Seconds to add to the loop's.
    static var ahead: Int64 { (millisecondsAhead + 500) / 1000 }

    /// The second of `now`.
    static func second(_ now: Instant) -> Int64 { second(now, wallAhead: millisecondsAhead) }

    /// The second of `now`, where the wall clock is `wallAhead` milliseconds ahead of the loop's: two stamps are as far apart as the loop's
    /// seconds, in this process or the next. By each clock's own seconds a window moves by up to one with each restart.
    static func second(_ now: Instant, wallAhead: Int64) -> Int64 {
        now.milliseconds / 1000 + (wallAhead + 500) / 1000
    }

    /// Milliseconds since 1970 of a moment of the loop's clock.
    static func milliseconds(_ now: Instant) -> Int64 { now.milliseconds + millisecondsAhead }

    private static var sinceBoot: Int64 {
        SystemClock.milliseconds(CLOCK_REALTIME) / 1000 - SuspendClock.millisecondsSinceBoot / 1000
    }

    private static var millisecondsAhead: Int64 {
        SystemClock.milliseconds(CLOCK_REALTIME) - SystemClock.milliseconds(CLOCK_MONOTONIC)
    }
}
