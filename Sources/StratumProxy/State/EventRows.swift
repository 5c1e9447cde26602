import History
import ProxyCore
import ProxyTerms
import SplitScheduler
import Store

/// Makes rows of what happens. Moments are milliseconds since 1970.
struct EventRows {
    /// Milliseconds that an upstream must be without a connection for an outage: less is a reconnect.
    static let shortestOutage: Int64 = 10_000
    /// Milliseconds from one reading that is kept to the next.
    private static let readingPause: Int64 = 60_000
    /// Milliseconds after which a won round that is seen again is another one, longer than any lasts.
    private static let longestRound: Int64 = 5_400_000

    /// An upstream without a connection.
    private struct Outage {
        var since: Int64
        var isTold = false
    }

    private var run: Int64?
    private var slice: (at: Int64, upstream: Upstream, work: Double)?
    private var outages = PerUpstream<Outage?>(p2pool: nil, xvb: nil)
    private var readings = PerUpstream<Int64?>(p2pool: nil, xvb: nil)
    private var win: StoredWork.Win?
    /// Rows of one kind have a moment each.
    private var newest: Int64 = 0
    private var sightings = LineBucket(burst: 400, refillSeconds: 1)

    /// Nothing has happened yet; `win` is the last round that the wallet is known to have won.
    init(win: StoredWork.Win? = nil) { self.win = win }

    /// The proxy starts. Upstreams of `awaited` are to be connected to.
    mutating func started(at: Int64, _ upstream: Upstream, work: Double, awaited: [Upstream]) -> [Row] {
        run = at
        slice = (at, upstream, work)
        for upstream in awaited { outages[upstream] = Outage(since: at) }
        return [
            .run(at: at, until: nil, version: Version.current), .slice(at: at, until: nil, upstream, work: 0),
        ]
    }

    /// The proxy ends; `work` is all that the schedule knows.
    mutating func ended(at: Int64, work: PerUpstream<Double>) -> [Row] {
        var rows: [Row] = []
        if let run { rows.append(.run(at: run, until: at, version: Version.current)) }
        rows += endSlice(at: at, work)
        for upstream in Upstream.allCases { rows += endOutage(of: upstream, at: at) }
        return rows
    }

    /// What takes some time to be one.
    mutating func passed(at: Int64) -> [Row] {
        var rows: [Row] = []
        for upstream in Upstream.allCases {
            guard let outage = outages[upstream], !outage.isTold, at - outage.since >= Self.shortestOutage else {
                continue
            }
            outages[upstream]?.isTold = true
            rows.append(.outage(at: outage.since, until: nil, upstream))
        }
        return rows
    }

    /// Something happened at `now`, which is `at`; `work` is all that the schedule knows. Both are asked where they are needed only: notices
    /// come with each share.
    mutating func noticed(
        _ notice: Notice, now: Instant, at: () -> Int64, work: () -> PerUpstream<Double>
    ) -> [Row] {
        func moment(_ other: Instant) -> Int64 { at() + other.milliseconds - now.milliseconds }
        switch notice {
        case .switched(let upstream, let cause, let rigs, let plannedAt):
            let start = next(at())
            let work = work()
            let rows = endSlice(at: start, work)
            slice = (start, upstream, work[upstream])
            return rows + [
                .slice(at: start, until: nil, upstream, work: 0),
                .change(
                    at: start, planned: moment(plannedAt), to: upstream, Row.Moves(rigs),
                    text: ScheduleWords.switched(to: upstream, cause, rigs)),
            ]
        case .planned(let plan):
            return [.plan(at: next(at()), Row.Plan(plan), text: plan.reason)]
        case .windowClosed(let report):
            return [
                .window(
                    at: moment(report.start), until: moment(report.end), plannedXvB: report.plannedXvBWork,
                    report.work, text: ScheduleWords.windowClosed(report, slices: 1))
            ]
        case .sidechainShare(let name, let difficulty, _):
            return [.share(at: next(at()), difficulty: Double(difficulty), rig: name)]
        case .upstreamDown(let upstream, _):
            outages[upstream] = Outage(since: at())
            return []
        case .upstreamUp(let upstream, _):
            return endOutage(of: upstream, at: at())
        case .rigJoined(_, let name, let agent, _):
            return sightings.take(now: now) == nil ? [] : [.rig(name, agent: agent, at: at() / 1000)]
        case .rigLeft(_, let name, _):
            return sightings.take(now: now) == nil ? [] : [.rig(name, agent: nil, at: at() / 1000)]
        case .connectionDropped, .rigRefused, .addressRefused, .exclusiveNotSent, .algorithmNotMined, .laneReady,
            .laneLost,
            .followed, .endpointChanged, .newJob, .jobRefused, .rejected, .noneUp, .turningAway,
            .servingAgain, .stopping, .seedsDiffer, .seedsAgree, .proxyModeKnown, .rigCutOff, .rigUnstable,
            .proofUnavailable, .cutOffKnocked, .lineRefused, .shareRefused, .sharesRefused, .furtherRefused,
            .ignoresNonceRange,
            .slotsShort, .placesShort, .regionsMeasured, .noncesUsedUp:
            return []
        }
    }

    /// Statistics were read that make sense.
    mutating func observed(_ observation: Observation, at: Int64) -> [Row] {
        switch observation {
        case .p2pool(let reading):
            guard isDue(.p2pool, at) else { return [] }
            return [
                .p2poolReading(
                    at: at, difficulty: reading.sidechainDifficulty, windowBlocks: reading.pplnsWindow,
                    poolHashrate: reading.poolHashrate, height: reading.sidechainHeight,
                    rewardPercent: reading.rewardSharePercent, shareAge: reading.lastShareAge)
            ]
        case .xvb(let reading):
            guard isDue(.xvb, at) else { return [] }
            return [
                .xvbReading(
                    at: at, credited1h: reading.credited1h, credited24h: reading.credited24h, fails: reading.fails,
                    isRegistered: true)
            ]
        case .xvbUnregistered:
            guard isDue(.xvb, at) else { return [] }
            return [.xvbReading(at: at, credited1h: nil, credited24h: nil, fails: nil, isRegistered: false)]
        case .xvbRound(let isOurs, let tier):
            guard isOurs else {
                win = nil
                return []
            }
            let tier = (tier ?? .none).key
            let known = win.flatMap { $0.tier == tier && at - $0.until <= Self.longestRound ? $0 : nil }
            win = StoredWork.Win(at: known?.at ?? at, until: at, tier: tier)
            return [.win(at: known?.at ?? at, until: at, tier: tier)]
        }
    }

    /// The clock was set.
    mutating func shift(_ shift: ClockShift) {
        run = run.map(shift.moved(milliseconds:))
        if let known = slice { slice?.at = shift.moved(milliseconds: known.at) }
        for upstream in Upstream.allCases {
            if let outage = outages[upstream] { outages[upstream]?.since = shift.moved(milliseconds: outage.since) }
            readings[upstream] = nil
        }
        if let known = win {
            win?.at = shift.moved(milliseconds: known.at)
            win?.until = shift.moved(milliseconds: known.until)
        }
        newest = shift.moved(milliseconds: newest)
    }

    // MARK: Parts

    private mutating func next(_ at: Int64) -> Int64 {
        newest = max(newest + 1, at)
        return newest
    }

    private mutating func endSlice(at: Int64, _ work: PerUpstream<Double>) -> [Row] {
        guard let slice else { return [] }
        self.slice = nil
        return [
            .slice(at: slice.at, until: at, slice.upstream, work: max(0, work[slice.upstream] - slice.work))
        ]
    }

    private mutating func endOutage(of upstream: Upstream, at: Int64) -> [Row] {
        guard let outage = outages[upstream] else { return [] }
        outages[upstream] = nil
        let isOne = outage.isTold || at - outage.since >= Self.shortestOutage
        return isOne ? [.outage(at: outage.since, until: at, upstream)] : []
    }

    private mutating func isDue(_ upstream: Upstream, _ at: Int64) -> Bool {
        if let last = readings[upstream], at >= last, at - last < Self.readingPause { return false }
        readings[upstream] = at
        return true
    }
}

extension Row.Moves {
    fileprivate init(_ rigs: MoveCount) {
        self.init(moved: rigs.moved, there: rigs.there, waiting: rigs.waiting, elsewhere: rigs.elsewhere)
    }
}

extension Row.Plan {
    fileprivate init(_ plan: WindowPlan) {
        self.init(
            window: plan.window, xvbSeconds: plan.xvbSeconds, tier: plan.tier.key, hashrate: plan.hashrate,
            p2poolNeed: plan.requiredP2PoolHashrate, expectedShares: plan.expectedShares)
    }
}
