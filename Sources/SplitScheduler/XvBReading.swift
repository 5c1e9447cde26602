/// What XvB's API said about the wallet at one moment (docs/protocol.md#xvb-averages), in H/s.
public struct XvBReading: Equatable, Sendable {
    /// Average over the last hour that XvB counted, in H/s.
    public var credited1h: Double
    /// Average over the last 24 hours that XvB counted, in H/s.
    public var credited24h: Double
    /// Raffle wins that were skipped because the wallet had no share in p2pool's window; at `mostFails` the wallet is removed. `nil` means not told.
    public var fails: Int?
    /// Seconds since the answer arrived, when handed over.
    public var age: Double

    /// A reading.
    public init(credited1h: Double, credited24h: Double, fails: Int? = nil, age: Double = 0) {
        self.credited1h = credited1h
        self.credited24h = credited24h
        self.fails = fails
        self.age = age
    }

    /// H/s that an average may be.
    public static let plausibleAverage = 0.0...1e12
    /// So many fails remove a wallet from the raffle.
    public static let mostFails = 3
    /// Fails that there may be.
    public static let plausibleFails = 0...1_000_000

    /// What makes the reading unusable, if anything does: the one judge of XvB's figures.
    public var fault: XvBReadingFault? {
        guard Self.plausibleAverage.contains(credited1h), Self.plausibleAverage.contains(credited24h) else {
            return .average
        }
        if let fails, !Self.plausibleFails.contains(fails) { return .fails }
        if !(age >= 0 && age < 1e9) { return .clock }
        return nil
    }
}

/// Why a reading of XvB's API was refused. The last good one stays in use, with its age.
public enum XvBReadingFault: Equatable, Sendable {
    /// An average is negative, not a number or beyond reason.
    case average
    /// The fail count is negative or beyond reason.
    case fails
    /// The age is negative.
    case clock
}
