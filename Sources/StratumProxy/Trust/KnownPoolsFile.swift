import EventLoop
import Glibc
import Upstreams

/// What is wrong with the file of known certificates.
enum KnownPoolsTrouble: Error, Equatable {
    /// It could not be understood, and was renamed.
    case setAside(String, to: String)
    /// It can't be read.
    case unreadable(String, String)
    /// It can't be written.
    case unwritable(String, String)
}

/// The file in the state directory that pools' certificates are remembered in. It waits for the disk: not for the loop's thread.
///
/// The daemon and `stratum-proxy trust` both change it: each reads it, changes it and replaces it as a whole, under a lock.
struct KnownPoolsFile: Sendable {
    /// Bytes of the longest file that is read; 64 pools take half of it.
    private static let limit = 65_536
    /// Tries for the lock, a fiftieth of a second apart: who holds it writes a few kilobytes.
    private static let lockTries = 100

    let path: String
    private let directory: String

    init(directory: String) {
        self.directory = directory
        path = "\(directory)/known-pools.json"
    }

    /// What it tells; nothing where there is no file. `setsAside`: one that is no such list is renamed, so that a new one can be
    /// written.
    func read(setsAside: Bool) throws(KnownPoolsTrouble) -> KnownPools {
        let bytes: [UInt8]
        do throws(FileReadingFailure) {
            bytes = try FileContents(at: path, limit: Self.limit).bytes
        } catch .notFound {
            return KnownPools()
        } catch .tooLarge {
            throw setAside(setsAside)
        } catch {
            throw .unreadable(path, error.text)
        }
        guard let pools = KnownPools(bytes) else { throw setAside(setsAside) }
        return pools
    }

    private func setAside(_ isWanted: Bool) -> KnownPoolsTrouble {
        guard isWanted else { return .unreadable(path, "not a list of known certificates") }
        let copy = path + ".bad"
        guard rename(path, copy) == 0 else { return .unreadable(path, LoopError(errno: errno).text) }
        return .setAside(path, to: copy)
    }

    /// Changes it, where `change` says that there is a change.
    /// - Returns: what was wrong with the file, where that was no hindrance.
    @discardableResult
    func update(_ change: (inout KnownPools) -> Bool) throws(KnownPoolsTrouble) -> KnownPoolsTrouble? {
        let lock = open("\(directory)/known-pools.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw .unwritable(path, LoopError(errno: errno).text) }
        defer { close(lock) }
        let given = PrivateFile.give(lock, toOwnerOf: directory)
        guard given == 0 else { throw .unwritable(path, LoopError(errno: given).text) }
        try take(lock)
        var pools = KnownPools()
        var trouble: KnownPoolsTrouble?
        do throws(KnownPoolsTrouble) {
            pools = try read(setsAside: true)
        } catch {
            guard case .setAside = error else { throw error }
            trouble = error
        }
        guard change(&pools) else { return trouble }
        do throws(LoopError) {
            try PrivateFile.write(Array(pools.text.utf8), to: path)
        } catch {
            throw .unwritable(path, error.text)
        }
        return trouble
    }

    private func take(_ lock: Int32) throws(KnownPoolsTrouble) {
        for _ in 0..<Self.lockTries {
            if flock(lock, LOCK_EX | LOCK_NB) == 0 { return }
            guard errno == EWOULDBLOCK || errno == EINTR else { break }
            usleep(20_000)
        }
        throw .unwritable(path, LoopError(errno: errno).text)
    }
}

extension FileReadingFailure {
    /// The system's words.
    fileprivate var text: String {
        switch self {
        case .notFound: "no such file"
        case .permissionDenied: "permission denied"
        case .tooLarge: "too large"
        case .notRegular: "not an ordinary file"
        case .other(let code): LoopError(errno: code).text
        }
    }
}
