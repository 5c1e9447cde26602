import AdminHTTP
import Glibc

/// How many files and sockets the process may have open.
enum DescriptorLimit {
    /// Descriptors for all that is neither a rig nor a lane nor a reader: listeners, the log, files and HTTP requests under way.
    private static let others = 32

    /// Raises the soft limit to `count` where it is lower.
    static func raise(to count: Int) throws {
        var limit = current
        guard limit.rlim_cur < rlim_t(count) else { return }
        guard limit.rlim_max >= rlim_t(count) else {
            throw StartFault(text: ProxyWords.tooFewDescriptors(needed: count, limit: UInt64(limit.rlim_max)))
        }
        limit.rlim_cur = rlim_t(count)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Raises the soft limit as far as it goes.
    static func raiseToMost() {
        var limit = current
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Rigs that can be connected while `lanes` descriptors are kept free for lanes: a pool must be within reach
    /// however many rigs there are (docs/invariants.md#faults-of-the-system). Where descriptors are few, lanes get a
    /// quarter of them. `margin` is kept free besides, for connections on their way out.
    static func rigs(lanes: Int, margin: Int) -> Int {
        let limit = Int(clamping: current.rlim_cur)
        return max(1, limit - others - readers - margin - min(lanes, limit / 4))
    }

    /// Readers of the admin port that can be connected: an eighth of the descriptors where they are few.
    static var readers: Int { min(AdminLimits().connections, Int(clamping: current.rlim_cur) / 8) }

    private static var current: rlimit {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit
    }
}
