import Glibc
import ProxyTerms
import SplitScheduler
import Upstreams

/// What would run with given settings, in lines for an operator: `name    value`, attention lines marked with `!`.
struct SettingsSummary {
    let lines: [String]

    init(_ settings: Settings) {
        var lines: [String] = []
        func add(_ name: String, _ text: String) {
            lines.append(name + String(repeating: " ", count: max(1, 12 - name.count)) + text)
        }
        add("rigs", "connect to " + settings.bind.map(\.description).joined(separator: ", "))
        add("", Self.tls(settings.tls) + "; " + Self.password(settings))
        if !settings.exclusiveWorkers.isEmpty {
            add("", "a pool connection each for " + settings.exclusiveWorkers.sorted().joined(separator: ", "))
        }
        add("mode", Self.mode(settings))
        add("wallet", settings.wallet?.description ?? "none")
        for upstream in Upstream.allCases {
            let configured = settings.upstreams[upstream]
            if upstream == .xvb, settings.mode == .p2pool {
                add(upstream.name, "not used")
                continue
            }
            for (index, pool) in configured.endpoints.enumerated() {
                add(index == 0 ? upstream.name : "", (index == 0 ? "" : "else ") + Self.pool(pool))
            }
            add("", Self.bounds(configured))
        }
        let (api, complaints) = Self.api(settings)
        add("p2pool API", api)
        for complaint in complaints { add("!", complaint) }
        add("state", settings.stateDirectory)
        if let complaint = Self.complaint(aboutState: settings.stateDirectory) { add("!", complaint) }
        self.lines = lines
    }

    private static func tls(_ tls: Settings.RigTLS) -> String {
        switch tls {
        case .off: "plain only"
        case .selfSigned: "plain and TLS (self-signed certificate)"
        case .files(let certificate, _): "plain and TLS (\(certificate))"
        }
    }

    private static func password(_ settings: Settings) -> String {
        settings.accessPassword == nil ? "any password" : "with the access password"
    }

    private static func mode(_ settings: Settings) -> String {
        let window = "in windows of \(settings.windowSeconds) s"
        switch settings.mode {
        case .default: return "default: XvB gets just enough for the highest tier in reach, \(window)"
        case .hero: return "hero: XvB gets all that p2pool can spare, \(window)"
        case .manual:
            return "manual: XvB gets \(PlanText.plain(settings.manualXvBSeconds)) s of each \(settings.windowSeconds) s"
        case .p2pool: return "p2pool: all to p2pool, nothing to XvB"
        }
    }

    private static func pool(_ pool: EndpointSettings) -> String {
        var text = "\(pool.address) \(pool.usesTLS ? "TLS" : "plain") as \(pool.user)"
        if pool.fingerprint != nil { text += ", certificate pinned" }
        if let seconds = pool.keepaliveSeconds { text += ", keepalive every \(seconds) s" }
        return text
    }

    private static func bounds(_ upstream: UpstreamSettings) -> String {
        var text = "buffer \(PlanText.plain(upstream.bufferPercent)) %, at most \(upstream.maxLanes) connections"
        text += " of \(upstream.rigsPerLane == 1 ? "1 rig" : "\(upstream.rigsPerLane) rigs")"
        if upstream.externalHashrate > 0 { text += ", \(LogText.hashrate(upstream.externalHashrate)) from outside" }
        return text
    }

    private static func api(_ settings: Settings) -> (String, complaints: [String]) {
        switch settings.upstreams.p2pool.api {
        case .none: return ("none", [])
        case .url(let url): return ("\(WebAddress(url)?.description ?? "?") (not asked now)", [])
        case .directory(let path):
            let directory = P2PoolDirectory(path)
            var complaints = directory.complaints
            guard let figures = directory.figures else { return ("\(path): can't plan with it", complaints) }
            if let theirs = figures.wallet, let ours = settings.wallet, !theirs.isEmpty, theirs != ours.text {
                complaints.append(
                    "p2pool mines to \(WalletAddress.shortened(PeerText.printable(theirs, limit: 128))), "
                        + "the configuration says \(ours)")
            }
            let share = figures.shareInWindow.map { $0 ? "yes" : "no" } ?? "not known"
            let difficulty = LogText.difficulty(UInt64(figures.sidechainDifficulty))
            return ("\(path): sidechain difficulty \(difficulty), share in window: \(share)", complaints)
        }
    }

    /// What would keep the proxy from writing its own files; nil where nothing is known.
    private static func complaint(aboutState path: String) -> String? {
        var existing = path[...]
        while !existing.isEmpty, access(String(existing), F_OK) != 0 {
            existing = existing.lastIndex(of: "/").map { existing[..<$0] } ?? ""
        }
        let directory = existing.isEmpty ? "/" : String(existing)
        if access(directory, W_OK | X_OK) == 0 { return nil }
        return "user \(AccountNames.currentUser) can't write to \(directory): the proxy would keep its state in memory"
    }
}
