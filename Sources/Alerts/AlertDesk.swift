import ProxyTerms

/// Decides what of all that happens is told: a trouble once it has lasted, its end once that has, each once, and what comes again too
/// soon together with the next (docs/alerts.md#events).
public struct AlertDesk {
    /// Troubles and happenings that are kept in mind, of one event: names cost a liar nothing.
    public static let mostSubjects = 1_024

    /// Something that is either well or not.
    private struct Condition {
        var isBad: Bool
        /// Since when it is so.
        var since: Instant
        /// When the trouble that was told last, or is to be told, began.
        var beganAt: Instant
        /// Whether receivers know of the trouble.
        var isTold = false
        /// Before then it is not told again.
        var quietUntil: Instant?
        /// How often it began since it was last told.
        var times: Int
        var detail: String
    }

    /// What happened since it was last told.
    private struct Happenings {
        var items: [AlertNews.Item] = []
        var subjects: Set<String> = []
        var times = 0
        var since = Instant.start
        var quietUntil = Instant(milliseconds: .min)
    }

    private var conditions: [AlertEvent: [String: Condition]] = [:]
    private var happenings: [AlertEvent: Happenings] = [:]
    /// Before then nothing of the event is told, by what is told.
    private var gaps: [AlertEvent: [AlertNews.State: Instant]] = [:]

    /// Nothing is known.
    public init() {}

    // MARK: What is so

    /// Whether something is as it should not be, now. Asked again and again, or told with each change; `detail` is what the log says.
    public mutating func observe(
        _ event: AlertEvent, _ subject: String = "", isBad: Bool, now: Instant, _ detail: @autoclosure () -> String = ""
    ) {
        guard var condition = conditions[event]?[subject] else {
            // What is well from the beginning is no news, and nobody has to remember it: but where the first sight is no news either.
            guard isBad || event.beginsKnown else { return }
            makeRoom(event)
            var condition = Condition(
                isBad: isBad, since: now, beganAt: now, times: isBad ? 1 : 0, detail: detail())
            condition.isTold = isBad && event.beginsKnown
            conditions[event, default: [:]][subject] = condition
            return
        }
        if isBad != condition.isBad {
            condition.isBad = isBad
            condition.since = now
            if isBad {
                condition.times += 1
                if !condition.isTold { condition.beganAt = now }
            }
        }
        let text = detail()
        if !text.isEmpty { condition.detail = text }
        conditions[event]?[subject] = condition
    }

    /// Something happened that has no end.
    public mutating func happened(_ event: AlertEvent, _ subject: String = "", now: Instant, _ detail: String) {
        var known = happenings[event] ?? Happenings()
        if known.times == 0 { known.since = now }
        known.times += 1
        if known.subjects.count < Self.mostSubjects { known.subjects.insert(subject) }
        // The newest ones are named.
        known.items.removeAll { $0.subject == subject }
        known.items.append(AlertNews.Item(subject, detail))
        if known.items.count > AlertNews.mostItems { known.items.removeFirst() }
        happenings[event] = known
    }

    // MARK: What is told

    /// What is to be told now, in the order of the events.
    public mutating func news(now: Instant) -> [AlertNews] {
        var news: [AlertNews] = []
        for event in AlertEvent.allCases {
            if let raised = changes(event, .raised, now: now) { news.append(raised) }
            if let recovered = changes(event, .recovered, now: now) { news.append(recovered) }
            if let happened = happened(event, now: now) { news.append(happened) }
        }
        return news
    }

    /// Troubles of an event that are due to be told, or their ends, together.
    private mutating func changes(_ event: AlertEvent, _ state: AlertNews.State, now: Instant) -> AlertNews? {
        guard let known = conditions[event], !known.isEmpty, isOpen(event, state, now: now) else { return nil }
        let bounds = event.bounds
        let isRaise = state == .raised
        let lasting = isRaise ? bounds.delay : bounds.settle
        let due = known.filter { _, condition in
            condition.isBad == isRaise && condition.isTold != isRaise
                && now.seconds(since: condition.since) >= lasting
                && (!isRaise || now >= condition.quietUntil ?? now)
        }
        for subject in due.keys {
            conditions[event]?[subject]?.isTold = isRaise
            conditions[event]?[subject]?.times = 0
            if isRaise { conditions[event]?[subject]?.quietUntil = now.adding(seconds: bounds.cooldown) }
        }
        forgetGood(event, now: now)
        guard !due.isEmpty else { return nil }
        closed(event, state, now: now)
        let ordered = due.sorted { ($0.value.since, $0.key) < ($1.value.since, $1.key) }
        let began = due.values.map(\.beganAt).min() ?? now
        var news = AlertNews(
            event, state, ordered.prefix(AlertNews.mostItems).map { AlertNews.Item($0.key, $0.value.detail) },
            subjects: due.count, times: due.values.reduce(0) { $0 + max(1, $1.times) },
            since: began, at: now)
        if !isRaise { news.lasted = (due.values.map(\.since).max() ?? now).seconds(since: began) }
        return news
    }

    /// The oldest trouble that was told makes room: its end won't be told.
    private mutating func makeRoom(_ event: AlertEvent) {
        guard let known = conditions[event], known.count >= Self.mostSubjects else { return }
        let oldest = known.min {
            (!$0.value.isTold ? 1 : 0, $0.value.since) < (!$1.value.isTold ? 1 : 0, $1.value.since)
        }
        if let oldest { conditions[event]?[oldest.key] = nil }
    }

    /// Seconds that it is remembered how often a trouble came that was told.
    private static let memory = 86_400.0

    /// What is well, and was not told lately, needs no memory.
    private mutating func forgetGood(_ event: AlertEvent, now: Instant) {
        guard !event.beginsKnown else { return }
        conditions[event] = conditions[event]?.filter { _, condition in
            condition.isBad || condition.isTold
                || condition.quietUntil.map { now < $0.adding(seconds: Self.memory) } ?? false
        }
    }

    private mutating func happened(_ event: AlertEvent, now: Instant) -> AlertNews? {
        guard let known = happenings[event] else { return nil }
        guard known.times > 0, now >= known.quietUntil else { return nil }
        var next = Happenings()
        next.quietUntil = now.adding(seconds: event.bounds.cooldown)
        happenings[event] = next
        return AlertNews(
            event, .happened, known.items, subjects: known.subjects.count, times: known.times, since: known.since,
            at: now)
    }

    private func isOpen(_ event: AlertEvent, _ state: AlertNews.State, now: Instant) -> Bool {
        gaps[event]?[state].map { now >= $0 } ?? true
    }

    private mutating func closed(_ event: AlertEvent, _ state: AlertNews.State, now: Instant) {
        gaps[event, default: [:]][state] = now.adding(seconds: event.bounds.gap)
    }
}
