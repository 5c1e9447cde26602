import ProxyTerms

/// What was refused, lost or asked in vain so often that not each gets a line: the first of each cause and peer at once, and what follows of a cause
/// counted, after a minute, then after twice as long each time up to an hour. Nothing that was counted stays untold.
struct ToldRefusals {
    /// A line for the log.
    struct Line {
        var level: LogLevel
        var tag: LogTag
        var text: String
    }

    static let mostPeers = 256
    static let mostCauses = 32
    /// From one line of a cause to the next.
    static let pause = DoublingWait(first: 60, longest: 3_600)

    private struct Counted {
        var count = 0
        var lines = 0
        var nextAt: Instant
        let level: LogLevel
        let tag: LogTag
        /// The line for so many, the newest one's peer in it.
        var words: (Int) -> String
    }

    /// Which causes were told of which peers: so many of the last.
    private var peers: Set<String> = []
    private var counted: [String: Counted] = [:]

    /// Something happened `count` times. `cause` tells causes apart; `peer` is nil where it is of no interest who it was. `words` makes the line.
    /// - Returns: the line, where it is the first of its cause and peer.
    mutating func add(
        _ cause: String, of peer: ClientAddress?, count: Int = 1, _ level: LogLevel, _ tag: LogTag, now: Instant,
        _ words: @escaping (Int) -> String
    ) -> Line? {
        var known = counted[cause]
        let isNews = peer == nil ? known == nil : isNews(peer, cause)
        defer { if let known { counted[cause] = known } }
        if known == nil {
            if counted.count >= Self.mostCauses { forgetQuiet(now: now) }
            // Beyond so many causes only the first of each peer is told.
            guard counted.count < Self.mostCauses else {
                return isNews ? Line(level: level, tag: tag, text: words(count)) : nil
            }
            known = Counted(nextAt: now.adding(seconds: Self.pause.first), level: level, tag: tag, words: words)
        }
        known?.words = words
        guard !isNews else { return Line(level: level, tag: tag, text: words(count)) }
        known?.count += count
        return nil
    }

    /// Whether `cause` was not told of `peer` yet, where what follows needs no count.
    mutating func isNews(_ peer: ClientAddress?, _ cause: String) -> Bool {
        if peers.count >= Self.mostPeers { peers.removeAll() }
        return peers.insert("\(peer.map { "\($0)" } ?? "") \(cause)").inserted
    }

    /// The lines for what was counted, where they are due.
    mutating func due(now: Instant) -> [Line] {
        var lines: [Line] = []
        for cause in counted.keys.sorted() {
            guard var known = counted[cause], known.nextAt <= now else { continue }
            if known.count > 0 {
                lines.append(Line(level: known.level, tag: known.tag, text: known.words(known.count)))
                known.count = 0
                known.lines += 1
                known.nextAt = now.adding(seconds: Self.pause.seconds(after: known.lines))
                counted[cause] = known
            } else if now.seconds(since: known.nextAt) >= Self.pause.longest {
                counted[cause] = nil
            }
        }
        return lines
    }

    private mutating func forgetQuiet(now: Instant) {
        counted = counted.filter { $0.value.count > 0 || $0.value.nextAt > now }
    }
}
