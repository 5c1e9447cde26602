import ProxyTerms
import Upstreams

/// Since when no upstream has had work for rigs; nil while one has. A rig that needs all nonces of a lane has fewer to choose
/// from.
struct Shortage {
    var ofOrdinary: Instant?
    var ofExclusive: Instant?
    /// Logins refused since it began.
    var turnedAway = 0
}

// No upstream has work: rigs wait for the grace time, then the proxy closes them at once, so that their backup pools take
// over. xmrig goes to its backup with the fifth connection that fails or is closed, five seconds apart
// (docs/protocol.md#xmrig-reconnects). Logins that are held for a minute each would delay that by five minutes.
extension ProxyCore {
    /// The least time a held rig is kept, seconds: a lane that is being opened for it needs one or two.
    static let leastGraceSeconds = 5.0

    /// Whether rigs may get work of `upstream`: lanes to XvB may be there from a mode before this one.
    func mayUse(_ upstream: Upstream) -> Bool {
        upstream == .p2pool || scheduler.settings.mode != .p2pool
    }

    /// No upstream has work for anybody: whichever may be tried is tried soon.
    var isUrgent: Bool {
        !Upstream.allCases.contains { isUsable($0) }
    }

    /// Whether rigs can get work of `upstream` now.
    func isUsable(_ upstream: Upstream) -> Bool { lanes[upstream].isUp && mayUse(upstream) }

    /// Whether an upstream has a seat for one more rig, or a lane to be opened for it.
    private func canServe(exclusive: Bool) -> Bool {
        for upstream in Upstream.allCases where mayUse(upstream) && lanes[upstream].isUp {
            let group = lanes[upstream]
            if exclusive && group.poolOwnsByte == true { continue }
            if group.laneWithRoom(exclusive: exclusive) != nil || group.mayGrow { return true }
        }
        return false
    }

    /// Notes since when rigs of either kind can't be served, and tells the end of it.
    func noteShortage(now: Instant) {
        shortage.ofOrdinary = canServe(exclusive: false) ? nil : shortage.ofOrdinary ?? now
        shortage.ofExclusive = canServe(exclusive: true) ? nil : shortage.ofExclusive ?? now
        guard shortage.ofOrdinary == nil, shortage.turnedAway > 0 else { return }
        effects.notices.append(.servingAgain(turnedAway: shortage.turnedAway))
        shortage.turnedAway = 0
    }

    /// Whether a login is refused now: the grace time is over for rigs of its kind, and nothing has changed since.
    func turnsAway(_ rig: UnsafeMutablePointer<Rig>, now: Instant) -> Bool {
        guard let since = shortageSince(rig), now.seconds(since: since) >= settings.graceSeconds,
            !canServe(exclusive: rig.pointee.isExclusive)
        else { return false }
        if shortage.turnedAway == 0 { effects.notices.append(.turningAway) }
        shortage.turnedAway += 1
        return true
    }

    /// Notes that nobody has work for a rig. One that was at work has the whole grace time from now; one that comes shares it with
    /// those that wait already.
    func strand(_ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, now: Instant) {
        let since = rig.pointee.phase == .held ? shortageSince(rig) ?? now : now
        noteStranded(rig, since: seconds(since))
        // A lane more may have work for it.
        careSoon(now)
        // One entry a rig, however often it is stranded: the one there is looks when this began.
        guard !rig.pointee.awaitsGrace else { return }
        rig.pointee.awaitsGrace = true
        let due = max(since.adding(seconds: settings.graceSeconds), now.adding(seconds: Self.leastGraceSeconds))
        strandedDue.append(rigs.id(index), due: due)
    }

    private func shortageSince(_ rig: UnsafeMutablePointer<Rig>) -> Instant? {
        rig.pointee.isExclusive ? shortage.ofExclusive : shortage.ofOrdinary
    }
}

extension UpstreamLanes {
    /// Whether another lane may be opened.
    fileprivate var mayGrow: Bool {
        var inUse = 0
        for case let lane? in lanes where !lane.isClosed && !lane.isRetiring && !lane.isProbe { inUse += 1 }
        return inUse < settings.maxLanes
    }
}
