import Glibc

/// The time of day, which may jump; for the ages of what others have dated.
enum WallClock {
    /// Seconds since 1970.
    static var now: Double {
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        return Double(clock.tv_sec) + Double(clock.tv_nsec) / 1e9
    }
}
