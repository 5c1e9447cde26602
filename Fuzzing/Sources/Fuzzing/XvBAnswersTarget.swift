import ProxyTerms
import SplitScheduler
import Statistics

/// XvB's answers: a byte for the status, then the body. What comes of them is a reading that the schedule takes, or none, and
/// figures that can be shown.
enum XvBAnswersTarget {
    private static let statuses = [200, 200, 200, 200, 200, 422, 500, 404]

    static func check(_ bytes: UnsafeRawBufferPointer) {
        var draws = Draws(bytes)
        let status = statuses[Int(draws.byte()) % statuses.count]
        let body = draws.rest
        let spaced = [UInt8](body) + [0x0A]
        let averages = averages(status, body)
        require(spaced.withUnsafeBytes { Self.averages(status, $0) } == averages, "a line feed changes the averages")
        if let statistics = try? XvBAnswers.statistics(status: status, body: body) {
            check(statistics)
            let again = try? spaced.withUnsafeBytes { try XvBAnswers.statistics(status: status, body: $0) }
            require(again == statistics, "a line feed changes the statistics")
        }
        guard case .success(let reading) = averages else { return }
        require(reading.fault == nil, "a reading that the schedule refuses")
        var schedule = SplitScheduler(settings: SplitSettings(), start: .start)
        let now = Instant.start.adding(milliseconds: 1_000)
        schedule.observed(
            p2pool: P2PoolReading(
                sidechainDifficulty: 85.5e6, pplnsWindow: 2160, poolHashrate: 8.55e6, sidechainHeight: 5e6,
                rewardSharePercent: 0.1, lastShareAge: 3_000, age: 0), at: now)
        schedule.observed(xvb: reading, at: now)
        schedule.runAndCheck(from: now, minutes: 12)
    }

    private static func averages(_ status: Int, _ body: UnsafeRawBufferPointer) -> Result<XvBReading, XvBFault> {
        do throws(XvBFault) {
            return .success(try XvBAnswers.averages(status: status, body: body))
        } catch {
            return .failure(error)
        }
    }

    private static func check(_ statistics: XvBStatistics) {
        for figure in [statistics.bonusHashrate, statistics.donatedHashrate].compactMap({ $0 }) {
            require(figure.isFinite && figure >= 0, "a hashrate of \(figure)")
        }
        for count in [statistics.players, statistics.roundPlayers].compactMap({ $0 }) {
            require(count >= 0, "a count of \(count)")
        }
        // Negative while the round waits for its share.
        if let minutes = statistics.minutesLeft { require(abs(minutes) <= 1_000_000, "\(minutes) minutes left") }
        require((statistics.winner ?? "").utf8.count <= 1_024, "a winner as long as XvB likes")
        _ = statistics.isWon(by: "4abc")
    }
}
