import CSQLite
import Glibc
import History

/// The store's file: made, checked, migrated, set aside where it can't be used.
public struct StoreFile: Sendable {
    /// Its path.
    public let path: String

    /// The store at `path`.
    public init(_ path: String) { self.path = path }

    /// An open store.
    struct Opened {
        let connection: Connection
        /// This proxy's number.
        let proxy: Int64
        /// Which file it is: another one may come to stand at its path.
        let inode: UInt
        /// Whether there was none before.
        let isNew: Bool
    }

    /// Files with the same trouble that are kept aside: the first ones, which hold the most.
    private static let mostAside = 2

    /// Opens it; makes it where there is none. `now` is in seconds since 1970.
    func open(now: Int64) throws(StoreFault) -> Opened {
        var status = stat()
        if lstat(path, &status) != 0 {
            guard errno == ENOENT else { throw .system(errno: errno) }
            // SQLite would make it readable for others; its companions get the rights that it has.
            let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0, fstat(descriptor, &status) == 0 else { throw .system(errno: errno) }
            close(descriptor)
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        let connection = try Connection(path, isReadOnly: false)
        let version = try check(connection, isEmpty: status.st_size == 0)
        // Readers don't hold up the writer, nor it them; after a power cut the file is whole, and the last seconds may be gone.
        try connection.run("PRAGMA journal_mode = WAL")
        try connection.run("PRAGMA synchronous = NORMAL")
        try connection.run("PRAGMA journal_size_limit = 8388608")
        try connection.run("PRAGMA cache_size = -512")
        try migrate(connection, from: version)
        return Opened(
            connection: connection, proxy: try number(connection, now: now), inode: status.st_ino,
            isNew: version == 0)
    }

    /// Whether the file at the path is the one that was opened.
    func isInPlace(_ opened: Opened) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_ino == opened.inode
    }

    /// Renames a file that can't be used; where there are enough like it already it is removed.
    /// - Returns: its new name; nil where it was removed.
    func setAside(_ fault: StoreFault, now: Int64) -> String? {
        let prefix = "\(path).\(fault.label)-"
        let aside = prefix + String(now)
        let isKept = countAside(prefix) < Self.mostAside
        for suffix in ["", "-wal"] {
            if isKept { rename(path + suffix, aside + suffix) } else { unlink(path + suffix) }
        }
        unlink(path + "-shm")
        return isKept ? aside : nil
    }

    // MARK: The file's content

    private func check(_ connection: Connection, isEmpty: Bool) throws(StoreFault) -> Int64 {
        let version = try connection.first("PRAGMA user_version")?.whole ?? 0
        let application = try connection.first("PRAGMA application_id")?.whole ?? 0
        if application == Table.applicationID {
            if version > Table.schemaVersion { throw .newer(version: version) }
            return version
        }
        // A file of ours is whole from its first transaction on: one without our mark is empty, or another program's.
        let tables = try connection.first("SELECT count(*) FROM sqlite_schema")?.whole ?? 0
        guard application == 0, version == 0, tables == 0 else { throw .foreign }
        return 0
    }

    private func migrate(_ connection: Connection, from version: Int64) throws(StoreFault) {
        for version in version..<max(version, Table.schemaVersion) {
            try connection.transaction { () throws(StoreFault) in
                for statement in Table.migration(from: version) { try connection.run(statement) }
                try connection.run("PRAGMA user_version = \(version + 1)")
            }
        }
    }

    /// This proxy's number: the only one that its own store has, drawn when it was made.
    private func number(_ connection: Connection, now: Int64) throws(StoreFault) -> Int64 {
        if let known = try connection.first("SELECT proxy FROM proxies ORDER BY since LIMIT 1")?.whole { return known }
        let drawn = Int64.random(in: 1...0x7FFF_FFFF)
        try connection.run("INSERT INTO proxies (proxy, since) VALUES (?1, ?2)", [.integer(drawn), .integer(now)])
        return drawn
    }

    private func countAside(_ prefix: String) -> Int {
        let parts = prefix.split(separator: "/", omittingEmptySubsequences: false)
        let directory = parts.dropLast().joined(separator: "/")
        guard let name = parts.last, let stream = opendir(directory.isEmpty ? "." : directory) else { return 0 }
        defer { closedir(stream) }
        var count = 0
        while let entry = readdir(stream) {
            let found = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if found.hasPrefix(name), !found.hasSuffix("-wal") { count += 1 }
        }
        return count
    }
}
