/// What a path of the admin port leads to.
enum AdminRoute: Hashable {
    /// A file of the page, by its name.
    case page(String)
    /// Whether the process lives.
    case health
    /// Whether the proxy can do its work.
    case ready
    /// The document of `status --json`.
    case state
    /// Every rig.
    case rigs
    /// The farm's past.
    case history
    /// What each tier would cost with another hashrate.
    case tiers
    /// What happens, as it does.
    case events
    /// Prometheus' view.
    case metrics
    /// xmrig-proxy's documents.
    case proxySummary
    case proxyWorkers
    case proxyMiners
    /// xmrig's document of the farm, or of the rigs with that name, in its version 1 or 2.
    case minerSummary(rig: String?, version: Int)
    /// What xmrig and xmrig-proxy let others change or read only without `restricted`.
    case restricted

    /// Whether a reader has to show the token. The page asks for it, so it comes without.
    var needsToken: Bool {
        switch self {
        case .page, .health, .ready: false
        case .state, .rigs, .history, .tiers, .events, .metrics, .proxySummary, .proxyWorkers, .proxyMiners,
            .minerSummary, .restricted:
            true
        }
    }

    /// Whether it is in the form of xmrig or xmrig-proxy, whose readers expect their answers, and may be pages of other sites.
    var isForeign: Bool {
        switch self {
        case .proxySummary, .proxyWorkers, .proxyMiners, .minerSummary, .restricted: true
        case .page, .health, .ready, .state, .rigs, .history, .tiers, .events, .metrics: false
        }
    }

    /// The route of `path`; nil where nothing is.
    init?(_ path: String) {
        switch path {
        case "/": self = .page("index.html")
        case "/healthz": self = .health
        case "/readyz": self = .ready
        case "/api/v1/state": self = .state
        case "/api/v1/rigs": self = .rigs
        case "/api/v1/history": self = .history
        case "/api/v1/tiers": self = .tiers
        case "/api/v1/events": self = .events
        case "/metrics": self = .metrics
        case "/1/summary", "/2/summary", "/api.json": self = .proxySummary
        case "/1/workers": self = .proxyWorkers
        case "/1/miners": self = .proxyMiners
        case "/1/config", "/2/config", "/json_rpc": self = .restricted
        default:
            if let miner = Self.miner(path) {
                self = miner
                return
            }
            guard path.hasPrefix("/"), !path.dropFirst().contains("/") else { return nil }
            self = .page(String(path.dropFirst()))
        }
    }

    /// xmrig's documents: `/m/1/summary`, `/rig/NAME/2/summary`. A name may have slashes.
    private static func miner(_ path: String) -> AdminRoute? {
        for (end, version) in [("/1/summary", 1), ("/2/summary", 2), ("/api.json", 1)] where path.hasSuffix(end) {
            let base = path.dropLast(end.count)
            if base == "/m" { return .minerSummary(rig: nil, version: version) }
            guard base.hasPrefix("/rig/"), base.count > 5 else { return nil }
            return .minerSummary(rig: String(base.dropFirst(5)), version: version)
        }
        return nil
    }
}
