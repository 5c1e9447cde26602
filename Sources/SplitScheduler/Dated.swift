import ProxyTerms

/// A value with the moment it came and how old it was then.
public struct Dated<Value> {
    /// The value.
    public var value: Value
    /// When it came.
    public var at: Instant
    /// Its age when it came, in seconds.
    public var age: Double

    /// Its age at `now`, in seconds.
    public func age(at now: Instant) -> Double {
        age + max(0, now.seconds(since: at))
    }
}

extension Dated: Equatable where Value: Equatable {}
extension Dated: Sendable where Value: Sendable {}
