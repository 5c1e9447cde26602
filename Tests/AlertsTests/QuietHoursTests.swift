import Testing

@testable import Alerts

@Suite("Quiet hours")
struct QuietHoursTests {
    @Test(
        "They hold from their first minute to the one before their end, over midnight too",
        arguments: [
            ("22:00-07:00", 21 * 60 + 59, false), ("22:00-07:00", 22 * 60, true), ("22:00-07:00", 0, true),
            ("22:00-07:00", 1_439, true), ("22:00-07:00", 7 * 60 - 1, true), ("22:00-07:00", 7 * 60, false),
            ("22:00-07:00", 12 * 60, false), ("13:00-14:30", 13 * 60, true), ("13:00-14:30", 14 * 60 + 29, true),
            ("13:00-14:30", 14 * 60 + 30, false), ("13:00-14:30", 0, false), ("00:00-23:59", 0, true),
            ("00:00-23:59", 1_439, false),
        ] as [(String, Int, Bool)])
    func contains(text: String, minute: Int, isQuiet: Bool) throws {
        let hours = try #require(QuietHours(text))
        #expect(hours.contains(minute: minute) == isQuiet)
    }

    @Test("They are written as they are read", arguments: ["22:00-07:00", "00:05-23:59"])
    func text(text: String) { #expect(QuietHours(text)?.description == text) }

    @Test("An hour may have one digit")
    func short() { #expect(QuietHours("9:30-8:00")?.description == "09:30-08:00") }

    @Test(
        "What is no time is refused",
        arguments: [
            "", "22-7", "22:00", "22:00-", "-07:00", "24:00-07:00", "22:60-07:00", "22:00-22:00", "22:00-07:00-08:00",
            "22:0-07:00", "+1:00-07:00", "a:00-07:00", "22:00 - 07:00", "１2:00-07:00",
        ])
    func wrong(text: String) { #expect(QuietHours(text) == nil) }
}
