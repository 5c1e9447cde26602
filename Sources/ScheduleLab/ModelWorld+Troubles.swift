import ProxyTerms
import SplitScheduler

// What a world can be besides plain: each says what it assumes.

/// A stretch of the run, in seconds from its beginning.
public struct ModelSpan: Equatable, Sendable {
    /// When it begins.
    public var from: Double
    /// When it ends.
    public var to: Double

    /// A stretch.
    public init(from: Double, to: Double) {
        self.from = from
        self.to = to
    }
}

/// Times in which the machine that the proxy runs on sleeps. The rigs have no proxy then and nothing hashes; after it the same process goes on.
public struct SleepModel: Equatable, Sendable {
    /// When.
    public var spans: [ModelSpan] = []
    /// Whether the clock that the policy is told of stands still meanwhile, as CLOCK_MONOTONIC does; else it jumps.
    public var clockStandsStill = false

    /// A machine that never sleeps.
    public init() {}
}

/// What one share at XvB is worth. Shares that a rig has found count with the difficulty of the moment.
public enum DifficultyModel: Equatable, Sendable {
    /// Always the world's.
    case fixed
    /// A vardiff that never settles: its logarithm walks at random around the world's, each step `step`, each `every` seconds, pulled
    /// back within `memory` seconds, cut at `lowest` and `highest`.
    case drifting(every: Double, step: Double, memory: Double, lowest: Double, highest: Double)
    /// From each moment on the world's times a factor.
    case jumps([HashrateWeather.Step])
    /// Rigs of equal hashrate, each with its own: these factors of the world's.
    case perRig([Double])
}

/// The jobs that XvB sends, where its node owns a byte of the nonce.
///
/// Each lane then carries one rig, and a rig's slice uses up what its lane has of the current job: it comes back on a lane whose
/// byte hasn't been searched for this job, or with the next job. Lanes are opened as the daemon does (`FreshWork.lanesPerRig` by
/// the longest of the last eight intervals, the one that runs included), looked at each 30 s, but closed with the next job, not
/// after an hour; a new login has an unsearched byte. All rigs have the same hashrate, and none searches its lane's 16.7 million nonces to the end. Policies that reconnect
/// the rigs get a new byte with each login: jobs don't limit them, their reconnects cost them.
public struct JobModel: Equatable, Sendable {
    /// Seconds from one job to the next on average.
    public var interval: Double
    /// Whether intervals are exponentially distributed, cut at `longest`, as Monero's blocks come; else they are all the same.
    public var isRandom = false
    /// The longest interval, in seconds: a lane without a job for longer logs in anew.
    public var longest = PoolProfile.xvb.jobSilenceSeconds
    /// How many rigs there are.
    public var rigs: Int
    /// The most lanes to XvB.
    public var maxLanes = PoolProfile.xvb.maxLanes

    /// Jobs for so many rigs.
    public init(interval: Double, rigs: Int, isRandom: Bool = false) {
        self.interval = interval
        self.rigs = rigs
        self.isRandom = isRandom
    }
}

/// How XvB makes averages of what it counts.
public enum AveragingModel: Equatable, Sendable {
    /// Sums over the last hour and the last day.
    case sliding
    /// Each share fades exponentially, with time constants of an hour and a day.
    case fading
}
