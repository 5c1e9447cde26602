import CSQLite
import Glibc
import History

/// A connection to a database file, and its prepared statements. One thread at a time may use it.
final class Connection {
    private let handle: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]

    /// Milliseconds to wait for another program that has the file locked.
    private static let patience: Int32 = 1_000

    /// Opens the file at `path`, which exists.
    init(_ path: String, isReadOnly: Bool) throws(StoreFault) {
        var opened: OpaquePointer?
        let flags = (isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard let opened else { throw .sqlite(code: SQLITE_NOMEM) }
        handle = opened
        if code != SQLITE_OK { throw fault(code) }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, Self.patience)
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Runs a statement, and hands each row of its answer to `row`.
    func run(
        _ sql: String, _ values: [Value] = [], _ row: ([Value]) -> Void = { _ in }
    ) throws(StoreFault) {
        let statement = try prepared(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() { try bind(value, statement, Int32(index + 1)) }
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw fault(code) }
            row((0..<sqlite3_column_count(statement)).map { Self.value(statement, $0) })
        }
    }

    /// The first value of a statement's answer.
    func first(_ sql: String, _ values: [Value] = []) throws(StoreFault) -> Value? {
        var found: Value?
        try run(sql, values) { if found == nil { found = $0.first } }
        return found
    }

    /// Does all of `body` or nothing of it.
    func transaction(_ body: () throws(StoreFault) -> Void) throws(StoreFault) {
        try run("BEGIN IMMEDIATE")
        do {
            try body()
            try run("COMMIT")
        } catch {
            // Some faults have ended it already.
            if sqlite3_get_autocommit(handle) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    private func prepared(_ sql: String) throws(StoreFault) -> OpaquePointer {
        if let known = statements[sql] { return known }
        var made: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &made, nil)
        guard code == SQLITE_OK, let made else { throw fault(code) }
        statements[sql] = made
        return made
    }

    private func bind(_ value: Value, _ statement: OpaquePointer, _ index: Int32) throws(StoreFault) {
        let code =
            switch value {
            case .integer(let number): sqlite3_bind_int64(statement, index, number)
            case .real(let number): sqlite3_bind_double(statement, index, number)
            case .text(let text): store_bind_text(statement, index, text, Int32(text.utf8.count))
            case .null: sqlite3_bind_null(statement, index)
            }
        if code != SQLITE_OK { throw fault(code) }
    }

    private static func value(_ statement: OpaquePointer, _ column: Int32) -> Value {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_NULL: return .null
        default:
            guard let bytes = sqlite3_column_text(statement, column) else { return .null }
            let count = Int(sqlite3_column_bytes(statement, column))
            return .text(String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
        }
    }

    /// The system's reason where it gave one: it says more.
    private func fault(_ code: Int32) -> StoreFault {
        let number = sqlite3_system_errno(handle)
        let isOfTheSystem = [SQLITE_IOERR, SQLITE_CANTOPEN].contains(code & 0xFF)
        return isOfTheSystem && number != 0 ? .system(errno: number) : .sqlite(code: code)
    }
}
