import ProxyCore
import ProxyTerms

/// What happened lately and the core keeps no record of: where work went, since when an upstream is down and why.
struct RecentPast: Equatable {
    /// A stretch of time in which work went to one upstream.
    struct Slice: Equatable {
        let upstream: Upstream
        let from: Instant
        /// nil while it lasts.
        var until: Instant?
    }

    /// What keeps an upstream away.
    struct Outage: Equatable {
        /// Since when no lane is ready.
        var since: Instant
        /// The endpoint tried last and what was wrong with it, in words; nil before the first failure.
        var trouble: String?

        /// For how long, and why.
        func text(at now: Instant) -> String {
            "for \(Quantity.duration(now.seconds(since: since)))" + (trouble.map { ", \($0)" } ?? "")
        }
    }

    /// Slices that are kept: two windows of the shortest that a farm has.
    static let mostSlices = 120

    private(set) var slices: [Slice]
    /// nil while the upstream is up.
    private(set) var outages: PerUpstream<Outage?>

    /// Work goes to `upstream` from now on, and nothing is connected yet.
    init(upstream: Upstream, now: Instant) {
        slices = [Slice(upstream: upstream, from: now)]
        outages = PerUpstream(p2pool: Outage(since: now), xvb: Outage(since: now))
    }

    /// Takes over what the core tells.
    mutating func noticed(_ notice: Notice, now: Instant) {
        if case .switched(let upstream, _, _, _) = notice { turned(to: upstream, now: now) }
        if case .upstreamUp(let upstream, _) = notice { outages[upstream] = nil }
        if case .upstreamDown(let upstream, _) = notice {
            outages[upstream] = Outage(since: now, trouble: outages[upstream]?.trouble)
        }
        if case .laneLost(let lane, let endpoint, let reason, let retry) = notice, retry != nil {
            outages[lane.upstream]?.trouble = "\(endpoint): \(reason.text)"
        }
    }

    private mutating func turned(to upstream: Upstream, now: Instant) {
        guard let last = slices.indices.last, slices[last].upstream != upstream else { return }
        slices[last].until = now
        slices.append(Slice(upstream: upstream, from: now))
        if slices.count > Self.mostSlices { slices.removeFirst() }
    }

    /// The slices that reach into the time since `start`, the first one cut there.
    func slices(since start: Instant) -> [Slice] {
        slices.filter { ($0.until ?? start.adding(milliseconds: 1)) > start }.map {
            Slice(upstream: $0.upstream, from: max($0.from, start), until: $0.until)
        }
    }
}
