import EventLoop
import Glibc
import SplitScheduler

/// The journal that proxies before the store have kept: read once, then renamed.
enum OldJournal {
    /// The largest file that is read; one that is larger is not ours.
    private static let mostBytes = 32 << 20

    /// What the journal in `directory` tells; nil where there is none.
    static func read(_ directory: String) -> JournalReplay? {
        var replay = JournalReplay()
        var isThere = false
        // The older part first.
        for path in paths(directory).reversed() {
            guard let bytes = try? FileContents(at: path, limit: mostBytes).bytes else { continue }
            isThere = true
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                replay.take(String(decoding: line, as: UTF8.self))
            }
        }
        return isThere ? replay : nil
    }

    /// Renames it, so that it isn't read again.
    static func putAway(_ directory: String) {
        for path in paths(directory) { rename(path, path + ".old") }
    }

    private static func paths(_ directory: String) -> [String] {
        ["\(directory)/journal.jsonl", "\(directory)/journal.jsonl.1"]
    }
}
