import ArgumentParser
import Glibc
import ProxyTerms
import SplitScheduler

/// `stratum-proxy plan`: one window's plan for given numbers, by the very code that plans for the daemon.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show how a window would be divided for given numbers.",
        discussion: """
            Example: a 10 kH/s farm on p2pool mini.
              stratum-proxy plan --hashrate 10000 --sidechain-difficulty 85.5e6 --pplns-window 2160 --block-time 10
            p2pool's numbers are in its API: pool/stats has sidechainDifficulty, pplnsWindowSize and hashRate; the block \
            time is sidechainDifficulty / hashRate, rounded (10 s, nano 30 s).
            What isn't given is as in the daemon's configuration where nothing stands there, and the tier is the one that \
            the daemon would aim at with a hashrate that stays as it is. With both buffers 0 it is bare arithmetic: what \
            is in reach at the moment, luck left out.
            """)

    enum Answer: String, ExpressibleByArgument, CaseIterable {
        case yes
        case no
    }

    @Option(help: ArgumentHelp("Hashrate of all rigs behind the proxy, H/s.", valueName: "h/s"))
    var hashrate: Double

    @Option(help: "default, hero, manual or p2pool.")
    var mode = ModeArgument(.default)

    @Option(
        help: ArgumentHelp("In mode default: the highest tier to hold (donor, vip, whale, mega).", valueName: "tier"))
    var tier: TierArgument?

    @Option(
        help: ArgumentHelp(
            "In mode default: what a tier may cost, work sent over its work while it is held.", valueName: "price"))
    var maxTierPrice = SplitSettings().mostTierPrice

    @Option(help: ArgumentHelp("Difficulty of p2pool's sidechain (sidechainDifficulty).", valueName: "hashes"))
    var sidechainDifficulty: Double

    @Option(help: ArgumentHelp("p2pool's PPLNS window (pplnsWindowSize).", valueName: "blocks"))
    var pplnsWindow = 2160.0

    @Option(help: ArgumentHelp("Seconds between two blocks of the sidechain.", valueName: "s"))
    var blockTime = 10.0

    @Option(help: "Whether the wallet has a share in p2pool's window.")
    var shareInWindow = Answer.yes

    @Option(
        name: .customLong("external-p2pool"),
        help: ArgumentHelp("Hashrate of others to p2pool with your wallet, H/s.", valueName: "h/s"))
    var externalP2Pool = 0.0

    @Option(
        name: .customLong("external-xvb"),
        help: ArgumentHelp("Hashrate of others to XvB with your wallet, H/s.", valueName: "h/s"))
    var externalXvB = 0.0

    @Option(
        name: .customLong("p2pool-buffer"),
        help: ArgumentHelp("Percent over what p2pool needs, 25 unless given.", valueName: "%"))
    var p2poolBuffer: Double?

    @Option(
        help: ArgumentHelp(
            "Instead of --p2pool-buffer: the wanted probability of a share in p2pool's window, such as 0.95.",
            valueName: "p"))
    var confidence: Double?

    @Option(
        name: .customLong("xvb-buffer"),
        help: ArgumentHelp("Percent over the tier's hashrate.", valueName: "%"))
    var xvbBuffer = SplitSettings().xvbBuffer

    @Option(
        help: ArgumentHelp(
            "What one share at XvB is worth, for what luck costs; a second's work unless given.", valueName: "hashes"))
    var xvbShareDifficulty: Double?

    @Option(help: ArgumentHelp("The window's length in whole seconds.", valueName: "s"))
    var window = 600

    @Option(
        name: .customLong("manual-xvb-seconds"),
        help: ArgumentHelp("In mode manual: XvB's seconds of the window.", valueName: "s"))
    var manualXvBSeconds = 0.0

    @Flag(help: "Print one line of JSON.")
    var json = false

    func validate() throws {
        try check(hashrate, "--hashrate", 0...1e12)
        try check(sidechainDifficulty, "--sidechain-difficulty", 1...1e18)
        try check(pplnsWindow, "--pplns-window", 1...1e6)
        try check(blockTime, "--block-time", 0.1...86_400)
        try check(externalP2Pool, "--external-p2pool", 0...1e12)
        try check(externalXvB, "--external-xvb", 0...1e12)
        if let p2poolBuffer { try check(p2poolBuffer, "--p2pool-buffer", -100...1000) }
        if let confidence {
            guard confidence > 0, confidence < 1 else {
                throw ValidationError("--confidence must be a number above 0 and below 1 (95 % is 0.95).")
            }
            guard p2poolBuffer == nil else {
                throw ValidationError("Use --confidence or --p2pool-buffer, not both.")
            }
        }
        guard tier == nil || mode.mode == .default else {
            throw ValidationError("--tier needs --mode default.")
        }
        try check(maxTierPrice, "--max-tier-price", SplitSettings.tierPrices)
        try check(xvbBuffer, "--xvb-buffer", -100...1000)
        try check(Double(window), "--window", 10...3_600)
        if let xvbShareDifficulty { try check(xvbShareDifficulty, "--xvb-share-difficulty", 1...1e12) }
        try check(manualXvBSeconds, "--manual-xvb-seconds", 0...Double(window))
    }

    private func check(_ value: Double, _ name: String, _ range: ClosedRange<Double>) throws {
        guard range.contains(value) else {
            let bounds = "\(Quantity.plain(range.lowerBound)) to \(Quantity.plain(range.upperBound))"
            throw ValidationError("\(name) must be a number from \(bounds).")
        }
    }

    func run() {
        var settings = SplitSettings(
            mode: mode.mode, manualXvBSeconds: manualXvBSeconds, window: window, xvbBuffer: xvbBuffer,
            externalP2Pool: externalP2Pool, externalXvB: externalXvB, tier: tier?.tier, mostTierPrice: maxTierPrice,
            confidence: confidence)
        if let p2poolBuffer { settings.p2poolBuffer = p2poolBuffer }
        // As the daemon has it: where nothing is configured, 5 s or a twentieth of the window.
        settings.minSlice = max(1, min(settings.minSlice, window / 20))
        let inputs = PlanInputs(
            hashrate: hashrate, sidechainDifficulty: sidechainDifficulty, pplnsWindow: pplnsWindow,
            blockTime: blockTime, shareInWindow: shareInWindow == .yes, externalP2Pool: externalP2Pool,
            externalXvB: externalXvB)
        let terminal = Terminal.at(STDOUT_FILENO)
        guard settings.mode == .default, confidence != nil || p2poolBuffer != 0 || xvbBuffer != 0 else {
            let plan = Planner.plan(settings, inputs)
            let lines = PlanScreen.lines(plan, settings, inputs)
            return print(json ? PlanJSON.line(plan) : PlanScreen.text(lines, on: terminal))
        }
        let (plan, prospects) = Planner.steadyPlan(settings, inputs, xvbShare: xvbShareDifficulty)
        let lines = PlanScreen.lines(plan, settings, inputs, prospects)
        print(json ? PlanJSON.line(plan, prospects) : PlanScreen.text(lines, on: terminal))
    }
}
