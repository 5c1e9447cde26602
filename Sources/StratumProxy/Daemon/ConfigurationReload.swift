/// Reads the configuration again on SIGHUP: what can change at once changes together, and a file with any error in it
/// changes nothing (docs/invariants.md#faults-of-the-system). Rigs stay connected.
final class ConfigurationReload {
    private unowned let daemon: Daemon
    private let log: any DaemonLog
    private let load: () -> LoadedConfiguration
    private let setLevel: (LogLevel) -> Void
    /// Whether the proxy was started in a mode that needs XvB.
    private let isXvBSetUp: Bool
    /// What was said of each key that the daemon runs with.
    private var values: ConfigurationValues

    /// - Parameters:
    ///   - daemon: what runs. It must outlive this.
    ///   - values: what was said of each key at the start.
    ///   - load: reads the same file and flags as at the start.
    ///   - setLevel: changes the log's level.
    init(
        _ daemon: Daemon, values: ConfigurationValues, load: @escaping () -> LoadedConfiguration,
        setLevel: @escaping (LogLevel) -> Void
    ) {
        self.daemon = daemon
        self.values = values
        self.load = load
        self.setLevel = setLevel
        log = daemon.log
        isXvBSetUp = daemon.settings.mode != .p2pool
    }

    func reload() {
        let loaded = load()
        guard let file = loaded.file else {
            return log.line(.warning, .proxy, ProxyWords.onlyFlags)
        }
        for (problem, line) in zip(loaded.problems, loaded.problemLines) {
            log.line(problem.severity == .error ? .error : .warning, .proxy, line)
        }
        guard let settings = loaded.settings else {
            return log.line(.error, .proxy, ProxyWords.unusable(file))
        }
        let change = SettingsChange(
            from: daemon.settings, values, to: (settings, loaded.values), isXvBSetUp: isXvBSetUp)
        values = change.values
        // Logged at the more talkative of both levels: whoever silences the log still sees that it happened.
        setLevel(max(daemon.settings.logLevel, change.settings.logLevel))
        daemon.apply(change.settings)
        tell(change, file: file)
        setLevel(change.settings.logLevel)
    }

    private func tell(_ change: SettingsChange, file: String) {
        if change.applied.isEmpty, change.needsRestart.isEmpty {
            log.line(.info, .proxy, ProxyWords.unchanged(file))
        }
        if !change.applied.isEmpty {
            log.line(.info, .proxy, ProxyWords.changed(file, change.applied.map(\.text)))
        }
        if !change.needsRestart.isEmpty {
            log.line(.warning, .proxy, ProxyWords.needsRestart(change.needsRestart.map(\.text)))
        }
    }
}
