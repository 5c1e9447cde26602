import ProxyTerms
import SplitScheduler

/// Whether any policy beats ours anywhere: by holding the tier for more of the time with no more work sent.
///
/// A tier is held while both averages are at it (docs/protocol.md#xvb-tiers). Each average alone is compared too: a
/// policy that sends everything while the day's average is below is back there earlier, but takes what p2pool needs for
/// it.
///
/// Where policies choose the tier, what they hold is compared: all the tiers that they aimed at and held, times how long.
public struct SuiteVerdict: Equatable, Sendable {
    /// What is compared.
    public enum Measure: String, CaseIterable, Sendable {
        /// Time with one of both averages below the tier, or both.
        case tier
        /// Time with the 1 h average below.
        case hour
        /// Time with the 24 h average below.
        case day
        /// What the tiers held are worth, where they are chosen.
        case worth

        /// What is compared in `world`.
        static func measures(of world: ModelWorld) -> [Measure] {
            world.choosesTier ? [.worth] : [.tier, .hour, .day]
        }

        /// What is better the lower it is, in percent; of what is held, what is missing to the farm's hashrate.
        func percent(_ row: SimulationRow, _ world: ModelWorld) -> Double {
            switch self {
            case .tier: row.belowTierPercent
            case .hour: row.below1hPercent
            case .day: row.below24hPercent
            case .worth: 100 * (1 - row.worthHashrate / world.hashrate)
            }
        }

        var text: String {
            switch self {
            case .tier: "the tier not held"
            case .hour: "1 h < tier"
            case .day: "24 h < tier"
            case .worth: "not held of the farm's hashrate"
            }
        }
    }

    /// A policy that beats ours in a world.
    public struct Defeat: Equatable, Sendable {
        /// The world.
        public var world: ModelWorld
        /// By what.
        public var measure: Measure
        /// Our row.
        public var ours: SimulationRow
        /// The better one.
        public var other: SimulationRow

        /// The defeat in a sentence.
        public var text: String {
            func figures(_ row: SimulationRow) -> String {
                Quantity.decimal(measure.percent(row, world), 2) + " % at " + Quantity.decimal(row.sentRatio, 3)
                    + " x"
            }
            return
                "\(world.name): \(other.policy.rawValue) beats ours (\(measure.text)): \(figures(other)), ours \(figures(ours))"
        }
    }

    /// What differs by less is the same: a hundredth of a percent of the time, a thousandth of the work.
    static let leastTime = 0.01
    static let leastWork = 0.001

    /// All defeats, world by world.
    public private(set) var defeats: [Defeat] = []
    /// Worlds looked at.
    public private(set) var worlds = 0

    /// Nothing looked at yet.
    public init() {}

    /// Whether no policy holds the tier for more of the time anywhere, with no more work.
    public var isGood: Bool {
        !defeats.contains { $0.measure == .tier || $0.measure == .worth }
    }

    /// Looks at one world's rows.
    public mutating func add(_ table: SimulationTable) {
        guard let ours = table.rows.first(where: { $0.policy == .ours }) else { return }
        worlds += 1
        for other in table.rows where other.policy != .ours {
            for measure in Measure.measures(of: table.world)
            where measure.percent(other, table.world) < measure.percent(ours, table.world) - Self.leastTime
                && other.sentRatio <= ours.sentRatio + Self.leastWork
            {
                defeats.append(Defeat(world: table.world, measure: measure, ours: ours, other: other))
            }
        }
    }

    /// The verdict for people.
    public var lines: [String] {
        let head =
            isGood
            ? "In none of \(worlds) worlds does another policy hold the tier for more of the time with no more work sent."
            : "Ours is beaten:"
        return [head] + defeats.map(\.text)
    }
}
