import ArgumentParser
import Glibc
import ScheduleLab
import SplitScheduler
import Synchronization

/// `stratum-proxy simulate`: the very scheduler of the daemon, and its rivals, in model worlds.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Judge the schedule, and others, in a model world: days in seconds.",
        discussion: """
            Example: a 10 kH/s farm that holds the donor tier, where nothing scatters but the shares at XvB.
              stratum-proxy simulate --hashrate 10000 --tier donor --xvb-share-difficulty 50000 --days 20
            The columns: part of the time that XvB's 1 h and 24 h averages are below the tier; work sent over the tier's \
            work; the price, which is work sent over the tier's work while both averages were held; hours of a day that \
            they were; how often a day the 1 h average fell below; part of the time without a share in p2pool's window, \
            and what the plans promised of it; moves of the rigs an hour; part of the work that nobody counted. Some \
            worlds have more: donor held, work sent on days on which nothing was held, slices that moved every rig, won \
            rounds that survived. Worlds and what they assume: docs/algorithm.md.

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

    @Flag(help: "Run all worlds, each with the rigs that suit it, and say whether ours is beaten (exit status 1).")
    var suite = false

    @Flag(
        help:
            "Run the worlds that our schedule has goals in, or --world alone, and say which are met (exit status 1 if one isn't)."
    )
    var goals = false

    @Option(help: ArgumentHelp("Least seconds from one of our slices to the next.", valueName: "s"))
    var cycle: Int?

    @Option(help: ArgumentHelp("Percent that our policy sends beyond the tier.", valueName: "%"))
    var xvbBuffer = SplitSettings().xvbBuffer

    @Option(help: ArgumentHelp("What a tier may cost our policy.", valueName: "price"))
    var maxTierPrice = SplitSettings().mostTierPrice

    @Flag(help: "Print JSON: one line a world.")
    var json = false

    @Flag(help: "Print a table in Markdown: one row a world or goal, as docs/algorithm.md has them.")
    var markdown = false

    func validate() throws {
        guard hashrate.map({ (1...1e12).contains($0) }) ?? true else {
            throw ValidationError("--hashrate must be from 1 to 1e12 H/s.")
        }
        guard xvbShareDifficulty.map({ (1...1e12).contains($0) }) ?? true else {
            throw ValidationError("--xvb-share-difficulty must be from 1 to 1e12.")
        }
        guard days.map({ (0.01...3_650).contains($0) }) ?? true else {
            throw ValidationError("--days must be from 0.01 to 3650.")
        }
        guard (1...1_000).contains(seeds) else { throw ValidationError("--seeds must be from 1 to 1000.") }
        guard cycle.map({ (1...600).contains($0) }) ?? true else {
            throw ValidationError("--cycle must be from 1 to 600 seconds.")
        }
        guard (-50...100).contains(xvbBuffer) else { throw ValidationError("--xvb-buffer must be from -50 to 100.") }
        guard SplitSettings.tierPrices.contains(maxTierPrice) else {
            throw ValidationError("--max-tier-price must be from 1.1 to 10.")
        }
        guard !(suite && goals) else { throw ValidationError("Use --suite or --goals, not both.") }
        guard !(json && markdown) else { throw ValidationError("Use --json or --markdown, not both.") }
        guard !(json && goals) else {
            throw ValidationError("--goals has no JSON; use --suite --json for all figures.")
        }
        if suite || goals {
            let isOfAWorld = hashrate != nil || tier != nil || xvbShareDifficulty != nil || sidechain != nil
            guard world == nil || goals, !isOfAWorld else {
                throw ValidationError(
                    "--suite and --goals choose rigs and sidechain for each world: leave --hashrate, --tier and the like out."
                )
            }
            if let world, !SimulationGoals.all(days: 1).contains(where: { $0.world.name == world }) {
                throw ValidationError("World \"\(world)\" has no goals.")
            }
            return
        }
        let model = try chosenWorld()
        if let sidechain, model.sidechain.name != sidechain.sidechain.name {
            throw ValidationError("World \"\(model.name)\" has its own sidechain, \(model.sidechain.name).")
        }
        // More shares than that take hours and tell nothing new.
        guard model.hashrate / model.xvbShare <= 100 else {
            throw ValidationError("--xvb-share-difficulty must be a hundredth of --hashrate or more.")
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
        if goals {
            try showGoals()
            return
        }
        guard suite else {
            show(try chosenWorld(), isSuite: false)
            return
        }
        if markdown { print(SimulationTable.markdownHead(policies.names).joined(separator: "\n")) }
        var verdict = SuiteVerdict()
        for world in Scenarios.suite(days: days) { verdict.add(show(world, isSuite: true)) }
        guard policies.names.contains(.ours), policies.names.count > 1 else { return }
        if markdown { print("") }
        if !json { print(verdict.lines.joined(separator: "\n")) }
        if !verdict.isGood { throw ExitCode.failure }
    }

    @discardableResult
    private func show(_ model: ModelWorld, isSuite: Bool) -> SimulationTable {
        let world = adjusted(model)
        let table = SimulationTable(world: world, rows: means(policies.names.map { ($0, world) }))
        if markdown {
            print(table.markdown)
        } else if json {
            print(isSuite ? table.jsonWithWorld : table.json)
        } else {
            print(table.lines.joined(separator: "\n") + (isSuite ? "\n" : ""))
        }
        fflush(nil)
        return table
    }

    private func showGoals() throws {
        if markdown { print(SimulationGoals.markdownHead.joined(separator: "\n")) }
        var missed = 0
        for goal in SimulationGoals.all(days: days ?? 20) where world == nil || goal.world.name == world {
            let worlds = [goal.world, goal.companion].compactMap { $0 }
            let rows = means(worlds.map { (.ours, adjusted($0)) })
            guard let row = rows.first else { continue }
            for finding in goal.findings(row, beside: rows.dropFirst().first) {
                let name = goal.world.name
                print(
                    markdown
                        ? SimulationGoals.markdown(world: name, finding) : SimulationGoals.line(world: name, finding))
                if !finding.isMet { missed += 1 }
            }
            fflush(nil)
        }
        print(missed == 0 ? "All goals are met." : "\(missed) goals are not met.")
        if missed > 0 { throw ExitCode.failure }
    }

    /// The world with what the command line says of our policy.
    private func adjusted(_ model: ModelWorld) -> ModelWorld {
        var world = model
        if let cycle { world.settings.cycle = cycle }
        world.settings.xvbBuffer = xvbBuffer
        world.settings.mostTierPrice = maxTierPrice
        return world
    }

    /// The mean row of each run, over the seeds; all of them on all cores.
    private func means(_ runs: [(policy: PolicyName, world: ModelWorld)]) -> [SimulationRow] {
        let seeds = seeds
        let first = seed
        let rows = Cores.map(runs.count * seeds) { index in
            Simulator.run(
                runs[index / seeds].policy, in: runs[index / seeds].world, seed: first &+ UInt64(index % seeds))
        }
        return runs.indices.compactMap { SimulationRow(mean: Array(rows[$0 * seeds..<($0 + 1) * seeds])) }
    }
}

/// Work that can be done in any order, on as many threads as there are processors.
private enum Cores {
    /// `body` of 0 ..< `count`, in order.
    static func map<Value: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) -> Value) -> [Value] {
        let share = Share(count: count, body: body)
        var threads: [pthread_t] = []
        for _ in 1..<max(1, min(count, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))) {
            var thread = pthread_t()
            let box = Unmanaged.passRetained(Thunk(run: share.work))
            let status = pthread_create(
                &thread, nil,
                { context in
                    if let context { Unmanaged<Thunk>.fromOpaque(context).takeRetainedValue().run() }
                    return nil
                }, box.toOpaque())
            guard status == 0 else {
                box.release()
                break
            }
            threads.append(thread)
        }
        share.work()
        for thread in threads { pthread_join(thread, nil) }
        return share.results
    }

    private final class Thunk: Sendable {
        let run: @Sendable () -> Void

        init(run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    /// What the threads share: the next piece, and what came of the others.
    private final class Share<Value: Sendable>: Sendable {
        private let state = Mutex<(next: Int, done: [(index: Int, value: Value)])>((0, []))
        private let count: Int
        private let body: @Sendable (Int) -> Value

        init(count: Int, body: @escaping @Sendable (Int) -> Value) {
            self.count = count
            self.body = body
        }

        @Sendable func work() {
            while let index = take() {
                let value = body(index)
                state.withLock { $0.done.append((index, value)) }
            }
        }

        private func take() -> Int? {
            state.withLock { state in
                guard state.next < count else { return nil }
                state.next += 1
                return state.next - 1
            }
        }

        var results: [Value] {
            state.withLock { $0.done.sorted { $0.index < $1.index }.map(\.value) }
        }
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

    static var defaultCompletionKind: CompletionKind { .list(Tier.all().map(\.key)) }
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
