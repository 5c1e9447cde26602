import ProxyTerms
import StrictJSON

/// What xmrig-proxy 6.26 tells at `/1/summary`, in its members, their order, types and units (docs/api.md#as-xmrig-proxy).
public struct ProxySummary: Equatable, Sendable {
    /// Pool connections by their state.
    public struct Connections: Equatable, Sendable {
        /// With work for rigs.
        public var active = 0
        /// Kept for later.
        public var asleep = 0
        /// Not logged in.
        public var failed = 0

        /// None.
        public init() {}

        /// All of them.
        var total: Int { active + asleep + failed }
    }

    /// What became of shares since the start.
    public struct Results: Equatable, Sendable {
        /// Accepted by a pool.
        public var accepted: UInt64 = 0
        /// Refused by a pool.
        public var rejected: UInt64 = 0
        /// Refused here.
        public var invalid: UInt64 = 0
        /// Too old.
        public var expired: UInt64 = 0
        /// The middle one of the times to a verdict, milliseconds.
        public var latency: UInt64 = 0
        /// Work that was accepted, hashes.
        public var hashes: UInt64 = 0
        /// The highest difficulties of accepted shares, the highest first; ten at most.
        public var best: [UInt64] = []

        /// Nothing yet.
        public init() {}
    }

    /// This proxy.
    public var host = HostFacts()
    /// The hashrate in H/s over 1 min, 10 min, 1 h, 12 h, 24 h, and since the start.
    public var hashrate: [Double] = []
    /// Rigs that are connected.
    public var miners = 0
    /// The most rigs that were at a time.
    public var mostMiners = 0
    /// Names of rigs.
    public var workers = 0
    /// Pool connections.
    public var upstreams = Connections()
    /// What became of shares.
    public var results = Results()

    /// All zero.
    public init() {}

    /// The document.
    public var json: String {
        var json = JSONObject()
        host.fill(&json)
        json.set("version", host.version)
        json.set("kind", "proxy")
        // Its own word, though there is a job.
        json.set("algo", "invalid")
        json.set("mode", "nicehash")
        json.set("ua", host.userAgent)
        json.set("donate_level", 0)
        json.set("donated", real: 0)
        json.object("hashrate") { $0.set("total", reals: Kilohashes.six(hashrate)) }
        json.object("miners") {
            // Gupaxx reads 16 bits, and 32 of the shares.
            $0.set("now", min(miners, Int(UInt16.max)))
            $0.set("max", min(mostMiners, Int(UInt16.max)))
        }
        json.set("workers", workers)
        json.object("upstreams") {
            $0.set("active", upstreams.active)
            $0.set("sleep", upstreams.asleep)
            $0.set("error", upstreams.failed)
            $0.set("total", upstreams.total)
            // Rigs an active connection.
            let ratio = upstreams.active > 0 ? Double(miners) / Double(upstreams.active) : 0
            $0.set("ratio", real: Kilohashes.floored(ratio))
        }
        json.object("results") {
            $0.set("accepted", min(results.accepted, UInt64(UInt32.max)))
            $0.set("rejected", min(results.rejected, UInt64(UInt32.max)))
            $0.set("invalid", results.invalid)
            $0.set("expired", results.expired)
            // Seconds a share.
            $0.set("avg_time", results.accepted > 0 ? UInt64(host.uptime) / results.accepted : 0)
            $0.set("latency", results.latency)
            $0.set("hashes_total", results.hashes)
            $0.set("hashes_donate", 0)
            let best = results.best.prefix(10)
            $0.set("best", Array(best) + [UInt64](repeating: 0, count: 10 - best.count))
        }
        return json.text
    }
}

/// Hashrates in xmrig-proxy's unit.
enum Kilohashes {
    /// The six windows in kH/s; what is missing is 0.
    static func six(_ hashrates: [Double]) -> [Double] {
        (0..<6).map { hashrates.indices.contains($0) ? floored(hashrates[$0] / 1_000) : 0 }
    }

    /// Rounded down to hundredths; 0 for what is no number.
    static func floored(_ value: Double) -> Double {
        value.isFinite ? max(0, (min(value, 1e12) * 100).rounded(.down) / 100) : 0
    }
}
