import ProxyTerms

/// What the demo says of itself.
enum DemoWords {
    static func begins(rigs: Int, hashrate: Double, p2poolPort: UInt16, xvbPort: UInt16) -> String {
        "\(rigs) simulated rigs with \(Quantity.hashrate(hashrate)) together, a simulated p2pool on port \(p2poolPort), "
            + "a simulated XvB node on port \(xvbPort); nothing leaves this machine"
    }

    static let learning = "a few seconds to learn the rigs' hashrate, then the first window"

    static func noWindow(within seconds: Double) -> String { "no window started within \(Int(seconds)) s" }

    /// A line of the log with `text`.
    static func line(_ text: String) -> String { "demo: \(text)" }
}

extension DemoTotals {
    /// What came of it, in lines for people.
    func lines(_ audit: DemoAudit) -> [String] {
        var lines = [
            "\(Quantity.count(windows.count, "window")), \(switches) switches, the slowest \(longestSwitch) ms after its planned moment"
        ]
        if let fewestMoved {
            let behind = mostLeftBehind > 0 ? ", at most \(mostLeftBehind) stayed where they were" : ""
            let isAll = fewestMoved >= audit.rigs.count
            let moved = Quantity.count(fewestMoved, "rig") + (isAll ? "" : " or more")
            lines.append("each switch moved \(isAll && fewestMoved > 1 ? "all " : "")\(moved)\(behind)")
        }
        lines.append(
            "shares: \(audit.submitted) submitted, \(audit.accepted) accepted, \(audit.rejected) rejected, \(audit.stale) "
                + "stale, \(audit.lost) lost, \(audit.duplicates) duplicate, \(audit.unanswered) unanswered"
                + (audit.afterStop > 0 ? ", \(audit.afterStop) during the stop" : ""))
        lines.append(
            "XvB's share of the work: \(Quantity.percent(plannedShare)) planned, \(Quantity.percent(deliveredShare)) "
                + "delivered; luck in finding shares makes ±\(Quantity.percent(shareLuck))")
        if !windows.isEmpty, abs(deliveredShare - plannedShare) > shareLuck { lines.append(Self.beyondLuck) }
        return lines
    }

    /// Why the delivered share can differ from the planned one by more than luck.
    static let beyondLuck =
        "that is more than luck: rigs came, waited for a job or had no connection to XvB after the plan was made"

    /// The line of a problem.
    static func problem(_ text: String) -> String { "problem: \(text)" }

    /// The last line where there is none.
    static let allWell = "ok: the books of rigs, proxy and pools agree"
}

/// What a demo's three books don't agree on.
enum AuditWords {
    static func rejected(_ count: Int) -> String { "\(count) shares were rejected" }

    static func duplicates(_ count: Int) -> String { "\(count) nonces reached a pool twice" }

    static func lost(_ count: Int) -> String { "\(count) shares were lost" }

    static func unanswered(_ count: Int) -> String { "\(count) shares were never answered" }

    static let noShare = "no rig found a share"

    static func reached(_ count: Int, of submitted: Int) -> String {
        "\(submitted) shares handed in, but \(count) reached the proxy"
    }

    static func drops(_ count: Int, _ reasons: [String]) -> String {
        "rigs lost their connection \(count) times" + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))")
    }

    static func rigViolations(_ count: Int, first: String) -> String {
        "rigs saw \(count) protocol violations, such as: \(Sanitizer.printable(first, limit: 160))"
    }

    static func poolViolations(_ pool: String, _ count: Int, first: String) -> String {
        "\(pool) saw \(count) protocol violations, such as: \(Sanitizer.printable(first, limit: 160))"
    }

    static func unbalanced(_ pool: String) -> String { "the proxy's books of \(pool) do not balance" }

    static func credit(_ pool: String, _ credited: Double, proxy: Double) -> String {
        "\(pool) credits \(Int(credited)) hashes, the proxy \(Int(proxy))"
    }

    static func noWork(_ pool: String, _ count: Int) -> String { "\(pool) got \(count) shares below the target" }

    static let acceptedByRigs = ("shares accepted as the rigs know", "as the proxy knows")
    static let refusedToRigs = ("shares refused as the rigs know", "as the proxy knows")

    static func got(_ pool: String) -> (String, String) { ("shares \(pool) got", "shares sent to it") }

    static func took(_ pool: String) -> (String, String) { ("shares \(pool) took", "verdicts") }

    static func refused(_ pool: String) -> (String, String) { ("shares \(pool) refused", "verdicts") }

    static func differ(_ names: (String, String), _ one: Int, _ other: Int) -> String {
        "\(one) \(names.0), but \(other) \(names.1)"
    }
}
