import ProxyTerms
import Upstreams

/// No upstream has work: rigs wait for the grace time, then the proxy closes them at once, so that their backup pools take
/// over. xmrig goes to its backup with the fifth connection that fails or is closed, five seconds apart
/// (docs/protocol.md#xmrig-reconnects). Logins that are held for a minute each would delay that by five minutes.
final class Shortage {
    /// Seconds for which rigs must have found no place before it is told: a farm that starts is counted whole.
    private static let placeTelling = 5.0
    /// Seconds from one telling of it to the next.
    private static let placeSilence = 3_600.0

    private let settings: CoreSettings
    private let registry: RigRegistry
    private let lanes: PerUpstream<LaneSet>
    private let schedule: Schedule
    private let outbox: Outbox
    private let agenda: Agenda
    /// Since when no upstream has had work for rigs; nil while one has. A rig that needs the full nonce space has fewer lanes to
    /// choose from.
    private var ofOrdinary: Instant?
    private var ofExclusive: Instant?
    /// Logins refused since it began.
    private var turnedAway = 0
    /// Rigs refused for want of a place.
    private var placeless = TurnedAwayRigs()
    /// Since when rigs have found no place at an upstream, for which cause, and when that was told.
    private var placesShort = PerUpstream<TellingOfPlaces>(p2pool: .init(), xvb: .init())

    private struct TellingOfPlaces {
        var bound: PlaceBound?
        var since: Instant?
        var toldAt: Instant?
    }

    init(
        _ settings: CoreSettings, registry: RigRegistry, lanes: PerUpstream<LaneSet>, schedule: Schedule,
        outbox: Outbox,
        agenda: Agenda
    ) {
        self.settings = settings
        self.registry = registry
        self.lanes = lanes
        self.schedule = schedule
        self.outbox = outbox
        self.agenda = agenda
    }

    /// No upstream has work for anybody: whichever may be tried is tried soon.
    var isUrgent: Bool {
        !Upstream.allCases.contains { isUsable($0) }
    }

    /// Whether `upstream` is configured, and the mode uses it. Its lanes may be there from a mode before.
    func isUsed(_ upstream: Upstream) -> Bool { lanes[upstream].failover != nil && schedule.mayUse(upstream) }

    /// How it stands for rigs that have lost the other one.
    func standing(of upstream: Upstream) -> OtherUpstream {
        !isUsed(upstream) ? .unused : lanes[upstream].isUp ? .up : .down
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
        for upstream in Upstream.allCases { reviewPlaces(upstream, now: now) }
        guard ofOrdinary == nil, turnedAway > 0 else { return }
        outbox.tell(.servingAgain(turnedAway: turnedAway))
        turnedAway = 0
    }

    /// Why a login is refused now: the grace time is over for rigs of its kind, and nothing has changed since. Nil where it isn't.
    func turnsAway(_ rig: RigRef, now: Instant) -> RigClosing? {
        guard let since = since(for: rig), now.seconds(since: since) >= settings.graceSeconds,
            !canServe(fullNonceSpace: rig.life.needsFullNonceSpace)
        else {
            placeless.loggedIn(rig)
            return nil
        }
        let cause = cause(for: rig)
        if case .noPlace(_, let bound) = cause {
            guard bound == .lanes || bound == .rigsPerLane else { return cause }
            placeless.refused(rig, now: now)
            agenda.reconcileSoon(now)
            return cause
        }
        if turnedAway == 0 { outbox.tell(.turningAway) }
        turnedAway += 1
        return cause
    }

    /// Why there is no work for a rig.
    func cause(for rig: RigRef) -> RigClosing {
        if offersOnlyOthers(rig) { return .noCommonAlgorithm }
        let isFull = rig.life.needsFullNonceSpace
        var other: RigClosing?
        for upstream in [schedule.upstream, schedule.upstream.other] where isUsable(upstream) {
            if let bound = lanes[upstream].placeBound(fullNonceSpace: isFull) { return .noPlace(upstream, bound) }
            let hasRoom = lanes[upstream].laneWithRoom(fullNonceSpace: isFull) != nil
            other = other ?? .noPlace(upstream, hasRoom ? .nonces : .unopened)
        }
        return other ?? .noUpstream
    }

    /// Whether an upstream has a seat for one more rig, or a lane to be opened for it.
    private func canServe(fullNonceSpace: Bool) -> Bool {
        Upstream.allCases.contains { canServe($0, fullNonceSpace: fullNonceSpace) }
    }

    private func canServe(_ upstream: Upstream, fullNonceSpace: Bool) -> Bool {
        let group = lanes[upstream]
        guard isUsable(upstream), !(fullNonceSpace && group.isPoolByte) else { return false }
        return group.laneWithRoom(fullNonceSpace: fullNonceSpace) != nil || group.mayGrow
    }

    // MARK: Places

    /// The rigs that find no place at `upstream`; nil where all have one. One that needs all nonces has none to look for where the pool
    /// owns a byte of them.
    func ofPlaces(at upstream: Upstream, now: Instant) -> PlaceShortage? {
        let group = lanes[upstream]
        guard isUsable(upstream), group.isComplete else { return nil }
        let exclusive = group.isPoolByte ? 0 : registry.exclusiveRigs
        let wanting = registry.ordinaryRigs + exclusive
        let away = placeless.count(now: now)
        guard wanting + away > group.seatedCount else { return nil }
        // Where ordinary rigs have room it is those with a connection of their own that have none.
        let bound = group.placeBound(fullNonceSpace: false) ?? group.placeBound(fullNonceSpace: true)
        guard let bound, bound != .wholeNonce else { return nil }
        return PlaceShortage(
            upstream: upstream, bound: bound, poolOwnsByte: group.isPoolByte, rigs: wanting + away,
            without: wanting + away - group.seatedCount,
            exclusive: exclusive, maxLanes: group.settings.maxLanes, rigsPerLane: group.settings.rigsPerLane,
            isRoomElsewhere: canServe(upstream.other, fullNonceSpace: false))
    }

    /// Tells, once of each cause, that rigs find no place.
    private func reviewPlaces(_ upstream: Upstream, now: Instant) {
        guard let shortage = ofPlaces(at: upstream, now: now) else {
            placesShort[upstream].since = nil
            return
        }
        var telling = placesShort[upstream]
        defer { placesShort[upstream] = telling }
        let since = telling.since ?? now
        telling.since = since
        let isNews =
            telling.bound != shortage.bound
            || telling.toldAt.map { now.seconds(since: $0) >= Self.placeSilence } ?? true
        guard isNews else { return }
        let due = since.adding(seconds: Self.placeTelling)
        guard due <= now else { return agenda.reconcile.by(due) }
        telling.bound = shortage.bound
        telling.toldAt = now
        outbox.tell(.placesShort(shortage))
    }
}
