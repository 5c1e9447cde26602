import ProxyTerms
import SplitScheduler
import StratumCodec

/// The RandomX seeds of the two upstreams' newest jobs.
///
/// A rig that is handed a job of another seed builds its dataset anew, seconds to a minute without a hash, so slices between
/// two seeds cost more than they bring. Both upstreams mine Monero, whose seed changes every 2,048 blocks and reaches them
/// within seconds, or minutes where a node lags. What differs for longer is another network, or a node that is stuck.
struct SeedWatch {
    /// Of the newest job; nil while the upstream is down.
    var seeds = PerUpstream<SeedHash?>(p2pool: nil, xvb: nil)
    var differSince: Instant?
    /// The schedule keeps XvB out because of it.
    var keepsXvBOut = false
    /// How often it was told.
    var told = 0
    /// When there is something to do about it.
    var due = Instant.never

    /// Rigs that are on XvB stay there for so long, so that they need not build two datasets, seconds.
    static let patience = 120.0
    /// When it is told, and told again as what it must be by then, seconds.
    static let tellSeconds = [60.0, 900.0]
}

extension ProxyCore {
    /// A lane in use has a new job.
    func seedSeen(_ lane: Lane, now: Instant) {
        guard !lane.isProbe, let seed = lane.current?.seed, seeds.seeds[lane.upstream] != seed else { return }
        seeds.seeds[lane.upstream] = seed
        watchSeeds(now: now)
    }

    /// An upstream has no lane any more.
    func seedForgotten(_ upstream: Upstream, now: Instant) {
        seeds.seeds[upstream] = nil
        watchSeeds(now: now)
    }

    /// Compares the seeds, and does what follows for the schedule and the log. Slices don't begin while they differ; one
    /// that runs may end by itself.
    func watchSeeds(now: Instant) {
        seeds.due = .never
        guard scheduler.settings.mode != .p2pool, let p2pool = seeds.seeds.p2pool, let xvb = seeds.seeds.xvb,
            p2pool != xvb
        else { return seedsAgree(now: now) }
        let since = seeds.differSince ?? now
        seeds.differSince = since
        let seconds = now.seconds(since: since)
        if !seeds.keepsXvBOut {
            if scheduler.upstream == .p2pool || seconds >= SeedWatch.patience {
                seeds.keepsXvBOut = true
                scheduler.reported(seedsDiffer: true, at: now)
            } else {
                seeds.due = since.adding(seconds: SeedWatch.patience)
            }
        }
        guard seeds.told < SeedWatch.tellSeconds.count else { return }
        if seconds >= SeedWatch.tellSeconds[seeds.told] {
            seeds.told += 1
            effects.notices.append(.seedsDiffer(p2pool: p2pool, xvb: xvb, seconds: seconds))
        }
        guard seeds.told < SeedWatch.tellSeconds.count else { return }
        seeds.due = min(seeds.due, since.adding(seconds: SeedWatch.tellSeconds[seeds.told]))
    }

    private func seedsAgree(now: Instant) {
        guard seeds.differSince != nil else { return }
        if seeds.keepsXvBOut { scheduler.reported(seedsDiffer: false, at: now) }
        if seeds.told > 0 { effects.notices.append(.seedsAgree) }
        let known = seeds.seeds
        seeds = SeedWatch()
        seeds.seeds = known
    }
}
