import ProxyTerms

/// One thing that an operator is to be told, with all that came together.
public struct AlertNews: Equatable, Sendable {
    /// What kind of news.
    public enum State: String, Sendable {
        /// A trouble has begun.
        case raised
        /// It is over.
        case recovered
        /// Something happened that has no end.
        case happened
    }

    /// Whom it is about, and the words for it.
    public struct Item: Equatable, Sendable {
        /// A rig, a pool, a tier, a place; empty where there is only one.
        public var subject: String
        /// What the log says of it, with the newest cause.
        public var detail: String

        /// About `subject`.
        public init(_ subject: String, _ detail: String) {
            self.subject = subject
            self.detail = detail
        }
    }

    /// Items that are named; of others the number is told.
    public static let mostItems = 6

    /// What it is.
    public var event: AlertEvent
    /// Whether it begins, ends, or just is.
    public var state: State
    /// The first of those that it is about.
    public var items: [Item]
    /// How many it is about in all: more than `items` where those are cut.
    public var subjects: Int
    /// How often it came since it was last told: more than `subjects` where it came and went.
    public var times: Int
    /// When the earliest of it began.
    public var since: Instant
    /// Seconds from there to its end, of what is over.
    public var lasted = 0.0
    /// When it was put together.
    public var at: Instant

    /// News.
    public init(
        _ event: AlertEvent, _ state: State, _ items: [Item], subjects: Int, times: Int, since: Instant, at: Instant
    ) {
        self.event = event
        self.state = state
        self.items = items
        self.subjects = subjects
        self.times = times
        self.since = since
        self.at = at
    }

    /// How much it hurries.
    public var urgency: AlertUrgency {
        switch state {
        case .raised, .happened: event.urgency
        case .recovered: min(event.urgency, .normal)
        }
    }

    /// Whether it goes out in quiet hours: what hurries, and its end, since who was woken may sleep then.
    public var passesQuietHours: Bool {
        event.urgency == .urgent
    }
}
