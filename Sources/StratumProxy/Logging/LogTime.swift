import Glibc

/// The time in front of a line: `[2026-11-20 12:00:00.123]`, local, as xmrig writes it.
struct LogTime {
    /// Seconds since 1970 and the milliseconds beyond them.
    typealias Moment = (seconds: Int, milliseconds: Int)

    private let clock: () -> Moment
    private var second = Int.min
    /// `[2026-11-20 12:00:00.` for `second`: a farm logs many lines a second, and the calendar is slow.
    private var prefix: [UInt8] = []

    /// Asks `clock` for each line.
    init(clock: @escaping () -> Moment = Self.wallClock) {
        self.clock = clock
    }

    static func wallClock() -> Moment {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return (time.tv_sec, time.tv_nsec / 1_000_000)
    }

    /// Appends the time, its brackets included.
    mutating func append(to line: inout [UInt8]) {
        let now = clock()
        if now.seconds != second {
            second = now.seconds
            prefix = Self.text(now.seconds, "[%Y-%m-%d %H:%M:%S.")
        }
        line.append(contentsOf: prefix)
        let digits = now.milliseconds
        for divisor in [100, 10, 1] { line.append(UInt8(ascii: "0") + UInt8(digits / divisor % 10)) }
        line.append(UInt8(ascii: "]"))
    }

    /// The time of day here: `14:03:05`.
    static func clock() -> String { String(decoding: text(wallClock().seconds, "%H:%M:%S"), as: UTF8.self) }

    private static func text(_ seconds: Int, _ form: String) -> [UInt8] {
        var seconds = time_t(seconds)
        var parts = tm()
        localtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, form, &parts)
        return text.prefix(count).map { UInt8(truncatingIfNeeded: $0) }
    }
}
