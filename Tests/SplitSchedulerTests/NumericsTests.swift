import Testing

@testable import SplitScheduler

@Suite("Own mathematics and text")
struct NumericsTests {
    @Test(
        "The exponential agrees with known values",
        arguments: [
            (0.0, 1.0), (1, 2.718_281_828_459_045), (-1, 0.367_879_441_171_442_33), (-3, 0.049_787_068_367_863_944),
            (10, 22_026.465_794_806_718), (-20, 2.061_153_622_438_558e-9), (0.5, 1.648_721_270_700_128_1),
            (700, 1.014_232_054_735_004_4e304), (-700, 9.859_676_543_759_770_8e-305),
        ])
    func exponential(x: Double, expected: Double) {
        #expect(abs(Numerics.exponential(x) / expected - 1) < 1e-14)
    }

    @Test(
        "The logarithm agrees with known values",
        arguments: [
            (1.0, 0.0), (2.718_281_828_459_045, 1), (0.05, -2.995_732_273_553_991), (10, 2.302_585_092_994_045_7),
            (1e-300, -690.775_527_898_213_7), (1e300, 690.775_527_898_213_7), (0.999, -0.001_000_500_333_583_533_5),
        ])
    func logarithm(x: Double, expected: Double) {
        #expect(abs(Numerics.naturalLog(x) - expected) < 1e-13 * max(1, expected.magnitude))
    }

    @Test("The edges are those of the doubles")
    func edges() {
        #expect(Numerics.exponential(-10_000) == 0)
        #expect(Numerics.exponential(10_000) == .infinity)
        #expect(Numerics.naturalLog(0) == -.infinity)
        #expect(Numerics.naturalLog(-1).isNaN)
        #expect(Numerics.exponential(.nan).isNaN)
    }

    @Test("Decimals are rounded and padded")
    func decimals() {
        #expect(HumanText.decimal(237.5, 1) == "237.5")
        #expect(HumanText.decimal(0.04, 1) == "0.0")
        #expect(HumanText.decimal(-0.04, 1) == "0.0")
        #expect(HumanText.decimal(-1.25, 2) == "-1.25")
        #expect(HumanText.decimal(3.007, 2) == "3.01")
        #expect(HumanText.decimal(.nan, 2) == "-")
        #expect(HumanText.decimal(9e14, 0) == "900000000000000")
        #expect(HumanText.decimal(9e14, 6) == "-")
    }

    @Test("Hashrates, risks and durations are written with the unit that keeps them short")
    func units() {
        #expect(HumanText.hashrate(850) == "850 H/s")
        #expect(HumanText.hashrate(1_000) == "1 kH/s")
        #expect(HumanText.hashrate(8_800) == "8.8 kH/s")
        #expect(HumanText.hashrate(999_700) == "1 MH/s")
        #expect(HumanText.hashrate(12_250_000) == "12.3 MH/s")
        #expect(HumanText.percent(0.287) == "29 %")
        #expect(HumanText.percent(0.0304) == "3 %")
        #expect(HumanText.percent(0.000_01) == "under 0.1 %")
        #expect(HumanText.percent(0) == "0 %")
        #expect(HumanText.duration(90) == "90 s")
        #expect(HumanText.duration(900) == "15 min")
        #expect(HumanText.seconds(60) == "60")
        #expect(HumanText.seconds(237.5) == "237.5")
    }
}
