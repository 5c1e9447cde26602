import ProxyCore
import ProxyTerms
import SplitScheduler

// What alerts are made of.
extension Daemon {
    /// Alerts that nobody gets yet.
    func alertSender() throws -> AlertSender {
        try AlertSender(
            loop, log: log, host: hostName, userAgent: settings.userAgent, seed: seed,
            AlertSender.Sources(
                beginning: { [unowned self] in beginning }, figures: { [unowned self] in figures }))
    }

    private var beginning: AlertFeed.Beginning {
        let snapshot = core.snapshot(now: loop.now)
        let rigs = core.rigs(most: StatusReport.mostRigs, now: loop.now).compactMap { rig in
            rig.connectedSeconds.map { (name: rig.name, seconds: $0) }
        }
        return AlertFeed.Beginning(
            rigs: rigs,
            down: Upstream.allCases.filter { snapshot.upstreams[$0].standing == .down }.map {
                ($0, snapshot.upstreams[$0.other].standing)
            })
    }

    private var figures: AlertFeed.Figures {
        let snapshot = core.snapshot(now: loop.now)
        let routed = snapshot.schedule.routed
        return AlertFeed.Figures(
            rate: snapshot.rates[RateWindow.minutes10.rawValue], dayHashrate: routed.p2pool.day + routed.xvb.day,
            hasPool: Upstream.allCases.contains { snapshot.upstreams[$0].readyLanes > 0 },
            usesXvB: settings.mode != .p2pool, schedule: snapshot.schedule, fails: snapshot.xvbReading?.value.fails,
            lowPercent: settings.lowHashratePercent, storeTrouble: keeper.trouble,
            p2poolNeeds: statistics?.p2pool?.needsUpdate)
    }

    /// Upstreams that are to be connected to.
    var awaitedUpstreams: [Upstream] { settings.mode == .p2pool ? [.p2pool] : Upstream.allCases }
}
