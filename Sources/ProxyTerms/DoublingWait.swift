/// The wait before something that failed is tried again: twice as long with each failure in a row, up to a bound.
public struct DoublingWait: Equatable, Sendable {
    /// Seconds after the first failure.
    public let first: Double
    /// Seconds, however many there were.
    public let longest: Double

    /// From `first` to `longest` seconds.
    public init(first: Double, longest: Double) {
        self.first = first
        self.longest = longest
    }

    /// Seconds to wait after a failure that `failures` others in a row came before.
    public func seconds(after failures: Int) -> Double {
        min(longest, first * Double(1 << min(max(failures, 0), 30)))
    }

    /// The same, of which a fifth at most is taken off, so that many who failed together don't come back together. `jitter`: a random number
    /// from 0 to 1.
    public func seconds(after failures: Int, jitter: Double) -> Double {
        seconds(after: failures) * (0.8 + 0.2 * jitter)
    }
}
