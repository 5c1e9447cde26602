import ProxyTerms

/// Which tier both averages held in the last 24 h, five minutes at a time: 288 bytes.
struct TierRecord: Equatable, Sendable {
    /// Seconds of one entry.
    static let grain: Int64 = 300
    /// Entries that are kept.
    static let kept = Int(86_400 / TierRecord.grain)
    /// The averages are looked at this often, in seconds.
    static let lookedEach = 10.0
    /// Nobody looked.
    private static let unknown: UInt8 = .max

    // A ring, by the entry's number since the clock's start: the rank of the tier.
    private var ranks = [UInt8](repeating: TierRecord.unknown, count: TierRecord.kept)
    private var current: Int64 = 0
    /// Seconds of the running entry by the rank held.
    private var seconds = [Double](repeating: 0, count: Tier.allCases.count)
    private var last: (at: Instant, tier: Tier)?

    init(second: Int64) {
        current = Self.entry(second)
    }

    static func == (lhs: TierRecord, rhs: TierRecord) -> Bool {
        lhs.ranks == rhs.ranks && lhs.current == rhs.current && lhs.seconds == rhs.seconds
    }

    /// Whether it is time to look again.
    func isDue(at now: Instant) -> Bool {
        last.map { now.seconds(since: $0.at) >= Self.lookedEach } ?? true
    }

    /// From now on both averages hold `tier`.
    mutating func note(_ tier: Tier, at now: Instant) {
        let entry = Self.entry(now.wholeSeconds)
        if let last, now > last.at {
            // Who slept for longer than an entry saw nothing of it.
            let passed = now.seconds(since: last.at)
            if passed <= Double(Self.grain) { seconds[Int(last.tier.rawValue)] += passed }
        }
        last = (now, tier)
        guard entry > current else { return }
        ranks[slot(current)] = held
        for between in (max(current + 1, entry - Int64(Self.kept))..<entry) { ranks[slot(between)] = Self.unknown }
        for rank in seconds.indices { seconds[rank] = 0 }
        current = entry
    }

    /// The highest tier that was held for at least half of the running entry.
    private var held: UInt8 {
        let all = seconds.reduce(0, +)
        guard all > 0 else { return Self.unknown }
        var sum = 0.0
        for rank in seconds.indices.reversed() {
            sum += seconds[rank]
            if sum >= all / 2 { return UInt8(rank) }
        }
        return 0
    }

    /// Seconds from the first entry that is known to the running one; 0 where there is none.
    var span: Int64 {
        let first = (1...Int64(Self.kept)).last { ranks[slot(current - $0)] != Self.unknown }
        return (first ?? 0) * Self.grain
    }

    /// The second in which the running entry began.
    var end: Int64 { current * Self.grain }

    /// Seconds for which at least `tier` was held.
    func seconds(holding tier: Tier) -> Double {
        let count = ranks.reduce(0) { $0 + ($1 != Self.unknown && $1 >= tier.rawValue ? 1 : 0) }
        return Double(Int64(count) * Self.grain)
    }

    /// What the tiers held are worth: each one's hashrate for the time that it was held, in hashes.
    var worth: Double {
        ranks.reduce(0) { $0 + ($1 == Self.unknown ? 0 : Tier(rawValue: $1)?.hashrate ?? 0) } * Double(Self.grain)
    }

    private static func entry(_ second: Int64) -> Int64 {
        second >= 0 ? second / grain : (second - grain + 1) / grain
    }

    private func slot(_ entry: Int64) -> Int {
        let rest = Int(entry % Int64(Self.kept))
        return rest >= 0 ? rest : rest + Self.kept
    }
}

extension TierRecord {
    /// The entries that are over, oldest first from the first known one: the digit of the tier's rank, or "-".
    var text: String {
        let all = (1...Int64(Self.kept)).reversed().map { ranks[slot(current - $0)] }
        return String(all.drop { $0 == Self.unknown }.map { $0 == Self.unknown ? "-" : Character("\($0)") })
    }

    /// A record whose last entries, as `text` gives them, ended `age` seconds before `second`.
    init(text: String, age: Int64, second: Int64) {
        self.init(second: second)
        let last = Self.entry(second - max(0, age) + Self.grain / 2)
        for (index, character) in text.suffix(Self.kept).reversed().enumerated() {
            let entry = last - 1 - Int64(index)
            guard entry >= current - Int64(Self.kept), entry < current, let rank = character.wholeNumberValue,
                let known = UInt8(exactly: rank), Tier(rawValue: known) != nil
            else { continue }
            ranks[slot(entry)] = known
        }
    }
}

/// What was paid for the tiers of the last 24 h, and for how long they were held.
public struct TierPrice: Equatable, Sendable {
    /// The tier that is aimed at, or else the highest one that was held.
    public var tier: Tier
    /// Seconds for which both averages were at it.
    public var heldSeconds: Double
    /// Seconds that are known, 24 h at most.
    public var span: Double
    /// Work accepted at XvB in that time over what all the tiers held are worth; `nil` if none was held.
    public var price: Double?
    /// Work accepted at XvB in that time, as an average in H/s.
    public var sentHashrate: Double
}

extension SplitScheduler {
    /// Looks at what both averages hold, if it is time to.
    mutating func noteTier(at now: Instant) {
        guard record.isDue(at: now) else { return }
        let second = now.wholeSeconds
        let levels = outlook(second: second).levels(at: second)
        // What rounding leaves over is nothing.
        record.note(Tier.highest(within: min(levels.hour / 3_600, levels.day / 86_400) * (1 + 1e-9)), at: now)
    }

    /// What was paid for the tiers of the last 24 h; `nil` before five minutes are known.
    func tierPrice(at now: Instant) -> TierPrice? {
        let span = record.span
        guard span > 0 else { return nil }
        let sent = ledger.work(.xvb, after: record.end - span - 1, through: record.end - 1)
        let aimed = choice.held ?? .none
        let tier =
            settings.mode == .default && aimed != .none
            ? aimed : Tier.allCases.last { record.seconds(holding: $0) > 0 } ?? .none
        let worth = record.worth
        return TierPrice(
            tier: tier, heldSeconds: tier == .none ? 0 : record.seconds(holding: tier), span: Double(span),
            price: worth > 0 ? sent / worth : nil, sentHashrate: sent / Double(span))
    }
}
