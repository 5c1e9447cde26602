import ProxyCore
import ProxyTerms
import SplitScheduler

/// The journal on the disk: what is restored from it, and what its lines for people say.
enum JournalWords {
    static func skipped(lines: Int) -> String {
        "journal: \(lines) lines could not be read and are left out"
    }

    static let useless =
        "journal: nothing in it can be gone on with (is the clock right?), the accepted work of before is forgotten"

    static func restored(seconds: Double) -> String {
        "journal: going on with the accepted work of the last \(Quantity.duration(seconds))"
    }

    static func taken(_ directory: String) -> String {
        "no journal, a restart will forget the accepted work: another proxy keeps its own in \(directory); give this one "
            + "another \"state-directory\""
    }

    static func cantWrite(_ directory: String, _ cause: String) -> String {
        "the journal in \(directory) can't be written (\(cause)): a restart will forget what is mined now"
    }

    static let writesAgain = "the journal is written again"

    // MARK: Notes in the file

    static func switched(to upstream: Upstream, _ cause: SwitchCause, _ rigs: MoveCount) -> String {
        "\(upstream.name), \(cause.text(to: upstream)), \(rigs.text(to: upstream))"
    }

    static func share(difficulty: UInt64) -> String {
        "p2pool share found, difficulty \(Quantity.difficulty(difficulty))"
    }

    static func down(_ upstream: Upstream) -> String { "\(upstream.name) is down" }

    static func up(_ upstream: Upstream) -> String { "\(upstream.name) is up" }
}
