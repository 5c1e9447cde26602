/// What an operator can be alerted of. The raw values are the words of the configuration (`notify[].events`).
public enum AlertEvent: String, CaseIterable, Hashable, Sendable {
    /// A rig that had stayed is gone; it is back.
    case rigGone = "rig-gone"
    /// All rigs together make far less than over their day; they make it again.
    case hashrateLow = "hashrate-low"
    /// An upstream can't be mined at; it can again.
    case poolDown = "pool-down"
    /// A tier is held no more; it is held.
    case tier
    /// p2pool took a share of its sidechain.
    case shareFound = "share-found"
    /// This wallet has won a round of the raffle.
    case raffleWin = "raffle-win"
    /// XvB doesn't know the wallet; it does again.
    case registration
    /// XvB has skipped a win of this wallet.
    case fails
    /// The disk doesn't take the proxy's own files; it does again.
    case disk
    /// A pool's certificate is refused, or another one was taken; it is taken again.
    case certificate
    /// A rig was cut off for its shares.
    case liar
    /// p2pool is too old to tell what the plan needs; it tells it.
    case p2poolUpdate = "p2pool-update"
}

/// How much an alert hurries.
public enum AlertUrgency: Int, Comparable, Sendable {
    /// For the next look at the phone, without a sound.
    case low
    /// As any message.
    case normal
    /// Something is lost while nobody acts.
    case high
    /// The same, and it goes out in quiet hours too.
    case urgent

    /// By how much it hurries.
    public static func < (lhs: AlertUrgency, rhs: AlertUrgency) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension AlertEvent {
    /// What keeps an event from being told too soon and too often, in seconds (docs/alerts.md#events).
    public struct Bounds: Equatable, Sendable {
        /// A trouble is told once it has lasted so long.
        public var delay = 0.0
        /// Its end is told once that has lasted so long.
        public var settle = 0.0
        /// The same trouble, or the next happening of the kind, is told again after so long.
        public var cooldown: Double
        /// Between two messages of the event, whomever they are about.
        public var gap = 300.0
    }

    /// Its bounds.
    public var bounds: Bounds {
        switch self {
        case .rigGone: Bounds(delay: 300, settle: 60, cooldown: 3_600)
        case .hashrateLow: Bounds(delay: 900, settle: 900, cooldown: 21_600)
        case .poolDown: Bounds(delay: 180, settle: 60, cooldown: 1_800, gap: 60)
        case .tier: Bounds(delay: 900, settle: 900, cooldown: 3_600)
        case .shareFound: Bounds(cooldown: 900)
        case .raffleWin: Bounds(cooldown: 3_600)
        case .registration: Bounds(delay: 900, settle: 60, cooldown: 21_600)
        case .fails: Bounds(cooldown: 3_600)
        case .disk: Bounds(delay: 60, settle: 60, cooldown: 21_600)
        case .certificate: Bounds(settle: 60, cooldown: 21_600)
        case .liar: Bounds(cooldown: 1_800)
        case .p2poolUpdate: Bounds(delay: 600, settle: 600, cooldown: 86_400)
        }
    }

    /// How much it hurries; its end is no more than news.
    public var urgency: AlertUrgency {
        switch self {
        case .poolDown, .registration, .certificate: .urgent
        case .rigGone, .hashrateLow, .tier, .fails, .disk, .liar: .high
        case .raffleWin, .p2poolUpdate: .normal
        case .shareFound: .low
        }
    }

    /// Whether what is so at the first look is as it should be, or at least known: only a change from there on is told.
    var beginsKnown: Bool {
        switch self {
        case .tier: true
        case .rigGone, .hashrateLow, .poolDown, .shareFound, .raffleWin, .registration, .fails, .disk, .certificate,
            .liar, .p2poolUpdate:
            false
        }
    }
}
