import ProxyTerms

/// What the operator wants done with the hashrate that p2pool doesn't need.
public enum SplitMode: UInt8, CaseIterable, Hashable, Sendable {
    /// XvB gets just enough for the highest tier that can be held, p2pool the rest.
    case `default`
    /// XvB gets all that p2pool doesn't need.
    case hero
    /// XvB gets a fixed number of seconds in each window.
    case manual
    /// XvB gets nothing.
    case p2pool

    /// The word in configuration and JSON.
    public var key: String {
        switch self {
        case .default: "default"
        case .hero: "hero"
        case .manual: "manual"
        case .p2pool: "p2pool"
        }
    }

    /// The mode that configuration calls `key`.
    public init?(key: String) {
        guard let mode = Self.allCases.first(where: { $0.key == key }) else { return nil }
        self = mode
    }
}

/// What the operator sets. All of it has a default that suits a first user.
public struct SplitSettings: Equatable, Sendable {
    /// What to do with the hashrate that p2pool doesn't need. Defaults to `.default`.
    public var mode: SplitMode
    /// XvB's seconds in each window in `manual` mode; more than the window means all of it. Defaults to 0.
    public var manualXvBSeconds: Double
    /// The planning period in whole seconds, 1 or more. Defaults to 600.
    public var window: Int
    /// Percent that p2pool gets beyond one expected share in its window. Defaults to 25.
    public var p2poolBuffer: Double
    /// Percent that XvB gets beyond what holding the tier costs, on average. Defaults to 0.4.
    public var xvbBuffer: Double
    /// Hashrate of other rigs that mine to p2pool with the same wallet, in H/s; `nil` means what p2pool's figures prove.
    public var externalP2Pool: Double?
    /// Hashrate of other rigs that mine to XvB with the same wallet, in H/s; `nil` means what XvB's figures prove.
    public var externalXvB: Double?
    /// The highest tier wanted; `nil` means the highest that is worth its price.
    public var tier: Tier?
    /// What a tier may cost: work sent over its work in the time that it is held. Within `tierPrices`, defaults to 1.25.
    public var mostTierPrice: Double
    /// What `mostTierPrice` may be: a steady farm pays up to 1.1.
    public static let tierPrices = 1.1...10
    /// Probability, above 0 and below 1, of at least one own share in p2pool's window; `nil` means by `p2poolBuffer`.
    public var confidence: Double?
    /// Least seconds from the start of one XvB slice to the next; `nil` means what the simulator shows best.
    public var cycle: Int?
    /// Whether slices that hold a tier follow the clock of their window, as the draft has it, instead of what XvB's sliding hour
    /// needs. For windows far shorter than the hour (the demo's). Defaults to false.
    public var followsClock = false
    /// No slice is planned shorter than this many seconds. Defaults to 5.
    public var minSlice: Int
    /// How long inputs that stopped coming are held before all goes to p2pool, in seconds. Defaults to 600.
    public var hold: Double

    /// Settings with the defaults for all that isn't given.
    public init(
        mode: SplitMode = .default, manualXvBSeconds: Double = 0, window: Int = 600, p2poolBuffer: Double = 25,
        xvbBuffer: Double = 0.4, externalP2Pool: Double? = nil, externalXvB: Double? = nil, tier: Tier? = nil,
        mostTierPrice: Double = 1.25, confidence: Double? = nil, cycle: Int? = nil, minSlice: Int = 5,
        hold: Double = 600
    ) {
        self.mode = mode
        self.manualXvBSeconds = manualXvBSeconds
        self.window = window
        self.p2poolBuffer = p2poolBuffer
        self.xvbBuffer = xvbBuffer
        self.externalP2Pool = externalP2Pool
        self.externalXvB = externalXvB
        self.tier = tier
        self.mostTierPrice = mostTierPrice
        self.confidence = confidence
        self.cycle = cycle
        self.minSlice = minSlice
        self.hold = hold
    }

    /// λ, the own shares to expect in p2pool's window: from `confidence` if set (P(no share) = e^−λ), else 1 + buffer.
    public var wantedShares: Double {
        if let confidence, confidence > 0, confidence < 1 {
            return -Numerics.naturalLog(1 - confidence)
        }
        return max(0, 1 + p2poolBuffer / 100)
    }
}
