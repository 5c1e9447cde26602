import ProxyTerms
import StratumCodec

// xmrig-proxies that mine through us: which mode one is in shows with its shares.
//
// In its usual mode `nicehash` up to 256 miners share a connection, each with a value of byte 42 of its own, the first one
// drawn: it needs a lane of its own, and can't be sent to a pool that owns the byte. In its mode `simple` each connection
// is one miner, which begins at nonce 0 and heeds the byte: a rig like any other. Neither login tells which it is.
extension ProxyCore {
    /// So many shares with a zero byte 42 of jobs with all of the nonce are a miner's that begins at nonce 0. A single miner
    /// of a proxy in mode `nicehash` has a zero byte in one case of 256; that shows as soon as it is given another byte.
    private static let sharesToKnow = 3

    /// A good share of an xmrig-proxy whose mode isn't known came, for a job with all of the nonce.
    func watchMode(of index: UInt32, _ rig: UnsafeMutablePointer<Rig>, nonce: UInt32, now: Instant) {
        guard nonce >> 24 == 0 else { return sharesConnection(index, rig, now: now) }
        rig.pointee.zeroByteShares += 1
        guard rig.pointee.zeroByteShares >= Self.sharesToKnow else { return }
        become(isExclusive: false, index, rig, now: now)
    }

    /// A share doesn't have byte 42 of its job.
    /// - Returns: whether it is good all the same: an xmrig-proxy's, where the pool leaves the byte to us.
    func isMeantSo(_ job: LaneJob, _ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, now: Instant) -> Bool {
        guard rig.pointee.isFrontProxy || rig.pointee.isExclusive else { return false }
        let poolOwnsByte = lanes[job.lane.upstream].find(job.lane)?.poolOwnsByte ?? true
        // Where the pool's byte is 0, a lone miner that wasn't told may have searched all of 24 bits and gone on. One that
        // is exclusive has a job from before that.
        if rig.pointee.isFrontProxy, !poolOwnsByte || job.poolByte != 0 { sharesConnection(index, rig, now: now) }
        return !poolOwnsByte
    }

    /// It is in mode `nicehash`, which is settled then.
    private func sharesConnection(_ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, now: Instant) {
        rig.pointee.isFrontProxy = false
        if !rig.pointee.isExclusive { become(isExclusive: true, index, rig, now: now) }
        for upstream in Upstream.allCases where lanes[upstream].poolOwnsByte == true {
            tellNotSent(index, rig, upstream)
        }
    }

    /// Gives a rig lanes of its own, or seats beside others.
    private func become(isExclusive: Bool, _ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, now: Instant) {
        // Unseated as what it was: a lane that it leaves is no longer a whole one's.
        for upstream in Upstream.allCases { unseat(rig, on: upstream, now: now) }
        rig.pointee.isExclusive = isExclusive
        ordinaryRigs += isExclusive ? -1 : 1
        exclusiveRigs += isExclusive ? 1 : -1
        effects.notices.append(
            .proxyModeKnown(rigs.id(index), name: rig.pointee.name, sharesConnection: isExclusive))
        // It mines on what it has until there is a job for it; shares for that are good.
        rig.pointee.minesOn = nil
        seatEverywhere(index, rig)
        place(index, rig, now: now)
        careSoon(now)
    }
}
