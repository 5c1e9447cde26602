import APIForms
import ProxyCore
import ProxyTerms

// What xmrig would tell in the place of the farm, or of a rig (docs/api.md#as-xmrig).
extension StatusReport {
    /// All rigs as one miner.
    func minerSummary(_ host: HostFacts, _ run: RunFigures) -> MinerSummary {
        var summary = MinerSummary()
        summary.host = host
        summary.hashrate = Self.three(snapshot.rates)
        summary.threads = rigs.filter { !$0.rates.isEmpty && $0.departure == nil }.map { Self.three($0.rates) }
        summary.highest = run.highestHashrate
        summary.connection = connection(snapshot.upstream, run)
        for upstream in Upstream.allCases {
            let counts = snapshot.upstreams[upstream].counts
            summary.connection.accepted += counts.accepted
            summary.connection.rejected += counts.rejected + counts.stale
            summary.connection.hashes += UInt64(hashes: counts.acceptedWork)
        }
        summary.shares.good = summary.connection.accepted
        summary.shares.total = summary.connection.accepted + summary.connection.rejected
        summary.best = snapshot.bestShares
        summary.brand = AdminWords.brand(rigs: snapshot.rigs)
        summary.isPaused = snapshot.rigs == 0
        return summary
    }

    /// The rigs of one name as a miner; nil where there is none.
    func minerSummary(rig name: String, _ host: HostFacts, _ run: RunFigures) -> MinerSummary? {
        let rigs = rigs.filter { $0.name == name }
        guard let first = rigs.first else { return nil }
        let connected = rigs.filter { $0.departure == nil }
        var summary = MinerSummary()
        summary.host = host
        summary.host.name = name
        summary.host.uptime = Int(connected.compactMap(\.connectedSeconds).max() ?? 0)
        summary.host.userAgent = first.agent
        summary.threads = connected.filter { !$0.rates.isEmpty }.map { Self.three($0.rates) }
        summary.hashrate = (0..<3).map { window in summary.threads.reduce(0) { $0 + ($1[window] ?? 0) } }
        summary.connection = connection(connected.compactMap(\.upstream).first ?? snapshot.upstream, run)
        summary.connection.difficulty = connected.compactMap(\.difficulty).max() ?? 0
        for rig in rigs {
            let accepted = UInt64(rig.counts[.accepted])
            summary.shares.good += accepted + UInt64(rig.counts[.belowPoolTarget])
            summary.shares.total += accepted + UInt64(rig.counts[.belowPoolTarget]) + rig.counts.refusals
            summary.connection.accepted += accepted
            summary.connection.rejected += rig.counts.refusals
            summary.connection.hashes += UInt64(hashes: rig.work)
        }
        summary.best = Array(rigs.flatMap(\.bestShares).sorted(by: >).prefix(MinerSummary.bestShares))
        summary.brand = first.agent
        summary.isPaused = connected.isEmpty
        return summary
    }

    /// The pool that is mined at. What is counted is of both, as xmrig counts on when it goes to another pool.
    private func connection(_ upstream: Upstream, _ run: RunFigures) -> MinerSummary.Connection {
        let state = snapshot.upstreams[upstream]
        let known = run.upstreams[upstream]
        var connection = MinerSummary.Connection()
        connection.pool = state.endpoint ?? ""
        connection.uptime = known.upSince.map { Int(max(0, now.seconds(since: $0))) } ?? 0
        connection.ping = Int(state.ping ?? 0)
        connection.failures = Upstream.allCases.reduce(0) { $0 + run.upstreams[$1].outages }
        connection.tls = known.tls
        connection.fingerprint = known.tls == nil ? nil : known.fingerprint
        connection.difficulty = state.difficulty ?? 0
        return connection
    }

    /// 10 s, 1 min, 15 min. A miner counts hashes, we count shares: where a window has too few of them the next longer one that has
    /// enough stands for it.
    static func three(_ rates: [Rate]) -> [Double?] {
        let windows = [RateWindow.seconds10, .minute1, .minutes10, .minutes15]
        return [0, 1, 3].map { place in
            let fitting = windows[place...].first { rates[$0.rawValue].error <= mostError } ?? .minutes15
            return rates[fitting.rawValue].hashrate
        }
    }

    /// The standard error of nine shares.
    private static let mostError = 1.0 / 3
}
