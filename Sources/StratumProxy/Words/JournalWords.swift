import ProxyCore
import ProxyTerms
import SplitScheduler

/// The journal on the disk: what is restored from it, and what its lines for people say.
enum JournalWords {
    static func skipped(lines: Int) -> String {
        "journal: skipped \(Quantity.count(lines, "unreadable line"))"
    }

    static let useless =
        "journal: nothing usable in it (is the clock right?); earlier accepted work is lost"

    static func restored(seconds: Double) -> String {
        "journal: restored the accepted work of the last \(Quantity.duration(seconds))"
    }

    static func taken(_ directory: String) -> String {
        "no journal: another proxy uses \(directory); a restart will lose the accepted work. Give this one another "
            + "\"state-directory\""
    }

    static func cantWrite(_ directory: String, _ cause: String) -> String {
        "the journal in \(directory) can't be written (\(cause)): a restart will lose the work since now"
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
