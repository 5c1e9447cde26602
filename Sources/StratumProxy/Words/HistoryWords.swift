import History
import ProxyTerms
import SplitScheduler

/// What a mark of a chart says.
enum HistoryWords {
    static func text(_ mark: HistoryMark) -> String {
        switch mark.event {
        case .share(let difficulty, let rig):
            "p2pool share found\(rig.map { " by \($0)" } ?? ""), difficulty \(Quantity.difficulty(UInt64(exactly: difficulty.rounded()) ?? 0))"
        case .win(let tier): "won a \(Tier(key: tier)?.name ?? tier) round of XvB's raffle"
        case .switched(_, let text), .plan(let text): text
        case .outage(let upstream):
            mark.until.map { "\(upstream.name) was down for \(Quantity.duration(Double(max(0, $0 - mark.at))))" }
                ?? "\(upstream.name) is down"
        case .start(let version): "the proxy started (version \(version))"
        }
    }
}
