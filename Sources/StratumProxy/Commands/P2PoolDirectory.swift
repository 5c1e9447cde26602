import Glibc
import ProxyTerms
import Upstreams

/// Looks once at the directory that p2pool writes, as the daemon would see it, and says what is wrong and what helps.
struct P2PoolDirectory {
    /// What p2pool tells, where enough of it could be read to plan with.
    let figures: P2PoolFigures?
    /// What is wrong, one line each; empty where nothing is.
    let complaints: [String]

    /// Reads the documents below `directory`.
    init(_ directory: String) {
        let now = Instant(milliseconds: 1 << 40)
        let wallClock = Double(Glibc.time(nil))
        var files = P2PoolFiles()
        var complaints: [String] = []
        for file in files.files {
            let path = "\(directory)/\(file.path)"
            do throws(BoundedFile.Fault) {
                let contents = try BoundedFile.contents(path, limit: P2PoolFile.longest)
                let found = P2PoolFiles.Found(modified: contents.modified, wallClock: wallClock)
                _ = contents.bytes.withUnsafeBytes { files.read(file, $0, found, now: now) }
            } catch {
                files.failed(file, Self.failure(error))
            }
            let explanation = files.health(file, now: now).explanation(
                of: file, user: AccountNames.currentUser, group: AccountNames.group(of: path))
            if let explanation { complaints.append(explanation) }
        }
        figures = files.figures(now: now)
        self.complaints = Self.isDirectory(directory) ? complaints : ["there is no directory \(directory)"]
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        // Where even this is forbidden the files' own complaints say so.
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT == S_IFDIR : errno == EACCES
    }

    private static func failure(_ fault: BoundedFile.Fault) -> FileFailure {
        switch fault {
        case .system(errno: ENOENT), .system(errno: ENOTDIR): .missing
        case .system(errno: EACCES), .system(errno: EPERM): .unreadable
        case .system(errno: ELOOP): .notAFile
        case .system(let code): .failed(code)
        case .notAFile: .notAFile
        case .tooLarge: .tooLarge
        }
    }
}
