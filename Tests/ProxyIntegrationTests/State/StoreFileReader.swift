import Foundation
import History
import Testing

@testable import Store

/// Asks the store of a state directory, as any program may.
struct StoreFileReader {
    let path: String

    /// The store in `directory`.
    init(_ directory: URL) { path = directory.appendingPathComponent("store.db").path }

    /// A statement's answer.
    func rows(_ sql: String) throws -> [[Value]] {
        let connection = try Connection(path, isReadOnly: true)
        var rows: [[Value]] = []
        try connection.run(sql) { rows.append($0) }
        return rows
    }

    /// The whole number that a statement answers with.
    func number(_ sql: String) throws -> Int64 { try #require(try rows(sql).first?.first?.whole) }
}
