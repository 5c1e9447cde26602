import Glibc
import History
import ProxyTerms

/// Reads a store, on whatever thread: each question has a connection of its own, which holds up nobody.
public struct StoreReader: Sendable {
    private let path: String

    /// A reader of the store at `path`.
    public init(_ path: String) { self.path = path }

    /// The farm's figures.
    ///
    /// - Throws: why they can't be read.
    public func history(_ query: HistoryQuery) throws(StoreFault) -> HistorySeries {
        let (connection, proxy) = try open()
        return HistorySeries(query, try Self.totals(connection, proxy, query.grain, from: query.from, to: query.to))
    }

    /// The newest `most` rows of `table` that are dated from second `from` up to `to`, oldest first: values of its columns.
    ///
    /// - Throws: why they can't be read.
    public func rows(_ table: Table, from: Int64, to: Int64, most: Int) throws(StoreFault) -> [[Value]] {
        let (connection, proxy) = try open()
        let names = table.columns.map(\.name).joined(separator: ", ")
        let date = table.dateColumn
        var rows: [[Value]] = []
        try connection.run(
            "SELECT \(names) FROM \(table.rawValue) WHERE proxy = ?1 AND \(date) >= ?2 AND \(date) < ?3 "
                + "ORDER BY \(date) DESC LIMIT ?4",
            [
                .integer(proxy), .integer(from * table.unitsPerSecond), .integer(to * table.unitsPerSecond),
                .integer(Int64(most)),
            ]
        ) { rows.append($0) }
        return rows.reversed()
    }

    private func open() throws(StoreFault) -> (Connection, proxy: Int64) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system(errno: errno) }
        let connection = try Connection(path, isReadOnly: true)
        guard try connection.first("PRAGMA application_id")?.whole == Table.applicationID else { throw .foreign }
        let version = try connection.first("PRAGMA user_version")?.whole ?? 0
        guard version == Table.schemaVersion else { throw .newer(version: version) }
        let proxy = try connection.first("SELECT proxy FROM proxies ORDER BY since LIMIT 1")?.whole
        return (connection, proxy ?? 0)
    }

    static func totals(
        _ connection: Connection, _ proxy: Int64, _ grain: Grain, from: Int64, to: Int64
    ) throws(StoreFault) -> [TotalsRow] {
        let names = Table.totals.columns.map(\.name).joined(separator: ", ")
        var rows: [TotalsRow] = []
        try connection.run(
            "SELECT \(names) FROM totals WHERE proxy = ?1 AND step = ?2 AND at >= ?3 AND at < ?4 ORDER BY at",
            [.integer(proxy), .integer(grain.seconds), .integer(from), .integer(to)]
        ) { if let row = TotalsRow($0) { rows.append(row) } }
        return rows
    }
}
