import SplitScheduler

/// What was said on the command line, which goes before the file.
struct FlagOverrides: Equatable, Sendable {
    /// `--wallet`
    var wallet: String?
    /// `--mode`
    var mode: SplitMode?
    /// `--p2pool`, once for each endpoint in order of preference.
    var p2pool: [String] = []
    /// `--p2pool-api`
    var p2poolAPI: String?
    /// `--tier`
    var tier: Tier?

    /// `--verbose`
    var verbose = false

    /// Whether nothing was said that a proxy can start with.
    var isEmpty: Bool {
        var other = FlagOverrides()
        other.verbose = verbose
        return self == other
    }

    /// The flag and the value for the key at `path`, where one was given.
    func value(at path: String) -> (flag: String, content: JSONCValue.Content)? {
        switch path {
        case "wallet": wallet.map { ("--wallet", .string($0)) }
        case "mode": mode.map { ("--mode", .string($0.key)) }
        case "tier": tier.map { ("--tier", .string($0.key)) }
        case "verbose": verbose ? ("--verbose", .bool(true)) : nil
        case "p2pool.api": p2poolAPI.map { ("--p2pool-api", .string($0)) }
        default: nil
        }
    }

    /// The pools of the list at `path`, where any was given.
    func pools(at path: String) -> [ConfigurationReader.PoolValues]? {
        guard path == "p2pool.pools", !p2pool.isEmpty else { return nil }
        return p2pool.map {
            let url = JSONCValue(content: .string($0), position: SourcePosition(line: 0, column: 0))
            return ConfigurationReader.PoolValues(path: "--p2pool", position: nil, values: ["url": url])
        }
    }
}
