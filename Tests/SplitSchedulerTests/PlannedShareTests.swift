import ProxyTerms
import Testing

@testable import SplitScheduler

@Suite("What a window was to bring is the sum of its plans")
struct PlannedShareTests {
    /// A manual schedule of 10 kH/s: 250 s of 600 for XvB, which is away from `down` to `up`.
    private func report(down: Double?, up: Double?, cycle: Int? = nil) -> WindowReport? {
        var settings = bare(.manual, manual: 250)
        settings.window = 600
        settings.cycle = cycle
        var scheduler = SplitScheduler(settings: settings, start: seconds(0))
        scheduler.observed(p2pool: draftReading(), at: seconds(0))
        scheduler.reported(.xvb, usable: down != 0, at: seconds(0))
        var report: WindowReport?
        for second in 0...601 {
            let now = Double(second)
            if second % 60 == 0 { scheduler.observed(p2pool: draftReading(), at: seconds(now)) }
            if let down, now == down { scheduler.observedUnregistered(at: seconds(now)) }
            if let up, now == up {
                scheduler.observed(xvb: XvBReading(credited1h: 0, credited24h: 0), at: seconds(now))
                scheduler.reported(.xvb, usable: true, at: seconds(now))
            }
            if let closed = scheduler.advance(now: seconds(now), hashrate: tenKilo).closed { report = closed }
        }
        return report
    }

    @Test("With one plan it is that plan's")
    func one() {
        #expect(report(down: nil, up: nil).map { abs($0.plannedXvBShare - 250.0 / 600) < 1e-9 } == true)
    }

    @Test("Seconds in which nothing could be planned for XvB aren't planned, although the last plan gives it some")
    func obstacle() {
        // The slice is from 350 s to 600 s; nothing may be sent until 550 s.
        let planned = report(down: 100, up: 550)?.plannedXvBShare ?? 1
        #expect(abs(planned - 50.0 / 600) < 0.01)
    }

    @Test("What the first plan had brought stays planned when the last one brings nothing")
    func given() {
        let planned = report(down: 450, up: nil)?.plannedXvBShare ?? 1
        #expect(abs(planned - 100.0 / 600) < 0.01)
    }

    @Test(
        "With cycles, what an obstacle leaves of a window is planned by the cycles it leaves",
        arguments: [(100.0, 550.0), (450, nil), (0, 301), (59, 61)])
    func cycles(down: Double, up: Double?) throws {
        let closed = try #require(report(down: down, up: up, cycle: 60))
        let left = 600 - ((up ?? 600) - down)
        #expect(abs(closed.plannedXvBShare - 250.0 / 600 * left / 600) < 0.05)
        #expect(abs(closed.planned.seconds - closed.directedSeconds.xvb) < 2.5)
    }

    @Test(
        "A rig has a lane for each slice until the next job, a little lateness of it apart",
        arguments: [(10.0, 1), (30, 1), (60, 2), (60.4, 2), (120, 3), (120.9, 3), (180, 4), (900, 4)])
    func lanes(interval: Double, lanes: Int) {
        #expect(FreshWork.lanesPerRig(jobInterval: interval, spacing: 60) == lanes)
        #expect(FreshWork.lanesPerRig(jobInterval: interval, spacing: nil) == 1)
    }
}

@Suite("Of a tier's windows, planned and delivered are parts of the same work")
struct PlannedTierTests {
    /// The windows of some hours of a farm that makes `hashrate`, and is thought to make `believed` of it at first, all of it after
    /// `settling` seconds.
    private func windows(
        _ tier: Tier, hashrate: Double, believed: Double, settling: Double = 900, window: Int = 600, hours: Int = 2
    ) -> [WindowReport] {
        var settings = bare(.default)
        settings.tier = tier
        settings.mostTierPrice = 2
        settings.window = window
        var scheduler = SplitScheduler(settings: settings, start: seconds(0))
        var reports: [WindowReport] = []
        for second in 0..<hours * 3_600 {
            let now = seconds(Double(second))
            if second % 30 == 0 { scheduler.observed(p2pool: draftReading(), at: now) }
            scheduler.credited(work: hashrate, to: scheduler.upstream, at: now)
            let known = believed + (1 - believed) * min(1, Double(second) / settling)
            let step = scheduler.advance(now: now, hashrate: HashrateInputs(total: hashrate * known))
            if let report = step.closed { reports.append(report) }
        }
        return reports
    }

    @Test(
        "What the rigs turn out to make is no part of what was planned: while XvB's averages are raised, and when they are held",
        arguments: [10_000.0, 20_000], [0.7, 0.8, 1, 1.25])
    func known(hashrate: Double, believed: Double) {
        let all = windows(.donor, hashrate: hashrate, believed: believed, settling: .infinity, hours: 4)
        let off = all.filter { abs($0.deliveredXvBShare - $0.plannedXvBShare) > 0.03 }
        #expect(off.isEmpty, "\(off.map { ($0.index, $0.plannedXvBShare, $0.deliveredXvBShare) }) of \(all.count)")
        #expect(all.contains { $0.plannedXvBShare > 0.2 } && all.contains { $0.plannedXvBShare < 0.7 })
    }

    @Test(
        "While it gets known what the rigs make, plans change within a window, and no more than that is off",
        arguments: [10_000.0, 20_000], [0.5, 0.8, 1.25])
    func settling(hashrate: Double, believed: Double) {
        for window in [60, 600] {
            let all = windows(.donor, hashrate: hashrate, believed: believed, settling: 900, window: window)
            let planned = all.reduce(0) { $0 + $1.plannedXvBWork } / all.reduce(0) { $0 + $1.plannedWork }
            let work = all.reduce(0) { $0 + $1.work.xvb } / all.reduce(0) { $0 + $1.work.xvb + $1.work.p2pool }
            #expect(abs(planned - work) < 0.035)
        }
    }

    @Test(
        "What p2pool is ahead of its need is XvB's in the plan, too",
        arguments: [(Tier.donor, 10_000.0), (.donor, 20_000), (.vip, 20_000), (.vip, 24_000)])
    func lead(tier: Tier, hashrate: Double) {
        for report in windows(tier, hashrate: hashrate, believed: 1) {
            #expect(abs(report.deliveredXvBShare - report.plannedXvBShare) < 0.014)
        }
    }

    @Test("Rigs that make too little to do XvB's work have the share that their plan reckoned with")
    func tooSlow() throws {
        // XvB's hour and day are raised by the clock before that.
        var report = try #require(windows(.donor, hashrate: 20_000, believed: 1, hours: 4).last)
        let planned = report.planned.work / (report.plan.hashrate * report.plan.window)
        report.work = PerUpstream(p2pool: report.planned.work, xvb: report.planned.work / 2)
        #expect(report.planned.seconds == 0 && report.plannedXvBShare == planned && planned < 0.9)
    }

    @Test("A window in which nothing was accepted has the share that its plan reckoned with")
    func nothing() throws {
        let all = windows(.donor, hashrate: 20_000, believed: 1, hours: 4)
        for found in [all.last { $0.planned.seconds > 0 }, all.last { $0.planned.work > 0 }] {
            var report = try #require(found)
            let planned = report.plannedXvBShare
            report.work = PerUpstream(p2pool: 0, xvb: 0)
            #expect(abs(report.plannedXvBShare - planned) < 0.01 && planned > 0)
            #expect(report.deliveredXvBShare == 0)
        }
    }
}
