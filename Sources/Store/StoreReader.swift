import Glibc
import History
import ProxyTerms

/// Reads a store, on whatever thread: each question has a connection of its own, which holds up nobody.
public struct StoreReader: Sendable {
    private let path: String

    /// A reader of the store at `path`.
    public init(_ path: String) { self.path = path }

    /// The farm's figures and what happened.
    ///
    /// - Throws: why they can't be read.
    public func history(_ query: HistoryQuery) throws(StoreFault) -> HistoryAnswer {
        let (connection, proxy) = try open()
        let rows = try Self.totals(
            connection, proxy, query.grain, from: query.from - HistoryQuery.runUp, to: query.to)
        var marks: [HistoryMark] = []
        var shortened: [HistoryMark.Kind] = []
        for kind in HistoryMark.Kind.allCases {
            var found: [HistoryMark] = []
            try connection.run(
                kind.table.marking,
                [
                    .integer(proxy), .integer(query.from * 1_000), .integer(query.to * 1_000),
                    .integer(Int64(HistoryMark.mostOfKind + 1)),
                ]
            ) { if let mark = HistoryMark(kind, $0) { found.append(mark) } }
            if found.count > HistoryMark.mostOfKind { shortened.append(kind) }
            marks += found.prefix(HistoryMark.mostOfKind)
        }
        return HistoryAnswer(
            HistorySeries(query, rows), marks: marks.sorted { $0.at < $1.at }, shortened: shortened)
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
