import APIForms
import ProxyCore
import ProxyTerms

/// What readers are told of the run that is nobody else's to know: when upstreams came up, how long things took.
struct RunFigures {
    /// One upstream.
    struct Connection {
        /// Since when it has a connection that is logged in; nil while it has none.
        var upSince: Instant?
        /// How often no connection was left.
        var outages: UInt64 = 0
        /// Connections that ended though they were needed.
        var failures: UInt64 = 0
        /// The newest connection's protocol; nil where it isn't encrypted.
        var tls: String?
        /// The newest certificate's SHA-256.
        var fingerprint: String?
        /// From a submit to its verdict, in seconds.
        var latency = Histogram([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])
    }

    private(set) var upstreams = PerUpstream(p2pool: Connection(), xvb: Connection())
    /// From the moment that a switch was planned for to its last job in the kernel's hands, in seconds.
    private(set) var switchDelay = Histogram([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5])
    /// By how much a timer of the loop is late, in seconds.
    private(set) var loopLag = Histogram([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5])
    /// The highest hashrate over a minute, H/s.
    private(set) var highestHashrate: Double?

    /// Looks at what the core has to say.
    mutating func noticed(_ notice: Notice, now: Instant) {
        if case .upstreamUp(let upstream, _) = notice {
            upstreams[upstream].upSince = now
        } else if case .upstreamDown(let upstream, _) = notice {
            upstreams[upstream].upSince = nil
            upstreams[upstream].outages += 1
        } else if case .laneLost(let lane, _, _, let retry) = notice, retry != nil {
            upstreams[lane.upstream].failures += 1
        }
    }

    /// A pool accepted a share.
    mutating func accepted(_ share: AcceptedShare) {
        upstreams[share.upstream].latency.add(Double(share.milliseconds) / 1_000)
    }

    /// A pool's certificate was taken.
    mutating func certificate(_ upstream: Upstream, _ news: TrustNews) {
        if case .taken(_, let pin?, _) = news { upstreams[upstream].fingerprint = "\(pin)" }
    }

    mutating func secured(_ upstream: Upstream, version: String) { upstreams[upstream].tls = version }

    mutating func switched(milliseconds: Int64) { switchDelay.add(Double(milliseconds) / 1_000) }

    /// The rigs' hashrate over the last minute.
    mutating func measured(_ hashrate: Double) { highestHashrate = max(highestHashrate ?? 0, hashrate) }

    mutating func late(milliseconds: Int64) { loopLag.add(Double(max(0, milliseconds)) / 1_000) }
}
