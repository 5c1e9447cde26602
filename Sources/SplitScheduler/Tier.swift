/// A donor round of the XvB raffle, by the hashrate its players must be credited with over 1 h and over 24 h
/// (docs/protocol.md#xvb-tiers).
public enum Tier: UInt8, CaseIterable, Comparable, Hashable, Sendable {
    /// Less than the smallest donor round.
    case none = 0
    /// 1 kH/s.
    case donor = 1
    /// 10 kH/s.
    case vip = 2
    /// 100 kH/s.
    case whale = 3
    /// 1 MH/s.
    case mega = 4

    /// The hashrate a player must be credited with, in H/s.
    public var hashrate: Double {
        switch self {
        case .none: 0
        case .donor: 1_000
        case .vip: 10_000
        case .whale: 100_000
        case .mega: 1_000_000
        }
    }

    /// The name in texts.
    public var name: String {
        switch self {
        case .none: "no tier"
        case .donor: "donor"
        case .vip: "VIP donor"
        case .whale: "whale"
        case .mega: "mega"
        }
    }

    /// The word in configuration and JSON.
    public var key: String {
        switch self {
        case .none: "none"
        case .donor: "donor"
        case .vip: "vip"
        case .whale: "whale"
        case .mega: "mega"
        }
    }

    /// The tier that configuration calls `key`.
    public init?(key: String) {
        guard let tier = Self.allCases.first(where: { $0.key == key }) else { return nil }
        self = tier
    }

    /// The tiers that can be held, up to `highest` where one is named.
    public static func all(upTo highest: Tier? = nil) -> [Tier] {
        allCases.filter { $0 != .none && $0 <= highest ?? .mega }
    }

    /// The highest tier whose hashrate, `buffer` percent more, is at or under `hashrate`.
    public static func highest(within hashrate: Double, buffer: Double = 0) -> Tier {
        var found = Tier.none
        for tier in Self.allCases where tier.hashrate * (1 + buffer / 100) <= hashrate {
            found = tier
        }
        return found
    }

    /// The order by hashrate.
    public static func < (lhs: Tier, rhs: Tier) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}
