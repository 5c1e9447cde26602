import ProxyCore
import ProxyTerms
import SplitScheduler

/// What can be wrong, each with its state, age and reason.
struct Sign: Equatable {
    let level: Wellness
    let name: String
    /// Its state in one word or two.
    let word: String
    /// Its age, or what is wrong.
    let text: String

    /// All of them, the same ones each time.
    static func all(_ report: StatusReport) -> [Sign] {
        Upstream.allCases.compactMap { upstream(report.snapshot.upstreams[$0], report) }
            + [
                figures("p2pool", report.schedule.p2poolHealth, report.schedule.p2poolAge, report.sources.p2pool),
                figures("XvB", report.schedule.xvbHealth, report.schedule.xvbAge, report.sources.xvb),
            ].compactMap { $0 } + [rigs(report), proxy(report)]
    }

    private static func upstream(_ upstream: UpstreamSnapshot, _ report: StatusReport) -> Sign? {
        guard upstream.isUsed else { return nil }
        let name = upstream.upstream.name
        if let outage = report.past.outages[upstream.upstream], upstream.readyLanes == 0 {
            return Sign(level: .bad, name: name, word: "down", text: outage.text(at: report.now))
        }
        guard upstream.readyLanes > 0 else {
            return Sign(level: .bad, name: name, word: "down", text: "can't be reached")
        }
        let facts = [
            upstream.difficulty.map { "diff \(Quantity.difficulty($0))" },
            upstream.ping.map { "ping \(Int($0.rounded())) ms" },
        ]
        return Sign(level: .good, name: name, word: "up", text: facts.compactMap { $0 }.joined(separator: ", "))
    }

    private static func figures(_ name: String, _ health: InputHealth, _ age: Double?, _ source: StatusSources.Source)
        -> Sign?
    {
        guard source.place != nil else { return nil }
        let level: Wellness =
            switch health {
            case .fresh: source.trouble == nil ? .good : .warning
            case .held, .unregistered: .warning
            case .stale: .bad
            case .missing: source.trouble == nil ? .waiting : .warning
            }
        let old = age.map { "\(Quantity.duration($0)) old" } ?? "none came yet"
        return Sign(
            level: level, name: "\(name)'s figures", word: health.name,
            text: source.trouble.map { "\(old): \($0)" } ?? old)
    }

    private static func rigs(_ report: StatusReport) -> Sign {
        let cut = report.rigs.count { $0.cut != nil }
        let left = report.rigs.count { $0.cut == nil && $0.departure != nil }
        let suspect = report.rigs.count { $0.departure == nil && $0.trust == .suspect }
        let parts = [(cut, "cut off"), (left, "left within a day"), (suspect, "suspect")].filter { $0.0 > 0 }.map {
            "\($0.0) \($0.1)"
        }
        let level: Wellness =
            report.snapshot.rigs == 0 ? .waiting : report.rigs.contains(where: \.needsALook) ? .warning : .good
        return Sign(
            level: level, name: "Rigs", word: "\(report.snapshot.rigs) online",
            text: parts.isEmpty ? "none is missing" : parts.joined(separator: ", "))
    }

    private static func proxy(_ report: StatusReport) -> Sign {
        Sign(level: .good, name: "Proxy", word: "runs", text: "for \(Quantity.duration(report.uptime))")
    }
}
