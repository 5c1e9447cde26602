import StrictJSON

/// What xmrig 6.26 tells at `/1/summary` and `/2/summary`: one miner, or the whole farm as one (docs/api.md#as-xmrig).
public struct MinerSummary: Equatable, Sendable {
    /// The pool that is mined at.
    public struct Connection: Equatable, Sendable {
        /// `host:port`; empty where there is none.
        public var pool = ""
        /// Its address; nil where it isn't known.
        public var address: String?
        /// Seconds since the login.
        public var uptime = 0
        /// Milliseconds of a round trip.
        public var ping = 0
        /// Connections that failed since the start.
        public var failures: UInt64 = 0
        /// The protocol of an encrypted connection.
        public var tls: String?
        /// The certificate's SHA-256.
        public var fingerprint: String?
        /// The job's algorithm.
        public var algorithm = "rx/0"
        /// The job's difficulty.
        public var difficulty: UInt64 = 0
        /// Shares accepted.
        public var accepted: UInt64 = 0
        /// Shares refused.
        public var rejected: UInt64 = 0
        /// Hashes accepted.
        public var hashes: UInt64 = 0

        /// No connection.
        public init() {}
    }

    /// This proxy, or the rig as far as it is known.
    public var host = HostFacts()
    /// H/s over 10 s, 1 min, 15 min; nil for what is not known yet.
    public var hashrate: [Double?] = [nil, nil, nil]
    /// The same of each rig: xmrig has its threads here.
    public var threads: [[Double?]] = []
    /// The highest hashrate since the start, H/s.
    public var highest: Double?
    /// The pool.
    public var connection = Connection()
    /// Good shares and all shares since the start.
    public var shares = (good: UInt64(0), total: UInt64(0))
    /// The highest difficulties of accepted shares.
    public var best: [UInt64] = []
    /// What mines, in words: xmrig has its processor here.
    public var brand = ""
    /// Nothing is mined now.
    public var isPaused = false

    /// How many of these there are.
    public static let bestShares = 10

    /// Nothing known.
    public init() {}

    /// Whether both are the same.
    public static func == (lhs: MinerSummary, rhs: MinerSummary) -> Bool {
        lhs.host == rhs.host && lhs.hashrate == rhs.hashrate && lhs.threads == rhs.threads && lhs.highest == rhs.highest
            && lhs.connection == rhs.connection && lhs.shares == rhs.shares && lhs.best == rhs.best
            && lhs.brand == rhs.brand && lhs.isPaused == rhs.isPaused
    }

    /// The document; `version` is 1 or 2, as in its path.
    public func json(version: Int) -> String {
        var json = JSONObject()
        host.fill(&json)
        json.object("results") { fillResults(&$0, version) }
        json.set("algo", connection.algorithm)
        json.object("connection") { connection.fill(&$0, host.uptime, version) }
        json.set("version", host.version)
        json.set("kind", "miner")
        json.set("ua", host.userAgent)
        json.object("cpu") { fillProcessor(&$0) }
        json.set("donate_level", 0)
        json.set("paused", isPaused)
        json.set("algorithms", [connection.algorithm])
        json.object("hashrate") { json in
            json.set("total", Self.row(hashrate))
            if let highest = Self.rounded(highest) {
                json.set("highest", real: highest)
            } else {
                json.set("highest", nil as Double?)
            }
            if version == 1 { json.set("threads", rows: threads.map(Self.row)) }
        }
        if version == 1 { json.set("hugepages", false) } else { json.set("hugepages", [0, 0] as [UInt64]) }
        return json.text
    }

    private func fillResults(_ json: inout JSONObject, _ version: Int) {
        json.set("diff_current", connection.difficulty)
        json.set("shares_good", shares.good)
        json.set("shares_total", shares.total)
        Self.fillTimes(&json, shares.good, host.uptime)
        json.set("hashes_total", connection.hashes)
        let best = best.prefix(Self.bestShares)
        json.set("best", Array(best) + [UInt64](repeating: 0, count: Self.bestShares - best.count))
        if version == 1 { json.set("error_log", [] as [String]) }
    }

    /// Seconds and milliseconds a share.
    fileprivate static func fillTimes(_ json: inout JSONObject, _ shares: UInt64, _ seconds: Int) {
        let milliseconds = shares > 0 ? UInt64(max(0, seconds)) * 1_000 / shares : 0
        json.set("avg_time", milliseconds / 1_000)
        json.set("avg_time_ms", milliseconds)
    }

    /// Of the rigs' processors nothing is known.
    private func fillProcessor(_ json: inout JSONObject) {
        json.set("brand", brand)
        for name in ["family", "model", "stepping", "proc_info"] { json.set(name, 0) }
        for name in ["aes", "avx2", "x64", "64_bit"] { json.set(name, true) }
        for name in ["l2", "l3", "cores"] { json.set(name, 0) }
        json.set("threads", threads.count)
        for name in ["packages", "nodes"] { json.set(name, 0) }
        json.set("backend", "basic")
        json.set("msr", "none")
        json.set("assembly", "none")
        json.set("arch", "x86_64")
        json.set("flags", [] as [String])
    }

    private static func row(_ hashrates: [Double?]) -> JSONRow {
        var row = JSONRow()
        for value in hashrates {
            if let value = rounded(value) { row.add(real: value) } else { row.add(nil as Double?) }
        }
        return row
    }

    /// To hundredths, as xmrig does.
    private static func rounded(_ value: Double?) -> Double? {
        value.flatMap { $0.isFinite ? ($0 * 100).rounded() / 100 : nil }
    }
}

extension MinerSummary.Connection {
    fileprivate func fill(_ json: inout JSONObject, _ seconds: Int, _ version: Int) {
        json.set("pool", pool)
        json.set("ip", address)
        json.set("uptime", uptime)
        json.set("uptime_ms", uptime * 1_000)
        json.set("ping", ping)
        json.set("failures", failures)
        json.set("tls", tls)
        json.set("tls-fingerprint", fingerprint)
        json.set("algo", algorithm)
        json.set("diff", difficulty)
        json.set("accepted", accepted)
        json.set("rejected", rejected)
        MinerSummary.fillTimes(&json, accepted, seconds)
        json.set("hashes_total", hashes)
        if version == 1 { json.set("error_log", [] as [String]) }
    }
}
