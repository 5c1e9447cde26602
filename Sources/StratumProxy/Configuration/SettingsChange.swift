import ProxyTerms

/// What becomes of settings when the configuration is read again: what counts from now on, and what waits for a restart.
struct SettingsChange: Equatable {
    /// What the proxy runs with from now on: the old settings with the new values of all that can be changed at once.
    private(set) var settings: Settings
    /// Keys whose new values count from now on, in the order of the documents.
    private(set) var applied: [String] = []
    /// Keys that have changed and count after a restart.
    private(set) var needsRestart: [String] = []
    /// Starts as `settings` and ends as the new settings, if each key is looked at.
    private var rest: Settings
    private let new: Settings

    /// - Parameters:
    ///   - old: what the proxy runs with.
    ///   - new: what the file says now.
    ///   - isXvBSetUp: whether the proxy was started in a mode that needs XvB; if not, no mode that does can begin now.
    init(from old: Settings, to new: Settings, isXvBSetUp: Bool) {
        settings = old
        rest = old
        self.new = new
        if isXvBSetUp || new.mode == .p2pool {
            apply("mode", \.mode)
        } else {
            keep("mode", \.mode)
        }
        apply("tier", \.tier)
        apply("manual-xvb-seconds", \.manualXvBSeconds)
        apply("cycle", \.cycleSeconds)
        apply("min-slice", \.minSliceSeconds)
        apply("p2pool.buffer", \.upstreams.p2pool.bufferPercent)
        apply("p2pool.confidence", \.p2poolConfidence)
        apply("p2pool.external-hashrate", \.upstreams.p2pool.externalHashrate)
        apply("xvb.buffer", \.upstreams.xvb.bufferPercent)
        apply("xvb.external-hashrate", \.upstreams.xvb.externalHashrate)
        apply("print-time", \.printTimeSeconds)
        apply("log-level", \.logLevel)
        keepTheRest()
    }

    private mutating func keepTheRest() {
        keep("bind", \.bind)
        keep("wallet", \.wallet)
        keep("window", \.windowSeconds)
        keep("state-directory", \.stateDirectory)
        keep("access-password", \.accessPassword)
        keep("tls", \.tls)
        keep("exclusive", \.exclusiveWorkers)
        keep("user-agent", \.userAgent)
        keep("colors", \.colors)
        keep("p2pool.pools", \.upstreams.p2pool.endpoints)
        keep("p2pool.api", \.upstreams.p2pool.api)
        keep("p2pool.api-interval", \.upstreams.p2pool.apiIntervalSeconds)
        keep("p2pool.api-socks5", \.upstreams.p2pool.apiSOCKS5)
        keep("p2pool.api-ca", \.upstreams.p2pool.apiAuthorityFile)
        keep("p2pool.rigs-per-lane", \.upstreams.p2pool.rigsPerLane)
        keep("p2pool.max-lanes", \.upstreams.p2pool.maxLanes)
        keep("xvb.pools", \.upstreams.xvb.endpoints)
        keep("xvb.api", \.upstreams.xvb.api)
        keep("xvb.api-interval", \.upstreams.xvb.apiIntervalSeconds)
        keep("xvb.api-socks5", \.upstreams.xvb.apiSOCKS5)
        keep("xvb.api-ca", \.upstreams.xvb.apiAuthorityFile)
        keep("xvb.rigs-per-lane", \.upstreams.xvb.rigsPerLane)
        keep("xvb.max-lanes", \.upstreams.xvb.maxLanes)
    }

    /// Whether every difference was given a name; a test holds this type to it.
    var isComplete: Bool { rest == new }

    private mutating func apply<Value: Equatable>(_ key: String, _ path: WritableKeyPath<Settings, Value>) {
        guard settings[keyPath: path] != new[keyPath: path] else { return }
        settings[keyPath: path] = new[keyPath: path]
        rest[keyPath: path] = new[keyPath: path]
        applied.append(key)
    }

    private mutating func keep<Value: Equatable>(_ key: String, _ path: WritableKeyPath<Settings, Value>) {
        guard settings[keyPath: path] != new[keyPath: path] else { return }
        rest[keyPath: path] = new[keyPath: path]
        needsRestart.append(key)
    }
}
