import ProxyTerms

/// The rigs' hashrate over the last days, hour by hour, and what it lets expect of the coming two days.
///
/// Hours are those of the schedule's own clock, 24 a day; nothing needs the time of day. Bounded: eight days of hours.
struct HashrateHistory: Equatable, Sendable {
    /// Hours that are remembered: eight days, so that one odd day is outweighed.
    static let kept = 192
    /// An hour counts if at least this much of it was seen, in seconds.
    static let leastSeen = 1_200.0
    /// Nobody was there between two looks further apart than this, in seconds.
    static let longestGap = 1_200.0
    /// The weight of a day, of that of the day after it: about two and a half days count.
    static let fading = 0.6
    /// What differs from the usual by more than this part is out of the ordinary.
    static let oddity = 0.1
    /// A day in which the hashrate loses this part each hour is falling.
    static let slope = 0.015
    /// What is out of the ordinary is thought to last this many times as long as it has lasted.
    static let persistence = 2.0
    /// A farm whose worst hour of the day has at least this part of its best is a steady one.
    static let steadiness = 0.8

    /// The second in which some hour began; all hours begin whole hours from it.
    private(set) var anchor: Int64
    /// Mean hashrates by the hour's number, in H/s; below 0 is unknown.
    private var hours = [Double](repeating: -1, count: HashrateHistory.kept)
    /// The hour that runs.
    private var current: Int64 = 0
    private var work = 0.0
    private var seen = 0.0
    private var last: (at: Instant, hashrate: Double)?
    /// The mean of about the last hour, in H/s; `nil` before the first look.
    private(set) var recent: Double?

    init(anchor: Int64) {
        self.anchor = anchor
    }

    static func == (lhs: HashrateHistory, rhs: HashrateHistory) -> Bool {
        lhs.anchor == rhs.anchor && lhs.hours == rhs.hours && lhs.current == rhs.current && lhs.recent == rhs.recent
    }

    /// From now on the rigs have `hashrate`; `nil` while it isn't known. Looks within ten seconds are one.
    mutating func note(_ hashrate: Double?, at now: Instant) {
        if let last, hashrate != nil, now < last.at.adding(milliseconds: 10_000) { return }
        if let last, now > last.at {
            let seconds = now.seconds(since: last.at)
            if seconds <= Self.longestGap {
                work += last.hashrate * seconds
                seen += seconds
                let fading = Numerics.exponential(-seconds / 3_600)
                recent = last.hashrate + ((recent ?? last.hashrate) - last.hashrate) * fading
            }
        }
        last = hashrate.map { (now, $0) }
        if recent == nil { recent = hashrate }
        turn(to: hour(of: now.wholeSeconds))
    }

    /// The number of the hour that `second` is in.
    func hour(of second: Int64) -> Int64 {
        let passed = second - anchor
        return passed >= 0 ? passed / 3_600 : (passed - 3_599) / 3_600
    }

    /// The mean of an hour that is over; `nil` if it isn't known (any more).
    func mean(ofHour hour: Int64) -> Double? {
        guard hour < current, hour >= current - Int64(Self.kept) else { return nil }
        let value = hours[slot(hour)]
        return value >= 0 ? value : nil
    }

    /// Whether the hour before this one is known.
    var knowsLastHour: Bool { mean(ofHour: current - 1) != nil }

    /// What these 24 hours' hour of the day usually has, by the days before it; newer days weigh more.
    func usual(atHour hour: Int64) -> Double? {
        var sum = 0.0
        var weights = 0.0
        var weight = 1.0
        for day in 1...Int64(Self.kept / 24) {
            if let mean = mean(ofHour: hour - 24 * day) {
                sum += mean * weight
                weights += weight
            }
            weight *= Self.fading
        }
        return weights > 0 ? sum / weights : nil
    }

    /// What is to be expected of the hour that runs and of the `count` after it, in H/s; `present` is what there is now.
    func expected(present: Double, hours count: Int) -> [Double] {
        let usual = (0...Int64(count)).map { self.usual(atHour: current + $0) }
        let today = (1...24).compactMap { mean(ofHour: current - $0) }
        let todays = today.count >= 3 ? today.reduce(0, +) / Double(today.count) : present
        // Hours of the day that were never seen: a day that has begun to fall falls as far again; a dip ends.
        let isFalling = isFalling(to: present)
        let best = today.reduce(present) { max($0, $1) }
        let unseen = isFalling ? present * present / best : present < todays * (1 - Self.oddity) ? todays : present
        guard let now = usual[0] ?? (unseen > present ? todays : nil), now > 0, abs(present / now - 1) > Self.oddity
        else {
            return usual.map { $0 ?? unseen }
        }
        let factor = present / now
        let lasts = factor > 1 && isSteady(usual) ? .infinity : Self.persistence * oddHours(factor, mean: todays)
        return usual.enumerated().map { index, value in
            value.map { Double(index) <= lasts ? $0 * factor : $0 } ?? (Double(index) <= lasts ? present : unseen)
        }
    }

    /// Whether the hour that runs was seen on a day before.
    var knowsDay: Bool { usual(atHour: current) != nil }

    /// Seconds from `second` until a day is known, if nothing is missed meanwhile.
    func secondsUntilDayIsKnown(at second: Int64) -> Int64 {
        let first = (1...Int64(Self.kept)).last { mean(ofHour: current - $0) != nil }.map { current - $0 } ?? current
        return max(0, anchor + (first + 24) * 3_600 - second)
    }

    /// Whether hashrate has been falling hour by hour, as it does in the evening, and not at once, as when rigs stop.
    private func isFalling(to present: Double) -> Bool {
        guard let first = mean(ofHour: current - 3), let second = mean(ofHour: current - 2),
            let third = mean(ofHour: current - 1)
        else { return false }
        let fall = 1 - Self.slope
        return second < first * fall && third < second * fall && present < second * fall
            && third > first * (1 - 3 * Self.oddity)
    }

    /// For how long it has been as far from the usual (or from the `mean` of a first day) as `factor` says, in hours.
    private func oddHours(_ factor: Double, mean: Double) -> Double {
        var count = 0.5
        for back in 1...Int64(96) {
            let usual = self.usual(atHour: current - back) ?? mean
            guard let mean = self.mean(ofHour: current - back), usual > 0,
                factor > 1 ? mean / usual > 1 + Self.oddity : mean / usual < 1 - Self.oddity
            else { break }
            count += 1
        }
        return count
    }

    /// Whether all hours of the day are known and much the same: then more hashrate is more rigs, not a better hour.
    private func isSteady(_ usual: [Double?]) -> Bool {
        let day = usual.prefix(24).compactMap { $0 }
        guard day.count == 24, let most = day.max(), let least = day.min() else { return false }
        return least >= Self.steadiness * most
    }

    private func slot(_ hour: Int64) -> Int {
        let rest = Int(hour % Int64(Self.kept))
        return rest >= 0 ? rest : rest + Self.kept
    }

    private mutating func turn(to hour: Int64) {
        guard hour > current else { return }
        hours[slot(current)] = seen >= Self.leastSeen ? work / seen : -1
        // Hours in between were slept through.
        for between in (max(current + 1, hour - Int64(Self.kept))..<hour).prefix(Self.kept) {
            hours[slot(between)] = -1
        }
        current = hour
        work = 0
        seen = 0
    }
}

extension HashrateHistory {
    /// A history that goes on from `means` (below 0: unknown), oldest first, the last of which ended `age` seconds before `second`.
    init(means: [Double], lastEnded age: Int64, second: Int64) {
        let ended = second - max(0, age)
        self.init(anchor: ended)
        current = hour(of: second)
        for (index, mean) in means.suffix(Self.kept).reversed().enumerated() {
            let hour = -1 - Int64(index)
            if hour >= current - Int64(Self.kept), mean.isFinite { hours[slot(hour)] = mean }
        }
    }

    /// The means of the hours that are over (−1: unknown), oldest first from the first known one, and how long ago the last ended.
    func remembered(at second: Int64) -> (means: [Double], lastEnded: Int64) {
        let first = current - Int64(Self.kept)
        let means = (first..<current).map { mean(ofHour: $0) ?? -1 }
        return (Array(means.drop { $0 < 0 }), max(0, second - (anchor + current * 3_600)))
    }
}
