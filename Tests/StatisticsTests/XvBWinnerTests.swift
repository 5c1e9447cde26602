import Testing

@testable import SplitScheduler
@testable import Statistics

@Suite("Whether XvB's winner is this wallet")
struct XvBWinnerTests {
    private static let wallet =
        "48abcdefGHJKLMNPQRSTUVWXYZ123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ12345wxyz1234"

    private func won(_ winner: String) throws -> Bool {
        let body = Array("{\"winner\":\"\(winner)\",\"round_type\":\"donor_vip\",\"time_remain\":-3}".utf8)
        return try body.withUnsafeBytes { try XvBAnswers.statistics(status: 200, body: $0) }.isWon(by: Self.wallet)
    }

    @Test(
        "Both ends fit, whatever the mask",
        arguments: [
            "48abcdef...wxyz1234", "48abcdef…wxyz1234", "48abcdef****1234", "48abcdef..", "48ab..1234",
            "48abcdefGHJKLMNPQRSTUVWXYZ123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ12345wxyz1234",
        ])
    func ours(winner: String) throws { #expect(try won(winner)) }

    @Test(
        "One end that doesn't fit, or too little of it, is somebody else",
        arguments: [
            "48abcdef...wxyz1235", "48abcdeg...wxyz1234", "48...34", "", "...", "48abcdef1234", "...wxyz1234",
            "48abcdef...wxyz1234 and others",
        ])
    func others(winner: String) throws { #expect(try !won(winner)) }
}
