import ArgumentParser

/// `stratum-proxy demo`: the proxy at work without any pool, rig or configuration.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show the proxy at work: simulated rigs and pools on this machine, no configuration.",
        discussion: """
            A simulated p2pool, a simulated XvB node and simulated rigs talk to the real proxy over real connections of \
            this machine; nothing is sent anywhere else. It ends by itself, with exit code 0 if no share was rejected, \
            duplicated, lost or left without an answer.
            """)

    @Option(help: "Length of a window in seconds.")
    var window = DemoOptions().window

    @Option(help: "How many windows to show.")
    var windows = DemoOptions().windows

    @Option(help: "How many rigs to simulate.")
    var rigs = DemoOptions().rigs

    @Flag(help: "Both pools leave nonce byte 42 to the proxy: up to 128 rigs share a connection.")
    var openPools = false

    @Option(help: "Most connections to each pool.")
    var maxLanes = DemoOptions().maxLanes

    @Option(help: "How windows are planned: default, hero, manual or p2pool.")
    var mode = ModeArgument(.default)

    @Option(help: "Seed of the simulation: the same seed gives the same run.")
    var seed = DemoOptions().seed

    @Flag(help: "End with one line of JSON.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Keep the proxy's history here: the next demo with it continues where this one ended, however it ended.",
            valueName: "dir"), completion: .directory)
    var stateDirectory: String?

    @Flag(help: "Show the proxy's page, at http://127.0.0.1:3356/.")
    var http = false

    @Option(help: "With --http: another port; 0 is one that the kernel chooses.")
    var httpPort: UInt16 = 3356

    @Flag(
        name: .shortAndLong,
        help: "Log each share, each job and each switch, also on a terminal, instead of the screen.")
    var verbose = false

    @Flag(help: "Continue after the last window, until Ctrl-C.")
    var keepOpen = false

    func validate() throws {
        try check(window, "--window", DemoOptions.windowRange)
        try check(windows, "--windows", DemoOptions.windowsRange)
        try check(rigs, "--rigs", DemoOptions.rigsRange)
        try check(maxLanes, "--max-lanes", DemoOptions.lanesRange)
    }

    private func check(_ value: Int, _ name: String, _ range: ClosedRange<Int>) throws {
        guard !range.contains(value) else { return }
        throw ValidationError("\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value).")
    }

    func run() throws {
        let options = DemoOptions(
            window: window, windows: windows, rigs: rigs, opensPools: openPools, maxLanes: maxLanes, mode: mode.mode,
            seed: seed, stateDirectory: stateDirectory, httpPort: http ? httpPort : nil, staysOpen: keepOpen,
            isVerbose: verbose)
        let log = StandardOutputLog(level: .info)
        let view = verbose ? nil : DemoView()
        let outcome = try Demo.run(options, log: view ?? log, view: view)
        let isWell = outcome.problems.isEmpty
        for line in outcome.totals.lines(outcome.audit) { log.line(.info, .proxy, DemoWords.line(line)) }
        for problem in outcome.problems { log.line(.error, .proxy, DemoWords.line(DemoTotals.problem(problem))) }
        if isWell { log.line(.info, .proxy, DemoWords.line(DemoTotals.allWell)) }
        log.finish()
        if json { print(outcome.totals.json(outcome.audit)) }
        if !isWell { throw ExitCode(1) }
    }
}
