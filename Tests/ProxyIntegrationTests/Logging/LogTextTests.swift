import Testing

@testable import StratumProxy

@Suite("Numbers in the log")
struct LogTextTests {
    @Test(
        "Hashrates: H/s below ten thousand, then two decimals",
        arguments: [
            (0, "0.0 H/s"), (12.34, "12.3 H/s"), (999.94, "999.9 H/s"), (999.96, "1000 H/s"), (9_876.5, "9877 H/s"),
            (9_999.4, "9999 H/s"), (9_999.6, "10.00 kH/s"), (12_345, "12.35 kH/s"), (999_990, "999.99 kH/s"),
            (999_996, "1.00 MH/s"), (1.5e9, "1.50 GH/s"), (.nan, "n/a H/s"), (.infinity, "n/a H/s"),
        ] as [(Double, String)])
    func hashrate(value: Double, text: String) {
        #expect(LogText.hashrate(value) == text)
    }

    @Test(
        "Difficulties are scaled as xmrig does",
        arguments: [
            (0, "0"), (9_999, "9999"), (10_000, "10K"), (500_054, "500K"), (9_999_999, "9999K"), (12_345_678, "12M"),
            (34_000_000_000, "34G"), (.max, "18446744073G"),
        ] as [(UInt64, String)])
    func difficulty(value: UInt64, text: String) {
        #expect(LogText.difficulty(value) == text)
    }

    @Test(
        "Lengths of time have two units",
        arguments: [
            (-1, "0 s"), (0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (307, "5 min 07 s"), (3_600, "1 h 00 min"),
            (11_520, "3 h 12 min"), (187_200, "2 d 04 h"), (.infinity, "n/a"), (.nan, "n/a"), (1e300, "n/a"),
        ] as [(Double, String)])
    func duration(seconds: Double, text: String) {
        #expect(LogText.duration(seconds) == text)
    }

    @Test("Parts are percentages with one decimal")
    func percent() {
        #expect([0, 0.1004, 1, .nan].map(LogText.percent) == ["0.0 %", "10.0 %", "100.0 %", "n/a"])
    }

    @Test("One thing has no plural")
    func count() {
        #expect([0, 1, 2].map { LogText.count($0, "rig") } == ["0 rigs", "1 rig", "2 rigs"])
    }
}
