import ProxyTerms
import SplitScheduler

/// Won rounds as the simulator plays them: each 30 h the wallet wins a bonus of 90 min if it may then, and XvB ends it at the
/// first look at which the 1 h average is below the round's minimum. How often XvB looks isn't known: three ways are followed
/// side by side, and what is told of the round is that of the middle one.
struct SimulatedRounds {
    /// Who qualifies wins about once in 30 h here: a round an hour, thirty in the draw.
    static let every: Int64 = 108_000_000
    static let length: Int64 = 5_400_000
    /// XvB looks this often, in milliseconds.
    static let looks: [Int64] = [1_000, 60_000, 300_000]

    private var nextWin = every
    private var tier = Tier.none
    private var begin: Int64 = 0
    private var end: Int64 = .min
    /// Whether the round lives, by how often XvB looks.
    private var lives = [true, true, true]
    private(set) var isOn = false

    /// The rank of the round's tier.
    var rank: Int { Int(tier.rawValue) }

    /// When the next round is drawn, or the one that is on ends.
    var nextEvent: Int64 { isOn ? end : nextWin }

    /// The draw has come: the wallet wins a round of `tier`, or nothing.
    mutating func draw(_ tier: Tier, at now: Int64) {
        nextWin = now + Self.every
        guard tier != .none else { return }
        self.tier = tier
        begin = now
        end = now + Self.length
        lives = [true, true, true]
        isOn = true
    }

    /// The 1 h average is below the round's minimum from `from` to `to`.
    mutating func below(from: Int64, to: Int64) {
        guard isOn else { return }
        for index in lives.indices where lives[index] {
            let look = Self.looks[index]
            let first = begin + (max(0, from - begin) + look - 1) / look * look
            if first < min(to, end) { lives[index] = false }
        }
    }

    /// The bonus is over; tells which of the three lived to see it.
    mutating func finish() -> [Bool] {
        isOn = false
        return lives
    }

    /// Whether XvB's public statistics name this wallet at `now`.
    func isNamed(at now: Int64) -> Bool {
        isOn && now < end && lives[1]
    }
}
