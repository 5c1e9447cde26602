import ProxyTerms

/// How one window is to be divided: first p2pool, then XvB.
public struct WindowPlan: Equatable, Sendable {
    /// The window's length in seconds.
    public var window: Double
    /// p2pool's part in seconds, exact.
    public var p2poolSeconds: Double
    /// XvB's part in seconds, exact; both parts together are the window.
    public var xvbSeconds: Double
    /// The whole second of the window at which work moves from p2pool to XvB; the window's length means never. Where a
    /// whole second exists that cuts neither side's need it is that; else p2pool's need is kept.
    public var switchSecond: Int
    /// The tier that the plan holds, together with what others send.
    public var tier: Tier
    /// What p2pool must get from us, in H/s.
    public var requiredP2PoolHashrate: Double
    /// All rigs together, in H/s.
    public var hashrate: Double
    /// What can be moved to XvB, in H/s.
    public var movableHashrate: Double
    /// λ: own shares to expect in p2pool's window with what the plan leaves to p2pool (others' work included).
    public var expectedShares: Double
    /// Why it is so.
    public var cause: PlanCause
    /// The most seconds that XvB can have in the window without cutting p2pool's need.
    public var mostXvBSeconds: Double
    /// What XvB has credited, for the reason; `nil` means unknown or beside the point.
    public var credited: CreditedAverages?
    /// The lanes to XvB can't carry all rigs, and that kept the plan from a higher tier or from giving more.
    public var isLimitedByLanes: Bool
    /// p2pool doesn't tell whether there is a share in its window (a public mirror has no `local/`): it is reckoned from our own
    /// work and the shares we saw found.
    public var reckonsShare = false
    /// A higher tier that could be expected, and why it isn't aimed at; `nil` if there is none.
    public var higher: HigherTier?
    /// The slice is the plan's whole seconds, whatever XvB's hour needs.
    public internal(set) var followsClock = false
    /// XvB's averages are so far below what they are to be that they are raised all window long.
    var raisesLevels = false

    /// All of a window for p2pool.
    static func allP2Pool(
        window: Double, cause: PlanCause, hashrate: Double = 0, movableHashrate: Double = 0, required: Double = 0,
        expectedShares: Double = 0, tier: Tier = .none
    ) -> WindowPlan {
        WindowPlan(
            window: window, p2poolSeconds: window, xvbSeconds: 0, switchSecond: Int(window), tier: tier,
            requiredP2PoolHashrate: required, hashrate: hashrate, movableHashrate: movableHashrate,
            expectedShares: expectedShares, cause: cause, mostXvBSeconds: 0, isLimitedByLanes: false)
    }

    /// P(no own share in p2pool's window) = e^−λ.
    public var noShareProbability: Double {
        Numerics.exponential(-max(0, expectedShares))
    }

    /// XvB's average hashrate over the window, in H/s.
    public var xvbHashrate: Double {
        window > 0 ? movableHashrate * xvbSeconds / window : 0
    }

    /// p2pool's average hashrate over the window, in H/s.
    public var p2poolHashrate: Double {
        max(0, hashrate - xvbHashrate)
    }

    /// Work that XvB is to get in the window, in hashes.
    public var xvbWork: Double {
        movableHashrate * xvbSeconds
    }
}

/// Why a tier higher than the plan's isn't aimed at.
public enum HigherTier: Equatable, Sendable {
    /// The farm seems good for it, but its hashrate is known for less than a day: so many seconds more.
    case waitsForDay(Tier, seconds: Double)
    /// The farm seems good for it, but such a tier was given up before: it has to be so for so many seconds more.
    case waitsAgain(Tier, seconds: Double)
    /// It is asked for, and the rigs have too little for it at the moment.
    case outOfReach(Tier)
    /// It is asked for, and costs so many times its work: more than the price up to which a tier is taken.
    case tooDear(Tier, price: Double, upTo: Double)
}

/// What XvB counts for the wallet, as it says itself or as we reckon from our own accepted work.
public struct CreditedAverages: Equatable, Sendable {
    /// Over the last hour, in H/s.
    public var hour: Double
    /// Over the last 24 hours, in H/s.
    public var day: Double
    /// Whether it is our ledger alone, without XvB's own figures.
    public var isOwnCount = false
}

/// Why a window is divided as it is.
public enum PlanCause: Equatable, Sendable {
    /// No rig has shown any hashrate yet.
    case noHashrate
    /// The rigs have not found enough shares yet to know their hashrate.
    case vagueHashrate
    /// p2pool's figures have not been read yet.
    case noP2PoolReading
    /// p2pool's figures are older than they may be; `age` in seconds.
    case staleP2PoolReading(age: Double)
    /// The inputs make no sense together.
    case insaneInputs
    /// The operator wants p2pool only.
    case p2poolMode
    /// The wallet has no share in p2pool's window.
    case noShare
    /// Nobody knows whether the wallet has a share in p2pool's window.
    case shareUnknown
    /// The wallet's newest share leaves p2pool's window in a moment; `seconds` until then.
    case shareLeaving(seconds: Double)
    /// p2pool needs all there is.
    case hashrateTooLow
    /// What p2pool doesn't need is not enough for any tier.
    case noTierInReach
    /// The tier is in reach at the moment, but would be held for too small a part of what it costs.
    case tierNotHeld(Tier, DayForecast.Outcome, upTo: Double)
    /// Others' work alone holds the tier.
    case tierHeldOutside(Tier)
    /// XvB gets what the tier needs.
    case holdTier(Tier)
    /// XvB gets all that p2pool doesn't need.
    case hero
    /// XvB gets its fixed seconds.
    case manual
    /// XvB is being connected to for the first time.
    case xvbConnecting
    /// XvB can't be reached.
    case xvbDown
    /// p2pool's jobs and XvB's have different RandomX seeds.
    case seedsDiffer
    /// XvB has skipped this wallet's wins too often.
    case xvbFails(Int)
    /// XvB doesn't know the wallet.
    case notRegistered

    /// Whether the plan only waits for an input and is to be made again as soon as it is there.
    public var isWaiting: Bool {
        switch self {
        case .noHashrate, .vagueHashrate, .noP2PoolReading, .xvbConnecting: true
        case .staleP2PoolReading, .insaneInputs, .p2poolMode, .noShare, .shareUnknown, .shareLeaving, .hashrateTooLow,
            .noTierInReach, .tierNotHeld,
            .tierHeldOutside, .holdTier, .hero, .manual, .xvbDown, .seedsDiffer, .xvbFails, .notRegistered:
            false
        }
    }

    /// Whether something forbids XvB, as opposed to a plan that just gives it nothing.
    public var isObstacle: Bool {
        switch self {
        case .noHashrate, .vagueHashrate, .noP2PoolReading, .staleP2PoolReading, .insaneInputs, .noShare, .shareUnknown,
            .shareLeaving,
            .xvbConnecting, .xvbDown, .seedsDiffer,
            .xvbFails, .notRegistered:
            true
        case .p2poolMode, .hashrateTooLow, .noTierInReach, .tierNotHeld, .tierHeldOutside, .holdTier, .hero, .manual:
            false
        }
    }

    /// Whether slices for XvB hold a level of credited work.
    var isHoldingTier: Bool {
        if case .holdTier = self { true } else { false }
    }

    /// Whether both say the same, ages and counts aside.
    public func isSameKind(as other: PlanCause) -> Bool {
        switch (self, other) {
        case (.tierNotHeld(let tier, _, _), .tierNotHeld(let other, _, _)): tier == other
        case (.staleP2PoolReading, .staleP2PoolReading), (.shareLeaving, .shareLeaving), (.xvbFails, .xvbFails): true
        default: self == other
        }
    }
}
