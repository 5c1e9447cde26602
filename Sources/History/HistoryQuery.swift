/// A question for the farm's figures: from when to when, and how far apart the points are.
public struct HistoryQuery: Equatable, Sendable {
    /// Points that an answer has at most: more than a screen is wide.
    public static let mostPoints: Int64 = 2_000

    /// The second that the first point begins with, since 1970.
    public let from: Int64
    /// The second that the last point ends before.
    public let to: Int64
    /// Seconds from one point to the next: a multiple of the grain.
    public let step: Int64
    /// The grain that it is answered from.
    public let grain: Grain

    /// A question at `now`. The step is made larger where there would be too many points, or where figures so old are kept more
    /// coarsely; nil where there is no time between `from` and `to`.
    public init?(from: Int64, to: Int64, step: Int64, now: Int64) {
        let end = min(to, now + 1)
        let begin = max(from, now - Grain.hour.keptSeconds, 0)
        guard begin < end else { return nil }
        let wanted = max(step, (end - begin + Self.mostPoints - 1) / Self.mostPoints, Grain.minute.seconds)
        let grain =
            Grain.allCases.last { grain in
                grain.seconds <= wanted
            } ?? .minute
        let kept = Grain.allCases.first { $0.seconds >= grain.seconds && begin > now - $0.keptSeconds } ?? .hour
        self.grain = kept
        self.step = max(1, (wanted + kept.seconds - 1) / kept.seconds) * kept.seconds
        self.from = begin - begin % self.step
        self.to = end
    }
}

/// An answer: one point a step, those of which nothing is known too.
public struct HistorySeries: Equatable, Sendable {
    /// The question.
    public let query: HistoryQuery
    /// The points, oldest first.
    public private(set) var points: [Totals]

    /// The answer that `rows` of the question's grain give.
    public init(_ query: HistoryQuery, _ rows: [TotalsRow]) {
        self.query = query
        points = Array(repeating: Totals(), count: Int((query.to - query.from + query.step - 1) / query.step))
        for row in rows.sorted(by: { $0.at < $1.at }) {
            let index = Int((row.at - query.from) / query.step)
            if row.at >= query.from, points.indices.contains(index) { points[index].add(row.totals) }
        }
    }

    /// The second that a point begins with, since 1970.
    public func start(of index: Int) -> Int64 { query.from + Int64(index) * query.step }
}
