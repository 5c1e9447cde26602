import ProxyTerms

/// Tiers that were taken in vain. Each costs up to a day's work, so after each one the next must be worth its price for longer: a day,
/// two, four, eight. Days that are alike don't need it; weekends that are better than workdays would do it each week.
struct TierSetbacks: Equatable, Sendable {
    /// For how long the next one must be worth its price. A tier that was held for the longest of it was not taken in vain.
    static let waits = DoublingWait(first: 86_400, longest: 8 * 86_400)

    /// How many in a row.
    private(set) var count = 0
    /// Since when the present tier is held.
    private var heldSince: Instant?
    /// Since when some higher tier has been worth its price, in reach or not.
    private var worthySince: Instant?

    /// None yet; the first tier is held from `now` on.
    init(heldSince now: Instant? = nil) {
        heldSince = now
    }

    /// Whether some higher tier than the present one is worth its price at `now`.
    mutating func note(isWorthy: Bool, at now: Instant) {
        worthySince = isWorthy ? worthySince ?? now : nil
    }

    /// Another tier is held from `now` on; `inVain`: one that was taken was given up for it.
    mutating func turned(inVain: Bool, at now: Instant) {
        if inVain {
            let isLong = heldSince.map { now.seconds(since: $0) >= Self.waits.longest } ?? false
            count = isLong ? 0 : count + 1
        }
        heldSince = now
        worthySince = nil
    }

    /// For how many seconds more a higher tier must be worth its price to be taken.
    func wait(at now: Instant) -> Double {
        guard count > 0 else { return 0 }
        return max(0, Self.waits.seconds(after: count - 1) - (worthySince.map { now.seconds(since: $0) } ?? 0))
    }
}

extension TierSetbacks {
    /// Adds what to remember at `now` to `past`.
    func fill(_ past: inout SchedulerMemory.TierPast, at now: Instant) {
        func age(_ since: Instant?) -> Int64? { since.map { Int64(now.seconds(since: $0)) } }
        past.setbacks = count
        past.heldAge = age(heldSince)
        past.worthyAge = age(worthySince)
    }

    /// What was remembered, at `now`.
    init(remembering memory: SchedulerMemory.TierPast, at now: Instant) {
        func since(_ age: Int64?) -> Instant? {
            age.map { now.adding(milliseconds: -max(0, min($0, 1 << 32)) * 1_000) }
        }
        count = min(8, max(0, memory.setbacks))
        heldSince = since(memory.heldAge)
        worthySince = since(memory.worthyAge)
    }
}
