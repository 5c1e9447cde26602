import ProxyCore
import ProxyTerms

/// The rigs in the text of `status`, below everything else: those with the most refused shares first, then the others by name.
enum RigList {
    /// What stands before the first of them.
    static let name = "Rigs"
    /// Lines of rigs that are shown on however small a screen.
    static let fewest = 5

    /// Their paragraphs, in so many bytes at most.
    static func lines(_ rigs: [RigSnapshot], mostBytes: Int) -> StatusLines {
        var all = StatusLines()
        var bytes = 0
        for (place, rig) in rigs.enumerated() {
            var lines = StatusLines()
            lines.add(place == 0 ? name : "", rig.stateText, needsAttention: rig.cut != nil || rig.trust == .suspect)
            if let refusals = rig.refusalText { lines.add("", refusals, needsAttention: true) }
            bytes += lines.wire.utf8.count
            guard bytes <= mostBytes else {
                all.add("", more(rigs.count - place, "rig"))
                return all
            }
            all.add(lines)
        }
        return all
    }

    /// The rows of `status` with no more of the rigs, which begin at `start`, than a screen of so many rows has room for; nil: all of them.
    static func cut(_ lines: [String], from start: Int?, on terminal: Terminal) -> [String] {
        guard let rows = terminal.rows, let start else { return lines }
        // One row for the shell, one for the line that tells of the others.
        let room = max(rows - start - 2, fewest)
        let left = lines.count - start - room
        // That line would take the place of a single one.
        guard left > 1 else { return lines }
        let text = String(repeating: " ", count: StatusLines.indent) + more(left, "line")
        return lines[..<(start + room)] + [TextLayout.cut(text, terminal.columns ?? .max)]
    }

    private static func more(_ count: Int, _ thing: String) -> String {
        "\(Quantity.count(count, "more \(thing)")): status rigs"
    }
}

extension RigSnapshot {
    /// Who it is, what it does.
    fileprivate var stateText: String {
        var text = "\(Sanitizer.printable(name, limit: 32)) (\(address), \(Sanitizer.printable(agent, limit: 24))): "
        if let departure {
            text += "left \(Quantity.duration(departure.secondsAgo)) ago, \(departure.reason.text)"
        } else {
            text += (upstream.map { "on \($0.name)" } ?? "waits for work") + ", \(Quantity.hashrate(rate.hashrate))"
            if fullNonceSpace { text += ", own pool connection" }
        }
        text += ", accepted \(counts[.accepted])"
        if counts[.belowPoolTarget] > 0 { text += " (and \(counts[.belowPoolTarget]) below the pool's difficulty)" }
        if let age = secondsSinceShare { text += ", last share \(Quantity.duration(age)) ago" }
        if let cut {
            text += "; cut off for \(Quantity.duration(Double(cut.seconds))): \(cut.offence.text)"
        } else if trust == .suspect {
            text += "; suspect: \(RigWords.suspect)"
        }
        return text
    }

    /// What came to nothing; nil where nothing did.
    fileprivate var refusalText: String? {
        guard counts.refusals > 0 else { return nil }
        let last = counts.lastRefusal.map { "; last: \($0.cause)" } ?? ""
        let age = secondsSinceRefusal.map { " \(Quantity.duration($0)) ago" } ?? ""
        return "  refused or lost: \(counts.refusalText)" + last + age
    }
}

extension RigCounts {
    /// What came to nothing, by kind, most of it first: "12 duplicate, 3 stale".
    var refusalText: String {
        let kinds = Outcome.allCases.filter { $0.isRefusal && self[$0] > 0 }.sorted { self[$0] > self[$1] }
        return kinds.map { "\(self[$0]) \($0.text)" }.joined(separator: ", ")
    }

    /// Whether only such shares are among them as each farm has: too old, or lost with a connection.
    var isOrdinary: Bool { refusals == UInt64(self[.stale]) + UInt64(self[.lost]) }
}

extension RigCounts.Outcome {
    /// The word behind a number of shares.
    var text: String {
        switch self {
        case .accepted: "accepted"
        case .belowPoolTarget: "below the pool's difficulty"
        case .refusedByPool: "refused by the pool"
        case .stale: "stale"
        case .duplicate: "duplicate"
        case .wrongNonceRange: "outside the nonce range"
        case .unknownJob: "of an unknown job"
        case .malformed: "malformed"
        case .lowDifficulty: "below its difficulty"
        case .wrongHash: "with a wrong hash"
        case .tooMany: "too many"
        case .lost: "lost"
        }
    }

    /// What is wrong with one share.
    var cause: String {
        switch self {
        case .accepted, .belowPoolTarget: "nothing"
        case .refusedByPool: "the pool refused it"
        case .stale: "stale: its job has left the pool"
        case .duplicate: "duplicate nonce"
        case .wrongNonceRange: "its nonce is outside the rig's range (byte 42)"
        case .unknownJob: "a job that this rig was never given"
        case .malformed: "a malformed request"
        case .lowDifficulty: "below the rig's difficulty"
        case .wrongHash: "its hash is not what the rig claims (overclock, memory?)"
        case .tooMany: "too many shares"
        case .lost: "no verdict of the pool"
        }
    }
}
