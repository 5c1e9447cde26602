import ProxyTerms
import SplitScheduler

/// A policy that worlds can be run with. Another one is a file with such a type, and its line in `PolicyName.allCases`.
protocol JudgedPolicy: SchedulePolicy {
    /// Whether moving the rigs costs them a reconnect.
    var reconnects: Bool { get }
    /// P(no share in the window) that it promises now; `nil` if it promises nothing.
    var promisedRisk: Double? { get }
    /// Whether it knows the hashrate from counted shares, with their scatter, and not from the rigs.
    var countsShares: Bool { get }
    /// The tier that it holds or aims at; `nil` before it knows.
    var aimedAt: Tier? { get }

    /// The policy as it starts in `world`.
    init(world: ModelWorld)
    /// Its process died at `died` and is back `now`; where `world` says so it has lost what it had written down.
    mutating func restarted(died: Instant, now: Instant, in world: ModelWorld)
}

/// Who knows it from the rigs.
extension JudgedPolicy {
    var countsShares: Bool { false }
}

/// A policy by its name.
public struct PolicyName: Hashable, Sendable {
    /// The name on the command line and in tables.
    public let rawValue: String
    /// Runs a world with it.
    let run: @Sendable (_ world: ModelWorld, _ seed: UInt64) -> SimulationTally

    init<Policy: JudgedPolicy>(_ name: String, _ type: Policy.Type) {
        rawValue = name
        run = { world, seed in
            var simulation = Simulation(world: world, policy: Policy(world: world), seed: seed)
            return simulation.run()
        }
    }

    /// The scheduler of this proxy.
    public static let ours = PolicyName("ours", SplitScheduler.self)
    /// The draft: open loop, one slice in 600 s, 25 % buffers.
    public static let draft = PolicyName("draft", DraftPolicy.self)
    /// Gupaxx 1.13 (docs/protocol.md#gupaxx): 60 s periods, all to XvB while its averages are low.
    public static let gupaxx = PolicyName("gupaxx", GupaxxPolicy.self)
    /// Pithead (docs/protocol.md#pithead): 10 min cycles, a slow controller on the credited hour.
    public static let pithead = PolicyName("pithead", PitheadPolicy.self)

    /// The policies that can be compared.
    public static let allCases = [ours, draft, gupaxx, pithead]

    /// The policy that the command line calls `rawValue`.
    public init?(rawValue: String) {
        guard let known = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = known
    }

    /// One name is one policy.
    public static func == (left: PolicyName, right: PolicyName) -> Bool { left.rawValue == right.rawValue }

    /// By the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
