import ProxyTerms

/// How often an upstream's jobs come. A round is one job for each of its lanes; lanes are told apart, since a pool may send
/// each the same blob or one of its own.
struct JobRounds {
    /// Intervals that are looked back on.
    static let remembered = 8

    /// The round that the newest job belongs to; a lane notes it with each job.
    private(set) var number: UInt32 = 0
    /// When the newest round began; nil before the first job, and while the upstream is down.
    private(set) var beganAt: Instant?
    /// Lanes that have the newest round's job.
    private(set) var lanes = 0
    /// The newest round's beginning was seen: a login's job may be of any age.
    private var isWhole = false
    /// Seconds from one round to the next, newest last.
    private var intervals: [Double] = []

    /// A lane logged in and was given a job.
    mutating func loggedIn(at now: Instant) {
        guard beganAt == nil else {
            lanes += 1
            return
        }
        lanes = 1
        number &+= 1
        beganAt = now
        isWhole = false
    }

    /// A lane whose last job was of round `last` got a new blob.
    /// - Returns: whether a new round began with it.
    mutating func jobCame(to last: UInt32, at now: Instant) -> Bool {
        guard last == number || beganAt == nil else {
            lanes += 1
            return false
        }
        if let beganAt, isWhole {
            if intervals.count == Self.remembered { intervals.removeFirst() }
            intervals.append(now.seconds(since: beganAt))
        }
        number &+= 1
        beganAt = now
        isWhole = true
        lanes = 1
        return true
    }

    /// The upstream's last lane is gone: what runs meanwhile is no interval.
    mutating func interrupted() {
        beganAt = nil
    }

    /// Seconds from one job to the next on average; nil before two whole rounds.
    var mean: Double? {
        intervals.isEmpty ? nil : intervals.reduce(0, +) / Double(intervals.count)
    }

    /// The longest of these, the one that is running included; nil before the first job.
    func longest(at now: Instant) -> Double? {
        let past = intervals.max()
        guard let beganAt else { return past }
        return max(past ?? 0, now.seconds(since: beganAt))
    }

    /// Seconds since the newest job.
    func age(at now: Instant) -> Double {
        beganAt.map { now.seconds(since: $0) } ?? 0
    }
}
