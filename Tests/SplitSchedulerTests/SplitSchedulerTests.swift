import ProxyTerms
import Testing

@testable import SplitScheduler

func seconds(_ value: Double) -> Instant {
    Instant.start.adding(seconds: value)
}

func draftReading(share: Double? = 0.05, age: Double = 0) -> P2PoolReading {
    P2PoolReading(
        sidechainDifficulty: 85.5e6, pplnsWindow: 2160, poolHashrate: 8.55e6, sidechainHeight: 5e6,
        rewardSharePercent: share, age: age)
}

/// A scheduler with its inputs, 10 kH/s, buffers 0, its first window started at second 1000; 60 s of it for XvB by the clock
/// if not told otherwise.
func running(_ settings: SplitSettings = bare(.manual, manual: 60)) -> SplitScheduler {
    var scheduler = SplitScheduler(settings: settings, start: seconds(1_000))
    scheduler.observed(p2pool: draftReading(), at: seconds(1_000))
    _ = scheduler.advance(now: seconds(1_000), hashrate: tenKilo)
    return scheduler
}

let tenKilo = HashrateInputs(total: 10_000)

@Suite("The schedule")
struct SplitSchedulerTests {
    @Test("Before the first reading and the first hashrate all goes to p2pool, looked at again each second")
    func waiting() {
        var scheduler = SplitScheduler(settings: bare(.default), start: seconds(5.3))
        let first = scheduler.advance(now: seconds(5.3), hashrate: tenKilo)
        #expect(first.planned?.cause == .noP2PoolReading)
        #expect(scheduler.upstream == .p2pool)
        #expect(scheduler.nextDeadline == seconds(6.3))
        scheduler.observed(p2pool: draftReading(), at: seconds(6))
        let second = scheduler.advance(now: seconds(6), hashrate: HashrateInputs(total: 0))
        #expect(second.planned?.cause == .noHashrate)
    }

    @Test("Until a rig has shown a hashrate that is what the plan says, not that XvB isn't connected yet")
    func pristine() {
        var scheduler = SplitScheduler(settings: bare(.default), start: seconds(0))
        scheduler.reported(.xvb, usable: false, at: seconds(0))
        scheduler.observed(p2pool: draftReading(), at: seconds(0))
        let none = HashrateInputs(total: 0)
        #expect(scheduler.advance(now: seconds(0), hashrate: none).planned?.cause == .noHashrate)
        let second = scheduler.advance(now: seconds(1), hashrate: tenKilo).planned
        #expect(second?.cause == .xvbConnecting)
        var connected = scheduler
        connected.reported(.xvb, usable: true, at: seconds(2))
        #expect(connected.advance(now: seconds(2), hashrate: tenKilo).planned?.cause == .holdTier(.donor))
        #expect(scheduler.advance(now: seconds(9), hashrate: tenKilo).planned == nil)
        #expect(scheduler.advance(now: seconds(10), hashrate: tenKilo).planned?.cause == .xvbDown)
        // All rigs gone later on is no new start: what stands in the way then is told.
        #expect(scheduler.advance(now: seconds(11), hashrate: none).planned == nil)
    }

    @Test("The first plan is made as soon as the inputs are there, not a window later")
    func firstPlan() {
        var scheduler = SplitScheduler(settings: bare(.default), start: seconds(5.3))
        _ = scheduler.advance(now: seconds(5.3), hashrate: tenKilo)
        scheduler.observed(p2pool: draftReading(), at: seconds(7.6))
        let step = scheduler.advance(now: seconds(7.6), hashrate: tenKilo)
        #expect(step.planned?.cause == .holdTier(.donor))
        #expect(step.planned?.tier == .donor)
        #expect(scheduler.windowStart == seconds(7))
    }

    @Test(
        "A hashrate from a few shares is no base for the first plan, for a minute and a half, or ten if it may hold no tier at all"
    )
    func vagueHashrate() {
        var scheduler = SplitScheduler(settings: bare(.default), start: seconds(0))
        scheduler.observed(p2pool: draftReading(), at: seconds(0))
        let vague = HashrateInputs(total: 10_000, error: 0.5)
        #expect(scheduler.advance(now: seconds(0), hashrate: vague).planned?.cause == .vagueHashrate)
        #expect(scheduler.advance(now: seconds(80), hashrate: vague).planned == nil)
        var patient = scheduler
        #expect(patient.advance(now: seconds(91), hashrate: vague).planned == nil)
        patient.observed(p2pool: draftReading(), at: seconds(600))
        #expect(patient.advance(now: seconds(601), hashrate: vague).planned?.cause == .holdTier(.donor))
        var hero = SplitScheduler(settings: bare(.hero), start: seconds(0))
        hero.observed(p2pool: draftReading(), at: seconds(0))
        #expect(hero.advance(now: seconds(0), hashrate: vague).planned?.cause == .vagueHashrate)
        #expect(hero.advance(now: seconds(91), hashrate: vague).planned?.cause == .hero)
        let good = HashrateInputs(total: 12_000, error: 0.1)
        #expect(scheduler.advance(now: seconds(81), hashrate: good).planned?.cause == .holdTier(.donor))
        // Later on it may be as vague as it likes.
        #expect(scheduler.advance(now: seconds(82), hashrate: vague).planned == nil)
    }

    @Test("A window runs p2pool first, then XvB, and switches at the planned whole second")
    func window() {
        var scheduler = running()
        #expect(scheduler.upstream == .p2pool)
        #expect(scheduler.nextDeadline == seconds(1_540))
        #expect(scheduler.advance(now: seconds(1_539.999), hashrate: tenKilo) == .none)
        scheduler.observed(p2pool: draftReading(), at: seconds(1_539.999))
        let step = scheduler.advance(now: seconds(1_540), hashrate: tenKilo)
        #expect(step.switched == Switch(to: .xvb, because: .planned))
        #expect(scheduler.nextDeadline == seconds(1_600))
        let next = scheduler.advance(now: seconds(1_600), hashrate: tenKilo)
        #expect(next.switched == Switch(to: .p2pool, because: .planned))
        #expect(next.closed?.directedSeconds == PerUpstream(p2pool: 540, xvb: 60))
        #expect(next.planned != nil)
    }

    @Test(
        "A slice by the clock begins at its whole second, also when a reading came just before",
        arguments: [100, 600, 999])
    func wholeSecond(millisecondsBefore: Int64) {
        var settings = bare(.manual)
        settings.manualXvBSeconds = 60
        var scheduler = running(settings)
        let before = seconds(1_540).adding(milliseconds: -millisecondsBefore)
        scheduler.observed(p2pool: draftReading(), at: before)
        _ = scheduler.advance(now: before, hashrate: tenKilo)
        #expect(scheduler.upstream == .p2pool)
        #expect(scheduler.nextDeadline == seconds(1_540))
        _ = scheduler.advance(now: seconds(1_540), hashrate: tenKilo)
        #expect(scheduler.upstream == .xvb)
    }

    @Test("With a mirror that has no local/ the plan says that the share in the window is reckoned")
    func mirror() {
        var scheduler = SplitScheduler(settings: bare(.hero), start: seconds(0))
        scheduler.observed(p2pool: draftReading(share: nil), at: seconds(10))
        let unknown = scheduler.advance(now: seconds(10), hashrate: tenKilo).planned
        #expect(unknown?.cause == .shareUnknown)
        scheduler.foundSidechainShare(at: seconds(20))
        let plan = scheduler.advance(now: seconds(20), hashrate: tenKilo).planned
        #expect(plan?.cause == .hero)
        #expect(plan?.reckonsShare == true)
        #expect(plan.map { abs($0.noShareProbability - 0.368) < 0.001 } == true)
    }

    @Test("Manual seconds need none of p2pool's figures")
    func manualWithoutFigures() {
        var scheduler = SplitScheduler(settings: bare(.manual, manual: 60), start: seconds(0))
        let none = HashrateInputs(total: 0)
        #expect(scheduler.advance(now: seconds(0), hashrate: none).planned?.cause == .noHashrate)
        let plan = scheduler.advance(now: seconds(10), hashrate: HashrateInputs(total: 10_000, error: 0.5)).planned
        #expect(plan?.cause == .manual)
        #expect(plan?.xvbSeconds == 60 && plan?.p2poolHashrate == 9_000)
        _ = scheduler.advance(now: seconds(550), hashrate: tenKilo)
        #expect(scheduler.upstream == .xvb)
        // Figures that come meanwhile change nothing, nor that they get old.
        scheduler.observed(p2pool: draftReading(), at: seconds(555))
        _ = scheduler.advance(now: seconds(555), hashrate: tenKilo)
        #expect(scheduler.upstream == .xvb)
        let late = scheduler.advance(now: seconds(1_210), hashrate: tenKilo)
        #expect(late.planned?.cause == .manual)
    }

    // Fault P10.
    @Test("Manual seconds wait for a share in the window when p2pool says that there is none: XvB would skip the win")
    func manualWithoutShare() {
        var scheduler = running()
        scheduler.observed(p2pool: draftReading(share: 0), at: seconds(1_545))
        #expect(scheduler.advance(now: seconds(1_545), hashrate: tenKilo).planned?.cause == .noShare)
        #expect(scheduler.upstream == .p2pool)
        scheduler.observed(p2pool: draftReading(), at: seconds(1_550))
        #expect(scheduler.advance(now: seconds(1_550), hashrate: tenKilo).planned?.cause == .manual)
        #expect(scheduler.upstream == .xvb)
    }

    // Fault P10.
    @Test("Manual seconds may take what p2pool needs")
    func manualTakes() {
        let scheduler = running(bare(.manual, manual: 500))
        #expect(scheduler.plan?.cause == .manual)
        #expect(scheduler.plan?.switchSecond == 100)
    }

    @Test("The report of a window tells planned and delivered work")
    func report() {
        var scheduler = running()
        scheduler.credited(work: 5_000_000, to: .p2pool, at: seconds(1_200))
        _ = scheduler.advance(now: seconds(1_540), hashrate: tenKilo)
        scheduler.credited(work: 500_000, to: .xvb, at: seconds(1_599.9))
        let report = scheduler.advance(now: seconds(1_600.2), hashrate: tenKilo).closed
        #expect(report?.work == PerUpstream(p2pool: 5_000_000, xvb: 500_000))
        #expect(report?.plannedXvBShare == 0.1)
        #expect(report.map { abs($0.deliveredXvBShare - 1 / 11) < 1e-12 } == true)
        #expect(scheduler.totals.windows == 1)
        #expect(scheduler.totals.work.xvb == 500_000)
    }

    @Test("What is planned is the slice in whole seconds, not the need that it is rounded up from")
    func plannedSlice() {
        var settings = bare(.manual, manual: 2.2)
        settings.window = 20
        var scheduler = SplitScheduler(settings: settings, start: seconds(1_000))
        scheduler.observed(p2pool: draftReading(), at: seconds(1_000))
        let rigs = HashrateInputs(total: 9_000)
        _ = scheduler.advance(now: seconds(1_000), hashrate: rigs)
        #expect(scheduler.nextDeadline == seconds(1_017))
        _ = scheduler.advance(now: seconds(1_017), hashrate: rigs)
        let report = scheduler.advance(now: seconds(1_020), hashrate: rigs).closed
        #expect(report?.plannedXvBShare == 0.15)
        #expect(scheduler.totals.plannedXvBShare == 0.15)
    }

    @Test("A share lost in mid-slice ends the slice at once")
    func shareLost() {
        var scheduler = running()
        _ = scheduler.advance(now: seconds(1_540), hashrate: tenKilo)
        scheduler.observed(p2pool: draftReading(share: 0), at: seconds(1_550))
        #expect(scheduler.nextDeadline == seconds(1_550))
        let step = scheduler.advance(now: seconds(1_550), hashrate: tenKilo)
        #expect(step.switched == Switch(to: .p2pool, because: .shareLost))
        #expect(step.planned?.cause == .noShare)
    }

    // Fault X01.
    @Test("Figures that stop coming are held for ten minutes, then all goes to p2pool")
    func stale() {
        var scheduler = running(bare(.hero))
        _ = scheduler.advance(now: seconds(1_540), hashrate: tenKilo)
        #expect(scheduler.nextDeadline <= seconds(1_600))
        let held = scheduler.advance(now: seconds(1_600), hashrate: tenKilo)
        #expect(held.planned?.cause == .hero)
        let deadline = scheduler.nextDeadline
        #expect(deadline > seconds(1_600) && deadline <= seconds(1_602))
        let step = scheduler.advance(now: seconds(1_602), hashrate: tenKilo)
        #expect(step.planned?.cause == .staleP2PoolReading(age: 602))
    }

    @Test("The age that a reading had when it came counts")
    func staleFromTheStart() {
        var scheduler = SplitScheduler(settings: bare(.default), start: seconds(0))
        scheduler.observed(p2pool: draftReading(age: 700), at: seconds(0))
        let step = scheduler.advance(now: seconds(0), hashrate: tenKilo)
        #expect(step.planned?.cause == .staleP2PoolReading(age: 700))
    }

    @Test("XvB down in its slice sends work to p2pool at once, and back when it is up again in the slice")
    func xvbDown() {
        var scheduler = running()
        _ = scheduler.advance(now: seconds(1_540), hashrate: tenKilo)
        scheduler.reported(.xvb, usable: false, at: seconds(1_545))
        let down = scheduler.advance(now: seconds(1_545), hashrate: tenKilo)
        #expect(down.switched == Switch(to: .p2pool, because: .upstreamDown))
        scheduler.reported(.xvb, usable: true, at: seconds(1_560))
        let up = scheduler.advance(now: seconds(1_560), hashrate: tenKilo)
        #expect(up.switched == Switch(to: .xvb, because: .upstreamBack))
    }

    @Test("Back on p2pool after its outage is told as such; with XvB's slice over meanwhile, as the plan's")
    func p2poolBack() {
        var scheduler = running()
        scheduler.reported(.p2pool, usable: false, at: seconds(1_100))
        _ = scheduler.advance(now: seconds(1_100), hashrate: tenKilo)
        scheduler.reported(.p2pool, usable: true, at: seconds(1_130))
        let back = scheduler.advance(now: seconds(1_130), hashrate: tenKilo)
        #expect(back.switched == Switch(to: .p2pool, because: .upstreamBack))
        scheduler.reported(.p2pool, usable: false, at: seconds(1_200))
        _ = scheduler.advance(now: seconds(1_200), hashrate: tenKilo)
        // XvB's own slice begins and p2pool comes back in it.
        #expect(scheduler.advance(now: seconds(1_540), hashrate: tenKilo).switched == nil)
        scheduler.reported(.p2pool, usable: true, at: seconds(1_550))
        #expect(scheduler.advance(now: seconds(1_550), hashrate: tenKilo).switched == nil)
        let next = scheduler.advance(now: seconds(1_600), hashrate: tenKilo)
        #expect(next.switched == Switch(to: .p2pool, because: .planned))
    }

    @Test("p2pool down in its slice sends work to XvB; with both down nothing moves, also when the plan's second comes")
    func p2poolDown() {
        var scheduler = running()
        scheduler.reported(.p2pool, usable: false, at: seconds(1_100))
        let down = scheduler.advance(now: seconds(1_100), hashrate: tenKilo)
        #expect(down.switched == Switch(to: .xvb, because: .upstreamDown))
        scheduler.reported(.xvb, usable: false, at: seconds(1_110))
        #expect(scheduler.advance(now: seconds(1_110), hashrate: tenKilo).switched == nil)
        #expect(scheduler.advance(now: seconds(1_541), hashrate: tenKilo).switched == nil)
        #expect(scheduler.advance(now: seconds(1_601), hashrate: tenKilo).switched == nil)
        scheduler.reported(.p2pool, usable: true, at: seconds(1_610))
        let back = scheduler.advance(now: seconds(1_610), hashrate: tenKilo)
        #expect(back.switched == Switch(to: .p2pool, because: .upstreamBack))
    }

    @Test(
        "At a first start XvB stands in for a p2pool that isn't connected yet; it isn't called down, nor back when it is there"
    )
    func p2poolNotConnectedYet() {
        var scheduler = SplitScheduler(settings: bare(.default), start: seconds(0))
        for upstream in Upstream.allCases { scheduler.connecting(to: upstream, at: seconds(0)) }
        #expect(scheduler.advance(now: seconds(0), hashrate: tenKilo).switched == nil)
        scheduler.reported(.xvb, usable: true, at: Instant(milliseconds: 8))
        let alone = scheduler.advance(now: Instant(milliseconds: 8), hashrate: tenKilo)
        #expect(alone.switched == Switch(to: .xvb, because: .notConnectedYet))
        scheduler.reported(.p2pool, usable: true, at: seconds(1))
        let both = scheduler.advance(now: seconds(1), hashrate: tenKilo)
        #expect(both.switched == Switch(to: .p2pool, because: .upstreamConnected))
        // Once it has been there it is down when it goes.
        scheduler.reported(.p2pool, usable: false, at: seconds(2))
        let down = scheduler.advance(now: seconds(2), hashrate: tenKilo)
        #expect(down.switched == Switch(to: .xvb, because: .upstreamDown))
        scheduler.reported(.p2pool, usable: true, at: seconds(3))
        #expect(
            scheduler.advance(now: seconds(3), hashrate: tenKilo).switched
                == Switch(to: .p2pool, because: .upstreamBack))
    }

    @Test("Three fails at XvB, or a wallet it doesn't know, leave all to p2pool")
    func failsAndRegistration() {
        var scheduler = running()
        scheduler.observed(xvb: XvBReading(credited1h: 0, credited24h: 0, fails: 3), at: seconds(1_001))
        #expect(scheduler.advance(now: seconds(1_001), hashrate: tenKilo).planned?.cause == .xvbFails(3))
        var other = running()
        other.observedUnregistered(at: seconds(1_001))
        #expect(other.advance(now: seconds(1_001), hashrate: tenKilo).planned?.cause == .notRegistered)
    }

    @Test("A reading that makes no sense is refused and the last good one stays")
    func refused() {
        var scheduler = running()
        var bad = draftReading()
        bad.poolHashrate = 0
        #expect(scheduler.observed(p2pool: bad, at: seconds(1_010)) == .poolHashrate)
        bad = draftReading()
        bad.sidechainDifficulty = .nan
        #expect(scheduler.observed(p2pool: bad, at: seconds(1_010)) == .difficulty)
        bad = draftReading()
        bad.pplnsWindow = -5
        #expect(scheduler.observed(p2pool: bad, at: seconds(1_010)) == .window)
        bad = P2PoolReading(
            sidechainDifficulty: 100_000, pplnsWindow: 2160, poolHashrate: 10_000, sidechainHeight: 300)
        #expect(scheduler.observed(p2pool: bad, at: seconds(1_010)) == .syncing)
        let nonsense = XvBReading(credited1h: -1, credited24h: 0)
        #expect(scheduler.observed(xvb: nonsense, at: seconds(1_010)) == .average)
        #expect(scheduler.p2poolReading?.value == draftReading())
        #expect(scheduler.xvbReading == nil)
    }

    // Fault S06.
    @Test("After a long sleep the next window starts at once and the ones in between are left out")
    func sleep() {
        var scheduler = running()
        scheduler.observed(p2pool: draftReading(), at: seconds(9_999.5))
        let step = scheduler.advance(now: seconds(9_999.5), hashrate: tenKilo)
        #expect(step.closed?.end == seconds(1_600))
        #expect(scheduler.windowStart == seconds(9_999))
    }

    @Test("In mode p2pool nothing ever goes to XvB")
    func p2poolMode() {
        var scheduler = running(bare(.p2pool))
        for second in stride(from: 1_000.0, to: 5_000, by: 7) {
            let step = scheduler.advance(now: seconds(second), hashrate: tenKilo)
            #expect(step.switched == nil)
        }
        #expect(scheduler.upstream == .p2pool)
    }

    @Test("In mode p2pool nothing goes to XvB either when p2pool can't be reached, from the moment the mode is set")
    func p2poolModeAlone() {
        var scheduler = running(bare(.p2pool))
        scheduler.reported(.p2pool, usable: false, at: seconds(1_100))
        #expect(scheduler.advance(now: seconds(1_100), hashrate: tenKilo).switched == nil)
        #expect(scheduler.upstream == .p2pool)
        var changed = running()
        changed.reported(.p2pool, usable: false, at: seconds(1_100))
        #expect(changed.advance(now: seconds(1_100), hashrate: tenKilo).switched?.upstream == .xvb)
        _ = changed.change(bare(.p2pool), now: seconds(1_110))
        #expect(changed.advance(now: seconds(1_110), hashrate: tenKilo).switched?.upstream == .p2pool)
    }
}
