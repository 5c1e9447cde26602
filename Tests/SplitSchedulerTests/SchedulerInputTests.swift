import ProxyTerms
import Testing

@testable import SplitScheduler

/// In an XvB slice that holds the donor tier: nothing was ever credited, so the first cycles raise the level.
private func inSlice() -> (scheduler: SplitScheduler, at: Double) {
    var scheduler = running(bare(.default))
    var second = 1_000.0
    while scheduler.upstream == .p2pool, second < 1_600 {
        second += 1
        _ = scheduler.advance(now: seconds(second), hashrate: tenKilo)
    }
    return (scheduler, second)
}

@Suite("What the inputs do to a slice that holds a tier")
struct SchedulerInputTests {
    // Fault X06.
    @Test("A share lost ends the slice at once")
    func shareLost() {
        var (scheduler, second) = inSlice()
        #expect(scheduler.upstream == .xvb)
        scheduler.observed(p2pool: draftReading(share: 0), at: seconds(second))
        #expect(scheduler.nextDeadline == seconds(second))
        let step = scheduler.advance(now: seconds(second), hashrate: tenKilo)
        #expect(step.switched == Switch(to: .p2pool, because: .shareLost))
        #expect(step.planned?.cause == .noShare)
    }

    @Test("A window that shortens under our newest share ends the slice, though p2pool still tells of the share")
    func windowShortens() {
        var (scheduler, second) = inSlice()
        var reading = draftReading()
        reading.sidechainHeight = nil
        reading.lastShareAge = 4_000
        scheduler.observed(p2pool: reading, at: seconds(second))
        #expect(scheduler.advance(now: seconds(second), hashrate: tenKilo).switched == nil)
        // 360 blocks of 10 s: the share was found before the window's beginning.
        reading.pplnsWindow = 405
        reading.lastShareAge = 4_001
        scheduler.observed(p2pool: reading, at: seconds(second + 1))
        let step = scheduler.advance(now: seconds(second + 1), hashrate: tenKilo)
        #expect(step.switched?.upstream == .p2pool)
        guard case .shareLeaving(let left)? = step.planned?.cause else {
            Issue.record("\(String(describing: step.planned?.cause))")
            return
        }
        #expect(left > 0 && left < 120)
    }

    @Test(
        "A third fail at XvB, or a wallet that it no longer knows, ends the slice at once, and their end brings it back"
    )
    func failsInSlice() {
        let (start, second) = inSlice()
        var scheduler = start
        scheduler.observed(xvb: XvBReading(credited1h: 0, credited24h: 0, fails: 3), at: seconds(second))
        let failed = scheduler.advance(now: seconds(second), hashrate: tenKilo)
        #expect(failed.switched?.upstream == .p2pool)
        #expect(failed.planned?.cause == .xvbFails(3))
        scheduler.observed(xvb: XvBReading(credited1h: 0, credited24h: 0, fails: 2), at: seconds(second + 5))
        let again = scheduler.advance(now: seconds(second + 5), hashrate: tenKilo)
        #expect(again.planned?.cause == .holdTier(.donor))

        scheduler = start
        scheduler.observedUnregistered(at: seconds(second))
        let unknown = scheduler.advance(now: seconds(second), hashrate: tenKilo)
        #expect(unknown.switched?.upstream == .p2pool)
        #expect(unknown.planned?.cause == .notRegistered)
        scheduler.observed(xvb: XvBReading(credited1h: 0, credited24h: 0), at: seconds(second + 5))
        #expect(scheduler.advance(now: seconds(second + 5), hashrate: tenKilo).planned?.cause == .holdTier(.donor))
    }

    // Fault X05.
    @Test("While p2pool syncs its last good figures are held for ten minutes, then it gets all")
    func syncing() {
        var scheduler = running(bare(.hero))
        let syncing = P2PoolReading(
            sidechainDifficulty: 100_000, pplnsWindow: 2160, poolHashrate: 10_000, sidechainHeight: 300)
        var cause: PlanCause?
        for second in stride(from: 1_010.0, through: 1_610, by: 10) {
            #expect(scheduler.observed(p2pool: syncing, at: seconds(second)) == .syncing)
            cause = scheduler.advance(now: seconds(second), hashrate: tenKilo).planned?.cause ?? scheduler.plan?.cause
            if second < 1_600 { #expect(cause == .hero) }
        }
        guard case .staleP2PoolReading? = cause else {
            Issue.record("\(String(describing: cause))")
            return
        }
        #expect(scheduler.upstream == .p2pool)
    }

    @Test(
        "A time in the future is refused, and the last good figures stay",
        arguments: [-61, -86_400, -.infinity] as [Double])
    func futureClock(age: Double) {
        var scheduler = running()
        #expect(scheduler.observed(p2pool: draftReading(share: 0.2, age: age), at: seconds(1_010)) == .clock)
        #expect(scheduler.p2poolReading?.value == draftReading())
        #expect(scheduler.p2poolReading?.age(at: seconds(1_010)) == 10)
    }

    @Test("p2pool moved to another sidechain is planned with at once: the next plan has the new need")
    func anotherSidechain() {
        var scheduler = running(bare(.hero))
        #expect(scheduler.plan.map { abs($0.requiredP2PoolHashrate - 3_958.3) < 0.1 } == true)
        // Nano: 30 s a block.
        var nano = draftReading()
        nano.sidechainDifficulty = 30e6
        nano.poolHashrate = 1e6
        nano.sidechainHeight = 9e5
        scheduler.observed(p2pool: nano, at: seconds(1_599))
        let next = scheduler.advance(now: seconds(1_600), hashrate: tenKilo).planned
        #expect(next.map { abs($0.requiredP2PoolHashrate - 463) < 0.1 } == true)
    }

    @Test("A share found on one sidechain, and the work for it, count nothing on another one")
    func shareOfAnotherSidechain() {
        var outlook = P2PoolOutlook()
        var ledger = WorkLedger()
        ledger.credit(10 * 85.5e6, to: .p2pool, at: seconds(900))
        var mirror = draftReading(share: nil)
        _ = outlook.observed(mirror, at: seconds(990))
        outlook.foundShare(at: seconds(1_000))
        #expect(outlook.shareInWindow(ledger: ledger, at: seconds(1_001)) == .yes)
        mirror.sidechainHeight = 9e6
        _ = outlook.observed(mirror, at: seconds(1_020))
        #expect(outlook.secondsUntilShareLeaves(at: seconds(1_020)) == nil)
        #expect(outlook.shareInWindow(ledger: ledger, at: seconds(1_020)) == .unknown)
        // What is done from now on counts.
        ledger.credit(4 * 85.5e6, to: .p2pool, at: seconds(1_100))
        #expect(outlook.shareInWindow(ledger: ledger, at: seconds(1_100)) == .likely)
        outlook.foundShare(at: seconds(1_110))
        #expect(outlook.shareInWindow(ledger: ledger, at: seconds(1_110)) == .yes)
    }

    // Fault U17.
    @Test("Blocks that come as they do, a reorganisation or a night's sleep are no other sidechain")
    func sameSidechain() {
        var outlook = P2PoolOutlook()
        var reading = draftReading(share: nil)
        _ = outlook.observed(reading, at: seconds(0))
        outlook.foundShare(at: seconds(1))
        for (height, at) in [(5e6 + 3, 30.0), (5e6 - 2, 60), (5e6 + 900, 8_000)] {
            reading.sidechainHeight = height
            _ = outlook.observed(reading, at: seconds(at))
            #expect(outlook.newestShare != nil)
            #expect(outlook.sidechainSince == nil)
        }
    }
}
