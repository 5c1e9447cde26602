import ProxyTerms
import SplitScheduler
import Testing

@testable import ProxyCore
@testable import StratumProxy

@Suite("Can this wallet win the raffle now")
struct RaffleChanceTests {
    private func chance(_ hour: Double, _ day: Double, _ change: (inout StatusReport) -> Void = { _ in })
        -> RaffleChance
    {
        var report = SampleReport.report
        report.snapshot.xvbReading?.value.credited1h = hour
        report.snapshot.xvbReading?.value.credited24h = day
        report.snapshot.schedule.creditedTier = Tier.highest(within: min(hour, day))
        change(&report)
        return RaffleChance(report)
    }

    @Test("It can in the rounds of every tier that both averages are at")
    func yes() {
        #expect(chance(1_200, 1_000).text == "Yes, in donor rounds")
        #expect(chance(10_300, 10_100).text == "Yes, in donor and VIP donor rounds")
        let whale = chance(100_000, 110_000)
        #expect(whale.answer == true)
        #expect(whale.text == "Yes, in donor, VIP donor and whale rounds")
        #expect(whale.checks.allSatisfy { $0.isMet == true })
    }

    @Test("The lower of both averages counts; below every tier only rounds without one are left")
    func below() {
        let low = chance(950, 10_000)
        #expect(low.answer == false)
        #expect(low.text == "Only in rounds without a tier")
        #expect(low.checks.map(\.isMet) == [true, false, true, true, true])
        #expect(low.checks[1].text == "950 H/s of 1 kH/s")
    }

    @Test("It can't without a share in the window, after three fails, or where XvB does not know the wallet")
    func no() {
        let share = chance(10_000, 10_000) { $0.snapshot.p2poolReading?.value.rewardSharePercent = 0 }
        #expect(share.answer == false)
        #expect(share.text == "No: no share in p2pool's window")
        #expect(chance(10_000, 10_000) { $0.snapshot.xvbReading?.value.fails = 2 }.answer == true)
        #expect(
            chance(10_000, 10_000) { $0.snapshot.xvbReading?.value.fails = 3 }.text == "No: XvB counts too many fails")
        #expect(chance(10_000, 10_000) { $0.snapshot.isRegistered = false }.text == "No: XvB does not know this wallet")
    }

    @Test("It is not known before both have answered")
    func unknown() {
        let chance = chance(0, 0) {
            $0.snapshot.xvbReading = nil
            $0.snapshot.schedule.creditedTier = nil
        }
        #expect(chance.answer == nil)
        #expect(chance.checks.map(\.isMet) == [true, nil, nil, nil, nil])
        #expect(self.chance(10_000, 10_000) { $0.snapshot.p2poolReading = nil }.answer == nil)
    }
}
