import ArgumentParser
import Glibc
import SplitScheduler

/// `stratum-proxy setup`: from nothing to a proxy that runs.
struct SetupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup",
        abstract: "Ask for wallet and p2pool, try the answers, write the configuration, start the service.",
        discussion: """
            It finds a p2pool that runs on this machine and offers what its command line says. Each answer is tried as `check` \
            tries it; nothing is written before all of them together are good.
            Without questions: stratum-proxy setup --yes --wallet 4... --p2pool-api /var/lib/p2pool/api
            """)

    @Option(
        name: [.customShort("c"), .customLong("config")],
        help: ArgumentHelp(
            "The file to write.",
            discussion: "Unless given, root's is /etc/stratum-proxy/config.json, which the service reads; "
                + "another user's ~/.config/stratum-proxy/config.json.", valueName: "file"),
        completion: .file())
    var config: String?

    @OptionGroup var farm: FarmOptions

    @Option(
        name: .customLong("p2pool-api"),
        help: ArgumentHelp("The directory of p2pool's --data-api; no where there is none.", valueName: "dir"),
        completion: .directory)
    var p2poolAPI: String?

    @Option(
        help: ArgumentHelp("default, hero or p2pool.", valueName: "mode"),
        completion: .list(SplitMode.allCases.filter { $0 != .manual }.map(\.key)))
    var mode: ModeArgument?

    @Option(
        help: ArgumentHelp(
            "Tor's SOCKS5 port for all that leaves your network: yes (127.0.0.1:9050), no, or host:port.",
            valueName: "tor"))
    var tor: String?

    @Option(help: ArgumentHelp("Where rigs connect; 0.0.0.0:3355 unless given.", valueName: "address:port"))
    var bind: [String] = []

    @Flag(help: "Ask nothing: what no flag says is found on this machine, or the default.")
    var yes = false

    @Flag(help: "Don't try the answers, and look for no p2pool.")
    var offline = false

    @Flag(inversion: .prefixedNo, help: "Give the service its rights, and start it.")
    var service = true

    func run() throws {
        let prompt = SetupPrompt(takesDefaults: yes) { readLine() }
        let file = try config ?? Self.usualFile()
        let flags = FlagOverrides(
            wallet: farm.wallet, mode: mode?.mode, p2pool: farm.p2pool, p2poolAPI: p2poolAPI)
        // What the service's unit sets, so that the answers are tried as the service will be run.
        if file == ServiceSetup.configuration { setenv("STATE_DIRECTORY", ServiceSetup.stateDirectory, 0) }
        let setup = Setup(flags: flags, tor: tor, bind: bind, file: file, tries: !offline, prompt: prompt)
        guard let (text, settings) = try setup.configuration() else { return }
        let own = file == ServiceSetup.configuration && service ? ServiceSetup(prompt) : nil
        do throws(StartFault) {
            try ConfigurationFile.write(text, to: file, group: own?.account.group)
        } catch {
            throw CommandFailure(error.text)
        }
        print(SetupWords.written(file))
        guard let own else { return print(SetupWords.startBy(file)) }
        if case .directory(let directory) = settings.upstreams.p2pool.api { try own.open(directory) }
        guard ServiceSetup.isSystemdThere, try prompt.confirm(SetupWords.mayStart) else {
            return print(SetupWords.startService)
        }
        guard own.start() else { throw CommandFailure(SetupWords.doesNotRun) }
        print(
            SetupWords.runs(
                "\(ThisMachine.current.addressForRigs ?? "THIS-MACHINE"):\(settings.bind.first?.port ?? 3355)"))
    }

    private static func usualFile() throws -> String {
        if geteuid() == 0 { return ServiceSetup.configuration }
        // The first place besides the working directory at which a configuration is looked for.
        guard let path = ConfigurationLoader.searchPaths(environment: .process).dropFirst().first else {
            throw CommandFailure(SetupWords.needs("--config"))
        }
        return path
    }
}
