import Alerts
import ProxyTerms
import SplitScheduler

/// What an alert says: a title, and a line or two in the words of log and status.
enum AlertWords {
    // MARK: Details that the log has no line for

    static func hashrate(_ hashrate: Double, ofDay day: Double) -> String {
        "\(Quantity.hashrate(hashrate)) over 10 min; \(Quantity.hashrate(day)) over 24 h"
    }

    static func credited(_ averages: CreditedAverages) -> String {
        "XvB credits \(Quantity.hashrate(averages.hour)) over 1 h, \(Quantity.hashrate(averages.day)) over 24 h"
    }

    static func fails(_ fails: Int) -> String {
        "XvB has skipped a win, since the wallet had no share in p2pool's window: fails \(fails) of \(XvBReading.mostFails)"
    }

    // MARK: Titles

    /// What it is about, in one line.
    static func title(_ news: AlertNews) -> String {
        let isOver = news.state == .recovered
        switch news.event {
        case .rigGone: return rigs(news, isOver ? "back" : "gone")
        case .liar: return rigs(news, "cut off")
        case .hashrateLow: return isOver ? "The hashrate is back" : "The hashrate is low"
        case .poolDown:
            let names = news.items.map(\.subject).sorted().joined(separator: " and ")
            return "\(names) \(news.subjects == 1 ? "is" : "are") \(isOver ? "up" : "down")"
        case .tier:
            let tier = news.items.compactMap { Tier(key: $0.subject) }.max() ?? .none
            return "Tier \(tier.name) is \(isOver ? "held" : "lost")"
        case .shareFound: return news.times == 1 ? "p2pool share found" : "\(news.times) p2pool shares found"
        case .raffleWin: return "Raffle round won"
        case .registration: return isOver ? "XvB knows the wallet again" : "XvB does not know the wallet"
        case .fails: return "XvB skipped a win"
        case .disk: return isOver ? "The disk works again" : "Trouble with the disk"
        case .certificate:
            let place = news.subjects == 1 ? "\(name(news)): certificate" : "Certificates of \(news.subjects) pools"
            switch news.state {
            case .raised: return "\(place) refused"
            case .recovered: return "\(place) taken again"
            case .happened: return "\(place) renewed"
            }
        case .p2poolUpdate: return isOver ? "p2pool tells all that is needed" : "p2pool needs an update"
        }
    }

    private static func rigs(_ news: AlertNews, _ what: String) -> String {
        news.subjects == 1 ? "Rig \(name(news)) is \(what)" : "\(news.subjects) rigs are \(what)"
    }

    private static func name(_ news: AlertNews) -> String { Sanitizer.printable(news.items.last?.subject ?? "") }

    // MARK: Lines

    /// What there is to know about it, a line for each.
    static func lines(_ news: AlertNews) -> [String] {
        // Of several tiers one says it all.
        let items = news.event == .tier ? Array(news.items.suffix(1)) : news.items
        var lines = items.map(\.detail).filter { !$0.isEmpty }
        if news.subjects > news.items.count { lines.append("and \(news.subjects - news.items.count) more") }
        if news.state == .recovered, news.subjects == 1 {
            lines.append("after \(Quantity.duration(news.lasted))")
        }
        // Shares are counted in the title, and tiers by each of those below.
        let isCounted = news.event != .shareFound && news.event != .tier
        if news.state != .recovered, news.times > max(1, news.subjects), isCounted {
            lines.append("\(news.times) times since the last message")
        }
        return lines.map { Sanitizer.line($0, limit: 300) }
    }

    // MARK: Messages

    /// Lines of a message that names several alerts.
    private static let mostLines = 15

    /// A message about `batch`. `clock`: the time of day of a moment.
    static func letter(_ batch: AlertMailbox.Batch, host: String, clock: (Instant) -> String) -> AlertLetter {
        let urgency = batch.news.map(\.urgency).max() ?? .normal
        let place = "stratum-proxy at \(Sanitizer.printable(host))"
        if let news = batch.news.first, batch.news.count == 1, batch.dropped == 0 {
            return AlertLetter(
                title: title(news), lines: lines(news) + [place], urgency: urgency, news: batch.news, clock(news.at))
        }
        let all = batch.news.count + batch.dropped
        var text = batch.news.suffix(mostLines).map { "\(clock($0.at)) \(line($0))" }
        let left = all - text.count
        if left > 0 { text.insert("\(left) older ones left out", at: 0) }
        return AlertLetter(
            title: "\(all) alerts", lines: text + [place], urgency: urgency, news: batch.news,
            batch.news.first.map { clock($0.at) } ?? "")
    }

    /// An alert in one line.
    private static func line(_ news: AlertNews) -> String {
        let first = lines(news).first.map { ": \($0)" } ?? ""
        return Sanitizer.line(title(news) + first, limit: 160)
    }

    /// What `stratum-proxy notify --test` sends.
    static func test(host: String, time: String) -> AlertLetter {
        AlertLetter(
            title: "Test of stratum-proxy's alerts",
            lines: ["Alerts arrive here.", "stratum-proxy at \(Sanitizer.printable(host))"], urgency: .normal, news: [],
            time)
    }
}
