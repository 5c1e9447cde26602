import ArgumentParser
import SplitScheduler

/// `stratum-proxy simulate`: the very scheduler of the daemon, and its rivals, in model worlds.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Judge the schedule, and others, in a model world: days in seconds.",
        discussion: """
            Example: a 10 kH/s farm that holds the donor tier, where nothing scatters but the shares at XvB.
              stratum-proxy simulate --hashrate 10000 --tier donor --xvb-share-difficulty 50000 --days 20
            The columns: part of the time that XvB's 1 h and 24 h averages are below the tier; work sent over the tier's \
            work; part of the time without a share in p2pool's window, and what the plans promised of it; switches an \
            hour; part of the work that nobody counted. Worlds and what they assume: docs/algorithm.md.

            Worlds: \(Scenarios.names.map(\.name).joined(separator: ", ")).
            """)

    @Option(help: ArgumentHelp("Hashrate of all rigs, H/s.", valueName: "h/s"))
    var hashrate = 10_000.0

    @Option(help: "The tier to hold: donor, vip, whale or mega.")
    var tier = TierArgument(.donor)

    @Option(help: ArgumentHelp("What one share at XvB is worth.", valueName: "hashes"))
    var xvbShareDifficulty = 50_000.0

    @Option(help: "p2pool's sidechain: main, mini or nano.")
    var sidechain = SidechainArgument(.mini)

    @Option(help: "Days to simulate.")
    var days = 20.0

    @Option(help: "The same seed gives the same run.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Run this many seeds, from --seed on, and show the mean.", valueName: "n"))
    var seeds = 1

    @Option(help: ArgumentHelp("Some of ours, draft, gupaxx, pithead, with commas between.", valueName: "names"))
    var policies = PoliciesArgument(PolicyName.allCases)

    @Option(help: "The world, by name.")
    var world = "share-noise"

    @Flag(help: "Run all worlds, each with the rigs that suit it, and tell whether ours is beaten (exit status 1).")
    var suite = false

    @Option(help: ArgumentHelp("Least seconds from one of our slices to the next.", valueName: "s"))
    var cycle: Int?

    @Option(help: ArgumentHelp("Percent that our policy sends beyond the tier.", valueName: "%"))
    var xvbBuffer = SplitSettings().xvbBuffer

    @Flag(help: "Print JSON: one line a world.")
    var json = false

    func validate() throws {
        guard (1...1e12).contains(hashrate) else { throw ValidationError("--hashrate is to be from 1 to 1e12 H/s.") }
        guard (1...1e12).contains(xvbShareDifficulty) else {
            throw ValidationError("--xvb-share-difficulty is to be from 1 to 1e12.")
        }
        guard (0.01...3_650).contains(days) else { throw ValidationError("--days is to be from 0.01 to 3650.") }
        guard (1...1_000).contains(seeds) else { throw ValidationError("--seeds is to be from 1 to 1000.") }
        guard cycle.map({ (1...600).contains($0) }) ?? true else {
            throw ValidationError("--cycle is to be from 1 to 600 seconds.")
        }
        guard (-50...100).contains(xvbBuffer) else { throw ValidationError("--xvb-buffer is to be from -50 to 100.") }
        // More shares than that take hours and tell nothing new.
        guard hashrate / xvbShareDifficulty <= 100 else {
            throw ValidationError("--xvb-share-difficulty is to be a hundredth of --hashrate or more.")
        }
        guard suite || Scenarios.names.contains(where: { $0.name == world }) else {
            throw ValidationError("There is no world \"\(world)\"; see --help.")
        }
    }

    func run() throws {
        if suite {
            var verdict = SuiteVerdict()
            for world in Scenarios.suite { verdict.add(show(world, isSuite: true)) }
            guard policies.names.contains(.ours), policies.names.count > 1 else { return }
            if !json { print(verdict.lines.joined(separator: "\n")) }
            if !verdict.isGood { throw ExitCode.failure }
            return
        }
        guard
            var world = Scenarios.world(
                named: world, hashrate: hashrate, tier: tier.tier, xvbShare: xvbShareDifficulty,
                sidechain: sidechain.sidechain)
        else { throw ValidationError("There is no world \"\(self.world)\".") }
        world.days = days
        show(world, isSuite: false)
    }

    @discardableResult
    private func show(_ model: ModelWorld, isSuite: Bool) -> SimulationTable {
        var world = model
        if let cycle { world.settings.cycle = cycle }
        world.settings.xvbBuffer = xvbBuffer
        let rows = policies.names.compactMap { policy in
            SimulationRow(mean: (0..<UInt64(seeds)).map { Simulator.run(policy, in: world, seed: seed &+ $0) })
        }
        let table = SimulationTable(world: world, rows: rows)
        if json {
            print(isSuite ? table.jsonWithWorld : table.json)
        } else {
            print(table.lines.joined(separator: "\n") + (isSuite ? "\n" : ""))
        }
        return table
    }
}

/// A tier on the command line.
struct TierArgument: ExpressibleByArgument {
    let tier: Tier

    init(_ tier: Tier) {
        self.tier = tier
    }

    init?(argument: String) {
        guard let tier = Tier(key: argument), tier != .none else { return nil }
        self.tier = tier
    }

    var defaultValueDescription: String { tier.key }
}

/// A sidechain on the command line.
struct SidechainArgument: ExpressibleByArgument {
    let sidechain: SidechainModel

    init(_ sidechain: SidechainModel) {
        self.sidechain = sidechain
    }

    init?(argument: String) {
        guard let sidechain = SidechainModel.named(argument) else { return nil }
        self.sidechain = sidechain
    }

    var defaultValueDescription: String { sidechain.name }
}

/// Policies on the command line, each once.
struct PoliciesArgument: ExpressibleByArgument {
    let names: [PolicyName]

    init(_ names: [PolicyName]) {
        self.names = names
    }

    init?(argument: String) {
        let names = argument.split(separator: ",").compactMap { PolicyName(rawValue: String($0)) }
        guard !names.isEmpty, names.count == argument.split(separator: ",", omittingEmptySubsequences: false).count,
            Set(names).count == names.count
        else { return nil }
        self.names = names
    }

    var defaultValueDescription: String { names.map(\.rawValue).joined(separator: ",") }
}
