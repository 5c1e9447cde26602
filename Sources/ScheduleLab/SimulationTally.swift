/// What a run counted. Times in milliseconds unless named otherwise, work in hashes.
struct SimulationTally: Equatable, Sendable {
    /// The time that was judged.
    var time = 0.0
    /// Time by the highest tier that the 1 h average was at, by rank.
    var hourAt = SIMD8<Double>()
    /// Time by the highest tier that the 24 h average was at, by rank.
    var dayAt = SIMD8<Double>()
    /// Time by the highest tier that both averages were at, by rank.
    var heldAt = SIMD8<Double>()
    /// Time in which what was held was worth something (see `SimulationJudge`).
    var held = 0.0
    /// The work that the tiers held are, while they were held.
    var worth = 0.0
    /// The same while a won round was on.
    var worthInRounds = 0.0
    /// Time with the 1 h average below the tier wanted, with a share in p2pool's window for the hour before.
    var belowWithShare = 0.0
    /// How often the 1 h average fell below the tier wanted.
    var dips = 0
    var noShare = 0.0
    /// P(no share) as promised, times time.
    var promised = 0.0
    var promisedTime = 0.0
    var switches = 0
    /// Moves to XvB, and those that moved every rig.
    var slices = 0
    var wholeSlices = 0
    var sent = 0.0
    /// What was sent while a won round was on.
    var sentInRounds = 0.0
    /// What was sent on days on which nothing was held for half of them.
    var sentForNothing = 0.0
    var work = 0.0
    var lost = 0.0
    /// The most that ever stood in XvB's hour.
    var highestHour = 0.0
    /// The shortest time on one upstream, in seconds.
    var shortestStay = Double.infinity
    /// Changes of the tier aimed at.
    var tierChanges = 0
    /// Won rounds, and those that lived to their end, by how often XvB looks.
    var rounds = 0
    var survived = SIMD4<Double>()

    /// Time with the average of which `times` is the account below the tier of `rank`.
    static func below(_ rank: Int, _ times: SIMD8<Double>) -> Double {
        (0..<max(0, rank)).reduce(0) { $0 + times[$1] }
    }
}
