import APIForms
import ProxyCore
import ProxyTerms

extension UInt64 {
    /// Work in whole hashes. Some of these can be added without running over.
    init(hashes work: Double) { self = UInt64(Swift.max(0, Swift.min(work, 0x1p62))) }
}

// What xmrig-proxy would tell in our place (docs/api.md#as-xmrig-proxy).
extension StatusReport {
    /// `/1/summary`
    func proxySummary(_ host: HostFacts, _ run: RunFigures) -> ProxySummary {
        var summary = ProxySummary()
        summary.host = host
        summary.hashrate = sixWindows
        summary.miners = snapshot.rigs
        summary.mostMiners = snapshot.mostRigs
        summary.workers = Set(rigs.map(\.name)).count
        for upstream in Upstream.allCases {
            let upstream = snapshot.upstreams[upstream]
            if upstream.miningRigs > 0 {
                summary.upstreams.active += upstream.readyLanes
            } else {
                summary.upstreams.asleep += upstream.readyLanes
            }
            summary.upstreams.failed += max(0, upstream.lanes - upstream.readyLanes)
            summary.results.accepted += upstream.counts.accepted
            summary.results.rejected += upstream.counts.rejected
            summary.results.expired += upstream.counts.stale
            summary.results.hashes += UInt64(hashes: upstream.counts.acceptedWork)
        }
        summary.results.expired += snapshot.local[.expiredJob]
        summary.results.invalid =
            snapshot.local.total - snapshot.local.belowPoolTarget - snapshot.local[.expiredJob]
        summary.results.latency = UInt64(run.upstreams[snapshot.upstream].latency.median * 1_000)
        summary.results.best = snapshot.bestShares
        return summary
    }

    /// `/1/workers`; `time` in seconds since 1970.
    func proxyWorkers(time: Double) -> ProxyWorkers {
        let workers = rigsByName.map { name, rigs in
            var worker = ProxyWorkers.Worker(name: name, address: rigs.first.map { "\($0.address)" } ?? "")
            for rig in rigs { add(rig, to: &worker, time: time) }
            return worker
        }
        return ProxyWorkers(hashrate: sixWindows, workers: workers)
    }

    private func add(_ rig: RigSnapshot, to worker: inout ProxyWorkers.Worker, time: Double) {
        if rig.departure == nil {
            worker.connections += 1
            worker.address = "\(rig.address)"
        }
        worker.accepted += UInt64(rig.counts[.accepted])
        worker.rejected += UInt64(rig.counts[.refusedByPool])
        worker.invalid += rig.counts.refusals - UInt64(rig.counts[.refusedByPool])
        worker.hashes += UInt64(hashes: rig.work)
        if let ago = rig.secondsSinceShare {
            worker.lastHash = max(worker.lastHash, UInt64(max(0, (time - ago) * 1_000)))
        }
        let rates = rig.rates.isEmpty ? [] : Self.windows.map { rig.rates[$0.rawValue].hashrate }
        for (index, rate) in rates.enumerated() {
            if worker.hashrate.indices.contains(index) {
                worker.hashrate[index] += rate
            } else {
                worker.hashrate.append(rate)
            }
        }
    }

    /// The rigs by their names, in the order in which these come first.
    var rigsByName: [(name: String, rigs: [RigSnapshot])] {
        var places: [String: Int] = [:]
        var groups: [(name: String, rigs: [RigSnapshot])] = []
        for rig in rigs {
            if let place = places[rig.name] {
                groups[place].rigs.append(rig)
            } else {
                places[rig.name] = groups.count
                groups.append((rig.name, [rig]))
            }
        }
        return groups
    }

    /// `/1/miners`
    var proxyMiners: ProxyMiners {
        ProxyMiners(
            miners: rigs.compactMap { rig in
                rig.id.map {
                    .init(
                        id: $0.token, address: "\(rig.address)", difficulty: rig.difficulty ?? 0, name: rig.name,
                        agent: rig.agent)
                }
            })
    }

    /// Those of xmrig-proxy, but for the time since the start.
    private static let windows: [RateWindow] = [.minute1, .minutes10, .hour1, .hours12, .hours24]

    private var sixWindows: [Double] {
        Self.windows.map { snapshot.rates[$0.rawValue].hashrate } + [snapshot.measuredWork / max(1, uptime)]
    }
}
