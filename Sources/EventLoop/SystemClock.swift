import Glibc

/// The kernel's clocks.
public enum SystemClock {
    /// What `clock` (CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME) says now, in milliseconds.
    public static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
