import Glibc

/// Tells how long the machine has slept: CLOCK_MONOTONIC, and with it the loop's time and its timers, stand still in a suspend, and
/// CLOCK_BOOTTIME doesn't.
public struct SuspendClock {
    /// Less than this many seconds are waited for until there are more.
    static let least: Int64 = 5

    /// All time slept since the machine started, in milliseconds.
    private let total: () -> Int64
    /// How much of it was told.
    private var told: Int64

    /// A clock that tells what is slept from now on.
    public init() {
        self.init(total: Self.millisecondsSlept)
    }

    init(total: @escaping () -> Int64) {
        self.total = total
        told = total()
    }

    /// Whole seconds slept that were not told before; `nil` where there are none to speak of.
    public mutating func slept() -> Int64? {
        let seconds = (total() - told) / 1000
        guard seconds >= Self.least else { return nil }
        told += seconds * 1000
        return seconds
    }

    /// Milliseconds of the machine's running time, sleep included: wall time that nobody sets.
    public static var millisecondsSinceBoot: Int64 { SystemClock.milliseconds(CLOCK_BOOTTIME) }

    private static func millisecondsSlept() -> Int64 {
        // Read in this order, a pause between the two looks like less sleep, never like more.
        let all = SystemClock.milliseconds(CLOCK_BOOTTIME)
        return all - SystemClock.milliseconds(CLOCK_MONOTONIC)
    }
}
