import ProxyTerms
import SplitScheduler

/// Keeps the tally of a run: how long tiers were held, what was sent for them, how rounds ended.
///
/// *Held* means both averages at a tier, by XvB's own figures. What is held has a worth if it was aimed at in the last 24 h (what stands in
/// a day's average was sent in a day): where a policy chooses, the highest one held, but none above the highest that it aimed at; where a tier
/// is asked for, none but one that was aimed at. The price is what was sent over what was held. A day (24 h from the run's beginning on) in
/// which nothing of worth was held for half of it was paid for nothing.
struct SimulationJudge {
    private(set) var tally = SimulationTally()
    /// Whether this time is judged.
    var isOpen: Bool
    /// The rank of the tier that is asked for.
    private let asked: Int?
    /// What others send to XvB with the same wallet, in H/s.
    private let others: Double
    private static let never = Int64.min / 2
    /// When each tier was last aimed at, by rank; the one that is asked for as long as the policy hasn't said.
    private var aims: [Int64]
    /// Whether the 1 h average was at the tier that was wanted last.
    private var wasAt: Int?

    // The day that runs.
    private var dayEnd = SimulatedService.day
    private var daySent = 0.0
    private var dayHeld = 0.0
    private var dayTime = 0.0

    init(world: ModelWorld) {
        asked = world.choosesTier ? nil : Int(world.tier.rawValue)
        others = world.outside.xvb
        isOpen = world.judged.isEmpty
        aims = [Int64](repeating: Self.never, count: Tiers.count)
        if let asked { aims[asked] = .max }
    }

    // MARK: Tiers

    mutating func aimed(at tier: Tier, now: Int64) {
        if let asked, aims[asked] == .max { aims[asked] = Self.never }
        aims[Int(tier.rawValue)] = now
    }

    /// The rank of the highest tier that was aimed at in the last 24 h, not above `limit` and the one that is asked for.
    private func wanted(at now: Int64, limit: Int = Tiers.count) -> Int {
        let limit = min(limit, asked ?? limit)
        return aims.indices.last { $0 <= limit && aims[$0] >= now - SimulatedService.day } ?? 0
    }

    /// The rank that both averages are worth.
    private func worth(hour: Int, day: Int, at now: Int64) -> Int {
        let held = min(hour, day)
        return asked == nil ? min(held, wanted(at: now)) : wanted(at: now, limit: held)
    }

    /// The tier of a round that could be won now.
    func winnable(hour: Int, day: Int, now: Int64) -> Tier {
        Tier(rawValue: UInt8(worth(hour: hour, day: day, at: now))) ?? .none
    }

    /// From `from` to `to` the averages were at these ranks; `afterLuck` milliseconds ago p2pool's window had no share of ours.
    mutating func stood(from: Int64, to: Int64, hour: Int, day: Int, afterLuck: Int64, inRound: Bool) {
        while to > dayEnd { closeDay() }
        guard isOpen else {
            wasAt = nil
            return
        }
        let length = Double(to - from)
        let wanted = wanted(at: from)
        tally.time += length
        tally.hourAt[hour] += length
        tally.dayAt[day] += length
        tally.heldAt[min(hour, day)] += length
        let worth = worth(hour: hour, day: day, at: from)
        // What others send of it costs nothing.
        let value = max(0, Tiers.hashrate[worth] - others) * length / 1000
        tally.worth += value
        if inRound { tally.worthInRounds += value }
        if worth > 0 {
            tally.held += length
            dayHeld += length
        }
        dayTime += length
        if hour < wanted {
            if afterLuck > SimulatedService.hour { tally.belowWithShare += length }
            if wasAt == wanted { tally.dips += 1 }
            wasAt = nil
        } else {
            wasAt = wanted > 0 ? wanted : nil
        }
    }

    private mutating func closeDay() {
        if dayHeld < dayTime / 2 { tally.sentForNothing += daySent }
        daySent = 0
        dayHeld = 0
        dayTime = 0
        dayEnd += SimulatedService.day
    }

    // MARK: Work

    mutating func sent(_ work: Double, inRound: Bool) {
        guard isOpen else { return }
        tally.sent += work
        if inRound { tally.sentInRounds += work }
        daySent += work
    }

    mutating func worked(_ work: Double, lost: Double) {
        guard isOpen else { return }
        tally.work += work
        tally.lost += lost
    }

    mutating func lost(_ work: Double) {
        if isOpen { tally.lost += work }
    }

    mutating func highest(hour work: Double) {
        if isOpen { tally.highestHour = max(tally.highestHour, work) }
    }

    // MARK: p2pool

    mutating func noShare(_ time: Double) {
        if isOpen { tally.noShare += time }
    }

    mutating func promised(_ risk: Double, for time: Double) {
        guard isOpen else { return }
        tally.promised += risk * time
        tally.promisedTime += time
    }

    // MARK: Moves

    mutating func switched(after seconds: Double) {
        guard isOpen else { return }
        tally.switches += 1
        tally.shortestStay = min(tally.shortestStay, seconds)
    }

    mutating func sliceBegan(isWhole: Bool) {
        guard isOpen else { return }
        tally.slices += 1
        if isWhole { tally.wholeSlices += 1 }
    }

    mutating func tierChanged() {
        if isOpen { tally.tierChanges += 1 }
    }

    // MARK: Rounds

    mutating func roundEnded(lives: [Bool]) {
        guard isOpen else { return }
        tally.rounds += 1
        for index in lives.indices where lives[index] { tally.survived[index] += 1 }
    }

    mutating func finish() -> SimulationTally {
        closeDay()
        return tally
    }
}
