extension Table {
    /// The version of the schema: `PRAGMA user_version`.
    public static let schemaVersion: Int64 = 1

    /// Says that a file is ours: `PRAGMA application_id`, "SpXv".
    public static let applicationID: Int64 = 0x5370_5876

    /// The statements that bring a store of schema `version` to the next one; version 0 is an empty file.
    public static func migration(from version: Int64) -> [String] {
        switch version {
        case 0:
            [
                "CREATE TABLE proxies (proxy INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (proxy)) STRICT",
                "PRAGMA application_id = \(applicationID)",
            ] + allCases.map(\.creation)
        default: []
        }
    }

    private var creation: String {
        let keys = ["proxy"] + columns.filter { $0.merge == .key }.map(\.name)
        let lines = columns.map { column in
            let isNeeded = column.merge == .key || column.merge == .sum || column.name == dateColumn
            return "\(column.name) \(column.kind.rawValue)\(isNeeded ? " NOT NULL" : "")"
        }
        return "CREATE TABLE \(rawValue) (proxy INTEGER NOT NULL, \(lines.joined(separator: ", ")), "
            + "PRIMARY KEY (\(keys.joined(separator: ", ")))) STRICT, WITHOUT ROWID"
    }

    /// Writes a row: `proxy`, then the columns. What there is with the same key is merged with it. `condition` is for the merging.
    func upsert(where condition: String? = nil, replacing: Bool = false) -> String {
        let names = ["proxy"] + columns.map(\.name)
        let keys = ["proxy"] + columns.filter { $0.merge == .key }.map(\.name)
        let merges = columns.compactMap { column -> String? in
            let name = column.name
            switch column.merge {
            case .key, .first: return nil
            case .sum where !replacing: return "\(name) = \(rawValue).\(name) + excluded.\(name)"
            case .sum: return "\(name) = excluded.\(name)"
            case .last: return "\(name) = coalesce(excluded.\(name), \(rawValue).\(name))"
            }
        }
        let places = names.indices.map { "?\($0 + 1)" }
        return "INSERT INTO \(rawValue) (\(names.joined(separator: ", "))) VALUES (\(places.joined(separator: ", "))) "
            + "ON CONFLICT (\(keys.joined(separator: ", "))) DO UPDATE SET \(merges.joined(separator: ", "))"
            + (condition.map { " WHERE \($0)" } ?? "")
    }

    /// Writes a row: `proxy`, then the columns. What there is with the same key is merged with it.
    public var writing: String { Self.writings[self] ?? upsert() }

    /// Kept, since a farm's rows are written all the time.
    private static let writings = Dictionary(uniqueKeysWithValues: allCases.map { ($0, $0.upsert()) })

    /// Writes a row of `totals` that was folded from finer ones. One that knows more seconds stays: its finer rows are gone.
    public static var folding: String {
        Table.totals.upsert(where: "excluded.seconds >= totals.seconds", replacing: true)
    }

    /// Removes the rows of a proxy (?1) that are dated before ?2, in the date column's units.
    public var forgetting: String { "DELETE FROM \(rawValue) WHERE proxy = ?1 AND \(dateColumn) < ?2" }

    /// Removes the oldest rows of a proxy (?1) beyond the newest ?2.
    public var bounding: String {
        "DELETE FROM \(rawValue) WHERE proxy = ?1 AND \(dateColumn) <= (SELECT \(dateColumn) FROM \(rawValue) "
            + "WHERE proxy = ?1 ORDER BY \(dateColumn) DESC LIMIT 1 OFFSET ?2)"
    }

    /// Moves rows of a proxy (?1) that are dated from ?3 to ?4 by ?2, in two steps: a key must never be there twice in between.
    public var moving: [String] {
        let step = self == .totals ? " / step * step" : ""
        return [
            "UPDATE \(rawValue) SET \(dateColumn) = -((\(dateColumn) + ?2)\(step)) "
                + "WHERE proxy = ?1 AND \(dateColumn) BETWEEN ?3 AND ?4",
            "UPDATE OR REPLACE \(rawValue) SET \(dateColumn) = -\(dateColumn) WHERE proxy = ?1 AND \(dateColumn) < 0",
        ]
    }

    /// Ends what a proxy (?1) had begun and not ended when it was killed: at ?2, in milliseconds.
    public var ending: String? {
        isSpan ? "UPDATE \(rawValue) SET until_ms = max(at_ms, ?2) WHERE proxy = ?1 AND until_ms IS NULL" : nil
    }

    /// The newest ?4 rows of a proxy (?1) that something is known of from ?2 up to ?3, in milliseconds, the newest first; for tables
    /// that are dated by `at_ms`.
    public var marking: String {
        let names = columns.map(\.name).joined(separator: ", ")
        // One that began before may reach into the time.
        let begins = isSpan && self != .runs ? "(at_ms >= ?2 OR until_ms IS NULL OR until_ms > ?2)" : "at_ms >= ?2"
        return "SELECT \(names) FROM \(rawValue) WHERE proxy = ?1 AND at_ms < ?3 AND \(begins) "
            + "ORDER BY at_ms DESC LIMIT ?4"
    }
}
