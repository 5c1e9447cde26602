import ProxyTerms

/// XvB as the simulator plays it: two sliding sums of accepted work, and an API that tells them.
struct SimulatedService {
    private struct Share {
        var at: Int64
        var work: Double
    }

    static let hour: Int64 = 3_600_000
    static let day: Int64 = 86_400_000

    private var shares: [Share] = []
    private var hourHead = 0
    private var dayHead = 0
    private(set) var hourWork = 0.0
    private(set) var dayWork = 0.0

    mutating func accept(_ work: Double, at now: Int64) {
        shares.append(Share(at: now, work: work))
        hourWork += work
        dayWork += work
        if dayHead > 100_000 {
            shares.removeFirst(dayHead)
            hourHead -= dayHead
            dayHead = 0
        }
    }

    /// When the next share leaves the hour.
    var nextHourLeave: Int64 {
        hourHead < shares.count ? shares[hourHead].at + Self.hour : .max
    }

    /// When the next share leaves the day.
    var nextDayLeave: Int64 {
        dayHead < shares.count ? shares[dayHead].at + Self.day : .max
    }

    mutating func leaveHour() {
        hourWork -= shares[hourHead].work
        hourHead += 1
    }

    mutating func leaveDay() {
        dayWork -= shares[dayHead].work
        dayHead += 1
    }
}
