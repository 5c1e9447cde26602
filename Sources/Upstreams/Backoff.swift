import ProxyTerms

/// How long to wait before the next attempt. The jitter comes from the caller's generator.
///
/// | failures in a row | ordinary, s | banned or refusing, s |
/// |---|---|---|
/// | 1 | 1 – 1.25 | 60 – 75 |
/// | 2 | 2 – 2.5 | 120 – 150 |
/// | 3 | 4 – 5 | 240 – 300 |
/// | 4 | 8 – 10 | 480 – 600 |
/// | 5 | 16 – 20 | 480 – 600 |
/// | 6 | 32 – 40 | 480 – 600 |
/// | 7 and more | 48 – 60 | 480 – 600 |
///
/// The first column goes no higher than `longestSeconds`, unless the pool leaves shares unanswered.
///
/// While nothing else has work for the rigs, ordinary failures and closes without a word are waited for no longer than
/// `urgentSeconds`.
///
/// A failure that is reported before any attempt was due belongs to one that began earlier (many lanes may share one
/// backoff) and is not counted again, unless it is the first to speak of a ban.
/// A session that was ready for 60 s clears the first column, one that was ready for 600 s (p2pool's ban) the second.
public struct Backoff: Sendable {
    /// What kind of failure it was.
    public enum Kind: UInt8, Equatable, Sendable, CaseIterable {
        /// Refused, timed out, lost, faulty.
        case ordinary
        /// Accepted and closed without a word: how a banned address is treated (docs/protocol.md#p2pool-bans), but also
        /// how a container's port looks while its service restarts. From the third in a row on it waits 60 – 75 s; as
        /// nobody said that we are banned, it waits no longer than that.
        case closedAtOnce
        /// It says that nobody behind it takes shares now. xmrig-proxy answers the next login as soon as somebody does: that is asked as
        /// after an ordinary failure.
        case noService
        /// It takes shares and answers none. Unlike a pool that can't be reached, each attempt costs the rigs what they mine until
        /// that shows (15 s), so the wait grows over `longestSeconds`.
        case unanswered
        /// It refuses every share. Each attempt costs what the rigs mine until that shows, so it waits as after a ban.
        case refusing
        /// The pool said that we are banned, or refused us for good.
        case banned

        /// Whether the endpoint is left for another one with the first failure of this kind.
        var leavesAtOnce: Bool {
            switch self {
            case .noService, .refusing, .banned: true
            case .ordinary, .closedAtOnce, .unanswered: false
            }
        }
    }

    /// Seconds a session must have been ready for its ordinary failures to be forgotten.
    static let healthySeconds = 60.0
    /// Seconds a session must have been ready for its bans to be forgotten.
    static let unbannedSeconds = 600.0
    /// Closes without a word in a row that look like a ban.
    static let closesLikeABan = 3
    /// Seconds; the longest wait while the rigs have no other work. They must be back within half a minute of a return, and xmrig
    /// itself knocks every 5 s.
    static let urgentSeconds = 10.0

    private static let ordinaryWait = DoublingWait(first: 1.25, longest: 60)
    private static let bannedWait = DoublingWait(first: 75, longest: 600)

    /// No attempt before this moment.
    public private(set) var notBefore: Instant = .start
    /// No attempt before this moment even where nothing else has work for the rigs.
    public private(set) var urgentNotBefore: Instant = .start
    private var failures = 0
    private var bans = 0
    private var closesInARow = 0
    private var readySince: Instant?
    private var waitIsForBan = false
    /// That of ordinary failures.
    private let boundedWait: DoublingWait

    /// No failures yet. No ordinary wait is longer than `longestSeconds`, before a fifth of it at most is taken off.
    public init(longestSeconds: Double = 60) {
        boundedWait = DoublingWait(
            first: min(longestSeconds, Self.ordinaryWait.first), longest: min(longestSeconds, Self.ordinaryWait.longest)
        )
    }

    /// An attempt failed, or a session was lost.
    /// - Returns: the earliest moment of the next attempt.
    @discardableResult
    public mutating func failed(_ kind: Kind, now: Instant, using generator: inout SeededGenerator) -> Instant {
        if now < urgentNotBefore && (kind != .banned || waitIsForBan) { return notBefore }
        if let readySince {
            if now.seconds(since: readySince) >= Self.healthySeconds { failures = 0 }
            if now.seconds(since: readySince) >= Self.unbannedSeconds { bans = 0 }
        }
        readySince = nil
        waitIsForBan = kind == .banned
        let jitter = generator.unit()
        let wait: Double
        switch kind {
        case .ordinary, .noService:
            closesInARow = 0
            wait = boundedWait.seconds(after: failures, jitter: jitter)
            failures += 1
        case .unanswered:
            closesInARow = 0
            wait = Self.ordinaryWait.seconds(after: failures, jitter: jitter)
            failures += 1
        case .closedAtOnce:
            closesInARow += 1
            let likeABan = closesInARow >= Self.closesLikeABan
            wait =
                likeABan
                ? Self.bannedWait.seconds(after: 0, jitter: jitter)
                : boundedWait.seconds(after: failures, jitter: jitter)
            failures += 1
        case .refusing, .banned:
            closesInARow = 0
            wait = Self.bannedWait.seconds(after: bans, jitter: jitter)
            bans += 1
        }
        notBefore = now.adding(seconds: wait)
        switch kind {
        case .ordinary, .closedAtOnce, .noService: urgentNotBefore = now.adding(seconds: min(wait, Self.urgentSeconds))
        case .unanswered, .refusing, .banned: urgentNotBefore = notBefore
        }
        return notBefore
    }

    /// A session became ready: the wait is over, and the failures before it are forgotten once it has lasted.
    public mutating func ready(now: Instant) {
        notBefore = min(notBefore, now)
        urgentNotBefore = min(urgentNotBefore, now)
        waitIsForBan = false
        closesInARow = 0
        if readySince == nil { readySince = now }
    }
}
