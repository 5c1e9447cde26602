import EventLoop
import Glibc
import ProxyTerms
import SplitScheduler
import Statistics

/// Looks once at the directory that p2pool writes, as the daemon does each round, and says what is wrong in the daemon's words.
struct P2PoolDirectory {
    /// What p2pool tells, where enough of it could be read to plan with.
    let reading: P2PoolReading?
    /// What is wrong, one line each; empty where nothing is.
    let complaints: [String]

    /// Reads the documents below `directory`. `wallet` is the one that p2pool should pay to.
    init(_ directory: String, wallet: String? = nil) {
        let now = Instant(milliseconds: 1 << 40)
        let wallClock = WallClock.now
        var state = P2PoolState()
        for file in state.files {
            do throws(FileReadingFailure) {
                let contents = try FileContents(at: "\(directory)/\(file.path)", limit: P2PoolFile.longest)
                let found = FoundDocument(modified: contents.modified, wallClock: wallClock)
                _ = contents.bytes.withUnsafeBytes { state.read(file, $0, found, now: now) }
            } catch {
                state.failed(file, FileFailure(error))
            }
        }
        reading = state.reading(now: now)
        let words = P2PoolWords(
            refusal: { .reading("\(directory)/\($0.path)") }, wallet: wallet, hasGoodFigures: false)
        complaints =
            Self.isDirectory(directory)
            ? state.troubles(wallet: wallet, now: now).map(words.text) : [CheckWords.noDirectory(directory)]
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        // Where even this is forbidden the files' own complaints say so.
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT == S_IFDIR : errno == EACCES
    }
}
