import EventLoop
import HTTPFetch
import ProxyTerms
import SplitScheduler
import Statistics

/// What p2pool's and XvB's statistics have told.
enum Observation {
    case p2pool(P2PoolReading)
    case xvb(XvBReading)
    /// Whether XvB's statistics name this wallet as a round's winner, and what the round asks for.
    case xvbRound(isOurs: Bool, Tier?)
    /// XvB does not know the wallet.
    case xvbUnregistered
}

/// The watchers of p2pool's and XvB's statistics, as the configuration wants them.
final class StatisticsWatch {
    private(set) var p2pool: P2PoolWatcher?
    private(set) var xvb: XvBWatcher?
    private var fetcher: HTTPFetcher?

    /// Watchers that are not started. `lastAcceptedAt` tells when p2pool last took a share, `roundCompleted` that one of them has asked for all it asks for, `observed` gets what they find, `say` what the operator should know of whose figures.
    init(
        _ settings: Settings, loop: EventLoop, seed: UInt64, say: @escaping (Upstream, LogLevel, String) -> Void,
        lastAcceptedAt: @escaping () -> Instant? = { nil }, roundCompleted: @escaping (Upstream) -> Void = { _ in },
        observed: @escaping (Observation) -> Void
    ) throws {
        if let place = try place(settings, loop) {
            p2pool = try P2PoolWatcher(
                loop: loop, place: place, interval: Double(settings.upstreams.p2pool.apiIntervalSeconds), seed: seed,
                wallet: settings.mode == .p2pool ? nil : settings.wallet?.text,
                handlers: P2PoolWatcher.Handlers(
                    reading: { observed(.p2pool($0)) }, lastAcceptedAt: lastAcceptedAt,
                    say: { say(.p2pool, $0, $1) },
                    roundCompleted: { roundCompleted(.p2pool) }))
        }
        // Without the wallet there is nothing to ask for, and who never mines there is not to be asked about.
        guard settings.mode != .p2pool, let wallet = settings.wallet,
            let source = try webSource(settings, .xvb, loop)
        else { return }
        xvb = try XvBWatcher(
            loop: loop, source: source, wallet: wallet.text,
            interval: Double(settings.upstreams.xvb.apiIntervalSeconds), seed: seed &+ 1,
            handlers: XvBWatcher.Handlers(
                averages: { observed(.xvb($0)) },
                wonRound: { observed(.xvbRound(isOurs: $0, $1)) },
                unregistered: { observed(.xvbUnregistered) },
                say: { say(.xvb, $0, $1) },
                roundCompleted: { roundCompleted(.xvb) }))
    }

    /// Where figures come from and what is wrong with them, for `status`.
    func sources(now: Instant) -> StatusSources {
        var sources = StatusSources()
        if let p2pool {
            switch p2pool.source.place {
            case .directory(let path): sources.p2pool.place = path
            case .web(let web): sources.p2pool.place = web.description
            }
            sources.p2pool.trouble = p2pool.trouble
        }
        if let xvb {
            sources.xvb = StatusSources.Source(place: xvb.source.description, trouble: xvb.trouble)
            sources.raffle = xvb.statistics.map { ($0.value, now.seconds(since: $0.at)) }
        }
        return sources
    }

    /// Asks for the first time.
    func start() {
        p2pool?.start()
        xvb?.start()
    }

    /// Asks no more, and closes all connections.
    func stop() {
        p2pool?.stop()
        xvb?.stop()
        fetcher?.close()
    }

    private func place(_ settings: Settings, _ loop: EventLoop) throws -> P2PoolSource.Place? {
        if case .directory(let path) = settings.upstreams.p2pool.api { return .directory(path) }
        return try webSource(settings, .p2pool, loop).map { .web($0) }
    }

    private func webSource(_ settings: Settings, _ upstream: Upstream, _ loop: EventLoop) throws -> WebSource? {
        let configured = settings.upstreams[upstream]
        guard case .url(let base) = configured.api else { return nil }
        let fetcher = try fetcher ?? HTTPFetcher(loop)
        self.fetcher = fetcher
        return WebSource(
            fetcher: fetcher, base: base, userAgent: settings.userAgent, socks5: configured.apiSOCKS5?.forFetching,
            authorityFile: configured.apiAuthorityFile)
    }
}
