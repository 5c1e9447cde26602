import ProxyTerms

/// What one receiver is still to be sent. While it can't be reached, or in quiet hours, news wait and go out together; only so many do.
public struct AlertMailbox {
    /// News that wait at most; the oldest make room and are counted.
    public static let most = 32
    /// Until a retry.
    static let pause = DoublingWait(first: 15, longest: 1_800)

    /// What goes out in one message.
    public struct Batch: Equatable, Sendable {
        /// In the order of their time.
        public var news: [AlertNews]
        /// Older ones that had to make room.
        public var dropped: Int
    }

    /// What became of a message.
    public enum Outcome: Equatable, Sendable {
        case delivered
        /// It may go through later.
        case failed
        /// The receiver will never take this one.
        case refused
    }

    private var waiting: [AlertNews] = []
    private var dropped = 0
    private var underWay: Batch?
    private var failures = 0
    private var notBefore = Instant(milliseconds: .min)

    /// An empty one.
    public init() {}

    /// The news of `other`, to be sent at once: another receiver takes them.
    public init(from other: AlertMailbox) {
        waiting = (other.underWay?.news ?? []) + other.waiting
        dropped = other.dropped + (other.underWay?.dropped ?? 0)
        makeRoom()
    }

    /// News that wait, those under way with them.
    public var count: Int { waiting.count + (underWay?.news.count ?? 0) }

    /// Puts news in.
    public mutating func add(_ news: AlertNews) {
        waiting.append(news)
        makeRoom()
    }

    /// What is to be sent now, if anything is; `ended` is to follow.
    public mutating func take(now: Instant, isQuiet: Bool) -> Batch? {
        guard underWay == nil, now >= notBefore else { return nil }
        let due = waiting.filter { !isQuiet || $0.passesQuietHours }
        guard !due.isEmpty else { return nil }
        waiting.removeAll { !isQuiet || $0.passesQuietHours }
        let batch = Batch(news: due, dropped: isQuiet ? 0 : dropped)
        if !isQuiet { dropped = 0 }
        underWay = batch
        return batch
    }

    /// The message that was taken out is delivered or not. `jitter`: 0 … 1.
    public mutating func ended(_ outcome: Outcome, now: Instant, jitter: Double = 1) {
        guard let batch = underWay else { return }
        underWay = nil
        switch outcome {
        case .delivered:
            failures = 0
            notBefore = now
        case .failed:
            waiting = batch.news + waiting
            dropped += batch.dropped
            makeRoom()
            pause(now: now, jitter: jitter)
        case .refused:
            pause(now: now, jitter: jitter)
        }
    }

    private mutating func pause(now: Instant, jitter: Double) {
        notBefore = now.adding(seconds: Self.pause.seconds(after: failures, jitter: jitter))
        failures += 1
    }

    private mutating func makeRoom() {
        let excess = waiting.count - Self.most
        guard excess > 0 else { return }
        waiting.removeFirst(excess)
        dropped += excess
    }
}
