import ProxyCore
import ProxyTerms
import StrictJSON

/// The words of `status rigs`.
enum RigStatusTableWords {
    static let rig = "RIG"

    /// What stands above a column.
    static func title(_ column: RigStatusTable.Column) -> String {
        switch column {
        case .state: "STATE"
        case .minute: "1 MIN"
        case .tenMinutes: "10 MIN"
        case .hour: "1 H"
        case .share: "LAST SHARE"
        case .since: "ONLINE FOR"
        case .accepted: "ACCEPTED"
        case .refused: "REFUSED"
        case .address: "ADDRESS"
        case .agent: "AGENT"
        }
    }

    /// A cell where there is no column for it; nil where it says nothing.
    static func phrase(_ column: RigStatusTable.Column, _ cell: String) -> String? {
        guard cell != none, !cell.isEmpty else { return nil }
        switch column {
        case .state, .address, .agent: return cell
        case .minute, .tenMinutes, .hour: return "\(title(column).lowercased()) \(cell)"
        case .share: return "last share \(cell) ago"
        case .since: return "online for \(cell)"
        case .accepted: return "accepted \(cell)"
        // The line below tells of each kind.
        case .refused: return nil
        }
    }

    /// What a cell has where nothing is known.
    static let none = "-"

    /// A rig's hashrate, where it has been there for longer than the next shorter window: a longer one says no more than that.
    static func rate(_ rig: JSONDocument, _ name: String, beyond seconds: Double = 0) -> String {
        guard let online = rig.number("connected_seconds"), online >= seconds else { return none }
        return rate(rig.number("\(name)_hs"), rig.number("\(name)_error"))
    }

    /// A hashrate with its error, in whole percent.
    static func rate(_ hashrate: Double?, _ error: Double?) -> String {
        guard let hashrate, let error else { return none }
        guard hashrate > 0 else { return "no share" }
        return "\(Quantity.hashrate(hashrate)) ±\(Quantity.percent((error * 100).rounded(.up) / 100))"
    }

    static func age(_ seconds: Double?) -> String { seconds.map { Quantity.duration($0) } ?? none }

    /// What is said below a rig: its state where that has more than a word, and what its shares came to.
    static func notes(word: String, state: String, small: Int, refused: String, age: Double?) -> String {
        var notes: [String] = []
        if !state.isEmpty {
            // "cut off for 37 min: …", "left 2 h ago, …"
            let isSentence = state.hasPrefix("for ") || state.first?.isNumber == true
            notes.append(isSentence ? "\(word) \(state)" : state == RigWords.suspect ? "\(word): \(state)" : state)
        }
        if small > 0 { notes.append("\(small) good but too small for the pool") }
        if !refused.isEmpty {
            notes.append("refused or lost: \(refused)" + (age.map { ", the last \(Quantity.duration($0)) ago" } ?? ""))
        }
        return notes.joined(separator: "; ")
    }

    /// How many there are and what they make together; or how to connect one.
    static func head(_ state: JSONDocument, online: Int, gone: Int) -> String {
        guard online + gone > 0 else { return noRig(state) }
        var head = "\(Quantity.count(online, "rig")) online"
        if gone > 0 { head += ", \(gone) left within a day" }
        if let hashrate = state.number("hashrate", "900s", "hs"),
            let error = state.number("hashrate", "900s", "relative_error"),
            hashrate > 0
        {
            let span = min(RateWindow.minutes15.seconds, state.number("uptime_seconds") ?? .infinity)
            head += "; together \(rate(hashrate, error)) over \(Quantity.duration(span))"
        }
        return head
    }

    private static func noRig(_ state: JSONDocument) -> String {
        let host = state.text("host", limit: 64).map { Sanitizer.printable($0) } ?? "HOST"
        guard let port = state.number("connect", "port") else { return "no rig is connected" }
        return "no rig has connected within a day: give xmrig the pool \"url\": \"\(host):\(Int(port))\""
    }

    /// `left` rigs have no room in the answer.
    static func notListed(_ left: Int, page: String?) -> String {
        Quantity.count(left, "more rig") + (page.map { ": http://\($0)/api/v1/rigs has all of them" } ?? "")
    }
}
