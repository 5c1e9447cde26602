import ProxyTerms
import Testing

@testable import SplitScheduler

/// The second at which an hour begins that has `coming` H/s on each day, where the others have 20 kH/s.
private let hourBegins: Int64 = 1_000_000

/// A farm of 20 kH/s whose day before `second` is known; XvB got 10 kH/s in each of the last 24 hours but in the `empty` newest ones.
private func farm(coming: Double = 20_000, at second: Int64 = hourBegins, empty: Int = 0) -> SplitScheduler {
    var scheduler = SplitScheduler(settings: bare(.default), start: Instant(second: hourBegins - 100_000))
    scheduler.hashrate = HashrateInputs(total: 20_000)
    // The hour that is over at `hourBegins - 3,600` was the 24th before the one that is coming.
    let means = (0..<48).map { $0 % 24 == 1 ? coming : 20_000 }
    scheduler.history = HashrateHistory(
        means: means, lastEnded: second - (hourBegins - 3_600), second: second)
    scheduler.history.note(20_000, at: Instant(second: second))
    for back in stride(from: 24, to: empty, by: -1) {
        scheduler.credited(
            work: 36_000_000, to: .xvb, at: Instant(second: second - Int64(back) * 3_600 + 1_800))
    }
    return scheduler
}

private func levels(_ scheduler: SplitScheduler, at second: Int64) -> CreditLevels {
    scheduler.aim(for: .vip, reach: 15_000, second: second, windowStart: second).levels
}

@Suite("What is held beyond the tier for hours that have less")
struct ReserveTests {
    @Test("Half an hour before an hour that usually has less than the tier, a fifth more is held in XvB's hour")
    func reserve() {
        let soon = hourBegins - 1_200
        #expect(levels(farm(coming: 9_700, at: soon), at: soon).hour == 36_000_000 * 1.2)
        let early = hourBegins - 2_400
        #expect(levels(farm(coming: 9_700, at: early), at: early).hour == 36_000_000)
    }

    @Test("An hour that has enough for the tier asks for nothing before it")
    func enough() {
        let soon = hourBegins - 1_200
        #expect(levels(farm(at: soon), at: soon).hour == 36_000_000)
        #expect(levels(farm(coming: 12_000, at: soon), at: soon).hour == 36_000_000)
    }

    @Test("The mean of an hour that begins with a fall is measured late: what is left counts")
    func lateMeasure() {
        // 9.7 kH/s after 7.5 min in which the mean of 15 minutes was still on its way down from 20.
        let soon = hourBegins - 1_200
        #expect(levels(farm(coming: 9_700 * 0.875 + 20_000 * 0.125, at: soon), at: soon).hour == 36_000_000 * 1.2)
    }

    @Test("XvB's day is held half a percent above the tier, and 0.2 % more for each empty hour, eight at most")
    func margin() {
        func part(_ empty: Int) -> Double { levels(farm(empty: empty), at: hourBegins).day / 864_000_000 - 1 }
        #expect(abs(part(0) - 0.005) < 1e-9)
        #expect(abs(part(3) - 0.011) < 1e-9)
        #expect(abs(part(8) - 0.021) < 1e-9)
        #expect(abs(part(20) - 0.021) < 1e-9)
    }

    @Test("Hours before the ledger began aren't empty ones")
    func unknownHours() {
        var fresh = SplitScheduler(settings: bare(.default), start: Instant(second: hourBegins - 600))
        fresh.hashrate = HashrateInputs(total: 20_000)
        #expect(abs(levels(fresh, at: hourBegins).day / 864_000_000 - 1.005) < 1e-9)
    }
}
