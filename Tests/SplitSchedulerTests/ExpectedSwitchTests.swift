import ProxyTerms
import Testing

@testable import SplitScheduler

/// A farm from its first hour on, whose rigs find so many small shares a second that luck plays no part.
private struct EvenFarm {
    var scheduler: SplitScheduler
    let hashrate: Double
    var second = 0

    init(_ settings: SplitSettings, hashrate: Double) {
        scheduler = SplitScheduler(settings: settings, start: seconds(0))
        self.hashrate = hashrate
    }

    /// One second; what came of it.
    mutating func step() -> SchedulerStep {
        let now = seconds(Double(second))
        if second % 30 == 0 { scheduler.observed(p2pool: draftReading(), at: now) }
        scheduler.credited(work: hashrate, to: scheduler.upstream, at: now)
        let step = scheduler.advance(now: now, hashrate: HashrateInputs(total: hashrate))
        second += 1
        return step
    }
}

@Suite("The switch that is told of comes when it was told")
struct ExpectedSwitchTests {
    /// How many seconds later than told work went to XvB again, at most, while the first hours are raised.
    private func lateness(_ tier: Tier, hashrate: Double, cycle: Int? = nil) -> (slices: Int, latest: Double) {
        var settings = bare(.default)
        settings.tier = tier
        settings.cycle = cycle
        var farm = EvenFarm(settings, hashrate: hashrate)
        var told: Instant?
        var slices = 0
        var latest = 0.0
        for second in 0..<7_200 {
            guard let change = farm.step().switched else { continue }
            let now = seconds(Double(second))
            if change.upstream == .xvb, let told {
                slices += 1
                latest = max(latest, abs(now.seconds(since: told)))
            }
            told = change.upstream == .p2pool ? farm.scheduler.expectedSwitch : nil
        }
        return (slices, latest)
    }

    @Test(
        "After a slice the next one is told for when p2pool has its need, not only for when XvB's averages ask for it",
        arguments: [(20_000.0, 60), (24_000, 60), (24_000, 300), (24_000, 600)])
    func p2poolsNeed(hashrate: Double, cycle: Int) {
        let (slices, latest) = lateness(.vip, hashrate: hashrate, cycle: cycle)
        #expect(slices > 10)
        #expect(latest <= 1)
    }

    @Test("Where p2pool needs little, it is told for when XvB's averages ask for it")
    func averages() {
        let (slices, latest) = lateness(.donor, hashrate: 10_000)
        #expect(slices > 60)
        #expect(latest <= 1)
    }
}

@Suite("No switch is told of to an upstream that can't be reached")
struct StandInTests {
    @Test(
        "p2pool dies in its slice: when it comes back is not told, and when XvB's slice ends is told once it is XvB's turn"
    )
    func p2poolDies() {
        var scheduler = SplitScheduler(settings: bare(.manual, manual: 300), start: seconds(0))
        scheduler.observed(p2pool: draftReading(), at: seconds(0))
        _ = scheduler.advance(now: seconds(0), hashrate: tenKilo)
        #expect(scheduler.upstream == .p2pool && scheduler.expectedSwitch == seconds(300))
        scheduler.reported(.p2pool, usable: false, at: seconds(100))
        _ = scheduler.advance(now: seconds(100), hashrate: tenKilo)
        #expect(scheduler.upstream == .xvb && scheduler.expectedSwitch == nil)
        // It looks again when XvB's turn comes, and from then on nobody stands in.
        #expect(scheduler.nextDeadline <= seconds(300))
        scheduler.reported(.p2pool, usable: true, at: seconds(200))
        _ = scheduler.advance(now: seconds(200), hashrate: tenKilo)
        #expect(scheduler.upstream == .p2pool && scheduler.expectedSwitch == seconds(300))
    }

    @Test("XvB dies in its slice: p2pool stands in, and its own turn is no switch")
    func xvbDies() {
        var settings = bare(.manual, manual: 300)
        settings.cycle = 60
        var scheduler = SplitScheduler(settings: settings, start: seconds(0))
        scheduler.observed(p2pool: draftReading(), at: seconds(0))
        _ = scheduler.advance(now: seconds(0), hashrate: tenKilo)
        _ = scheduler.advance(now: seconds(30), hashrate: tenKilo)
        #expect(scheduler.upstream == .xvb && scheduler.expectedSwitch == seconds(60))
        scheduler.reported(.xvb, usable: false, at: seconds(40))
        _ = scheduler.advance(now: seconds(40), hashrate: tenKilo)
        #expect(scheduler.upstream == .p2pool && scheduler.expectedSwitch == nil)
        _ = scheduler.advance(now: seconds(60), hashrate: tenKilo)
        #expect(scheduler.upstream == .p2pool && scheduler.expectedSwitch == nil)
        scheduler.reported(.xvb, usable: true, at: seconds(70))
        _ = scheduler.advance(now: seconds(70), hashrate: tenKilo)
        #expect(scheduler.upstream == .p2pool && scheduler.expectedSwitch == seconds(90))
    }
}
