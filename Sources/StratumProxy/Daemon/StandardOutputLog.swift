import Glibc

/// Writes lines to standard output, with the time as xmrig does.
final class StandardOutputLog: DaemonLog {
    private let level: LogLevel

    init(level: LogLevel) {
        self.level = level
    }

    func writes(_ level: LogLevel) -> Bool { level <= self.level }

    func line(_ level: LogLevel, _ tag: LogTag, _ text: @autoclosure () -> String) {
        guard writes(level) else { return }
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        var broken = tm()
        localtime_r(&clock.tv_sec, &broken)
        var stamp = [CChar](repeating: 0, count: 32)
        strftime(&stamp, stamp.count, "%Y-%m-%d %H:%M:%S", &broken)
        let milliseconds = String(1000 + clock.tv_nsec / 1_000_000).dropFirst()
        let time = String(decoding: stamp.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let line = "[\(time).\(milliseconds)] \(tag.rawValue.padded(8)) \(text())\n"
        _ = Array(line.utf8).withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }
}
