import ArgumentParser
import SplitScheduler

/// What every farm has, on the command line.
struct FarmOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The Monero address that your p2pool mines to.", valueName: "address"))
    var wallet: String?

    @Option(
        name: .customLong("p2pool"),
        help: ArgumentHelp("Your p2pool's Stratum port; several in order of preference.", valueName: "host:port"))
    var p2pool: [String] = []
}

/// The options that name a configuration: a file, and the few keys that a first user needs instead of one.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: [.customShort("c"), .customLong("config")],
        help: ArgumentHelp(
            "The configuration file; - is standard input.",
            discussion: "Without it: ./config.json, then ~/.config/stratum-proxy/config.json, then "
                + "/etc/stratum-proxy/config.json, whichever there is first.",
            valueName: "file"), completion: .file())
    var config: String?

    @OptionGroup var farm: FarmOptions

    @Option(
        name: .customLong("p2pool-api"),
        help: ArgumentHelp("The directory of p2pool's --data-api, or an http(s) address of it.", valueName: "dir"),
        completion: .directory)
    var p2poolAPI: String?

    @Option(help: ArgumentHelp("default, hero, manual or p2pool.", valueName: "mode"))
    var mode: ModeArgument?

    @Option(help: ArgumentHelp("In mode default: the only tier to hold (donor, vip, whale, mega).", valueName: "tier"))
    var tier: TierArgument?

    @Flag(name: .shortAndLong, help: "Log each accepted share, each job and each switch.")
    var verbose = false

    /// What the flags say.
    var flags: FlagOverrides {
        FlagOverrides(
            wallet: farm.wallet, mode: mode?.mode, p2pool: farm.p2pool, p2poolAPI: p2poolAPI, tier: tier?.tier,
            verbose: verbose)
    }

    /// The configuration as it is found, good or bad.
    ///
    /// - Throws: where there is none at all: neither a file nor a flag.
    func load(named name: String? = nil, environment: Environment = .process) throws -> LoadedConfiguration {
        let file = name ?? config ?? ConfigurationLoader.find(environment: environment)
        if file == nil, flags.isEmpty {
            throw CommandFailure(ConfigurationWords.noConfiguration)
        }
        return ConfigurationLoader.load(file: file, flags: flags, environment: environment)
    }

    /// The settings to run with. Warnings go to standard error.
    ///
    /// - Throws: where there are none; every problem has been printed by then. Exit code 78 is EX_CONFIG, which tells
    ///   systemd (deploy/stratum-proxy.service) that starting again would not help.
    func settings() throws -> Settings {
        try loaded().settings
    }

    /// The settings to run with, the file that they are from, if any, and what each key is. Warnings go to standard error.
    ///
    /// - Throws: as `settings()`.
    func loaded() throws -> (settings: Settings, file: String?, values: ConfigurationValues) {
        let loaded = try load()
        loaded.problemLines.forEach(StandardError.print)
        guard let settings = loaded.settings else { throw ExitCode(78) }
        return (settings, loaded.file, loaded.values)
    }

    /// Reads `file` once more, with the same flags.
    func load(again file: String?) -> LoadedConfiguration {
        ConfigurationLoader.load(file: file, flags: flags, environment: .process)
    }
}

/// A mode on the command line, by its word in the configuration.
struct ModeArgument: ExpressibleByArgument {
    let mode: SplitMode

    init(_ mode: SplitMode) {
        self.mode = mode
    }

    init?(argument: String) {
        guard let mode = SplitMode(key: argument) else { return nil }
        self.mode = mode
    }

    var defaultValueDescription: String { mode.key }

    static var allValueStrings: [String] { SplitMode.allCases.map(\.key) }

    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
