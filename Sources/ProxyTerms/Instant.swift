/// A moment on the event loop's monotonic clock, in milliseconds since an arbitrary start.
///
/// The core never reads a clock: every call that needs the time takes `now: Instant`.
public struct Instant: Comparable, Hashable, Sendable {
    /// Milliseconds since the clock's start.
    public var milliseconds: Int64

    /// The moment `milliseconds` after the clock's start.
    @inlinable
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The clock's start.
    public static let start = Instant(milliseconds: 0)

    /// A deadline that never comes.
    public static let never = Instant(milliseconds: .max)

    /// Whether `lhs` comes before `rhs`.
    @inlinable
    public static func < (lhs: Instant, rhs: Instant) -> Bool {
        lhs.milliseconds < rhs.milliseconds
    }

    /// The moment `seconds` later (earlier when negative); `never` stays `never`.
    @inlinable
    public func adding(seconds: Double) -> Instant {
        // Deadlines are made of seconds at every share: no call of the C library to round one.
        adding(milliseconds: Int64(seconds * 1000 + (seconds < 0 ? -0.5 : 0.5)))
    }

    /// The moment `milliseconds` later (earlier when negative); `never` stays `never`.
    @inlinable
    public func adding(milliseconds offset: Int64) -> Instant {
        self == .never ? .never : Instant(milliseconds: milliseconds + offset)
    }

    /// Seconds from `earlier` to this moment.
    @inlinable
    public func seconds(since earlier: Instant) -> Double {
        Double(milliseconds - earlier.milliseconds) / 1000
    }
}
