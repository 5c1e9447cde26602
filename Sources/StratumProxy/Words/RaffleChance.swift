import ProxyTerms
import SplitScheduler

/// Can this wallet win the raffle now? What XvB asks for, one by one (docs/protocol.md#xvb-raffle).
struct RaffleChance: Equatable {
    /// One condition.
    struct Check: Equatable {
        let name: String
        /// nil: not known.
        let isMet: Bool?
        let text: String
        /// What the wallet lacks where it isn't met; nil where rounds are won without it.
        var lack: String?
    }

    /// nil: not known.
    let answer: Bool?
    let text: String
    let checks: [Check]

    init(_ report: StatusReport) {
        guard report.snapshot.upstreams.xvb.isUsed else {
            answer = false
            text = "No: mode p2pool sends XvB nothing"
            checks = []
            return
        }
        let schedule = report.schedule
        let reading = report.snapshot.xvbReading?.value
        let share = report.snapshot.p2poolReading?.value.shareInWindow
        let isRegistered = report.snapshot.isRegistered && reading == nil ? nil : report.snapshot.isRegistered
        let fails = reading?.fails
        checks = [
            Check(
                name: "Share in window", isMet: share, text: Self.text(share, report),
                lack: "no share in p2pool's window"),
            Self.average("1 h average", reading?.credited1h, schedule),
            Self.average("24 h average", reading?.credited24h, schedule),
            Check(
                name: "Fails", isMet: fails.map { $0 < XvBReading.mostFails },
                text: fails.map { "\($0) of \(XvBReading.mostFails)" } ?? "not known",
                lack: "XvB counts too many fails"),
            Check(
                name: "Registered", isMet: isRegistered, text: isRegistered.map { $0 ? "yes" : "no" } ?? "not known",
                lack: "XvB does not know this wallet"),
        ]
        let needs = checks.filter { $0.lack != nil }
        if let lack = needs.first(where: { $0.isMet == false })?.lack {
            answer = false
            text = "No: " + lack
        } else if needs.contains(where: { $0.isMet == nil }) || schedule.creditedTier == nil {
            answer = nil
            text = "Not known yet"
        } else {
            let rounds = Tier.allCases.filter { $0 > .none && $0 <= (schedule.creditedTier ?? .none) }.map(\.name)
            answer = !rounds.isEmpty
            text = rounds.isEmpty ? "Only in rounds without a tier" : "Yes, in \(Self.list(rounds)) rounds"
        }
    }

    private static func text(_ share: Bool?, _ report: StatusReport) -> String {
        switch share {
        case true?:
            guard let left = report.schedule.secondsUntilShareLeaves, left > 0 else { return "yes" }
            return "yes, the newest leaves in \(Quantity.duration(left))"
        case false?: return "none: XvB would skip your win"
        case nil: return "not known"
        }
    }

    private static func average(_ name: String, _ credited: Double?, _ schedule: SchedulerStatus) -> Check {
        guard let credited else { return Check(name: name, isMet: nil, text: "not known") }
        let aim = max(schedule.plan?.tier ?? .none, .donor)
        return Check(
            name: name, isMet: credited >= aim.hashrate,
            text: "\(Quantity.hashrate(credited)) of \(Quantity.hashrate(aim.hashrate))")
    }

    private static func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
