import ProxyTerms
import SplitScheduler

/// Says what has changed in the schedule beside its plans: the tier that is held, and how far the inputs can be trusted. Each
/// change once, with what it means for the mining.
struct ScheduleVoice {
    /// A line for the log.
    struct Line: Equatable {
        var level: LogLevel
        var text: String
    }

    private var tier: Tier?
    private var day: Int64?
    private var p2pool = InputHealth.missing
    private var xvb = InputHealth.missing
    private var wonRound: Tier?

    /// What has changed since the last look.
    mutating func changes(_ status: SchedulerStatus) -> [Line] {
        var lines: [Line] = []
        if let line = tierLine(status) { lines.append(line) }
        if let line = dayLine(status) { lines.append(line) }
        if status.p2poolHealth != p2pool {
            if let line = Self.p2poolLine(status, before: p2pool) { lines.append(line) }
            p2pool = status.p2poolHealth
        }
        if status.xvbHealth != xvb {
            if let line = Self.xvbLine(status, before: xvb) { lines.append(line) }
            xvb = status.xvbHealth
        }
        if status.wonRound != wonRound {
            lines.append(Self.wonLine(status.wonRound))
            wonRound = status.wonRound
        }
        return lines
    }

    private static func wonLine(_ tier: Tier?) -> Line {
        guard let tier else { return Line(level: .info, text: "the round that this wallet had won is over") }
        return Line(
            level: .info,
            text: "this wallet has won the \(tier.name) round: some shares more are held in XvB's hour until it is over"
        )
    }

    /// Told when another tier is held; that none can be for a moment (no share, an outage) is the plan's to tell.
    private mutating func tierLine(_ status: SchedulerStatus) -> Line? {
        guard case .holdTier(let new)? = status.plan?.cause, new != tier else { return nil }
        let old = tier
        tier = new
        guard let old else { return nil }
        let way = new > old ? "up" : "down"
        var text = "tier: \(way) from \(old.name) to \(new.name) (\(Quantity.hashrate(new.hashrate)))"
        if new < old, let forecast = status.forecast.first(where: { $0.tier == old }) {
            text += ": \(old.name) would be \(forecast.outcome.text)"
        }
        return Line(level: .info, text: text)
    }

    /// Once a day what was paid for the tiers of the last 24 h.
    private mutating func dayLine(_ status: SchedulerStatus) -> Line? {
        let old = day
        day = status.day
        guard let old, status.day != old, let price = status.price, price.sentHashrate > 0 else { return nil }
        return Line(level: .info, text: "tier: \(price.text)")
    }

    private static func p2poolLine(_ status: SchedulerStatus, before: InputHealth) -> Line? {
        let age = status.p2poolAge.map(Quantity.duration) ?? "long"
        switch status.p2poolHealth {
        case .fresh:
            return before == .missing ? nil : Line(level: .info, text: "p2pool's figures are fresh again")
        case .held:
            return Line(
                level: .info, text: "p2pool's figures are \(age) old: the last ones are planned with for ten minutes")
        case .stale:
            return Line(
                level: .warning,
                text: "p2pool's figures are \(age) old: they are planned with no more until new ones come")
        case .missing, .unregistered:
            return nil
        }
    }

    private static func xvbLine(_ status: SchedulerStatus, before: InputHealth) -> Line? {
        let age = status.xvbAge.map(Quantity.duration) ?? "long"
        switch status.xvbHealth {
        case .fresh:
            return before == .missing ? nil : Line(level: .info, text: "XvB's figures are fresh again")
        case .held:
            return Line(level: .info, text: "XvB's figures are \(age) old: the last ones are reckoned with for now")
        case .stale:
            return Line(
                level: .warning,
                text: "XvB's figures "
                    + (status.xvbStandsStill.map { "have not changed for \(Quantity.duration($0))" } ?? "are \(age) old")
                    + ": our own accepted work is planned with alone")
        case .missing, .unregistered:
            return nil
        }
    }
}
