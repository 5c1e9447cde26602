import ProxyCore
import ProxyTerms
import SplitScheduler
import Statistics
import Upstreams

/// What `stratum-proxy status` shows: the proxy at one moment. The JSON line and the text for people are in files of their own.
struct StatusReport {
    var snapshot: Snapshot
    var sources: StatusSources
    let now: Instant
    /// Seconds since the daemon's start.
    var uptime: Double
    /// The configuration's file; nil where there were flags only.
    var configuration: String?
    /// Where rigs connect.
    var listening: [Endpoint] = []
    /// Where the page is; nil where there is none.
    var page: Endpoint?
    /// What each pool is trusted by.
    var trusts = PerUpstream<[PoolTrust]>(p2pool: [], xvb: [])
    /// The rigs, those with the most refused shares first.
    var rigs: [RigSnapshot] = []
    /// What happened lately.
    var past = RecentPast(upstream: .p2pool, now: .start)
    /// What each tier would cost.
    var tierCosts: [SteadyProspect] = []
    /// The machine around it.
    var surroundings = Surroundings()
    /// Rigs that are looked at most; how many are listed is a matter of the answer's size.
    static let mostRigs = 1_000
    /// Bytes that the rigs may fill: of the state's JSON, of that at the socket of `status`, and of the text there.
    static let mostRigBytes = (json: 65_536, socket: 163_840, text: 24_576)

    /// The schedule's own view.
    var schedule: SchedulerStatus { snapshot.schedule }
}

/// Where the figures of the inputs come from, and what is wrong with them.
struct StatusSources {
    /// One input.
    struct Source {
        /// A directory or an address; nil where nothing is asked.
        var place: String?
        /// What was wrong the last time, in words; nil if nothing was.
        var trouble: String?
    }

    /// p2pool's API.
    var p2pool = Source()
    /// XvB's figures of the wallet.
    var xvb = Source()
    /// XvB's public statistics, with their age in seconds.
    var raffle: (statistics: XvBStatistics, age: Double)?
}
