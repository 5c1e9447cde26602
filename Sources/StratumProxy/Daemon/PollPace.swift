import ProxyTerms

/// When a service on the network is asked again: at its interval, and ever more seldom while it fails. The jitter keeps
/// many proxies from asking in the same second.
///
/// | failures in a row | seconds until the next question, at an interval of 60 and a longest of 300 |
/// |---|---|
/// | 0 | 57 – 63 |
/// | 1 | 48 – 60 |
/// | 2 | 96 – 120 |
/// | 3 | 192 – 240 |
/// | 4 and more | 240 – 300 |
struct PollPace {
    /// Seconds between questions that are answered.
    let interval: Double
    /// The most that failures make of it, in seconds; not less than the interval.
    let longest: Double
    private var failures = 0
    private var generator: SeededGenerator

    init(interval: Double, longest: Double, seed: UInt64) {
        self.interval = interval
        self.longest = max(interval, longest)
        generator = SeededGenerator(seed: seed)
    }

    /// Seconds until the next question, after one that was answered or not.
    mutating func wait(afterSuccess isSuccess: Bool) -> Double {
        if isSuccess {
            failures = 0
            return interval * (0.95 + 0.1 * generator.unit())
        }
        defer { failures += 1 }
        return DoublingWait(first: interval, longest: longest).seconds(after: failures, jitter: generator.unit())
    }
}
