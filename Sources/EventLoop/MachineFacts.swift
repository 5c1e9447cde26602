import CLibuv
import Glibc

/// What the system tells of the machine and of this process. Nothing of it comes from a disk.
public enum MachineFacts {
    /// Bytes of memory: what programs may have yet, what the machine has, what this process has.
    public static var memory: (free: UInt64, total: UInt64, resident: UInt64) {
        var resident = 0
        uv_resident_set_memory(&resident)
        return (uv_get_free_memory(), uv_get_total_memory(), UInt64(max(0, resident)))
    }

    /// Processes that run or wait, over 1, 5 and 15 minutes.
    public static var load: [Double] {
        var load = [0.0, 0, 0]
        uv_loadavg(&load)
        return load
    }

    /// Threads that the machine runs at a time.
    public static var threads: Int { Int(uv_available_parallelism()) }

    /// The machine's name; empty where it has none.
    public static var name: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(truncatingIfNeeded:)), as: UTF8.self)
    }

    /// Seconds of a processor that this process has used.
    public static var processorSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
