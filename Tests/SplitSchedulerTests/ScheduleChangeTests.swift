import ProxyTerms
import Testing

@testable import SplitScheduler

@Suite("A schedule whose settings change")
struct ScheduleChangeTests {
    @Test("The window in progress is planned anew, and the switch follows at once")
    func replanned() {
        var scheduler = running(bare(.manual, manual: 60))
        _ = scheduler.advance(now: seconds(1_100), hashrate: tenKilo)
        let plan = scheduler.change(bare(.manual, manual: 550), now: seconds(1_100))
        #expect(plan?.xvbSeconds == 550)
        #expect(scheduler.nextDeadline <= seconds(1_100))
        let step = scheduler.advance(now: seconds(1_100), hashrate: tenKilo)
        #expect(step.switched?.upstream == .xvb)
        #expect(scheduler.upstream == .xvb && scheduler.windowStart == seconds(1_000))
    }

    @Test("Mode p2pool takes everything back in mid-slice")
    func backToP2Pool() {
        var scheduler = running(bare(.manual, manual: 600))
        _ = scheduler.advance(now: seconds(1_001), hashrate: tenKilo)
        #expect(scheduler.upstream == .xvb)
        #expect(scheduler.change(bare(.p2pool), now: seconds(1_050))?.cause == .p2poolMode)
        _ = scheduler.advance(now: seconds(1_050), hashrate: tenKilo)
        #expect(scheduler.upstream == .p2pool)
        // What was directed until then is in the books.
        let report = scheduler.advance(now: seconds(1_600), hashrate: tenKilo).closed
        #expect(report.map { ($0.directedSeconds.xvb * 10).rounded() / 10 } == 50)
    }

    @Test("The window's length stays, and settings that say the same change nothing")
    func window() {
        var scheduler = running(bare(.manual, manual: 60))
        _ = scheduler.advance(now: seconds(1_100), hashrate: tenKilo)
        let deadline = scheduler.nextDeadline
        var same = bare(.manual, manual: 60)
        same.window = 60
        same.followsClock = true
        #expect(scheduler.change(same, now: seconds(1_101)) == nil)
        #expect(scheduler.settings.window == 600 && scheduler.nextDeadline == deadline)
    }

    @Test("A schedule that waits for its inputs goes on waiting, and then plans with the new settings")
    func waiting() {
        var scheduler = SplitScheduler(settings: bare(.default), start: seconds(5))
        var settings = bare(.default)
        settings.tier = .vip
        #expect(scheduler.change(settings, now: seconds(5)) == nil)
        _ = scheduler.advance(now: seconds(5), hashrate: tenKilo)
        #expect(scheduler.change(bare(.hero), now: seconds(6)) == nil)
        scheduler.observed(p2pool: draftReading(), at: seconds(7))
        #expect(scheduler.advance(now: seconds(7), hashrate: tenKilo).planned?.cause == .hero)
    }

    @Test(
        "A tier that is asked for now is the highest from now on, one out of reach is told, and a lower need of p2pool counts at once"
    )
    func tier() {
        var scheduler = running(bare(.default))
        #expect(scheduler.plan?.cause == .holdTier(.donor))
        var settings = bare(.default)
        settings.tier = .vip
        let beyond = scheduler.change(settings, now: seconds(1_030))
        #expect(beyond?.cause == .holdTier(.donor))
        #expect(beyond?.higher == .outOfReach(.vip))
        settings.tier = .donor
        let donor = scheduler.change(settings, now: seconds(1_031))
        #expect(donor?.cause == .holdTier(.donor))
        #expect(donor?.higher == nil)
    }

    @Test("Another tier that is asked for counts at once, whether it is higher or lower than the one that is held")
    func asked() {
        var scheduler = running(bare(.default))
        scheduler.observed(p2pool: draftReading(), at: seconds(1_600))
        _ = scheduler.advance(now: seconds(1_600), hashrate: HashrateInputs(total: 40_000))
        var settings = bare(.default)
        settings.tier = .vip
        #expect(scheduler.change(settings, now: seconds(1_601))?.cause == .holdTier(.vip))
        settings.tier = .donor
        #expect(scheduler.change(settings, now: seconds(1_602))?.cause == .holdTier(.donor))
    }
}
