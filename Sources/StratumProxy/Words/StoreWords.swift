import EventLoop
import ProxyTerms
import Store

/// The store on the disk: what is restored from it, and what is wrong with it.
enum StoreWords {
    static func skipped(lines: Int) -> String {
        "history: skipped \(Quantity.count(lines, "unreadable line")) of the journal"
    }

    static let useless = "history: nothing usable in it (is the clock right?); earlier accepted work is lost"

    static func restored(seconds: Double) -> String {
        "history: restored the accepted work of the last \(Quantity.duration(seconds))"
    }

    static let fromJournal = "history: the journal's work is in the store now; the journal is kept as journal.jsonl.old"

    static func taken(_ directory: String) -> String {
        "no history: another proxy uses \(directory); a restart will lose the accepted work. Give this one another "
            + "\"state-directory\""
    }

    static func cantWrite(_ path: String, _ fault: StoreFault) -> String {
        "history: \(path) can't be written (\(cause(fault))): mining goes on, and a restart will lose the work since now"
    }

    static func slow(_ path: String, seconds: Int) -> String {
        "history: the disk has not taken anything for \(path) in \(seconds) s: mining goes on, and a restart will lose "
            + "the work since then"
    }

    static func writesAgain(_ path: String, dropped: Int) -> String {
        "history: \(path) is written again"
            + (dropped > 0 ? "; \(Quantity.count(dropped, "row")) of the time between had to be left out" : "")
    }

    static func setAside(_ path: String, _ aside: Store.State.Aside) -> String {
        let kept = aside.path.map { "it is kept as \($0)" } ?? "it was removed, as two like it are kept"
        let what =
            switch aside.fault {
            case .foreign: "is no history of this proxy"
            case .newer: "is of a later version of this proxy"
            case .system, .sqlite, .notAFile: "is damaged (\(cause(aside.fault)))"
            }
        return "history: \(path) \(what): \(kept), and a new one is begun. Charts begin anew"
    }

    /// Why the store can't be used, in short: the system's name where it gave one.
    static func cause(_ fault: StoreFault) -> String {
        switch fault {
        case .system(let number): return LoopError(errno: number).name
        case .notAFile: return "it is no ordinary file"
        case .foreign: return "it is another program's"
        case .newer: return "it is of a later version"
        case .sqlite(let code):
            switch StoreFault.refusal(code) {
            case .full: return "the disk is full"
            case .readOnly: return "it is read-only"
            case .locked: return "another program has it locked"
            case .damaged: return "it is no whole database"
            case .disk: return "the disk does not take it, SQLite error \(code)"
            case .other: return "SQLite error \(code)"
            }
        }
    }
}
