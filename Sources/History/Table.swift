/// One column of a table.
public struct Column: Equatable, Sendable {
    /// What it holds.
    public enum Kind: String, Equatable, Sendable {
        case integer = "INTEGER"
        case real = "REAL"
        case text = "TEXT"
    }

    /// What becomes of it when a row with the same key is written again.
    public enum Merge: Equatable, Sendable {
        /// Part of the key: the same by definition.
        case key
        /// Both are added.
        case sum
        /// The later one stays, where it is known.
        case last
        /// The first one stays.
        case first
    }

    /// Its name.
    public let name: String
    /// What it holds.
    public let kind: Kind
    /// What becomes of it when its row is written again.
    public let merge: Merge

    init(_ name: String, _ kind: Kind, _ merge: Merge) {
        self.name = name
        self.kind = kind
        self.merge = merge
    }
}

/// The tables of the store. The schema, the statements and the clean-up are made from this description.
///
/// Each table's key begins with `proxy`, the number of the proxy that wrote the row, so that rows of several proxies can stand
/// in one store. `at` is in seconds since 1970 UTC, `at_ms` and `until_ms` in milliseconds.
public enum Table: String, CaseIterable, Sendable {
    /// Accepted work by second: what the schedule is restored from.
    case work
    /// Figures of the whole farm by minute, ten minutes and hour.
    case totals
    /// Figures of a rig by ten minutes.
    case rigTotals = "rig_totals"
    /// Rigs, by name.
    case rigs
    /// Stretches of time that work went to one upstream.
    case slices
    /// Changes from one upstream to the other.
    case switches
    /// Plans, with their sentence.
    case plans
    /// Windows that are over: what they were to bring and what they brought.
    case windows
    /// What p2pool's API said.
    case p2poolReadings = "p2pool_readings"
    /// What XvB said of the wallet.
    case xvbReadings = "xvb_readings"
    /// Raffle rounds that the wallet has won.
    case wins
    /// Times in which an upstream had no connection.
    case outages
    /// p2pool shares that were found.
    case shares
    /// Times in which the proxy ran.
    case runs
    /// What the schedule has to remember besides the work: the newest only.
    case memory

    /// The column that its rows are dated by.
    public var dateColumn: String {
        switch self {
        case .work, .totals, .rigTotals, .memory: "at"
        case .rigs: "last_seen"
        case .slices, .switches, .plans, .windows, .p2poolReadings, .xvbReadings, .wins, .outages, .shares, .runs:
            "at_ms"
        }
    }

    /// How many of the date column's units a second has.
    public var unitsPerSecond: Int64 { dateColumn == "at_ms" ? 1_000 : 1 }

    /// For how long its rows are kept, in seconds; nil where each grain has its own time (`totals`), or where rows replace each other.
    public var keptSeconds: Int64? {
        switch self {
        case .work: 26 * 3_600
        case .rigTotals, .p2poolReadings, .xvbReadings: 8 * 86_400
        case .rigs, .slices, .switches, .plans, .windows: 120 * 86_400
        case .wins, .outages, .shares, .runs: 5 * 366 * 86_400
        case .totals, .memory: nil
        }
    }

    /// How many rows are kept at most, whatever their age: more than a farm makes in the time above, and a bound on one that flaps.
    public var mostRows: Int64? {
        switch self {
        case .work, .totals, .memory: nil
        // 1,000 rigs for eight days.
        case .rigTotals: 1_152_000
        case .rigs: 4_000
        case .slices, .switches, .plans: 100_000
        case .windows, .p2poolReadings, .xvbReadings, .outages, .shares: 50_000
        case .wins, .runs: 10_000
        }
    }

    /// Its columns after `proxy`, the key's first.
    public var columns: [Column] {
        switch self {
        case .work:
            [Column("at", .integer, .key), Column("p2pool", .real, .sum), Column("xvb", .real, .sum)]
        case .totals:
            [Column("step", .integer, .key), Column("at", .integer, .key)] + Totals.columns
        case .rigTotals:
            [
                Column("at", .integer, .key), Column("rig", .text, .key), Column("work", .real, .sum),
                Column("accepted", .integer, .sum), Column("refused", .integer, .sum),
            ]
        case .rigs:
            [
                Column("rig", .text, .key), Column("agent", .text, .last), Column("first_seen", .integer, .first),
                Column("last_seen", .integer, .last),
            ]
        case .slices:
            Self.span + [Column("upstream", .text, .last), Column("work", .real, .last)]
        case .switches:
            Self.moment + [
                Column("planned_ms", .integer, .last), Column("upstream", .text, .last),
                Column("moved", .integer, .last), Column("there", .integer, .last),
                Column("waiting", .integer, .last), Column("elsewhere", .integer, .last), Column("text", .text, .last),
            ]
        case .plans:
            Self.moment + [
                Column("window", .real, .last), Column("xvb_seconds", .real, .last), Column("tier", .text, .last),
                Column("hashrate", .real, .last), Column("p2pool_need", .real, .last),
                Column("expected_shares", .real, .last), Column("text", .text, .last),
            ]
        case .windows:
            Self.span + [
                Column("planned_xvb", .real, .last), Column("p2pool", .real, .last), Column("xvb", .real, .last),
                Column("text", .text, .last),
            ]
        case .p2poolReadings:
            Self.moment + [
                Column("difficulty", .real, .last), Column("window_blocks", .real, .last),
                Column("pool_hashrate", .real, .last), Column("height", .real, .last),
                Column("reward_percent", .real, .last), Column("share_age", .real, .last),
            ]
        case .xvbReadings:
            Self.moment + [
                Column("credited_1h", .real, .last), Column("credited_24h", .real, .last),
                Column("fails", .integer, .last), Column("registered", .integer, .last),
            ]
        case .wins:
            Self.span + [Column("tier", .text, .last)]
        case .outages:
            Self.span + [Column("upstream", .text, .last)]
        case .shares:
            Self.moment + [Column("difficulty", .real, .last), Column("rig", .text, .last)]
        case .runs:
            Self.span + [Column("version", .text, .last)]
        case .memory:
            [Column("kind", .text, .key), Column("at", .integer, .last), Column("text", .text, .last)]
        }
    }

    /// An event's moment.
    private static let moment = [Column("at_ms", .integer, .key)]
    /// An event with a beginning and an end; the end is missing while it lasts.
    private static let span = moment + [Column("until_ms", .integer, .last)]

    /// Whether its rows have an end that comes later.
    public var isSpan: Bool { columns.contains { $0.name == "until_ms" } }
}
