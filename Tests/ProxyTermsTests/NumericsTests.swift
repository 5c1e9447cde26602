import Testing

@testable import ProxyTerms

@Suite("Own mathematics")
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
}
