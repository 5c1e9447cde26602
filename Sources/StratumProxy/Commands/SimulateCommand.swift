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

    @Option(
        help: ArgumentHelp(
            "Hashrate of all rigs, H/s. The world's own if not given, as the next four.", valueName: "h/s"))
    var hashrate: Double?

    @Option(help: "The tier to hold: donor, vip, whale or mega.")
    var tier: TierArgument?

    @Option(help: ArgumentHelp("What one share at XvB is worth.", valueName: "hashes"))
    var xvbShareDifficulty: Double?

    @Option(help: "p2pool's sidechain: main, mini or nano.")
    var sidechain: SidechainArgument?

    @Option(help: "Days to simulate.")
    var days: Double?

    @Option(help: "The same seed gives the same run.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Run this many seeds, from --seed on, and show the mean.", valueName: "n"))
    var seeds = 1

    @Option(help: ArgumentHelp("Some of ours, draft, gupaxx, pithead, with commas between.", valueName: "names"))
    var policies = PoliciesArgument(PolicyName.allCases)

    @Option(help: "The world, by name; share-noise if not given.")
    var world: String?

    @Flag(help: "Run all worlds, each with the rigs that suit it, and tell whether ours is beaten (exit status 1).")
    var suite = false

    @Option(help: ArgumentHelp("Least seconds from one of our slices to the next.", valueName: "s"))
    var cycle: Int?

    @Option(help: ArgumentHelp("Percent that our policy sends beyond the tier.", valueName: "%"))
    var xvbBuffer = SplitSettings().xvbBuffer

    @Flag(help: "Print JSON: one line a world.")
    var json = false

    func validate() throws {
        guard hashrate.map({ (1...1e12).contains($0) }) ?? true else {
            throw ValidationError("--hashrate is to be from 1 to 1e12 H/s.")
        }
        guard xvbShareDifficulty.map({ (1...1e12).contains($0) }) ?? true else {
            throw ValidationError("--xvb-share-difficulty is to be from 1 to 1e12.")
        }
        guard days.map({ (0.01...3_650).contains($0) }) ?? true else {
            throw ValidationError("--days is to be from 0.01 to 3650.")
        }
        guard (1...1_000).contains(seeds) else { throw ValidationError("--seeds is to be from 1 to 1000.") }
        guard cycle.map({ (1...600).contains($0) }) ?? true else {
            throw ValidationError("--cycle is to be from 1 to 600 seconds.")
        }
        guard (-50...100).contains(xvbBuffer) else { throw ValidationError("--xvb-buffer is to be from -50 to 100.") }
        if suite {
            let isOfAWorld = hashrate != nil || tier != nil || xvbShareDifficulty != nil || sidechain != nil
            guard world == nil, !isOfAWorld else {
                throw ValidationError("--suite runs every world with the rigs and the sidechain that suit it.")
            }
            return
        }
        let model = try chosenWorld()
        if let sidechain, model.sidechain.name != sidechain.sidechain.name {
            throw ValidationError("The world \"\(model.name)\" has a sidechain of its own, \(model.sidechain.name).")
        }
        // More shares than that take hours and tell nothing new.
        guard model.hashrate / model.xvbShare <= 100 else {
            throw ValidationError("--xvb-share-difficulty is to be a hundredth of --hashrate or more.")
        }
    }

    private func chosenWorld() throws -> ModelWorld {
        let name = world ?? "share-noise"
        guard
            let model = Scenarios.world(
                named: name, hashrate: hashrate, tier: tier?.tier, xvbShare: xvbShareDifficulty,
                sidechain: sidechain?.sidechain, days: days)
        else { throw ValidationError("There is no world \"\(name)\"; see --help.") }
        return model
    }

    func run() throws {
        guard suite else {
            show(try chosenWorld(), isSuite: false)
            return
        }
        var verdict = SuiteVerdict()
        for world in Scenarios.suite(days: days) { verdict.add(show(world, isSuite: true)) }
        guard policies.names.contains(.ours), policies.names.count > 1 else { return }
        if !json { print(verdict.lines.joined(separator: "\n")) }
        if !verdict.isGood { throw ExitCode.failure }
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
