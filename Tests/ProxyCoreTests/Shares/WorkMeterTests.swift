import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("Work meter")
struct WorkMeterTests {
    @Test("A steady rig shows its hashrate in every window", arguments: RateWindow.allCases)
    func steady(window: RateWindow) {
        let meter = WorkMeter(now: .start)
        // 5,000 H/s: a share of 10,000 every 2 s for 25 hours.
        for second in stride(from: 2, through: 25 * 3600, by: 2) {
            meter.add(work: 10_000, at: Instant(milliseconds: Int64(second) * 1000))
        }
        let rate = meter.rate(window, at: Instant(milliseconds: 25 * 3_600_000))
        // A window ends inside a bucket, so it is short by at most one share or long by one bucket's part.
        #expect(abs(rate.hashrate - 5000) / 5000 < 0.21)
        #expect(abs(rate.covered - window.seconds) / window.seconds < 0.2)
    }

    @Test("A young meter divides by its age, not by the window")
    func young() {
        let meter = WorkMeter(now: Instant(milliseconds: 1_000_000))
        for second in 1...30 { meter.add(work: 1000, at: Instant(milliseconds: 1_000_000 + Int64(second) * 1000)) }
        let rate = meter.rate(.hours24, at: Instant(milliseconds: 1_030_000))
        #expect(rate.hashrate == 1000)
        #expect(rate.covered == 30)
    }

    @Test("The error of n equal shares is 1/√n, and 1 without any")
    func error() {
        let meter = WorkMeter(now: .start)
        #expect(meter.rate(.hour1, at: Instant(milliseconds: 60_000)).error == 1)
        for second in 1...100 { meter.add(work: 512, at: Instant(milliseconds: Int64(second) * 1000)) }
        #expect(abs(meter.rate(.hour1, at: Instant(milliseconds: 100_000)).error - 0.1) < 1e-6)
    }

    @Test("Work leaves a window when the window has passed")
    func leaves() {
        let meter = WorkMeter(now: .start)
        meter.add(work: 1_000_000, at: Instant(milliseconds: 500))
        #expect(meter.rate(.seconds10, at: Instant(milliseconds: 5_000)).hashrate > 0)
        #expect(meter.rate(.seconds10, at: Instant(milliseconds: 20_000)).hashrate == 0)
        #expect(meter.rate(.minutes15, at: Instant(milliseconds: 800_000)).hashrate > 0)
        #expect(meter.rate(.minutes15, at: Instant(milliseconds: 1_000_000)).hashrate == 0)
        #expect(meter.rate(.hours24, at: Instant(milliseconds: 1_000_000)).hashrate > 0)
        #expect(meter.total == 1_000_000)
    }

    @Test("A long silence empties the rings however many buckets it spans")
    func silence() {
        let meter = WorkMeter(now: .start)
        for second in 1...100 { meter.add(work: 7, at: Instant(milliseconds: Int64(second) * 1000)) }
        let later = Instant(milliseconds: 40 * 3_600_000)
        for window in RateWindow.allCases { #expect(meter.rate(window, at: later).hashrate == 0) }
    }
}
