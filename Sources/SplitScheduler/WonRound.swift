/// A round of XvB's raffle that this wallet has won, as XvB's public statistics tell it.
///
/// XvB ends it when it sees the hour below the round's minimum, so some shares more are held while it is on. It is over when
/// the statistics name somebody else; when they aren't told any more it is taken to be on for as long as rounds last.
struct WonRound: Equatable, Sendable {
    /// How many shares more are held than the `shares` that the tier asks for in an hour: two, or where they are many and dips by some of
    /// them are frequent, four or 1.5 % of the tier.
    static func margin(shares: Double) -> Double {
        shares > 50 ? max(4, (shares * 0.015).rounded(.up)) : 2
    }

    /// Seconds without word from XvB after which the round is thought to be over: an hour, and some time for the share that it ends with.
    static let lasts: Int64 = 5_400

    /// What the round asks for; `nil` while none is on.
    private(set) var tier: Tier?
    /// When it was first seen.
    private(set) var since: Int64 = 0
    /// When it was last seen.
    private(set) var seen: Int64 = 0

    init() {}

    /// The round that `memory` tells of.
    init(remembering memory: SchedulerMemory.WonRound?, second: Int64) {
        guard let memory else { return }
        tier = memory.tier
        since = second - memory.age
        seen = second - memory.seen
    }

    /// What to remember; `nil` while no round is on.
    func memory(at second: Int64) -> SchedulerMemory.WonRound? {
        guard let tier, isOn(at: second) else { return nil }
        return SchedulerMemory.WonRound(tier: tier, age: max(0, second - since), seen: max(0, second - seen))
    }

    /// The statistics name this wallet for a round of `tier`, or somebody else.
    mutating func observed(_ tier: Tier?, second: Int64) {
        if self.tier == nil || !isOn(at: second) { since = second }
        self.tier = tier
        seen = second
    }

    /// Whether it is on.
    func isOn(at second: Int64) -> Bool {
        tier != nil && second - seen <= Self.lasts
    }

    /// Whether holding `held` needs a margin: the round asks for no less.
    func needsMargin(for held: Tier, at second: Int64) -> Bool {
        guard let tier, isOn(at: second) else { return false }
        return tier >= held
    }
}
