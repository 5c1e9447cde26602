import ProxyTerms
import StratumCodec

/// What an xmrig-proxy has shown of its mode. Only `ProxyModeWatch` changes it after the login.
struct RigMode {
    /// It is an xmrig-proxy that has not shown yet whether many miners share its connection.
    fileprivate(set) var isFrontProxy = false
    /// Shares of it that spoke for a single miner.
    fileprivate(set) var zeroByteShares: UInt8 = 0
    /// Its owner was told that it ignores its nonce range.
    fileprivate(set) var isRangeTold = false

    init(isFrontProxy: Bool = false) {
        self.isFrontProxy = isFrontProxy
    }
}

/// xmrig-proxies that mine through us: which mode one is in shows with its shares.
///
/// In its usual mode `nicehash` up to 256 miners share a connection, each with a value of byte 42 of its own, the first one
/// drawn: it needs a lane of its own, and can't be sent to a pool that owns the byte. In its mode `simple` each connection
/// is one miner, which begins at nonce 0 and heeds the byte: a rig like any other. Neither login tells which it is.
final class ProxyModeWatch {
    /// So many shares with a zero byte 42 of jobs with all of the nonce are a miner's that begins at nonce 0. A single miner
    /// of a proxy in mode `nicehash` has a zero byte in one case of 256; that shows as soon as it is given another byte.
    private static let sharesToKnow = 3

    private let registry: RigRegistry
    private let lanes: PerUpstream<LaneSet>
    private let seating: Seating
    private let dispatcher: Dispatcher
    private let outbox: Outbox
    private let agenda: Agenda

    init(
        registry: RigRegistry, lanes: PerUpstream<LaneSet>, seating: Seating, dispatcher: Dispatcher, outbox: Outbox,
        agenda: Agenda
    ) {
        self.registry = registry
        self.lanes = lanes
        self.seating = seating
        self.dispatcher = dispatcher
        self.outbox = outbox
        self.agenda = agenda
    }

    /// A good share of an xmrig-proxy whose mode isn't known came, for a job with all of the nonce.
    func shareCame(from rig: RigRef, nonce: UInt32, now: Instant) {
        guard nonce >> 24 == 0 else { return sharesConnection(rig, now: now) }
        rig.mode.zeroByteShares += 1
        guard rig.mode.zeroByteShares >= Self.sharesToKnow else { return }
        change(rig, needsFullNonceSpace: false, now: now)
    }

    /// A share doesn't have byte 42 of its job.
    /// - Returns: whether it is good all the same: an xmrig-proxy's, where the pool leaves the byte to us.
    func takesAnyByte(_ job: LaneJob, _ rig: RigRef, now: Instant) -> Bool {
        guard rig.mode.isFrontProxy || rig.life.needsFullNonceSpace else { return false }
        let isPoolByte = lanes[job.lane.upstream].find(job.lane)?.isPoolByte ?? true
        // Where the pool's byte is 0, a lone miner that wasn't told may have searched all of 24 bits and gone on. One that
        // has the full nonce space has a job from before that.
        if rig.mode.isFrontProxy, !isPoolByte || job.poolByte != 0 { sharesConnection(rig, now: now) }
        return !isPoolByte
    }

    /// It is in mode `nicehash`, which is settled then.
    private func sharesConnection(_ rig: RigRef, now: Instant) {
        rig.mode.isFrontProxy = false
        if !rig.life.needsFullNonceSpace { change(rig, needsFullNonceSpace: true, now: now) }
        for upstream in Upstream.allCases where lanes[upstream].isPoolByte { seating.tellNotSent(rig, upstream) }
    }

    /// A rig has sent some shares in a row outside its nonce range: its miner doesn't heed the byte. Where a pool leaves all of the nonce
    /// to us, it gets a lane of its own; elsewhere its owner is told what helps, once a connection.
    func ignoresRange(_ rig: RigRef, on upstream: Upstream, now: Instant) {
        let isServable = Upstream.allCases.contains { lanes[$0].isOurByte }
        let getsLane = isServable && !rig.life.needsFullNonceSpace
        if getsLane || !rig.mode.isRangeTold {
            rig.mode.isRangeTold = true
            outbox.tell(
                .ignoresNonceRange(
                    name: rig.profile.name, rig.life.address, upstream, getsOwnConnection: isServable))
        }
        guard getsLane else { return }
        isolate(rig, now: now)
    }

    /// A rig whose shares a pool refused as wrong, and whose next ones can't be proven, mines on a lane of its own: it alone loses it.
    func isolate(_ rig: RigRef, now: Instant) {
        rig.mode.isFrontProxy = false
        change(rig, needsFullNonceSpace: true, isProxy: false, now: now)
    }

    /// Gives a rig lanes of its own, or seats beside others.
    private func change(_ rig: RigRef, needsFullNonceSpace: Bool, isProxy: Bool = true, now: Instant) {
        // Unseated as what it was: a lane that it leaves is no longer a whole one's.
        for upstream in Upstream.allCases { seating.unseat(rig, on: upstream, now: now) }
        registry.changeKind(rig, needsFullNonceSpace: needsFullNonceSpace)
        if isProxy {
            outbox.tell(.proxyModeKnown(rig.id, name: rig.profile.name, sharesConnection: needsFullNonceSpace))
        }
        // It mines on what it has until there is a job for it; shares for that are good.
        dispatcher.leftWork(rig)
        seating.seatEverywhere(rig)
        dispatcher.assign(rig, now: now)
        agenda.reconcileSoon(now)
    }
}
