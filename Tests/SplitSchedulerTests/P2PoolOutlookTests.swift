import ProxyTerms
import Testing

@testable import SplitScheduler

@Suite("What is known of p2pool")
struct P2PoolOutlookTests {
    private func reading(
        reward: Double?, share age: Double? = nil, height: Double? = nil, window: Double = 2160, told: Double? = nil
    ) -> P2PoolReading {
        P2PoolReading(
            sidechainDifficulty: 85.5e6, pplnsWindow: window, poolHashrate: 8.55e6, sidechainHeight: height,
            rewardSharePercent: reward, lastShareAge: age, shareToldAge: told)
    }

    private func answer(_ outlook: P2PoolOutlook, _ second: Double) -> P2PoolOutlook.ShareAnswer {
        outlook.shareInWindow(ledger: WorkLedger(), at: seconds(second))
    }

    @Test("p2pool's word about a share in the window counts")
    func told() {
        var outlook = P2PoolOutlook()
        #expect(outlook.shareInWindow(ledger: WorkLedger(), at: seconds(0)) == .unknown)
        _ = outlook.observed(reading(reward: 0.1), at: seconds(0))
        #expect(outlook.shareInWindow(ledger: WorkLedger(), at: seconds(0)) == .yes)
        _ = outlook.observed(reading(reward: 0), at: seconds(20))
        #expect(outlook.shareInWindow(ledger: WorkLedger(), at: seconds(20)) == .no)
    }

    @Test("What p2pool got in its window is known once the ledger knows all of it, on this sidechain")
    func recent() {
        var outlook = P2PoolOutlook()
        var ledger = WorkLedger()
        for second in 0..<3_000 { ledger.credit(80_000, to: .p2pool, at: seconds(Double(second * 10))) }
        #expect(outlook.recent(ledger: ledger, ledgerBeginning: 0, at: seconds(30_000)) == nil)
        _ = outlook.observed(reading(reward: 0.1, height: 5e6), at: seconds(29_000))
        #expect(outlook.recent(ledger: ledger, ledgerBeginning: 9_000, at: seconds(30_000)) == nil)
        let known = outlook.recent(ledger: ledger, ledgerBeginning: 8_000, at: seconds(30_000))
        #expect(known.map { abs($0 - 8_000) < 10 } == true)
        _ = outlook.observed(reading(reward: 0.1, height: 9e6), at: seconds(29_500))
        #expect(outlook.recent(ledger: ledger, ledgerBeginning: 0, at: seconds(30_000)) == nil)
    }

    @Test("A share that we saw found counts before p2pool's files tell it")
    func found() {
        var outlook = P2PoolOutlook()
        _ = outlook.observed(reading(reward: 0), at: seconds(0))
        outlook.foundShare(at: seconds(5))
        #expect(outlook.shareInWindow(ledger: WorkLedger(), at: seconds(6)) == .yes)
    }

    // Fault P12.
    @Test("A share that we saw found stays found while p2pool's files are from before it, however often they are read")
    func olderFile() {
        var outlook = P2PoolOutlook()
        _ = outlook.observed(reading(reward: 0, told: 200), at: seconds(1_000))
        outlook.foundShare(at: seconds(1_010))
        for second in stride(from: 1_010.4, through: 1_049, by: 5) {
            _ = outlook.observed(reading(reward: 0, told: second - 1_012), at: seconds(second))
            #expect(answer(outlook, second) == .yes)
        }
        // Written 41 s after it: it was no share of the sidechain after all.
        _ = outlook.observed(reading(reward: 0, told: 0), at: seconds(1_051))
        #expect(answer(outlook, 1_051) == .no)
    }

    @Test("The last share that a file names may be an older one; ours stays found")
    func olderShareTold() {
        var outlook = P2PoolOutlook()
        outlook.foundShare(at: seconds(30_000))
        _ = outlook.observed(reading(reward: 0, share: 25_000, told: 3), at: seconds(30_002))
        #expect(answer(outlook, 30_002) == .yes)
        #expect(outlook.newestShare?.at == seconds(30_000))
    }

    // Fault O01.
    @Test("A file that nobody writes any more doesn't hold a share found for longer than the window")
    func leftBehind() {
        var outlook = P2PoolOutlook()
        _ = outlook.observed(reading(reward: 0, told: 0), at: seconds(1_000))
        outlook.foundShare(at: seconds(1_001))
        _ = outlook.observed(reading(reward: 0, told: 21_000), at: seconds(22_000))
        #expect(answer(outlook, 22_000) == .yes)
        _ = outlook.observed(reading(reward: 0, told: 21_700), at: seconds(22_700))
        #expect(answer(outlook, 22_700) == .no)
    }

    // Fault P12.
    @Test("A share found just before a restart is in the window after it, whatever the older file says")
    func restart() {
        var before = SplitScheduler(settings: bare(.default), start: seconds(0))
        before.observed(p2pool: reading(reward: 0, told: 5), at: seconds(1_000))
        before.foundSidechainShare(at: seconds(1_003))
        let line = before.journalState(at: seconds(1_005)).line(time: 1_700_000_000)
        guard case .state(let memory)? = JournalEntry.read(line)?.entry else {
            Issue.record("no state in \(line)")
            return
        }
        var after = SplitScheduler(settings: bare(.default), remembering: memory.aged(by: 4), start: seconds(50))
        after.observed(p2pool: reading(reward: 0, told: 14), at: seconds(50))
        #expect(after.p2pool.shareInWindow(ledger: WorkLedger(), at: seconds(50)) == .yes)
        #expect(after.p2pool.newestShare?.at == seconds(44))
    }

    @Test("Where p2pool doesn't tell, enough accepted work makes a share likely; less leaves it unknown")
    func untold() {
        var outlook = P2PoolOutlook()
        _ = outlook.observed(reading(reward: nil), at: seconds(21_600))
        var ledger = WorkLedger()
        ledger.credit(2.9 * 85.5e6, to: .p2pool, at: seconds(10_000))
        #expect(outlook.shareInWindow(ledger: ledger, at: seconds(21_600)) == .unknown)
        ledger.credit(0.2 * 85.5e6, to: .p2pool, at: seconds(11_000))
        #expect(outlook.shareInWindow(ledger: ledger, at: seconds(21_600)) == .likely)
        outlook.foundShare(at: seconds(21_600))
        #expect(outlook.shareInWindow(ledger: WorkLedger(), at: seconds(43_000)) == .yes)
        #expect(outlook.shareInWindow(ledger: WorkLedger(), at: seconds(43_300)) == .unknown)
    }

    @Test("Our newest share leaves when the window is over, counted in blocks where the height is known")
    func leaving() {
        var outlook = P2PoolOutlook()
        _ = outlook.observed(reading(reward: 0.1, share: 100), at: seconds(1_000))
        #expect(outlook.secondsUntilShareLeaves(at: seconds(1_000)) == 21_500)
        _ = outlook.observed(reading(reward: 0.1, share: 0, height: 5_000), at: seconds(2_000))
        _ = outlook.observed(reading(reward: 0.1, share: 9_000, height: 6_000), at: seconds(11_000))
        #expect(outlook.secondsUntilShareLeaves(at: seconds(11_000)) == 11_600)
        #expect(!outlook.shareIsLeaving(within: 120, at: seconds(11_000)))
        // The window shortens under it.
        _ = outlook.observed(reading(reward: 0.1, share: 9_060, height: 6_006, window: 1_010), at: seconds(11_060))
        #expect(outlook.shareIsLeaving(within: 120, at: seconds(11_060)))
    }

    @Test("Few shares prove nothing about others; many that we can't have found do")
    func outside() {
        var outlook = P2PoolOutlook()
        var ledger = WorkLedger()
        let now = seconds(50_000)
        // We found two shares' worth in the window.
        ledger.credit(171e6, to: .p2pool, at: seconds(40_000))
        let share = 100.0 / 2160
        _ = outlook.observed(reading(reward: 4 * share), at: now)
        #expect(outlook.provenOutside(ledger: ledger, ledgerBeginning: 0, at: now) == 0)
        _ = outlook.observed(reading(reward: 40 * share), at: now)
        let proven = outlook.provenOutside(ledger: ledger, ledgerBeginning: 0, at: now) / (85.5e6 / 21_600)
        #expect(proven > 20 && proven < 30)
        // Without knowing all our work of the window nothing is proven.
        #expect(outlook.provenOutside(ledger: ledger, ledgerBeginning: 40_000, at: now) == 0)
    }
}
