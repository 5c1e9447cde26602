import ProxyTerms

/// The farm's figures over some time: a minute, an hour, a point of a chart. Two neighbours are added.
public struct Totals: Equatable, Sendable {
    /// Shares by what a pool said.
    public struct Shares: Equatable, Sendable {
        /// Accepted.
        public var accepted: Int64 = 0
        /// Refused, too old or without a verdict.
        public var refused: Int64 = 0

        /// None.
        public init() {}
    }

    /// Seconds that the proxy ran.
    public var seconds: Int64 = 0
    /// Of these, seconds in which work was directed to XvB.
    public var xvbSeconds: Int64 = 0
    /// Rigs that were logged in, times seconds.
    public var rigSeconds: Int64 = 0
    /// Work that the pools accepted, in hashes.
    public var work = PerUpstream(p2pool: 0.0, xvb: 0.0)
    /// Work that rigs proved by their own difficulty, in hashes.
    public var rigWork = 0.0
    /// Shares.
    public var shares = PerUpstream(p2pool: Shares(), xvb: Shares())
    /// The last that XvB said it credits over an hour, in H/s; nil where it said nothing.
    public var credited1h: Double?
    /// The last that XvB said it credits over a day, in H/s.
    public var credited24h: Double?
    /// The last tier that both averages held, by our own count: its rank.
    public var tier: Int64?
    /// The last price of the tiers: work sent over what the tiers held ask for.
    public var price: Double?
    /// What the tier asks for that the last plan holds, in H/s; 0 where it holds none.
    public var tierWork: Double?

    /// Nothing.
    public init() {}

    /// Adds what came later.
    public mutating func add(_ later: Totals) {
        seconds += later.seconds
        xvbSeconds += later.xvbSeconds
        rigSeconds += later.rigSeconds
        rigWork += later.rigWork
        for upstream in Upstream.allCases {
            work[upstream] += later.work[upstream]
            shares[upstream].accepted += later.shares[upstream].accepted
            shares[upstream].refused += later.shares[upstream].refused
        }
        credited1h = later.credited1h ?? credited1h
        credited24h = later.credited24h ?? credited24h
        tier = later.tier ?? tier
        price = later.price ?? price
        tierWork = later.tierWork ?? tierWork
    }

    /// The average of `work` over the seconds that the proxy ran, in H/s.
    public func rate(_ work: Double) -> Double { seconds > 0 ? work / Double(seconds) : 0 }

    /// Rigs on average, while the proxy ran.
    public var rigs: Double { seconds > 0 ? Double(rigSeconds) / Double(seconds) : 0 }

    static let columns = [
        Column("seconds", .integer, .sum), Column("xvb_seconds", .integer, .sum),
        Column("rig_seconds", .integer, .sum), Column("p2pool_work", .real, .sum), Column("xvb_work", .real, .sum),
        Column("rig_work", .real, .sum), Column("p2pool_accepted", .integer, .sum),
        Column("p2pool_refused", .integer, .sum), Column("xvb_accepted", .integer, .sum),
        Column("xvb_refused", .integer, .sum), Column("credited_1h", .real, .last),
        Column("credited_24h", .real, .last), Column("tier", .integer, .last), Column("price", .real, .last),
        Column("tier_work", .real, .last),
    ]

    /// The values of `columns`.
    var values: [Value] {
        [
            .integer(seconds), .integer(xvbSeconds), .integer(rigSeconds), .real(work.p2pool), .real(work.xvb),
            .real(rigWork), .integer(shares.p2pool.accepted), .integer(shares.p2pool.refused),
            .integer(shares.xvb.accepted), .integer(shares.xvb.refused), Value(credited1h), Value(credited24h),
            Value(tier), Value(price), Value(tierWork),
        ]
    }

    /// Totals from the values of `columns`.
    init(_ values: ArraySlice<Value>) {
        let values = Array(values)
        func number(_ index: Int) -> Double? { index < values.count ? values[index].number : nil }
        func whole(_ index: Int) -> Int64? { index < values.count ? values[index].whole : nil }
        seconds = whole(0) ?? 0
        xvbSeconds = whole(1) ?? 0
        rigSeconds = whole(2) ?? 0
        work = PerUpstream(p2pool: number(3) ?? 0, xvb: number(4) ?? 0)
        rigWork = number(5) ?? 0
        shares.p2pool.accepted = whole(6) ?? 0
        shares.p2pool.refused = whole(7) ?? 0
        shares.xvb.accepted = whole(8) ?? 0
        shares.xvb.refused = whole(9) ?? 0
        credited1h = number(10)
        credited24h = number(11)
        tier = whole(12)
        price = number(13)
        tierWork = number(14)
    }
}

/// A row of `totals`.
public struct TotalsRow: Equatable, Sendable {
    /// Its grain.
    public var grain: Grain
    /// The second it begins with, since 1970.
    public var at: Int64
    /// The figures.
    public var totals: Totals

    /// A row.
    public init(_ grain: Grain, at: Int64, _ totals: Totals) {
        self.grain = grain
        self.at = at
        self.totals = totals
    }

    /// As it is written.
    public var row: Row { Row(.totals, [.integer(grain.seconds), .integer(at)] + totals.values) }

    /// A row from its values without `proxy`; nil where it is none.
    public init?(_ values: [Value]) {
        guard values.count == Table.totals.columns.count, let grain = values[0].whole.flatMap({ Grain(rawValue: $0) }),
            let at = values[1].whole
        else { return nil }
        self.init(grain, at: at, Totals(values[2...]))
    }

    /// The rows of `grain` that finer rows make together, oldest first.
    public static func fold(_ rows: [TotalsRow], into grain: Grain) -> [TotalsRow] {
        var folded: [Int64: Totals] = [:]
        for row in rows.sorted(by: { $0.at < $1.at }) {
            folded[grain.start(of: row.at), default: Totals()].add(row.totals)
        }
        return folded.map { TotalsRow(grain, at: $0.key, $0.value) }.sorted { $0.at < $1.at }
    }
}
