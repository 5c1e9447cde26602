import ProxyTerms

/// A row for one of the tables, without the proxy's number.
public struct Row: Equatable, Sendable {
    /// Where it goes.
    public let table: Table
    /// The values of the table's columns, in their order.
    public internal(set) var values: [Value]

    init(_ table: Table, _ values: [Value]) {
        self.table = table
        self.values = values
    }
}

extension Row {
    /// A stretch of time that work goes to one upstream. `until` is nil while it lasts; times in milliseconds since 1970.
    public static func slice(at: Int64, until: Int64?, _ upstream: Upstream, work: Double) -> Row {
        Row(.slices, [.integer(at), Value(until), .text(upstream.key), Value(until == nil ? nil : work)])
    }

    /// What a switch did with the rigs.
    public struct Moves: Equatable, Sendable {
        let moved, there, waiting, elsewhere: Int

        /// So many rigs were moved, were there already, wait for a job, stay elsewhere.
        public init(moved: Int, there: Int, waiting: Int, elsewhere: Int) {
            self.moved = moved
            self.there = there
            self.waiting = waiting
            self.elsewhere = elsewhere
        }
    }

    /// A switch, with its sentence. `planned` is the moment at which it was due.
    public static func change(at: Int64, planned: Int64, to upstream: Upstream, _ moves: Moves, text: String) -> Row {
        Row(
            .switches,
            [.integer(at), .integer(planned), .text(upstream.key)]
                + [moves.moved, moves.there, moves.waiting, moves.elsewhere].map { .integer(Int64($0)) }
                + [.text(text)])
    }

    /// A plan's figures.
    public struct Plan: Equatable, Sendable {
        let window, xvbSeconds, hashrate, p2poolNeed, expectedShares: Double
        let tier: String

        /// Seconds, hashrates in H/s, shares.
        public init(
            window: Double, xvbSeconds: Double, tier: String, hashrate: Double, p2poolNeed: Double,
            expectedShares: Double
        ) {
            self.window = window
            self.xvbSeconds = xvbSeconds
            self.tier = tier
            self.hashrate = hashrate
            self.p2poolNeed = p2poolNeed
            self.expectedShares = expectedShares
        }
    }

    /// A plan, with its sentence.
    public static func plan(at: Int64, _ plan: Plan, text: String) -> Row {
        Row(
            .plans,
            [
                .integer(at), Value(plan.window), Value(plan.xvbSeconds), .text(plan.tier), Value(plan.hashrate),
                Value(plan.p2poolNeed), Value(plan.expectedShares), .text(text),
            ])
    }

    /// A window that is over, with its sentence; work in hashes.
    public static func window(
        at: Int64, until: Int64, plannedXvB: Double, _ work: PerUpstream<Double>, text: String
    ) -> Row {
        Row(
            .windows,
            [.integer(at), .integer(until), Value(plannedXvB), Value(work.p2pool), Value(work.xvb), .text(text)])
    }

    /// What XvB said of the wallet: averages in H/s, fails; nil where it said nothing of it.
    public static func xvbReading(
        at: Int64, credited1h: Double?, credited24h: Double?, fails: Int?, isRegistered: Bool
    ) -> Row {
        Row(
            .xvbReadings,
            [
                .integer(at), Value(credited1h), Value(credited24h), Value(fails.map(Int64.init)),
                .integer(isRegistered ? 1 : 0),
            ])
    }

    /// A round that the wallet has won: first and last seen, what it asks for.
    public static func win(at: Int64, until: Int64?, tier: String) -> Row {
        Row(.wins, [.integer(at), Value(until), .text(tier)])
    }

    /// A time without a connection; `until` is nil while it lasts.
    public static func outage(at: Int64, until: Int64?, _ upstream: Upstream) -> Row {
        Row(.outages, [.integer(at), Value(until), .text(upstream.key)])
    }

    /// A time in which the proxy ran, and its version; `until` is nil while it runs.
    public static func run(at: Int64, until: Int64?, version: String) -> Row {
        Row(.runs, [.integer(at), Value(until), .text(version)])
    }

    /// A p2pool share. The rig's name is nil when it is gone meanwhile.
    public static func share(at: Int64, difficulty: Double, rig: String?) -> Row {
        Row(.shares, [.integer(at), Value(difficulty), rig.map { .text($0) } ?? .null])
    }

    /// A rig that was seen at second `at`; where `agent` is nil it is what it was.
    public static func rig(_ name: String, agent: String?, at: Int64) -> Row {
        Row(.rigs, [.text(name), agent.map { .text($0) } ?? .null, .integer(at), .integer(at)])
    }

    /// What p2pool's API said: hashes, blocks, H/s, blocks, percent, seconds.
    public static func p2poolReading(
        at: Int64, difficulty: Double, windowBlocks: Double, poolHashrate: Double, height: Double?,
        rewardPercent: Double?, shareAge: Double?
    ) -> Row {
        Row(
            .p2poolReadings,
            [
                .integer(at), Value(difficulty), Value(windowBlocks), Value(poolHashrate), Value(height),
                Value(rewardPercent), Value(shareAge),
            ])
    }
}

/// Accepted work of one second.
public struct WorkSecond: Equatable, Sendable {
    /// The second, since 1970.
    public var at: Int64
    /// In hashes.
    public var work: PerUpstream<Double>

    /// Work of one second.
    public init(at: Int64, work: PerUpstream<Double>) {
        self.at = at
        self.work = work
    }

    /// As it is written.
    public var row: Row { Row(.work, [.integer(at), .real(work.p2pool), .real(work.xvb)]) }
}

/// A rig's figures in ten minutes.
public struct RigTotals: Equatable, Sendable {
    /// Which rig, and when.
    public struct Key: Hashable, Sendable {
        /// The second that the ten minutes begin with, since 1970.
        public var at: Int64
        /// Its name.
        public var rig: String

        /// `rig` in the ten minutes that second `at` is in.
        public init(at: Int64, rig: String) {
            self.at = Grain.tenMinutes.start(of: at)
            self.rig = rig
        }
    }

    /// Work that it proved, in hashes.
    public var work: Double
    /// Good shares.
    public var accepted: Int64
    /// Refused shares.
    public var refused: Int64

    /// Figures.
    public init(work: Double, accepted: Int64, refused: Int64) {
        self.work = work
        self.accepted = accepted
        self.refused = refused
    }

    mutating func add(_ other: RigTotals) {
        work += other.work
        accepted += other.accepted
        refused += other.refused
    }

    /// As it is written.
    public func row(_ key: Key) -> Row {
        Row(.rigTotals, [.integer(key.at), .text(key.rig), .real(work), .integer(accepted), .integer(refused)])
    }
}

/// What the schedule has to remember besides the work.
public struct MemoryRow: Equatable, Sendable {
    /// What it is.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// The window in progress, the tier, the last readings.
        case state
        /// The hashrate and the tiers of the last days.
        case days
        /// Since when the work is known without a gap; no text.
        case knownSince = "known_since"
    }

    /// What it is.
    public var kind: Kind
    /// When it was so, in seconds since 1970.
    public var at: Int64
    /// The line that the schedule reads.
    public var text: String

    /// Something to remember.
    public init(_ kind: Kind, at: Int64, text: String = "") {
        self.kind = kind
        self.at = at
        self.text = text
    }

    /// As it is written.
    public var row: Row { Row(.memory, [.text(kind.rawValue), .integer(at), .text(text)]) }
}
