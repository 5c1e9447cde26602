import ProxyTerms
import SplitScheduler

/// Says what has changed in the schedule beside its plans: the tier that is held, and how far the inputs can be trusted. Each
/// change once, with what it means for the mining.
struct ScheduleLog {
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
        Line(level: .info, text: ScheduleWords.wonRound(tier))
    }

    /// Told when another tier is held; that none can be for a moment (no share, an outage) is the plan's to tell.
    private mutating func tierLine(_ status: SchedulerStatus) -> Line? {
        guard case .holdTier(let new)? = status.plan?.cause, new != tier else { return nil }
        let old = tier
        tier = new
        guard let old else { return nil }
        let forecast = status.forecast.first { $0.tier == old }?.outcome
        return Line(level: .info, text: ScheduleWords.tierChanged(from: old, to: new, forecast: forecast))
    }

    /// Once a day what was paid for the tiers of the last 24 h.
    private mutating func dayLine(_ status: SchedulerStatus) -> Line? {
        let old = day
        day = status.day
        guard let old, status.day != old, let price = status.price, price.sentHashrate > 0 else { return nil }
        return Line(level: .info, text: ScheduleWords.day(price))
    }

    private static func p2poolLine(_ status: SchedulerStatus, before: InputHealth) -> Line? {
        switch status.p2poolHealth {
        case .fresh:
            return before == .missing ? nil : Line(level: .info, text: FigureWords.p2poolFresh)
        case .held:
            return Line(level: .info, text: FigureWords.p2poolHeld(status.p2poolAge))
        case .stale:
            return Line(level: .warning, text: FigureWords.p2poolStale(status.p2poolAge))
        case .missing, .unregistered:
            return nil
        }
    }

    private static func xvbLine(_ status: SchedulerStatus, before: InputHealth) -> Line? {
        switch status.xvbHealth {
        case .fresh:
            return before == .missing ? nil : Line(level: .info, text: FigureWords.xvbFresh)
        case .held:
            return Line(level: .info, text: FigureWords.xvbHeld(status.xvbAge))
        case .stale:
            return Line(
                level: .warning,
                text: FigureWords.xvbStale(status.xvbAge, unchanged: status.xvbStandsStill))
        case .missing, .unregistered:
            return nil
        }
    }
}
