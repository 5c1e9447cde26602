/// A question for the farm's figures: from when to when, and how far apart the points are.
public struct HistoryQuery: Equatable, Sendable {
    /// Points that an answer has at most: more than a screen is wide.
    public static let mostPoints: Int64 = 2_000
    /// Points that an answer has at most where no step is asked for.
    public static let usualPoints: Int64 = 720
    /// The time that is asked for where none is said, in seconds.
    public static let usualSpan: Int64 = 3_600

    /// The second that the first point begins with, since 1970.
    public let from: Int64
    /// The second that the last point ends before.
    public let to: Int64
    /// Seconds from one point to the next: a multiple of the grain.
    public let step: Int64
    /// The grain that it is answered from.
    public let grain: Grain

    /// A question at `now`: the last hour where `from` is nil, up to now where `to` is, with a step that suits where there is none or 0.
    /// The step is made larger where there would be too many points, or where figures so old are kept more coarsely; nil where there is no
    /// time between `from` and `to`.
    public init?(from: Int64?, to: Int64?, step: Int64?, now: Int64) {
        let end = max(0, min(to ?? .max, now + 1))
        let begin = max(from ?? (end - Self.usualSpan), now - Grain.hour.keptSeconds, 0)
        guard begin < end else { return nil }
        let span = end - begin
        let asked = min(max(0, step ?? 0), span)
        let most = asked == 0 ? Self.usualPoints : Self.mostPoints
        let wanted = max(asked, (span + most - 1) / most, Grain.minute.seconds)
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

    /// Seconds before the first point of which rows are needed too: averages over a day stand in each point.
    public static let runUp: Int64 = 86_400
}
