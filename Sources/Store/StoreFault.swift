import CSQLite

/// Why the store can't be read or written.
public enum StoreFault: Error, Equatable, Sendable {
    /// What is to be done about it.
    public enum Remedy: Equatable, Sendable {
        /// Wait, and try again.
        case retry
        /// The file can't be used: it is set aside, and a new one begun.
        case setAside
    }

    /// The system refuses: its number for it.
    case system(errno: Int32)
    /// SQLite refuses: its extended number for it.
    case sqlite(code: Int32)
    /// No ordinary file stands in the store's place.
    case notAFile
    /// The file is a database of something else.
    case foreign
    /// The file is of a later version of the proxy.
    case newer(version: Int64)

    /// What is to be done about it.
    public var remedy: Remedy {
        switch self {
        case .system, .notAFile: .retry
        case .foreign, .newer: .setAside
        case .sqlite(let code):
            switch code & 0xFF {
            // An error of the schema too: a file of ours has the tables that its version says.
            case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_MISMATCH: .setAside
            default: .retry
            }
        }
    }

    /// Why SQLite refuses.
    public enum Refusal: Equatable, Sendable {
        /// The disk is full.
        case full
        /// The file or its directory can't be written to.
        case readOnly
        /// Another program has the file locked.
        case locked
        /// It is no whole database.
        case damaged
        /// The disk does not take it, and the system gave no reason.
        case disk
        /// Anything else.
        case other
    }

    /// Why SQLite refuses where it answers with `code`.
    public static func refusal(_ code: Int32) -> Refusal {
        switch code & 0xFF {
        case SQLITE_FULL: .full
        case SQLITE_READONLY: .readOnly
        case SQLITE_BUSY, SQLITE_LOCKED: .locked
        case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
        case SQLITE_IOERR, SQLITE_CANTOPEN: .disk
        default: .other
        }
    }

    /// The word that the file's new name gets.
    public var label: String {
        switch self {
        case .foreign: "foreign"
        case .newer: "newer"
        case .system, .sqlite, .notAFile: "broken"
        }
    }
}
