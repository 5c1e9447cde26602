import ProxyCore
import ProxyTerms
import SplitScheduler

/// How well something is: what a sign beside it shows.
enum Wellness: String {
    case good, warning, bad
    /// Nothing is known yet, or it has not begun.
    case waiting
}

/// Is all well? One sentence, and what to do.
struct Verdict: Equatable {
    let level: Wellness
    let text: String
    let why: String

    /// What is worst now, of all that can be wrong.
    enum Concern: Equatable {
        case starting
        case nothingReached
        case noRig
        case down(Upstream)
        /// Rigs find no place there, nor elsewhere.
        case noPlace(PlaceShortage)
        case noShare
        case unregistered
        case fails(Int)
        case oldFigures(Upstream)
        /// So many rigs were cut off, left within the hour or are suspect.
        case rigs(Int)
        case none

        fileprivate var level: Wellness {
            switch self {
            case .starting, .noRig: .waiting
            case .nothingReached, .down(.p2pool): .bad
            case .down(.xvb), .noPlace, .noShare, .unregistered, .fails, .oldFigures, .rigs: .warning
            case .none: .good
            }
        }
    }

    /// A rig that left this long ago is missed; one that left before, less so, in seconds.
    static let missed = 3_600.0
    /// Seconds after the start for which nothing need be reached yet.
    static let grace = 15.0
    /// Rigs that are named.
    private static let named = 2

    init(_ report: StatusReport) {
        let concern = Self.concern(report)
        level = concern.level
        text = Self.text(concern, report)
        why = Self.why(concern, report)
    }

    static func concern(_ report: StatusReport) -> Concern {
        let snapshot = report.snapshot
        let used = snapshot.usedUpstreams
        let down = used.filter { snapshot.upstreams[$0].readyLanes == 0 }
        if down.count == used.count { return report.uptime < grace ? .starting : .nothingReached }
        if snapshot.rigs == 0 { return .noRig }
        if let first = down.first { return .down(first) }
        let short = used.compactMap { snapshot.upstreams[$0].placeShortage }.first { !$0.isRoomElsewhere }
        if let short { return .noPlace(short) }
        if report.surroundings.mode != .p2pool {
            if snapshot.p2poolReading?.value.shareInWindow == false { return .noShare }
            if !snapshot.isRegistered { return .unregistered }
            if let fails = snapshot.xvbReading?.value.fails, fails > 0 { return .fails(fails) }
            if report.schedule.p2poolHealth == .stale { return .oldFigures(.p2pool) }
            if report.schedule.xvbHealth == .stale { return .oldFigures(.xvb) }
        }
        let missed = report.rigs.count(where: \.needsALook)
        return missed > 0 ? .rigs(missed) : .none
    }

    private static func text(_ concern: Concern, _ report: StatusReport) -> String {
        let work = report.work
        switch concern {
        case .starting: return "Starting: connecting to the pools."
        case .nothingReached: return "No rig mines: \(names(report)) can't be reached."
        case .noRig: return report.rigs.isEmpty ? "Ready. No rig has logged in yet." : "Ready. No rig is online."
        case .down(let upstream): return "\(upstream.name) can't be reached. \(work)"
        case .noPlace(let shortage): return "\(PlaceWords.counts(shortage)) at \(shortage.upstream.name). \(work)"
        case .noShare: return "No share of this wallet is in p2pool's window. \(work)"
        case .unregistered: return "XvB does not know this wallet. \(work)"
        case .fails(let count): return "XvB counts \(Quantity.count(count, "fail")) of \(XvBReading.mostFails). \(work)"
        case .oldFigures(let upstream): return "\(upstream.name)'s figures are too old to plan with. \(work)"
        case .rigs(let count): return "\(Quantity.count(count, "rig")) \(count == 1 ? "needs" : "need") a look. \(work)"
        case .none: return "All is well. \(work)"
        }
    }

    private static func why(_ concern: Concern, _ report: StatusReport) -> String {
        switch concern {
        case .starting: return "This takes a few seconds."
        case .nothingReached:
            return Upstream.allCases.compactMap { report.outage(of: $0) }.map { $0 + ". " }.joined()
                + "The proxy tries again by itself; the rigs' backup pools take over meanwhile."
        case .noRig:
            guard let last = report.rigs.min(by: { $0.secondsGone < $1.secondsGone }) else {
                return
                    "Point a rig at this machine\(report.port.map { ", port \($0)" } ?? ""): it shows up within seconds."
            }
            return "The last one was \(last.gone)."
        case .down(let upstream):
            return (report.outage(of: upstream).map { $0 + ". " } ?? "") + "The proxy tries again by itself"
                + (upstream == .p2pool ? " and moves the rigs back." : "; all work goes to p2pool meanwhile.")
        case .noPlace(let shortage): return PlaceWords.why(shortage).sentence
        case .noShare:
            let next =
                report.schedule.secondsToNextShare.map { ", which takes \(Quantity.duration($0)) on average" } ?? ""
            return "XvB would skip this wallet's win: it gets nothing until p2pool has a share again\(next)."
        case .unregistered:
            return
                "Register it at https://xmrvsbeast.com/cgi-bin/p2pool_bonus_submit.cgi; it must have a share in p2pool's window first."
        case .fails:
            return
                "At \(XvBReading.mostFails) it removes the wallet from the raffle: a win is skipped where p2pool's window "
                + "has no share."
        case .oldFigures(let upstream):
            let trouble = upstream == .p2pool ? report.sources.p2pool.trouble : report.sources.xvb.trouble
            return (trouble ?? (upstream == .p2pool ? report.p2poolFigures : report.xvbFigures)).sentence
        case .rigs:
            let all = report.rigs.filter(\.needsALook)
            let more = all.count - named
            return all.prefix(named).map { "Rig \($0.look)." }.joined(separator: " ")
                + (more > 0 ? " And \(Quantity.count(more, "more rig"))." : "")
        case .none: return report.snapshot.whereabouts(at: report.now).sentence
        }
    }

    private static func names(_ report: StatusReport) -> String {
        report.snapshot.usedUpstreams.map(\.name).joined(separator: " and ")
    }
}

extension String {
    /// With a capital letter, and a full stop where nothing ends it yet.
    var sentence: String { prefix(1).uppercased() + dropFirst() + (last.map { ".?!".contains($0) } == true ? "" : ".") }
}

extension StatusReport {
    /// Where so many rigs mine, as a sentence.
    fileprivate var work: String {
        let here = snapshot.upstreams[snapshot.upstream].miningRigs
        let elsewhere = snapshot.upstreams[snapshot.upstream.other].miningRigs
        func mine(_ count: Int, on upstream: Upstream) -> String {
            "\(Quantity.count(count, "rig")) \(count == 1 ? "mines" : "mine") on \(upstream.name)"
        }
        switch (here, elsewhere) {
        case (0, 0):
            return "\(Quantity.count(snapshot.rigs, "rig")) \(snapshot.rigs == 1 ? "waits" : "wait") for a job."
        case (0, _): return mine(elsewhere, on: snapshot.upstream.other) + "."
        case (_, 0): return mine(here, on: snapshot.upstream) + "."
        case (_, _): return mine(here, on: snapshot.upstream) + ", \(elsewhere) on \(snapshot.upstream.other.name)."
        }
    }

    /// Why an upstream can't be reached and for how long; nil where it can.
    func outage(of upstream: Upstream) -> String? {
        guard snapshot.upstreams[upstream].isUsed, snapshot.upstreams[upstream].readyLanes == 0 else {
            return nil
        }
        guard let outage = past.outages[upstream] else { return "\(upstream.name) can't be reached" }
        return "\(upstream.name) \(outage.text(at: now))"
    }

    /// The port that rigs connect to.
    var port: UInt16? { listening.first?.port }
}

extension RigSnapshot {
    /// Whether an operator should know: it is cut off, its shares are proven one by one, or it left not long ago.
    var needsALook: Bool {
        if cut != nil { return true }
        if let departure { return departure.secondsAgo < Verdict.missed }
        return trust == .suspect
    }

    fileprivate var secondsGone: Double { departure?.secondsAgo ?? .infinity }

    fileprivate var gone: String {
        let name = Sanitizer.printable(name, limit: 32)
        return departure.map { "\(name): it left \(Quantity.duration($0.secondsAgo)) ago, \($0.reason.text)" } ?? name
    }

    /// What is the matter with it.
    fileprivate var look: String {
        let name = Sanitizer.printable(name, limit: 32)
        if let cut { return "\(name) is cut off for \(Quantity.duration(Double(cut.seconds))): \(cut.offence.text)" }
        if let departure {
            return "\(name) left \(Quantity.duration(departure.secondsAgo)) ago, \(departure.reason.text)"
        }
        return "\(name) is suspect: \(RigWords.suspect)"
    }
}
