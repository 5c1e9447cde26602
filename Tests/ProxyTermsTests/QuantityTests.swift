import ProxyTerms
import Testing

@Suite("Numbers as a miner reads them")
struct QuantityTests {
    @Test(
        "Hashrates have three digits and the unit that keeps them short",
        arguments: [
            (0, "0 H/s"), (0.126, "0.13 H/s"), (12.34, "12.3 H/s"), (850, "850 H/s"), (999.4, "999 H/s"),
            (999.6, "1 kH/s"), (1_250, "1.25 kH/s"), (8_800, "8.8 kH/s"), (999_400, "999 kH/s"), (999_700, "1 MH/s"),
            (12_250_000, "12.3 MH/s"), (4.2035e6, "4.2 MH/s"), (1.5e9, "1.5 GH/s"), (2e12, "2 TH/s"),
            (5e15, "5000 TH/s"), (.nan, "n/a"), (.infinity, "n/a"),
        ] as [(Double, String)])
    func hashrate(value: Double, text: String) {
        #expect(Quantity.hashrate(value) == text)
    }

    @Test(
        "Difficulties are whole up to ten thousand, then have three digits and xmrig's letters",
        arguments: [
            (0, "0"), (980, "980"), (9_999, "9999"), (10_000, "10K"), (12_345, "12.3K"), (500_054, "500K"),
            (999_600, "1M"), (85_500_000, "85.5M"), (34_000_000_000, "34G"), (.max, "18447P"),
        ] as [(UInt64, String)])
    func difficulty(value: UInt64, text: String) {
        #expect(Quantity.difficulty(value) == text)
    }

    @Test(
        "Lengths of time have two units, the second one where it is not nothing",
        arguments: [
            (-1, "0 s"), (0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min"), (90, "1 min 30 s"), (307, "5 min 07 s"),
            (900, "15 min"), (3_600, "1 h"), (11_520, "3 h 12 min"), (187_200, "2 d 04 h"), (259_199, "2 d 23 h"),
            (.infinity, "n/a"), (.nan, "n/a"), (1e300, "n/a"),
        ] as [(Double, String)])
    func duration(seconds: Double, text: String) {
        #expect(Quantity.duration(seconds) == text)
    }

    @Test(
        "Parts are percentages with at most one decimal, and a small one is not nothing",
        arguments: [
            (0, "0 %"), (0.000_01, "under 0.1 %"), (0.004, "0.4 %"), (0.0304, "3 %"), (0.287, "28.7 %"), (1, "100 %"),
            (-0.02, "-2 %"), (.nan, "n/a"),
        ] as [(Double, String)])
    func percent(part: Double, text: String) {
        #expect(Quantity.percent(part) == text)
    }

    @Test(
        "Decimals are rounded, and what has no sensible size has no digits",
        arguments: [
            (237.5, 1, "237.5"), (0.04, 1, "0.0"), (-0.04, 1, "0.0"), (-1.25, 2, "-1.25"), (3.007, 2, "3.01"),
            (.nan, 2, "n/a"), (9e14, 0, "900000000000000"), (9e14, 6, "n/a"),
        ] as [(Double, Int, String)])
    func decimal(value: Double, digits: Int, text: String) {
        #expect(Quantity.decimal(value, digits) == text)
    }

    @Test("Numbers are shown as they are written, and seconds with one decimal at most")
    func plain() {
        #expect([60, 0.4, -100, 1e12].map(Quantity.plain) == ["60", "0.4", "-100", "1000000000000"])
        #expect([60, 237.5, 237.54].map(Quantity.seconds) == ["60", "237.5", "237.5"])
    }

    @Test("One thing has no plural, and sizes are counted in 1,024s")
    func counts() {
        #expect([0, 1, 2].map { Quantity.count($0, "rig") } == ["0 rigs", "1 rig", "2 rigs"])
        #expect([1, 512, 65_536, 3 << 19].map(Quantity.bytes) == ["1 byte", "512 bytes", "64 KiB", "1.5 MiB"])
    }
}
