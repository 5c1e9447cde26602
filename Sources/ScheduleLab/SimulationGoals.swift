import ProxyTerms
import SplitScheduler

/// What is wanted of our policy, world by world: the figures that a schedule is changed by.
public struct SimulationGoal: Sendable {
    /// The world it is judged in.
    public var world: ModelWorld
    /// A world that is run beside it, to compare with.
    public var companion: ModelWorld?
    /// What is wanted.
    var wants: [Want]

    /// One thing that is wanted.
    enum Want: Sendable {
        /// The 1 h average is below the tier for at most this much of the time, in percent.
        case below(Double)
        /// The work sent is at most this, as a part of the tier's.
        case sent(Double)
        /// The work sent is this within 0.005, more or less, to a thousandth.
        case ratio(Double)
        /// Work sent over work held is at most this; nothing sent is well, too.
        case price(Double)
        /// At most this percent of the farm's work on days on which nothing was held for half of them.
        case forNothing(Double)
        /// Donor is held for so much of the time, in percent, if the companion, which aims at nothing else, holds it for so long.
        case donor(Double)
        /// The 24 h average is below for no more of the time than in the companion, to 0.1 percentage points: seeds of the same two worlds differ by
        /// twice as much, either way.
        case dayAsCompanion
        /// Won rounds that are looked at each minute survive, in percent.
        case survival(Double)
        /// The price outside of won rounds is at most 0.005 above the companion's, who isn't told of rounds.
        case priceAsCompanion
    }

    init(_ world: ModelWorld, beside companion: ModelWorld? = nil, _ wants: Want...) {
        self.world = world
        self.companion = companion
        self.wants = wants
    }

    /// What came of one thing that was wanted.
    public struct Finding: Equatable, Sendable {
        /// What was wanted, and how much of it.
        public var goal: String
        /// What was measured.
        public var figure: String
        /// Whether it will do.
        public var isMet: Bool
    }

    /// What came of it, by our policy's means in both worlds.
    public func findings(_ row: SimulationRow, beside companion: SimulationRow?) -> [Finding] {
        wants.map { finding($0, row, companion ?? row) }
    }

    private func finding(_ want: Want, _ row: SimulationRow, _ companion: SimulationRow) -> Finding {
        func percent(_ value: Double, _ digits: Int = 2) -> String { Quantity.decimal(value, digits) + " %" }
        func times(_ value: Double) -> String { Quantity.decimal(value, 3) + " x" }
        func most(_ name: String, _ value: Double, _ most: Double, _ text: (Double) -> String) -> Finding {
            Finding(goal: "\(name) ≤ \(text(most))", figure: text(value), isMet: value <= most)
        }
        switch want {
        case .below(let limit): return most("1 h below", row.below1hPercent, limit) { percent($0, 3) }
        case .sent(let limit): return most("sent", row.sentRatio, limit, times)
        case .ratio(let ratio):
            let sent = (row.sentRatio * 1_000).rounded() / 1_000
            return Finding(
                goal: "sent within 0.005 of \(times(ratio))", figure: times(row.sentRatio),
                isMet: (sent - ratio).magnitude < 0.005_5)
        case .price(let limit):
            return Finding(
                goal: "price ≤ \(times(limit))", figure: SimulationColumn.price(row.price),
                isMet: row.price.map { $0 <= limit } ?? true)
        case .forNothing(let limit): return most("for nothing", row.forNothingPercent, limit) { percent($0, 1) }
        case .donor(let least):
            let isPossible = companion.held(.donor) >= least
            return Finding(
                goal: "donor held ≥ \(percent(least, 0)) (alone \(percent(companion.held(.donor), 1)))",
                figure: percent(row.held(.donor), 1), isMet: !isPossible || row.held(.donor) >= least)
        case .dayAsCompanion:
            return Finding(
                goal: "24 h below ≤ \(self.companion?.name ?? "")'s \(percent(companion.below24hPercent)) + 0.1 %",
                figure: percent(row.below24hPercent), isMet: row.below24hPercent <= companion.below24hPercent + 0.1)
        case .survival(let least):
            let survival = row.survivalPercent.count > 1 ? row.survivalPercent[1] : 0
            return Finding(
                goal: "rounds survive ≥ \(percent(least, 0))", figure: percent(survival, 1), isMet: survival >= least)
        case .priceAsCompanion:
            let price = row.priceElsewhere ?? .infinity
            let bare = companion.priceElsewhere ?? .infinity
            return Finding(
                goal: "price in other hours \(times(bare)) + 0.005 at most", figure: SimulationColumn.price(price),
                isMet: price <= bare + 0.005)
        }
    }
}

/// All that is wanted.
public enum SimulationGoals {
    /// The goals, each world for as many days as are given.
    public static func all(days: Double) -> [SimulationGoal] {
        published(days) + jobs(days) + farms(days) + counting(days) + rest(days)
    }

    /// Columns of a goal's lines.
    public static func line(world: String, _ finding: SimulationGoal.Finding) -> String {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
        return padded(world, 22) + padded(finding.figure, 12) + padded(finding.goal, 46)
            + (finding.isMet ? "met" : "NOT MET")
    }

    /// The head of the goals as a table in Markdown.
    public static let markdownHead = ["| world | figure | goal | |", "|---|---|---|---|"]

    /// A goal's line as a row of that table.
    public static func markdown(world: String, _ finding: SimulationGoal.Finding) -> String {
        "| \(world) | \(finding.figure) | \(finding.goal) | \(finding.isMet ? "met" : "not met") |"
    }

    private static func world(_ name: String, _ days: Double) -> [ModelWorld] {
        Scenarios.world(named: name, days: days).map { [$0] } ?? []
    }

    private static func plain(_ hashrate: Double, _ tier: Tier, _ share: Double, _ days: Double) -> ModelWorld {
        var world = Scenarios.shareNoise(hashrate: hashrate, tier: tier, xvbShare: share)
        world.days = days
        world.name = "\(Quantity.decimal(hashrate / 1_000, 0))k-\(tier.key)-\(Quantity.decimal(share / 1_000, 0))k"
        return world
    }

    /// The four plain cases; how much was sent is what was published of version 72187dc.
    private static func published(_ days: Double) -> [SimulationGoal] {
        [
            SimulationGoal(plain(10_000, .donor, 50_000, days), .below(0.02), .ratio(1.012)),
            SimulationGoal(plain(10_000, .donor, 200_000, days), .below(0.03), .ratio(1.036)),
            SimulationGoal(plain(25_000, .vip, 500_000, days), .below(0.2), .ratio(1.037)),
            SimulationGoal(plain(150_000, .whale, 500_000, days), .below(0.03), .ratio(1.023)),
        ]
    }

    private static func jobs(_ days: Double) -> [SimulationGoal] {
        ["120", "random"].flatMap { interval in
            [1, 3, 30].flatMap { rigs in
                world("jobs-\(interval)-\(rigs)-donor", days).map { SimulationGoal($0, .below(0.1), .sent(1.03)) }
                    + world("jobs-\(interval)-\(rigs)-vip", days).map { SimulationGoal($0, .below(0.4), .sent(1.06)) }
            }
        }
    }

    /// Farms that choose, and some that VIP is asked of; each beside itself with donor asked for.
    private static func farms(_ days: Double) -> [SimulationGoal] {
        let chosen =
            [10, 5, 14, 9].map { "day-night-\($0)" } + [16, 17, 18, 19, 20, 22, 25].map { "desktop-\($0)" }
            + ["donor-3", "donor-6", "vip-3", "vip-6"].flatMap { ["steady-\($0)", "steady-\($0)-luck"] } + ["border"]
        let asked = ["desktop"] + [16, 18, 19, 20, 21, 22].map { "desktop-\($0)-vip" }
        return (chosen + asked).flatMap { world($0, days) }.map { world in
            var alone = world
            alone.choosesTier = false
            alone.tier = .donor
            return SimulationGoal(world, beside: alone, .price(1.25), .forNothing(5), .donor(90))
        }
    }

    private static func counting(_ days: Double) -> [SimulationGoal] {
        [("counts-995", 0.5), ("loses-5", 2), ("fading", 3)].flatMap { name, most in
            (world(name + "-donor", days) + world(name + "-vip", days)).map { SimulationGoal($0, .below(most)) }
        }
    }

    private static func rest(_ days: Double) -> [SimulationGoal] {
        let limits = [
            ("vardiff-fast-donor", 0.5), ("vardiff-fast-vip", 0.5), ("echo", 0.2), ("others", 0.3),
        ]
        let rounds = ["won-donor-50k", "won-donor-200k", "won-vip-500k", "won-whale-500k"]
        return limits.flatMap { name, most in world(name, days).map { SimulationGoal($0, .below(most)) } }
            + rounds.flatMap { world($0, days) }.map { world in
                var quiet = world
                quiet.tellsRounds = false
                return SimulationGoal(world, beside: quiet, .survival(99), .priceAsCompanion)
            }
            + world("sleep", days).map { sleep in
                SimulationGoal(sleep, beside: world("dead-8h", days).first, .dayAsCompanion)
            }
            + world("sleep-still", days).map { sleep in
                SimulationGoal(sleep, beside: world("dead-8h", days).first, .dayAsCompanion)
            }
    }
}
