import Glibc

/// The time of day, which may jump; for the ages of what others have dated.
enum WallClock {
    /// Seconds since 1970.
    static var now: Double {
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        return Double(clock.tv_sec) + Double(clock.tv_nsec) / 1e9
    }

    /// The minute of the local day, 0 ... 1439, at a time since 1970.
    static func localMinute(at seconds: Double) -> Int {
        var (time, parts) = (time_t(seconds), tm())
        guard localtime_r(&time, &parts) != nil else { return 0 }
        return Int(parts.tm_hour) * 60 + Int(parts.tm_min)
    }
}
