import ProxyTerms

/// The figures of an answer: one point a step, those of which nothing is known too.
public struct HistorySeries: Equatable, Sendable {
    /// What a point tells, by its name in documents. Rates in H/s.
    public enum Column: String, CaseIterable, Sendable {
        /// The second that the point begins with, since 1970.
        case time
        /// Work that p2pool accepted.
        case p2pool
        /// Work that XvB accepted.
        case xvb
        /// Rigs on average.
        case rigs
        /// What XvB credited over an hour, as it last said.
        case credited1h = "credited-1h"
        /// What XvB credited over a day, as it last said.
        case credited24h = "credited-24h"
        /// What XvB accepted in the hour before the point's end, by our own count.
        case routed1h = "routed-1h"
        /// The same of the day before.
        case routed24h = "routed-24h"
        /// What the tier asks for that the plan held.
        case tierWork = "tier-work"
        /// Work sent over what the tiers held ask for.
        case price
    }

    /// The question.
    public let query: HistoryQuery
    /// The points, oldest first.
    public private(set) var points: [Totals]
    /// For each point the work that XvB had accepted in the hour and in the day before its end, in hashes.
    private var routed: [(hour: Double, day: Double)]

    /// Seconds that the proxy must have run in a step for a rate of it: less than that is a share or none.
    static let leastSeconds: Int64 = 10

    /// The answer that `rows` of the question's grain give, those of the day before its first point too.
    public init(_ query: HistoryQuery, _ rows: [TotalsRow]) {
        self.query = query
        let count = Int((query.to - query.from + query.step - 1) / query.step)
        points = Array(repeating: Totals(), count: count)
        let rows = rows.sorted { $0.at < $1.at }
        for row in rows where row.at >= query.from {
            let index = Int((row.at - query.from) / query.step)
            if index < count { points[index].add(row.totals) }
        }
        var hour = SlidingWork(rows, query.grain)
        var day = SlidingWork(rows, query.grain)
        routed = (0..<count).map { index in
            let end = min(query.to, query.from + Int64(index + 1) * query.step)
            return (hour.work(last: 3_600, before: end), day.work(last: 86_400, before: end))
        }
    }

    /// The second that a point begins with, since 1970.
    public func start(of index: Int) -> Int64 { query.from + Int64(index) * query.step }

    /// A point's value; nil where it is not known, as where the proxy did not run.
    public func value(_ column: Column, of index: Int) -> Double? {
        let point = points[index]
        let hasRun = point.seconds >= Self.leastSeconds
        return switch column {
        case .time: Double(start(of: index))
        case .p2pool: hasRun ? point.rate(point.work.p2pool) : nil
        case .xvb: hasRun ? point.rate(point.work.xvb) : nil
        case .rigs: hasRun ? point.rigs : nil
        case .credited1h: point.credited1h
        case .credited24h: point.credited24h
        case .routed1h: hasRun ? routed[index].hour / 3_600 : nil
        case .routed24h: hasRun ? routed[index].day / 86_400 : nil
        case .tierWork: point.tierWork.flatMap { $0 > 0 ? $0 : nil }
        case .price: point.price
        }
    }

    /// Whether both say the same.
    public static func == (one: HistorySeries, other: HistorySeries) -> Bool {
        one.query == other.query && one.points == other.points && one.routed.elementsEqual(other.routed) { $0 == $1 }
    }
}

/// What XvB accepted in a time that ends ever later, of a row at its edge the part that lies inside.
private struct SlidingWork {
    private let rows: [TotalsRow]
    private let grain: Int64
    /// Rows that begin before the time's end, and their work; those that end before its beginning.
    private var began = 0
    private var total = 0.0
    private var ended = 0
    private var gone = 0.0

    init(_ rows: [TotalsRow], _ grain: Grain) {
        self.rows = rows
        self.grain = grain.seconds
    }

    /// The work of the `seconds` before `end`, in hashes.
    mutating func work(last seconds: Int64, before end: Int64) -> Double {
        while began < rows.count, rows[began].at < end {
            total += rows[began].totals.work.xvb
            began += 1
        }
        let begin = end - seconds
        while ended < began, rows[ended].at + grain <= begin {
            gone += rows[ended].totals.work.xvb
            ended += 1
        }
        var work = total - gone
        if ended < began, rows[ended].at < begin {
            work -= rows[ended].totals.work.xvb * Double(begin - rows[ended].at) / Double(grain)
        }
        return max(0, work)
    }
}
