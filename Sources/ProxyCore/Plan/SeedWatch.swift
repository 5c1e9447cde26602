import ProxyTerms
import SplitScheduler
import StratumCodec

/// The RandomX seeds of the two upstreams' newest jobs.
///
/// A rig that is handed a job of another seed builds its dataset anew, seconds to a minute without a hash, so slices between
/// two seeds cost more than they bring. Both upstreams mine Monero, whose seed changes every 2,048 blocks and reaches them
/// within seconds, or minutes where a node lags. What differs for longer is another network, or a node that is stuck.
final class SeedWatch {
    /// Rigs that are on XvB stay there for so long, so that they need not build two datasets, seconds.
    private static let patience = 120.0
    /// When it is told, and told again as what it must be by then, seconds.
    private static let tellSeconds = [60.0, 900.0]

    private let schedule: Schedule
    private let outbox: Outbox
    /// Of the newest job; nil while the upstream is down.
    private(set) var seeds = PerUpstream<SeedHash?>(p2pool: nil, xvb: nil)
    private(set) var differSince: Instant?
    /// The schedule keeps XvB out because of it.
    private var keepsXvBOut = false
    /// How often it was told.
    private var told = 0
    /// When there is something to do about it.
    private(set) var nextDeadline = Instant.never

    init(schedule: Schedule, outbox: Outbox) {
        self.schedule = schedule
        self.outbox = outbox
    }

    /// A lane has a new job.
    func jobCame(on lane: Lane, now: Instant) {
        guard !lane.isProbe, let seed = lane.current?.seed, seeds[lane.upstream] != seed else { return }
        seeds[lane.upstream] = seed
        compare(now: now)
    }

    /// An upstream has no lane any more.
    func upstreamDown(_ upstream: Upstream, now: Instant) {
        seeds[upstream] = nil
        compare(now: now)
    }

    /// Compares the seeds, and does what follows for the schedule and the log. Slices don't begin while they differ; one
    /// that runs may end by itself.
    func compare(now: Instant) {
        nextDeadline = .never
        guard schedule.mode != .p2pool, let p2pool = seeds.p2pool, let xvb = seeds.xvb, p2pool != xvb
        else { return agree(now: now) }
        let since = differSince ?? now
        differSince = since
        let seconds = now.seconds(since: since)
        if !keepsXvBOut {
            if schedule.upstream == .p2pool || seconds >= Self.patience {
                keepsXvBOut = true
                schedule.reported(seedsDiffer: true, at: now)
            } else {
                nextDeadline = since.adding(seconds: Self.patience)
            }
        }
        guard told < Self.tellSeconds.count else { return }
        if seconds >= Self.tellSeconds[told] {
            told += 1
            outbox.tell(.seedsDiffer(p2pool: p2pool, xvb: xvb, seconds: seconds))
        }
        guard told < Self.tellSeconds.count else { return }
        nextDeadline = min(nextDeadline, since.adding(seconds: Self.tellSeconds[told]))
    }

    private func agree(now: Instant) {
        guard differSince != nil else { return }
        if keepsXvBOut { schedule.reported(seedsDiffer: false, at: now) }
        if told > 0 { outbox.tell(.seedsAgree) }
        differSince = nil
        keepsXvBOut = false
        told = 0
    }
}
