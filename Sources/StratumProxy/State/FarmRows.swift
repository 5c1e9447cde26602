import History
import ProxyCore
import ProxyTerms
import SplitScheduler

/// Makes rows of the farm's figures: what came since the last time, each thing once.
struct FarmRows {
    /// Rigs whose figures are taken in one go: so many rows are a page or two of the file.
    static let mostRigs = 64
    /// Seconds after which what XvB credits and the tier are told again.
    private static let secondsBetweenTiers: Int64 = 30
    /// Seconds between two times that all work is handed over anew because some was forged.
    private static let secondsBetweenCorrections: Int64 = 60

    /// The last second of the loop's clock whose work was handed over.
    private var writtenUntil: Int64
    /// All work that was handed over or stood there at the start, by the ledger's count.
    private var handed: PerUpstream<Double>
    private var counters: FarmCounters
    private var nextRig: UInt32 = 0
    private var tiersDue = Int64.min
    private var correctionDue = Int64.min

    /// Figures from `now` on.
    init(_ core: ProxyCore, now: Instant) {
        writtenUntil = now.milliseconds / 1000 - 1
        handed = core.schedule.acceptedInAll(through: writtenUntil)
        counters = core.counters
    }

    /// Adds what came up to the end of second `end` to `rows`; `ahead` is how far the stamps are ahead of the loop's seconds.
    mutating func take(_ core: ProxyCore, through end: Int64, now: Instant, ahead: Int64, into rows: inout PendingRows)
    {
        guard end > writtenUntil else { return }
        let schedule = core.schedule
        let seconds = end - writtenUntil
        for item in schedule.accepted(after: writtenUntil, through: end) {
            rows.add(WorkSecond(at: item.second + ahead, work: item.work))
            for upstream in Upstream.allCases { handed[upstream] += item.work[upstream] }
        }
        var totals = figures(core, seconds: seconds)
        writtenUntil = end
        if end >= tiersDue {
            add(schedule.status(at: now), to: &totals)
            tiersDue = end + Self.secondsBetweenTiers
        }
        // Work that turned out to be forged was taken out of the ledger: it is to go out of the store, too.
        if schedule.acceptedInAll(through: end) != handed, end >= correctionDue {
            let before = handed
            replaceAll(core, ahead: ahead, into: &rows)
            for upstream in Upstream.allCases { totals.work[upstream] += handed[upstream] - before[upstream] }
            correctionDue = end + Self.secondsBetweenCorrections
        }
        rows.add(totals, at: end + ahead)
        let (rigs, next) = core.takeRigFigures(from: nextRig, most: Self.mostRigs)
        nextRig = next
        for rig in rigs {
            rows.add(
                RigTotals(work: rig.work, accepted: rig.accepted, refused: rig.refused),
                RigTotals.Key(at: end + ahead, rig: rig.name))
        }
    }

    /// All work of the last day takes the place of what the store has.
    mutating func replaceAll(_ core: ProxyCore, ahead: Int64, into rows: inout PendingRows) {
        let known = core.schedule.accepted(after: writtenUntil - 86_400, through: writtenUntil)
        rows.replaceWork(known.map { WorkSecond(at: $0.second + ahead, work: $0.work) })
        handed = core.schedule.acceptedInAll(through: writtenUntil)
    }

    /// The schedule was made anew from its memory, after a sleep: what it knows was handed over.
    mutating func rebase(_ core: ProxyCore, now: Instant) {
        writtenUntil = now.milliseconds / 1000 - 1
        handed = core.schedule.acceptedInAll(through: writtenUntil)
    }

    /// What the plan is made from is told with the next figures.
    mutating func plannedAnew() { tiersDue = .min }

    private mutating func figures(_ core: ProxyCore, seconds: Int64) -> Totals {
        let new = core.counters
        var totals = Totals()
        totals.seconds = seconds
        totals.xvbSeconds = core.currentUpstream == .xvb ? seconds : 0
        totals.rigSeconds = Int64(new.rigs) * seconds
        totals.rigWork = new.measuredWork - counters.measuredWork
        for upstream in Upstream.allCases {
            let (now, before) = (new.shares[upstream], counters.shares[upstream])
            totals.work[upstream] = now.acceptedWork - before.acceptedWork
            totals.shares[upstream].accepted = Int64(now.accepted - before.accepted)
            totals.shares[upstream].refused = Int64(now.unaccepted - before.unaccepted)
        }
        counters = new
        return totals
    }

    private func add(_ status: SchedulerStatus, to totals: inout Totals) {
        totals.credited1h = status.credited?.hour
        totals.credited24h = status.credited?.day
        totals.tier = Int64(status.routedTier.rawValue)
        totals.price = status.price?.price
        totals.tierWork = status.plan?.tier.hashrate
    }
}

extension ShareCounts {
    /// Refused, too old or without a verdict.
    fileprivate var unaccepted: UInt64 { rejected + stale + lost }
}
