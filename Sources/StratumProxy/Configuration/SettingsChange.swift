/// What becomes of settings when the configuration is read again: what counts from now on, and what waits for a restart.
struct SettingsChange: Equatable {
    /// A key whose value has changed.
    struct Key: Equatable {
        let path: String
        /// `print-time 60 -> 5 seconds`.
        let text: String
    }

    /// What the proxy runs with from now on: the old settings with the new values of all that can be changed at once.
    private(set) var settings: Settings
    /// What was said of each key that it runs with.
    private(set) var values: ConfigurationValues
    /// Keys whose new values count from now on, in the order of the documents.
    private(set) var applied: [Key] = []
    /// Keys that have changed and count after a restart.
    private(set) var needsRestart: [Key] = []

    /// - Parameters:
    ///   - settings: what the proxy runs with.
    ///   - values: what was said of each key that it runs with.
    ///   - new: what the file and the flags say now.
    ///   - isXvBSetUp: whether the proxy was started in a mode that needs XvB; if not, no mode that does can begin now.
    init(
        from settings: Settings, _ values: ConfigurationValues,
        to new: (settings: Settings, values: ConfigurationValues),
        isXvBSetUp: Bool
    ) {
        self.settings = settings
        self.values = values
        for key in ConfigurationKeys.all where !values.isSame(key.path, as: new.values) {
            let change = Key(path: key.path, text: Self.text(key, from: values[key.path], to: new.values[key.path]))
            let isLate =
                key.path == "mode" && !isXvBSetUp && new.settings.mode != .p2pool
                || key.path == "verify-shares" && settings.verifyShares == .off
                || Self.needs(key.path).contains { !values.isSame($0, as: new.values) }
                || ["xvb.pools", "xvb.nearest"].contains(key.path) && !isXvBSetUp
            guard key.reload == .atOnce, let field = key.field, !isLate else {
                needsRestart.append(change)
                continue
            }
            field.copy(new.settings, &self.settings)
            self.values.take(key.path, from: new.values)
            applied.append(change)
        }
    }

    /// What the value of a key is made with: where that waits for a restart, the key waits as well.
    private static func needs(_ path: String) -> [String] {
        switch path {
        case "p2pool.pools": ["socks5"]
        case "xvb.pools", "xvb.nearest": ["socks5", "wallet"]
        case _: []
        }
    }

    private static func text(
        _ key: ConfigurationKey, from old: ConfigurationValues.Value?, to new: ConfigurationValues.Value?
    ) -> String {
        let (old, new) = (old?.shown ?? "null", new?.shown ?? "null")
        // Two passwords look the same.
        guard old != new else { return key.path }
        let unit = key.unit.isEmpty || new == "null" ? "" : " " + key.unit
        return "\(key.path) \(old) -> \(new)\(unit)"
    }
}
