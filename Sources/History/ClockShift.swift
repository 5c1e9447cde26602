/// The clock was set: rows that this process stamped with the clock as it was are so much too low.
public struct ClockShift: Equatable, Sendable {
    /// Seconds that are added.
    public var by: Int64
    /// The first second that is moved, by the clock as it was.
    public var from: Int64
    /// The last one.
    public var through: Int64

    /// Rows stamped from `from` to `through` are `by` seconds too low.
    public init(by: Int64, from: Int64, through: Int64) {
        self.by = by
        self.from = from
        self.through = through
    }

    /// Where a row of second `at` belongs.
    public func moved(_ at: Int64) -> Int64 { (from...max(from, through)).contains(at) ? at + by : at }

    /// The same for milliseconds.
    public func moved(milliseconds at: Int64) -> Int64 {
        (from * 1_000...max(from, through) * 1_000 + 999).contains(at) ? at + by * 1_000 : at
    }
}
