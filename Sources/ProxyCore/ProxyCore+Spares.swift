import ProxyTerms
import SplitScheduler

// Lanes beyond one for each rig: spare ones for rigs that come back before the next job, and more at once for rigs without any work.
extension ProxyCore {
    /// Finds how many lanes a rig needs where the pool owns byte 42: as often as it comes before there is another job.
    func reviewSpares(_ group: UpstreamLanes, now: Instant) {
        guard group.poolOwnsByte == true, group.isUp else { return }
        let lanes = FreshWork.lanesPerRig(
            jobInterval: group.rounds.longest(at: now), spacing: scheduler.sliceSpacing)
        group.spareNeed.needs(lanes, at: now)
        careDue = min(careDue, now.adding(seconds: Self.needSeconds))
    }

    /// A pool that takes no lane more than the rigs need is not asked for one again for a while.
    func lanesRefused(by group: UpstreamLanes, now: Instant) {
        guard group.poolOwnsByte == true, group.readyCount >= min(ordinaryRigs, group.settings.maxLanes) else { return }
        group.noSparesBefore = now.adding(seconds: UpstreamLanes.noSparesSeconds)
    }

    /// Logins in one round of jobs that may be made only to get unsearched work: a pool that always answers with what was searched
    /// before is not asked for ever.
    private func mostExtraLogins(_ group: UpstreamLanes) -> Int {
        min(2 * (ordinaryRigs + exclusiveRigs) + 2, 2 * group.settings.maxLanes)
    }

    /// Lanes more that have work for the rigs that no upstream has work for: a fresh login gets nonces or a blob of its own. Where
    /// byte 42 is ours and a job's slots are used up, also for rigs that could go on elsewhere: one lane has work for 256.
    func lanesForStranded(_ group: UpstreamLanes) -> Int {
        let helpsWaiting = group.poolOwnsByte == false && group.upstream == wantedUpstream
        guard strandedRigs > 0 || helpsWaiting && waitingRigs > 0, mayOpenMore(group) else { return 0 }
        // Where the plan wants them, as long as that one gives fresh work.
        let wanted = lanes[wantedUpstream]
        if group !== wanted, wanted.isUp, mayOpenMore(wanted) { return 0 }
        let algorithm = group.firstReady()?.current?.algorithm ?? .rx0
        var ordinary = 0
        var exclusive = 0
        for index in 0..<rigs.extent {
            let rig = rigs[index]
            guard rig.pointee.strandedSince != 0 || helpsWaiting && rig.pointee.awaitsJob,
                rig.pointee.mines(algorithm)
            else { continue }
            if rig.pointee.isExclusive { exclusive += 1 } else { ordinary += 1 }
        }
        if group.poolOwnsByte == true { return ordinary }
        return (ordinary + group.settings.rigsPerLane - 1) / group.settings.rigsPerLane + exclusive
    }

    private func mayOpenMore(_ group: UpstreamLanes) -> Bool {
        mayUse(group.upstream) && group.extraLogins < mostExtraLogins(group)
    }

    /// Closes lanes whose work was all searched, where there may be no more of them: logged in again they have other nonces.
    /// - Returns: how many were closed, `most` of them at most.
    func renewLanes(_ group: UpstreamLanes, most: Int, now: Instant) -> Int {
        var renewed = 0
        for case let lane? in group.lanes where lane.takesRigs && lane.poolOwnsByte {
            guard renewed < min(most, UpstreamLanes.mostOpeningStranded) else { break }
            // Verdicts come first, and a rig that mines there stays.
            guard lane.session.pendingCount == 0, let job = lane.current,
                nonces.claimed(blob: job.blobHash).contains(job.poolByte),
                lane.member(at: 0).map({ rigs[$0].pointee.strandedSince != 0 }) ?? true
            else { continue }
            drop(lane, .renewed, backoff: nil, now: now)
            renewed += 1
        }
        return renewed
    }
}
