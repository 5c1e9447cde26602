import ProxyTerms
import SplitScheduler

/// A model world that policies are judged in: rigs, both upstreams, what their APIs tell, and what breaks.
///
/// Times are seconds from the beginning of the run. What is not set is as plain as can be.
public struct ModelWorld: Equatable, Sendable {
    /// The name on the command line and in tables.
    public var name: String
    /// What it is about, in one line.
    public var summary: String
    /// All rigs together, in H/s.
    public var hashrate: Double
    /// How the hashrate changes.
    public var weather = HashrateWeather()
    /// The tier that is wanted and judged.
    public var tier: Tier
    /// Whether policies choose a tier by themselves instead of aiming at `tier`.
    public var choosesTier = false
    /// What one share at XvB is worth, in hashes.
    public var xvbShare: Double
    /// How that changes.
    public var difficulty = DifficultyModel.fixed
    /// XvB's jobs where its node owns a byte of the nonce; `nil` where there is always work that nobody has searched.
    public var jobs: JobModel?
    /// The sidechain.
    public var sidechain = SidechainModel.mini
    /// Whether p2pool's API tells the truth about a share in the window; else it always says yes.
    public var tellsShares = true
    /// XvB's averages at the beginning, as a part of the tier: 1 is warm, 0 cold.
    public var warmth = 1.02
    /// XvB's counting and its API.
    public var service = ServiceModel()
    /// Times in which an upstream can't be reached.
    public var outages: [OutageModel] = []
    /// Times at which the policy's process dies; it is back after 20 s.
    public var restarts: [Double] = []
    /// Times in which the policy's process is dead; the rigs have no proxy then.
    public var deaths: [ModelSpan] = []
    /// Times in which the machine sleeps.
    public var sleep = SleepModel()
    /// Whether policies are told of won rounds: from XvB's public statistics, read each minute.
    public var tellsRounds = false
    /// Only these times are judged; empty: all.
    public var judged: [ModelSpan] = []
    /// Whether what it had written down is lost too.
    public var forgets = false
    /// Policies are asked anew this often, in seconds, beside when they want to be; 0: they are not.
    public var polledEvery = 0.0
    /// Hashrate of others with the same wallet, in H/s. They find shares as we do, with luck.
    public var outside = PerUpstream(p2pool: 0.0, xvb: 0.0)
    /// What one share of theirs at XvB is worth, in hashes.
    public var outsideShare = 200_000.0
    /// Seconds without hashing whenever a policy that reconnects moves the rigs.
    public var reconnect = 0.0
    /// Length of the run in days.
    public var days = 20.0
    /// The settings of our own policy.
    public var settings = SplitSettings()

    /// A plain world.
    public init(name: String, summary: String, hashrate: Double, tier: Tier, xvbShare: Double) {
        self.name = name
        self.summary = summary
        self.hashrate = hashrate
        self.tier = tier
        self.xvbShare = xvbShare
    }
}

/// How the hashrate changes around its base.
public struct HashrateWeather: Equatable, Sendable {
    /// Scatter of the real hashrate from minute to minute, as a part of it.
    public var noise = 0.0
    /// How much less there is at the worst hour of the day, as a part of it.
    public var dailySwing = 0.0
    /// What there is at midnight over what there is at noon; the run begins at noon. The hashrate follows a cosine.
    public var night = 1.0
    /// How many rigs there are. Each finds a share in ten seconds; a policy that counts shares knows the hashrate from those of
    /// the last 15 minutes. 0: it is known exactly.
    public var rigs = 0
    /// What is measured over what there is, whoever measures.
    public var meterFactor = 1.0
    /// From each moment on the base is multiplied by a factor.
    public var steps: [Step] = []

    /// One change of the base.
    public struct Step: Equatable, Sendable {
        /// When, in seconds.
        public var at: Double
        /// The new base as a part of the world's hashrate.
        public var factor: Double
    }

    /// A hashrate that never changes.
    public init() {}
}

/// p2pool's sidechain.
public struct SidechainModel: Equatable, Sendable {
    /// The name on the command line.
    public var name: String
    /// Hashes that one share is worth.
    public var difficulty: Double
    /// The window in blocks.
    public var window: Double
    /// Seconds between two blocks.
    public var blockTime: Double
    /// How far the difficulty swings around its base in a day, as a part of it.
    public var drift = 0.0
    /// From each moment on the window has this many blocks.
    public var windows: [WindowStep] = []

    /// One change of the window.
    public struct WindowStep: Equatable, Sendable {
        /// When, in seconds.
        public var at: Double
        /// The new length in blocks.
        public var blocks: Double
    }

    /// The draft's mini chain: one share a window takes 3.96 kH/s.
    public static let mini = SidechainModel(name: "mini", difficulty: 85.5e6, window: 2160, blockTime: 10)
    /// The main chain with its window cut short by its own weight: one share a window takes 611 kH/s.
    public static let main = SidechainModel(name: "main", difficulty: 2.2e9, window: 360, blockTime: 10)
    /// The nano chain: one share a window takes 463 H/s.
    public static let nano = SidechainModel(name: "nano", difficulty: 30e6, window: 2160, blockTime: 30)

    /// The chain that the command line calls `name`.
    public static func named(_ name: String) -> SidechainModel? {
        [mini, main, nano].first { $0.name == name }
    }
}

/// How XvB counts, and what its API tells.
public struct ServiceModel: Equatable, Sendable {
    /// What it counts of a hash that it accepted.
    public var creditRatio = 1.0
    /// The part of the accepted shares that it never counts, at random.
    public var lostShares = 0.0
    /// How it makes averages.
    public var averaging = AveragingModel.sliding
    /// What its API rounds its averages to, in H/s; 0: it doesn't.
    public var rounding = 0.0
    /// How old the averages are that it tells, in seconds.
    public var delay = 0.0
    /// What is wrong with its API, and when.
    public var faults: [Fault] = []

    /// Something wrong with the API.
    public struct Fault: Equatable, Sendable {
        /// When it begins, in seconds.
        public var from: Double
        /// When it ends, in seconds.
        public var to: Double
        /// What it is.
        public var kind: Kind

        /// What can be wrong.
        public enum Kind: Equatable, Sendable {
            /// The figures stand still.
            case frozen
            /// Nothing comes.
            case silent
            /// Numbers come that make no sense.
            case garbage
            /// Both averages are 0.
            case zeros
        }
    }

    /// A service that counts everything and tells it at once.
    public init() {}
}

/// A time in which an upstream can't be reached.
public struct OutageModel: Equatable, Sendable {
    /// Which.
    public var upstream: Upstream
    /// When it begins, in seconds.
    public var from: Double
    /// When it ends, in seconds.
    public var to: Double
}
