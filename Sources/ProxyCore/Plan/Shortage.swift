import ProxyTerms
import Upstreams

/// No upstream has work: rigs wait for the grace time, then the proxy closes them at once, so that their backup pools take
/// over. xmrig goes to its backup with the fifth connection that fails or is closed, five seconds apart
/// (docs/protocol.md#xmrig-reconnects). Logins that are held for a minute each would delay that by five minutes.
final class Shortage {
    private let settings: CoreSettings
    private let lanes: PerUpstream<LaneSet>
    private let schedule: Schedule
    private let outbox: Outbox
    /// Since when no upstream has had work for rigs; nil while one has. A rig that needs the full nonce space has fewer lanes to
    /// choose from.
    private var ofOrdinary: Instant?
    private var ofExclusive: Instant?
    /// Logins refused since it began.
    private var turnedAway = 0

    init(settings: CoreSettings, lanes: PerUpstream<LaneSet>, schedule: Schedule, outbox: Outbox) {
        self.settings = settings
        self.lanes = lanes
        self.schedule = schedule
        self.outbox = outbox
    }

    /// No upstream has work for anybody: whichever may be tried is tried soon.
    var isUrgent: Bool {
        !Upstream.allCases.contains { isUsable($0) }
    }

    /// Whether rigs can get work of `upstream` now.
    func isUsable(_ upstream: Upstream) -> Bool { lanes[upstream].isUp && schedule.mayUse(upstream) }

    /// Since when rigs of its kind can't be served; nil while they can.
    func since(for rig: RigRef) -> Instant? {
        rig.life.needsFullNonceSpace ? ofExclusive : ofOrdinary
    }

    /// Whether there is work, but only of an algorithm that the rig doesn't mine: Monero has forked, and its miner is too old.
    func offersOnlyOthers(_ rig: RigRef) -> Bool {
        var hasWork = false
        for upstream in Upstream.allCases where isUsable(upstream) {
            guard let job = lanes[upstream].firstReady()?.current else { continue }
            if rig.profile.mines(job.algorithm) { return false }
            hasWork = true
        }
        return hasWork
    }

    /// Notes since when rigs of either kind can't be served, and tells the end of it.
    func review(now: Instant) {
        ofOrdinary = canServe(fullNonceSpace: false) ? nil : ofOrdinary ?? now
        ofExclusive = canServe(fullNonceSpace: true) ? nil : ofExclusive ?? now
        guard ofOrdinary == nil, turnedAway > 0 else { return }
        outbox.tell(.servingAgain(turnedAway: turnedAway))
        turnedAway = 0
    }

    /// Whether a login is refused now: the grace time is over for rigs of its kind, and nothing has changed since.
    func turnsAway(_ rig: RigRef, now: Instant) -> Bool {
        guard let since = since(for: rig), now.seconds(since: since) >= settings.graceSeconds,
            !canServe(fullNonceSpace: rig.life.needsFullNonceSpace)
        else { return false }
        if turnedAway == 0 { outbox.tell(.turningAway) }
        turnedAway += 1
        return true
    }

    /// Whether an upstream has a seat for one more rig, or a lane to be opened for it.
    private func canServe(fullNonceSpace: Bool) -> Bool {
        for upstream in Upstream.allCases where isUsable(upstream) {
            let group = lanes[upstream]
            if fullNonceSpace && group.isPoolByte { continue }
            if group.laneWithRoom(fullNonceSpace: fullNonceSpace) != nil || group.mayGrow { return true }
        }
        return false
    }
}
