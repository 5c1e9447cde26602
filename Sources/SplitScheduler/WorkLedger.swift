import ProxyTerms

/// What the pools accepted from us: per upstream, exact to the second, for 24 h.
public struct WorkLedger: Equatable, Sendable {
    private var tracks = PerUpstream(p2pool: WorkTrack(), xvb: WorkTrack())

    /// An empty ledger.
    public init() {}

    /// Notes `work` hashes that `upstream` accepted.
    public mutating func credit(_ work: Double, to upstream: Upstream, at now: Instant) {
        tracks[upstream].add(work, second: now.wholeSeconds)
    }

    /// Takes back `work` hashes of what `upstream` accepted last: they turned out to be forged.
    public mutating func takeBack(_ work: Double, from upstream: Upstream) {
        tracks[upstream].takeBack(work)
    }

    /// What `upstream` has accepted in all, in hashes.
    public func total(_ upstream: Upstream) -> Double {
        tracks[upstream].total
    }

    /// What `upstream` accepted in the `seconds` before `now`, in hashes. A second that is only partly inside doesn't count.
    public func work(_ upstream: Upstream, last seconds: Int64, at now: Instant) -> Double {
        tracks[upstream].work(after: now.wholeSeconds - seconds)
    }

    /// What `upstream` accepted from `start` to `end`, to the second, in hashes.
    public func work(_ upstream: Upstream, from start: Instant, to end: Instant) -> Double {
        tracks[upstream].work(after: start.wholeSeconds - 1, through: end.wholeSeconds - 1)
    }

    /// The average accepted by `upstream` over the `seconds` before `now`, in H/s; `seconds` must be above 0.
    public func average(_ upstream: Upstream, last seconds: Int64, at now: Instant) -> Double {
        work(upstream, last: seconds, at: now) / Double(seconds)
    }

    /// What `upstream` accepted after the end of `second`, in hashes.
    func work(_ upstream: Upstream, after second: Int64) -> Double {
        tracks[upstream].work(after: second)
    }

    /// What `upstream` accepted after the end of second `start` up to the end of `end`, in hashes.
    func work(_ upstream: Upstream, after start: Int64, through end: Int64) -> Double {
        tracks[upstream].work(after: start, through: end)
    }

    /// The least that stood in a window of `span` seconds whose end lay from `begin` to `end`, in hashes.
    func least(_ upstream: Upstream, span: Int64, endingFrom begin: Int64, through end: Int64) -> Double {
        tracks[upstream].least(span: span, endingFrom: begin, through: end)
    }

    /// The single seconds of `upstream` later than `second`, oldest first, until `body` answers false.
    func forEach(_ upstream: Upstream, after second: Int64, _ body: (WorkTrack.Entry) -> Bool) {
        tracks[upstream].forEach(after: second, body)
    }
}

extension Instant {
    /// The whole seconds since the clock's start, rounded down.
    var wholeSeconds: Int64 {
        milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    }

    /// The start of second `second`.
    init(second: Int64) {
        self.init(milliseconds: second * 1000)
    }
}
