import StrictJSON

/// What xmrig-proxy tells at `/1/workers`: a row for each name of rigs.
public struct ProxyWorkers: Equatable, Sendable {
    /// The rigs of one name.
    public struct Worker: Equatable, Sendable {
        /// Their name.
        public var name: String
        /// The address that the last of them came from.
        public var address: String
        /// Of these so many are connected.
        public var connections = 0
        /// Shares accepted by a pool.
        public var accepted: UInt64 = 0
        /// Refused by a pool.
        public var rejected: UInt64 = 0
        /// Refused here.
        public var invalid: UInt64 = 0
        /// Their work, hashes.
        public var hashes: UInt64 = 0
        /// When the last share came, milliseconds since 1970; 0: none yet.
        public var lastHash: UInt64 = 0
        /// H/s over 1 min, 10 min, 1 h, 12 h, 24 h.
        public var hashrate: [Double] = []

        /// A worker without shares.
        public init(name: String, address: String) {
            self.name = name
            self.address = address
        }

        var row: JSONRow {
            var row = JSONRow()
            row.add(name)
            row.add(address)
            row.add(connections)
            row.add(accepted)
            row.add(rejected)
            row.add(invalid)
            row.add(hashes)
            row.add(lastHash)
            for value in Kilohashes.six(hashrate).prefix(5) { row.add(real: value) }
            return row
        }
    }

    /// As in `ProxySummary`.
    public var hashrate: [Double]
    /// By name.
    public var workers: [Worker]

    /// These workers.
    public init(hashrate: [Double], workers: [Worker]) {
        self.hashrate = hashrate
        self.workers = workers
    }

    /// The document.
    public var json: String {
        var json = JSONObject()
        json.object("hashrate") { $0.set("total", reals: Kilohashes.six(hashrate)) }
        json.set("mode", "rig_id")
        json.set("workers", rows: workers.map(\.row))
        return json.text
    }
}

/// What xmrig-proxy tells at `/1/miners`: a row for each connection.
public struct ProxyMiners: Equatable, Sendable {
    /// One connection.
    public struct Miner: Equatable, Sendable {
        /// Its number since the start.
        public var id: UInt64
        /// Where it comes from.
        public var address: String
        /// The difficulty of its job.
        public var difficulty: UInt64
        /// The rig's name.
        public var name: String
        /// Its program, as it says.
        public var agent: String

        /// A rig that is logged in.
        public init(id: UInt64, address: String, difficulty: UInt64, name: String, agent: String) {
            self.id = id
            self.address = address
            self.difficulty = difficulty
            self.name = name
            self.agent = agent
        }

        var row: JSONRow {
            var row = JSONRow()
            row.add(id)
            row.add(address)
            // Bytes each way are not counted.
            row.add(0)
            row.add(0)
            // Logged in.
            row.add(2)
            row.add(difficulty)
            row.add(name)
            // A password is nobody's business.
            row.add("")
            row.add(name)
            row.add(agent)
            return row
        }
    }

    /// The rigs that are connected.
    public var miners: [Miner]

    /// These miners.
    public init(miners: [Miner]) {
        self.miners = miners
    }

    /// The document.
    public var json: String {
        var json = JSONObject()
        json.set("format", ["id", "ip", "tx", "rx", "state", "diff", "user", "password", "rig_id", "agent"])
        json.set("miners", rows: miners.map(\.row))
        return json.text
    }
}
