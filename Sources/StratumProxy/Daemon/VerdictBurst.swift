import ProxyTerms

/// Keeps the lines for accepted shares to a few a second, so that a farm's log stays readable.
struct VerdictBurst {
    enum Outcome: Equatable {
        case write
        /// The first of a new second, after so many that were not written.
        case writeSummary(skipped: Int)
        case skip
    }

    static let linesPerSecond = 5
    private var second: Int64 = -1
    private var written = 0
    private var skipped = 0

    mutating func seen(now: Instant) -> Outcome {
        let current = now.milliseconds / 1000
        if current != second {
            second = current
            written = 1
            let outcome: Outcome = skipped > 0 ? .writeSummary(skipped: skipped) : .write
            skipped = 0
            return outcome
        }
        guard written < Self.linesPerSecond else {
            skipped += 1
            return .skip
        }
        written += 1
        return .write
    }
}
