import ProxyTerms
import Testing

@testable import SplitScheduler

/// A scheduler in default mode whose ledger holds a day of even shares, 1.03 kH/s at XvB, ending at second 100,000.
private func warm(_ settings: SplitSettings = bare(.default)) -> SplitScheduler {
    var scheduler = SplitScheduler(settings: settings, start: seconds(10_000))
    for second in stride(from: 10_010.0, through: 100_000, by: 48.5) {
        scheduler.credited(work: 50_000, to: .xvb, at: seconds(second))
        scheduler.credited(work: 435_000, to: .p2pool, at: seconds(second))
    }
    scheduler.observed(p2pool: draftReading(), at: seconds(100_000))
    return scheduler
}

/// Runs it with 10 kH/s that finds a share of 50,000 at XvB every 5 s, as its deadlines or `poll` ask; what it did.
private func run(
    _ scheduler: inout SplitScheduler, from start: Double, to end: Double, poll: Double? = nil, share: Double? = 0.05
) -> [(at: Double, to: Upstream)] {
    var switches: [(at: Double, to: Upstream)] = []
    var now = start
    var sinceShare = 0.0
    while now < end {
        if Int(now * 1000) % 30_000 < 100 { scheduler.observed(p2pool: draftReading(share: share), at: seconds(now)) }
        let step = scheduler.advance(now: seconds(now), hashrate: tenKilo)
        if let change = step.switched { switches.append((now, change.upstream)) }
        // A tenth of a second at a time; the share comes when five seconds of work are done.
        now = ((now + 0.1) * 10).rounded() / 10
        if scheduler.upstream == .xvb {
            sinceShare += 0.1
            if sinceShare >= 5 {
                sinceShare -= 5
                scheduler.credited(work: 50_000, to: .xvb, at: seconds(now))
            }
        }
        if poll == nil, scheduler.nextDeadline > seconds(now + 0.1), Int(now * 10) % 5 != 0 { continue }
    }
    return switches
}

@Suite("Holding a tier with counted work")
struct HoldingTierTests {
    @Test("Over hours, XvB gets the tier's work and a few percent, in short slices at least a cycle apart")
    func steady() {
        var scheduler = warm()
        let before = scheduler.ledger.total(.xvb)
        let switches = run(&scheduler, from: 100_000, to: 110_800)
        let sent = (scheduler.ledger.total(.xvb) - before) / 10_800
        #expect(sent > 970 && sent < 1_060)
        let starts = switches.filter { $0.to == .xvb }.map(\.at)
        #expect(starts.count > 50)
        #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 >= 59.8 })
        #expect(scheduler.ledger.work(.xvb, last: 3_600, at: seconds(110_800)) >= 3_600_000)
    }

    @Test("How often it is looked at doesn't cut a slice or a remainder short (pithead #423)")
    func polled() {
        var polled = warm()
        var quiet = polled
        let every = run(&polled, from: 100_000, to: 103_600, poll: 0.1)
        let asked = run(&quiet, from: 100_000, to: 103_600)
        #expect(every.count == asked.count)
        #expect(zip(every, asked).allSatisfy { abs($0.at - $1.at) < 0.3 && $0.to == $1.to })
        let lengths = zip(every, every.dropFirst()).map { $1.at - $0.at }
        #expect(lengths.allSatisfy { $0 >= 4.999 })
    }

    @Test("The plan has the averages, the slice, what p2pool keeps and its risk")
    func parts() {
        var scheduler = warm()
        let plan = scheduler.advance(now: seconds(100_000), hashrate: tenKilo).planned
        #expect(plan?.cause == .holdTier(.donor))
        #expect(plan?.credited.map { $0.isOwnCount && $0.hour >= 1_000 && $0.hour < 1_100 } == true)
        #expect(plan.map { $0.xvbSeconds > 0 && (9_000..<9_100).contains($0.p2poolHashrate) } == true)
        #expect(plan.map { (0.1..<0.11).contains($0.noShareProbability) } == true)
    }

    @Test("A share found again gives XvB its slices back at once, not a window later (gupaxx #99)")
    func shareAgain() {
        var scheduler = warm()
        _ = scheduler.advance(now: seconds(100_000), hashrate: tenKilo)
        scheduler.observed(p2pool: draftReading(share: 0), at: seconds(100_100))
        #expect(scheduler.advance(now: seconds(100_100), hashrate: tenKilo).planned?.cause == .noShare)
        scheduler.foundSidechainShare(at: seconds(100_160))
        let step = scheduler.advance(now: seconds(100_160), hashrate: tenKilo)
        #expect(step.planned?.cause == .holdTier(.donor))
        #expect(scheduler.windowStart == seconds(100_000))
    }

    @Test(
        "When our newest share leaves the window in a moment, p2pool comes first until there is another (gupaxx #102)")
    func shareLeaving() {
        var scheduler = warm()
        var reading = draftReading()
        reading.sidechainHeight = nil
        reading.lastShareAge = 21_400
        scheduler.observed(p2pool: reading, at: seconds(100_000))
        _ = scheduler.advance(now: seconds(100_000), hashrate: tenKilo)
        #expect(scheduler.plan?.cause == .holdTier(.donor))
        #expect(scheduler.nextDeadline <= seconds(100_081))
        scheduler.observed(p2pool: draftReading(), at: seconds(100_081))
        let step = scheduler.advance(now: seconds(100_081), hashrate: tenKilo)
        guard case .shareLeaving = step.planned?.cause else {
            Issue.record("\(String(describing: step.planned?.cause))")
            return
        }
        #expect(scheduler.upstream == .p2pool)
        scheduler.foundSidechainShare(at: seconds(100_120))
        #expect(scheduler.advance(now: seconds(100_120), hashrate: tenKilo).planned?.cause == .holdTier(.donor))
    }

    @Test("p2pool is never behind its need: a tier that takes all the spare hashrate waits for it")
    func p2poolFirst() {
        var settings = bare(.default)
        settings.tier = .vip
        var scheduler = SplitScheduler(settings: settings, start: seconds(0))
        let rigs = HashrateInputs(total: 24_000)
        scheduler.observed(p2pool: draftReading(), at: seconds(0))
        var now = 0.0
        var directed = PerUpstream(p2pool: 0.0, xvb: 0.0)
        while now < 7_200 {
            if Int(now) % 30 == 0 { scheduler.observed(p2pool: draftReading(), at: seconds(now)) }
            _ = scheduler.advance(now: seconds(now), hashrate: rigs)
            directed[scheduler.upstream] += 1
            now += 1
            // p2pool needs 16.5 % of the time, and raising takes the rest; a cycle's debt is forgiven, as it starts with a cycle's credit.
            #expect(directed.p2pool >= 0.164 * now - 62)
        }
        #expect(directed.xvb > 4_000)
    }

    @Test(
        "Rigs that go in mid-window, or were fewer than their first shares said, don't take p2pool's need with them",
        arguments: [0, 0.15])
    func lessHashrate(error: Double) {
        var settings = bare(.default)
        settings.tier = .donor
        var scheduler = SplitScheduler(settings: settings, start: seconds(0))
        scheduler.observed(p2pool: draftReading(), at: seconds(0))
        _ = scheduler.advance(now: seconds(0), hashrate: HashrateInputs(total: 20_000, error: error))
        #expect(scheduler.plan?.cause == .holdTier(.donor))
        var toP2Pool = 0.0
        for second in 0..<600 {
            if second % 30 == 0 { scheduler.observed(p2pool: draftReading(), at: seconds(Double(second))) }
            let hashrate = HashrateInputs(total: second < 20 ? 20_000 : 8_000, error: error)
            _ = scheduler.advance(now: seconds(Double(second)), hashrate: hashrate)
            if scheduler.upstream == .p2pool { toP2Pool += 1 }
        }
        // p2pool needs 3.96 of the 8 kH/s: half of the time, less the credit of a cycle that it starts with.
        #expect(toP2Pool > 260)
        #expect(toP2Pool < 600)
    }

    @Test("After an outage the level is raised in steps: never all to XvB (gupaxx #120, B9)")
    func outage() {
        var scheduler = warm()
        let later = 102_400.0
        scheduler.observed(p2pool: draftReading(), at: seconds(later))
        _ = scheduler.advance(now: seconds(later), hashrate: tenKilo)
        let before = scheduler.ledger.total(.xvb)
        let switches = run(&scheduler, from: later, to: later + 600)
        let sent = (scheduler.ledger.total(.xvb) - before) / 600
        // Twice the tier on top of what leaves, or half of what p2pool can spare: all, as its window has had more than its need.
        #expect(sent > 2_500 && sent < 5_600)
        #expect(switches.count >= 18)
    }

    @Test("What XvB had counted before we knew of it is held on to, without a ledger of our own")
    func fresh() {
        var scheduler = SplitScheduler(settings: bare(.default), start: seconds(0))
        scheduler.observed(xvb: XvBReading(credited1h: 1_020, credited24h: 1_010), at: seconds(0))
        scheduler.observed(p2pool: draftReading(), at: seconds(0))
        let plan = scheduler.advance(now: seconds(0), hashrate: tenKilo).planned
        #expect(plan.map { $0.xvbSeconds > 40 && $0.xvbSeconds < 75 } == true)
        #expect(plan?.credited.map { abs($0.hour - 1_020) < 1 && abs($0.day - 1_010) < 1 } == true)
    }

    @Test("Hero gives all that p2pool doesn't need, once a window and never for no time (gupaxx #124)")
    func hero() {
        var scheduler = warm(bare(.hero))
        let switches = run(&scheduler, from: 100_200, to: 107_400)
        let lengths = zip(switches, switches.dropFirst()).map { ($0.to, $1.at - $0.at) }
        #expect(lengths.count >= 20)
        for (upstream, length) in lengths {
            #expect(abs(length - (upstream == .xvb ? 362 : 238)) < 0.3)
        }
    }

    @Test("Hero waits longer when rigs went in mid-window: p2pool's need comes first")
    func heroLosesRigs() {
        var scheduler = running(bare(.hero))
        #expect(scheduler.plan?.switchSecond == 238)
        let half = HashrateInputs(total: 5_000)
        scheduler.observed(p2pool: draftReading(), at: seconds(1_230))
        _ = scheduler.advance(now: seconds(1_238), hashrate: half)
        #expect(scheduler.upstream == .p2pool)
        // 3,958 of 5,000 H/s are 475 s.
        #expect(scheduler.nextDeadline == seconds(1_475))
        _ = scheduler.advance(now: seconds(1_475), hashrate: half)
        #expect(scheduler.upstream == .xvb)
    }

    @Test("In cycles of its own, hero's roundings don't add up")
    func heroCycles() {
        var settings = bare(.hero)
        settings.cycle = 60
        var scheduler = warm(settings)
        let switches = run(&scheduler, from: 100_200, to: 107_400)
        let xvb = zip(switches, switches.dropFirst()).filter { $0.0.to == .xvb }.reduce(0) { $0 + $1.1.at - $1.0.at }
        let span = (switches.last?.at ?? 0) - (switches.first?.at ?? 0)
        #expect(abs(xvb / span - 0.604) < 0.01)
    }

    @Test("Cycles of the clock get longer rather than that a slice is shorter than the least one, on either side")
    func leastClockSlices() {
        // p2pool needs 79 s of 600: 2.6 of each 20 would be too short, and so would XvB's 3 of 40 in manual mode.
        for (settings, rigs) in [(bare(.hero), 30_000.0), (bare(.manual, manual: 45), 30_000)] {
            var settings = settings
            settings.cycle = 20
            var scheduler = SplitScheduler(settings: settings, start: seconds(0))
            var changes: [Double] = []
            var toXvB = 0.0
            for second in 0..<1_800 {
                let now = seconds(Double(second))
                scheduler.observed(p2pool: draftReading(), at: now)
                if scheduler.advance(now: now, hashrate: HashrateInputs(total: rigs)).switched != nil {
                    changes.append(Double(second))
                }
                if scheduler.upstream == .xvb { toXvB += 1 }
            }
            #expect(zip(changes, changes.dropFirst()).allSatisfy { $1 - $0 >= 5 })
            #expect(changes.count >= 40)
            #expect(toXvB == 3 * Double(600 - (scheduler.plan?.switchSecond ?? 0)))
        }
    }

    @Test("Where a slice may be longer than two minutes p2pool comes first when our newest share would leave within it")
    func shareLeavingInLongSlice() {
        var scheduler = SplitScheduler(settings: bare(.hero), start: seconds(0))
        var reading = draftReading()
        reading.sidechainHeight = nil
        reading.lastShareAge = 21_600 - 700
        scheduler.observed(p2pool: reading, at: seconds(0))
        #expect(scheduler.advance(now: seconds(0), hashrate: tenKilo).planned?.cause == .hero)
        #expect(scheduler.nextDeadline <= seconds(101))
        reading.lastShareAge = 21_600 - 599
        scheduler.observed(p2pool: reading, at: seconds(101))
        _ = scheduler.advance(now: seconds(101), hashrate: tenKilo)
        guard case .shareLeaving = scheduler.plan?.cause else {
            Issue.record("\(String(describing: scheduler.plan?.cause))")
            return
        }
        _ = scheduler.advance(now: seconds(300), hashrate: tenKilo)
        #expect(scheduler.upstream == .p2pool)
        scheduler.foundSidechainShare(at: seconds(310))
        _ = scheduler.advance(now: seconds(310), hashrate: tenKilo)
        #expect(scheduler.upstream == .xvb)
    }

    @Test("The status tells tiers by routed and by credited work, ages and what to expect")
    func status() throws {
        var scheduler = warm()
        scheduler.observed(xvb: XvBReading(credited1h: 990, credited24h: 1_020), at: seconds(100_000))
        _ = scheduler.advance(now: seconds(100_000), hashrate: tenKilo)
        scheduler.credited(work: 3_600_000, to: .p2pool, at: seconds(100_010))
        let status = scheduler.status(at: seconds(100_030))
        #expect(status.routedTier == .donor)
        #expect(status.creditedTier == Tier.none)
        #expect(status.p2poolHealth == .fresh && status.p2poolAge == 30)
        let kept = try #require(scheduler.plan?.p2poolHashrate)
        #expect(kept > 8_500 && kept < 9_100)
        #expect(status.secondsToNextShare == 85.5e6 / kept)
        #expect(scheduler.status(at: seconds(100_300)).p2poolHealth == .held)
        #expect(scheduler.status(at: seconds(100_700)).p2poolHealth == .stale)
        #expect(scheduler.status(at: seconds(100_800)).xvbHealth == .held)
        #expect(scheduler.status(at: seconds(101_000)).xvbHealth == .stale)
        scheduler.observedUnregistered(at: seconds(101_000))
        #expect(scheduler.status(at: seconds(101_000)).xvbHealth == .unregistered)
    }
}
