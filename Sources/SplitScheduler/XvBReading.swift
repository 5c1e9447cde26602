/// What XvB's API said about the wallet at one moment (docs/protocol.md#xvb-averages), in H/s.
public struct XvBReading: Equatable, Sendable {
    /// Average over the last hour that XvB counted, in H/s.
    public var credited1h: Double
    /// Average over the last 24 hours that XvB counted, in H/s.
    public var credited24h: Double
    /// Raffle wins that were skipped because the wallet had no share in p2pool's window; at 3 the wallet is removed.
    public var fails: Int
    /// Seconds since the answer arrived, when handed over.
    public var age: Double

    /// A reading.
    public init(credited1h: Double, credited24h: Double, fails: Int = 0, age: Double = 0) {
        self.credited1h = credited1h
        self.credited24h = credited24h
        self.fails = fails
        self.age = age
    }

    /// What makes the reading unusable, if anything does.
    public var fault: XvBReadingFault? {
        if !(credited1h >= 0 && credited1h < 1e12) || !(credited24h >= 0 && credited24h < 1e12) { return .average }
        if !(fails >= 0 && fails < 1_000_000) { return .fails }
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

    /// The fault in words.
    public var text: String {
        switch self {
        case .average: "XvB's averages make no sense"
        case .fails: "XvB's fail count makes no sense"
        case .clock: "the time of XvB's answer lies in the future"
        }
    }
}
