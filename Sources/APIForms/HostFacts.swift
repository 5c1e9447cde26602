import StrictJSON

/// What xmrig and xmrig-proxy tell of the machine and the program.
public struct HostFacts: Equatable, Sendable {
    /// 16 hex digits that stay the same for this machine.
    public var id = ""
    /// The machine's name.
    public var name = ""
    /// Seconds since the start.
    public var uptime = 0
    /// Bytes of memory that programs may have yet, that the machine has, and that this process has.
    public var memory = (free: UInt64(0), total: UInt64(0), resident: UInt64(0))
    /// Processes that run or wait, over 1, 5 and 15 minutes.
    public var load = [0.0, 0, 0]
    /// Threads that the machine runs at a time.
    public var threads = 0
    /// The program's version.
    public var version = ""
    /// The program with its version.
    public var userAgent = ""

    /// Nothing known.
    public init() {}

    /// Whether both are the same.
    public static func == (lhs: HostFacts, rhs: HostFacts) -> Bool {
        lhs.id == rhs.id && lhs.name == rhs.name && lhs.uptime == rhs.uptime && lhs.memory == rhs.memory
            && lhs.load == rhs.load && lhs.threads == rhs.threads && lhs.version == rhs.version
            && lhs.userAgent == rhs.userAgent
    }

    /// The members that both programs begin with.
    func fill(_ json: inout JSONObject) {
        json.set("id", id)
        json.set("worker_id", name)
        json.set("uptime", uptime)
        json.set("restricted", true)
        json.object("resources") { json in
            json.object("memory") {
                $0.set("free", memory.free)
                $0.set("total", memory.total)
                $0.set("resident_set_memory", memory.resident)
            }
            json.set("load_average", reals: load.map(Kilohashes.floored))
            json.set("hardware_concurrency", threads)
        }
        json.set("features", ["api", "http", "tls"])
    }
}
