import HTTPFetch
import ProxyTerms
import SplitScheduler

/// The figures of p2pool and XvB: how old they are, and whether they come at all.
enum FigureWords {
    // MARK: Their age, and what the plan does meanwhile

    static let p2poolFresh = "p2pool's figures are fresh again"

    static func p2poolHeld(_ age: Double?) -> String {
        "p2pool's figures are \(old(age)): using the last ones for up to ten minutes"
    }

    static func p2poolStale(_ age: Double?) -> String {
        "p2pool's figures are \(old(age)): not used until new ones come"
    }

    static let xvbFresh = "XvB's figures are fresh again"

    static func xvbHeld(_ age: Double?) -> String {
        "XvB's figures are \(old(age)): using the last ones for now"
    }

    /// `unchanged`: seconds for which the same figures came.
    static func xvbStale(_ age: Double?, unchanged: Double?) -> String {
        let what = unchanged.map { "have not changed for \(Quantity.duration($0))" } ?? "are \(old(age))"
        return "XvB's figures \(what): planning with our own accepted work only"
    }

    private static func old(_ age: Double?) -> String {
        age.map { Quantity.duration($0) + " old" } ?? "too old"
    }

    // MARK: Where they come from

    /// A line about the figures of an upstream.
    static func from(_ upstream: Upstream, _ text: String) -> String { "\(upstream.name) API: \(text)" }

    /// `hadSome`: whether there are good figures from before.
    static func unreachable(_ server: String, _ failure: HTTPFailure, hadSome: Bool) -> String {
        "\(server) can't be read: \(failure.text)" + (hadSome ? "; the last good figures stay in use" : "")
    }

    static func reachable(_ server: String) -> String {
        "\(server) can be read again"
    }

    static func isMirror(_ server: String) -> String {
        "\(server) has no local/ (a public mirror, or p2pool without --local-api): whether we have a share in the window "
            + "is estimated"
    }

    static func otherSidechain(_ reading: P2PoolReading) -> String {
        "p2pool is on another sidechain: difficulty \(Quantity.difficulty(UInt64(reading.sidechainDifficulty))), "
            + "window \(Int(reading.pplnsWindow)) blocks; the plan uses it at once"
    }

    // MARK: Clocks

    /// `ahead`: seconds that our clock is ahead of XvB's.
    static func clock(ahead: Double) -> String {
        "this machine's clock is \(Quantity.duration(abs(ahead))) \(ahead > 0 ? "ahead of" : "behind") XvB's: ages of figures are "
            + "wrong by as much; set it (`timedatectl set-ntp true`)"
    }

    static let clockAgain = "this machine's clock agrees with XvB's again"

    // MARK: XvB's answers

    /// `hadSome`: whether good averages have come before.
    static func averages(_ trouble: String, hadSome: Bool) -> String {
        "averages: \(trouble)"
            + (hadSome
                ? "; the last good ones stay in use" : "; until some come, planning with our own accepted work only")
    }

    static func notRegistered(_ trouble: String) -> String { "averages: \(trouble)" }

    static func server(_ server: String, _ failure: HTTPFailure) -> String { "\(server): \(failure.text)" }

    static let averagesAgain = "XvB's averages can be read again"

    static func statistics(_ trouble: String) -> String { "public statistics: \(trouble)" }

    static let statisticsAgain = "XvB's public statistics can be read again"
}
