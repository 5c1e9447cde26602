import ProxyTerms
import SplitScheduler

/// What would run with given settings, in lines for an operator: `name    value`, attention lines marked with `!`.
struct SettingsSummary {
    let lines: [String]
    /// Columns before the text of a line.
    static let indent = 12

    /// `tried` is nil where nothing was tried.
    init(_ settings: Settings, _ found: CheckFindings, _ tried: TrialFindings? = nil) {
        var lines: [String] = []
        func add(_ name: String, _ text: String) {
            lines.append(name + String(repeating: " ", count: max(1, Self.indent - name.count)) + text)
        }
        add("rigs", "connect to " + settings.bind.map(\.description).joined(separator: ", "))
        for (bind, outcome) in zip(settings.bind, tried?.binds ?? []) {
            switch outcome {
            case .free: break
            case .ours: add("", CheckWords.portIsOurs(bind))
            case .failed(let text): add("!", text)
            }
        }
        add("", Self.tls(settings.tls) + "; " + Self.password(settings))
        if !settings.exclusiveWorkers.isEmpty {
            add("", "own pool connection: " + settings.exclusiveWorkers.sorted().joined(separator: ", "))
        }
        add("mode", Self.mode(settings))
        if let slices = Self.slices(settings) { add("", slices) }
        add(
            "wallet",
            settings.wallet.map { "\($0)" + (settings.mode == .p2pool ? "" : ", at XvB \($0.xvbUser)") } ?? "none")
        for upstream in Upstream.allCases {
            let configured = settings.upstreams[upstream]
            if upstream == .xvb, settings.mode == .p2pool {
                add(upstream.name, "not used")
                continue
            }
            for (index, pool) in configured.endpoints.enumerated() {
                add(index == 0 ? upstream.name : "", (index == 0 ? "" : "else ") + Self.pool(pool))
                guard let outcomes = tried?.pools[upstream], outcomes.indices.contains(index) else { continue }
                switch outcomes[index] {
                case .mines(let job): add("", CheckWords.mines(job))
                case .failed(let cause): add("!", CheckWords.failed("\(pool.address)", cause))
                case .silent(let seconds): add("!", CheckWords.silent("\(pool.address)", seconds: seconds))
                }
            }
            if let share = Self.share(settings, upstream) { add("", share) }
            if settings.mode != .p2pool { add("", Self.outside(configured, upstream)) }
            add("", Self.bounds(configured))
        }
        let api = Self.api(settings, found, tried)
        add("p2pool API", api.text)
        if let needs = api.needs { add("", needs) }
        for complaint in api.complaints { add("!", complaint) }
        if settings.mode != .p2pool {
            add("XvB API", Self.xvbAPI(settings.upstreams.xvb, isTried: tried != nil))
            if let reading = tried?.xvbReading { add("", CheckWords.credits(reading)) }
            for complaint in tried?.complaints.xvb ?? [] { add("!", complaint) }
            if tried?.isSilent.xvb == true { add("!", CheckWords.apiSilent("XvB")) }
        }
        for (index, receiver) in settings.notify.enumerated() {
            add(index == 0 ? "notify" : "", NotifyWords.summary(receiver))
        }
        if let ping = settings.ping.target {
            add("ping", NotifyWords.summary(ping, seconds: settings.ping.intervalSeconds))
        }
        add("page", AdminWords.page(settings.http))
        switch (tried?.page, settings.http) {
        case (.ours, let http?): add("", CheckWords.portIsOurs(http.address))
        case (.failed(let text), _): add("!", text)
        case (nil, _), (.free, _), (.ours, nil): break
        }
        add("state", settings.stateDirectory)
        if let directory = found.readOnly { add("!", Self.readOnly(directory, user: found.user)) }
        if let user = found.serviceUser { add("", CheckWords.isRoot(service: user)) }
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
        case .default:
            guard let tier = settings.tier else {
                return "default: XvB gets just enough for the highest tier that is worth its price, \(window)"
            }
            return "default: XvB gets just enough for \(tier.name) (\(Quantity.hashrate(tier.hashrate))), "
                + "or for a lower tier while that is not worth its price, \(window)"
        case .hero:
            return "hero: XvB gets all that p2pool can spare, \(window); more than a tier buys no better odds"
        case .manual:
            let seconds = Quantity.plain(settings.manualXvBSeconds)
            return "manual: XvB gets \(seconds) s of each \(settings.windowSeconds) s"
                + (settings.upstreams.p2pool.api == .none ? "" : " while a share of yours is in p2pool's window")
        case .p2pool: return "p2pool: all to p2pool, nothing to XvB"
        }
    }

    private static func pool(_ pool: EndpointSettings) -> String {
        var text = "\(pool.address) \(pool.usesTLS ? "TLS" : "plain") as \(pool.user)"
        if pool.usesTLS { text += ", " + CertificateWords.policy(pool.certificates) }
        if let seconds = pool.keepaliveSeconds { text += ", keepalive every \(seconds) s" }
        return text + through(pool.socks5)
    }

    /// When XvB's slices begin; nil where a window has just one, or none.
    private static func slices(_ settings: Settings) -> String? {
        let least = "\(settings.split.minSlice) s or longer"
        switch settings.mode {
        case .p2pool: return nil
        case .manual: return settings.cycleSeconds.map { "in slices, one every \($0) s" }
        case .hero:
            let cycle = settings.cycleSeconds ?? settings.windowSeconds
            return "XvB's slices: one every \(cycle) s, \(least)"
        case .default:
            let cycle = settings.cycleSeconds ?? min(60, settings.windowSeconds)
            return "XvB's slices: one every \(cycle) s at most, \(least); the plan ends them when the tier is held"
        }
    }

    /// What the buffers mean; nil where nothing follows from them.
    private static func share(_ settings: Settings, _ upstream: Upstream) -> String? {
        switch (upstream, settings.mode) {
        case (_, .p2pool), (_, .manual), (.xvb, .hero): return nil
        case (.xvb, .default):
            return "\(Quantity.plain(settings.upstreams.xvb.bufferPercent)) % more than the tier's hashrate is sent"
        case (.p2pool, .default), (.p2pool, .hero):
            let shares = settings.split.wantedShares
            let why =
                settings.p2poolConfidence.map { "confidence \(Quantity.plain($0))" }
                ?? "buffer \(Quantity.plain(settings.upstreams.p2pool.bufferPercent)) %"
            return "keeps the hashrate that finds \(Quantity.decimal(shares, 2)) shares per PPLNS window (\(why)): "
                + "none in it \(Quantity.percent(Numerics.exponential(-shares))) of the time"
        }
    }

    private static func outside(_ configured: UpstreamSettings, _ upstream: Upstream) -> String {
        switch configured.externalHashrate {
        case nil: "other miners with this wallet: taken from \(upstream.name)'s figures"
        case 0?: "other miners with this wallet: none"
        case let hashrate?: "other miners with this wallet: \(Quantity.hashrate(hashrate))"
        }
    }

    private static func bounds(_ upstream: UpstreamSettings) -> String {
        let rigs = upstream.rigsPerLane == 1 ? "1 rig" : "up to \(upstream.rigsPerLane) rigs"
        return "\(rigs) per connection, at most \(upstream.maxLanes) connections"
    }

    private static func xvbAPI(_ upstream: UpstreamSettings, isTried: Bool) -> String {
        guard case .url(let url) = upstream.api else { return "none: XvB's credited averages are not read" }
        return
            "\(WebAddress(url)?.description ?? "?") every \(upstream.apiIntervalSeconds) s\(isTried ? "" : " (not queried now)")"
            + through(upstream.apiSOCKS5)
    }

    private static func through(_ proxy: SOCKS5Address?) -> String {
        proxy.map { ", through SOCKS5 \($0)" + ($0.credentials == nil ? "" : " with user and password") } ?? ""
    }

    /// What p2pool's API says now, what the plan makes of it, and what is wrong.
    private static func api(
        _ settings: Settings, _ found: CheckFindings, _ tried: TrialFindings?
    ) -> (text: String, needs: String?, complaints: [String]) {
        let isNeeded = settings.mode == .default || settings.mode == .hero
        switch settings.upstreams.p2pool.api {
        case .none: return (isNeeded ? "none: nothing goes to XvB without it" : "none", nil, [])
        case .url(let url):
            let place = (WebAddress(url)?.description ?? "?") + through(settings.upstreams.p2pool.apiSOCKS5)
            guard let tried else { return (place + " (not queried now)", nil, []) }
            let late = tried.isSilent.p2pool ? [CheckWords.apiSilent("p2pool")] : []
            return told(settings, place, tried.p2poolReading, tried.complaints.p2pool + late)
        case .directory(let path):
            return told(settings, path, found.p2pool?.reading, found.p2pool?.complaints ?? [])
        }
    }

    private static func told(
        _ settings: Settings, _ place: String, _ reading: P2PoolReading?, _ complaints: [String]
    ) -> (text: String, needs: String?, complaints: [String]) {
        guard let reading else {
            let isNeeded = settings.mode == .default || settings.mode == .hero
            let effect = isNeeded ? ", nothing goes to XvB until it is readable" : ""
            return ("\(place): can't be used for the plan\(effect)", nil, complaints)
        }
        let share = reading.shareInWindow.map { $0 ? "yes" : "no" } ?? "not known"
        let difficulty = Quantity.difficulty(UInt64(reading.sidechainDifficulty))
        let text = "\(place): sidechain difficulty \(difficulty), share in window: \(share)"
        return (text, needs(settings, reading), complaints)
    }

    /// The hashrate that things take with these figures; nil where they are of no use, or nothing depends on them.
    private static func needs(_ settings: Settings, _ reading: P2PoolReading) -> String? {
        guard settings.mode == .default || settings.mode == .hero, reading.fault == nil else { return nil }
        let oneShare = reading.sidechainDifficulty / reading.windowSeconds
        let outside = settings.upstreams.p2pool.externalHashrate ?? 0
        let p2pool = max(0, oneShare * settings.split.wantedShares - outside)
        let text = "p2pool needs \(Quantity.hashrate(p2pool)) of your rigs"
        guard settings.mode == .default else { return text }
        let inputs = PlanInputs(
            hashrate: 1, sidechainDifficulty: reading.sidechainDifficulty, pplnsWindow: reading.pplnsWindow,
            blockTime: reading.blockTime, shareInWindow: true, externalP2Pool: outside,
            externalXvB: settings.upstreams.xvb.externalHashrate ?? 0)
        let list = Tier.all(upTo: settings.tier).compactMap { tier in
            Planner.leastHashrate(for: tier, settings.split, inputs).map { "\(tier.name) \(Quantity.hashrate($0))" }
        }
        guard !list.isEmpty else { return text }
        return text + "; to hold a tier most of the time you need about " + list.joined(separator: ", ")
            + "; its hashrate is lost to p2pool"
    }

    /// What keeps the proxy from writing its own files.
    private static func readOnly(_ directory: String, user: String) -> String {
        "user \(user) can't write to \(directory): the proxy would keep its state in memory"
    }
}
