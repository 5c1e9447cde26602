import ProxyTerms

/// How long to wait before the next attempt.
///
/// | failures in a row | ordinary, s | banned, s |
/// |---|---|---|
/// | 1 | 1 – 1.25 | 60 – 75 |
/// | 2 | 2 – 2.5 | 120 – 150 |
/// | 3 | 4 – 5 | 240 – 300 |
/// | 4 | 8 – 10 | 480 – 600 |
/// | 5 | 16 – 20 | 480 – 600 |
/// | 6 | 32 – 40 | 480 – 600 |
/// | 7 and more | 48 – 60 | 480 – 600 |
public struct Backoff: Sendable {
    /// What kind of failure it was.
    public enum Kind: UInt8, Equatable, Sendable, CaseIterable {
        /// Refused, timed out, lost, faulty.
        case ordinary
        /// Accepted and closed without a word before any line came: how a banned address is treated (wire.md B1.7), but
        /// also how a container's port looks while its service restarts. The third in a row counts as a ban.
        case closedAtOnce
        /// The pool said that we are banned, or refused us for good: 60 s and more (U07).
        case banned
    }

    /// No attempt before this moment.
    public private(set) var notBefore: Instant = .start

    /// No failures yet.
    public init() {}

    /// An attempt failed or a session was lost.
    /// - Returns: the earliest moment of the next attempt.
    @discardableResult
    public mutating func failed(_ kind: Kind, now: Instant, using generator: inout SeededGenerator) -> Instant { fatalError("skeleton") }

    /// A session became ready; if it lasts 60 s the failures before it are forgotten (600 s for bans).
    public mutating func ready(now: Instant) { fatalError("skeleton") }
}
