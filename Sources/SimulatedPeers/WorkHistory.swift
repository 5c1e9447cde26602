import ProxyTerms

/// Accepted work by the second, for sliding averages over up to a day.
struct WorkHistory {
    private var entries: [(second: Int64, work: Double)] = []
    private var first = 0

    mutating func add(_ work: Double, now: Instant) {
        let second = now.milliseconds / 1000
        if let last = entries.last, last.second == second {
            entries[entries.count - 1].work += work
        } else {
            entries.append((second, work))
        }
        while first < entries.count, entries[first].second <= second - 86_400 { first += 1 }
        if first > 4096, first * 2 > entries.count {
            entries.removeFirst(first)
            first = 0
        }
    }

    /// Work accepted in the last `seconds`.
    func work(last seconds: Double, now: Instant) -> Double {
        let from = Double(now.milliseconds) / 1000 - seconds
        var sum = 0.0
        for entry in entries[first...].reversed() {
            guard Double(entry.second) > from else { break }
            sum += entry.work
        }
        return sum
    }
}
