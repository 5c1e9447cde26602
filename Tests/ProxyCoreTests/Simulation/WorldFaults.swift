import ProxyTerms
import SimulatedPeers

@testable import ProxyCore

// What goes wrong in a simulated world.
extension SimulatedWorld {
    private func pool(_ upstream: Upstream, _ endpoint: Int) -> Int {
        pools.firstIndex { $0.upstream == upstream && $0.endpoint == endpoint } ?? 0
    }

    private func recoverLater(_ fault: WorldFault, seconds: Double) {
        queue.add(.recover(fault), at: now.adding(seconds: seconds))
    }

    private func anyLane(_ upstream: Upstream) -> SimulatedLink? {
        let lanes = laneLinks.keys.filter { $0.upstream == upstream }.sorted { $0.token < $1.token }
        guard !lanes.isEmpty else { return nil }
        return laneLinks[lanes[Int(random.next() % UInt64(lanes.count))]]
    }

    func begin(_ fault: WorldFault) {
        switch fault {
        case .poolDown(let upstream, let endpoint, let seconds):
            act(pool: pool(upstream, endpoint)) { pool, _, effects in pool.down(to: &effects) }
            recoverLater(fault, seconds: seconds)
        case .poolSilent(let upstream, let endpoint, let seconds):
            pools[pool(upstream, endpoint)].pool.isSilent = true
            recoverLater(fault, seconds: seconds)
        case .verdictsWithheld(let upstream, let endpoint, let seconds):
            pools[pool(upstream, endpoint)].pool.isWithholdingVerdicts = true
            recoverLater(fault, seconds: seconds)
        case .jobsStalled(let upstream, let endpoint, let seconds):
            pools[pool(upstream, endpoint)].pool.isStalled = true
            recoverLater(fault, seconds: seconds)
        case .badJob(let upstream, let endpoint, let kind):
            act(pool: pool(upstream, endpoint)) { pool, _, effects in pool.sendFault(kind, to: &effects) }
        case .laneReset(let upstream):
            if let link = anyLane(upstream) { reset(link) }
        case .laneFrozen(let upstream, let seconds):
            // A link that freezes before the login would have the pool close it for want of one.
            guard let link = anyLane(upstream), case .lane(_, let pool, let session) = link.ends,
                pools[pool].pool.hasLoggedIn(session: session)
            else { return }
            link.frozenUntil = now.adding(seconds: seconds)
        case .rigReset(let rig):
            rigs[rig].wasDisturbed = true
            if let link = rigs[rig].link { reset(link) }
        case .rigFrozen(let rig, let seconds):
            rigs[rig].wasDisturbed = true
            rigs[rig].link?.frozenUntil = now.adding(seconds: seconds)
        case .rigRestarted(let rig):
            leave(rig)
            join(rig)
        case .rigLeaves(let rig):
            leave(rig)
        case .rigJoins(let rig):
            if !rigs[rig].isHere { join(rig) }
        case .hashrate(let rig, let factor):
            let hashrate = rigs[rig].rig.settings.hashrate * factor
            act(rig: rig) { rig, now, output in rig.setHashrate(hashrate, now: now, to: &output) }
        case .shareLost(let seconds):
            hasShareInWindow = false
            recoverLater(fault, seconds: seconds)
        case .block(let upstream, let endpoint):
            act(pool: pool(upstream, endpoint)) { pool, now, effects in pool.newBlock(now: now, to: &effects) }
        case .fork(let upstream, let endpoint, let algorithm):
            act(pool: pool(upstream, endpoint)) { pool, now, effects in
                pool.fork(to: algorithm, now: now, effects: &effects)
            }
        }
    }

    /// A rig that was told to make shares up begins with that now.
    func startForging(_ index: Int) {
        act(rig: index) { rig, now, output in rig.startForging(now: now, to: &output) }
    }

    func recover(_ fault: WorldFault) {
        switch fault {
        case .poolDown(let upstream, let endpoint, _):
            pools[pool(upstream, endpoint)].pool.up()
        case .poolSilent(let upstream, let endpoint, _):
            // It is started anew: who connected meanwhile was never heard.
            act(pool: pool(upstream, endpoint)) { pool, _, effects in
                pool.isSilent = false
                pool.down(to: &effects)
                pool.up()
            }
        case .verdictsWithheld(let upstream, let endpoint, _):
            pools[pool(upstream, endpoint)].pool.isWithholdingVerdicts = false
        case .jobsStalled(let upstream, let endpoint, _):
            pools[pool(upstream, endpoint)].pool.isStalled = false
        case .shareLost:
            hasShareInWindow = true
        case .badJob, .laneReset, .laneFrozen, .rigReset, .rigFrozen, .rigRestarted, .rigLeaves, .rigJoins, .hashrate,
            .block, .fork:
            break
        }
    }

    /// The rig's program ends.
    private func leave(_ index: Int) {
        guard rigs[index].isHere else { return }
        if let link = rigs[index].link { close(link, byCore: false) }
        rigs[index].link = nil
        rigs[index].rig.closed(now: now)
        checkRig(index)
        rigs[index].past.append(rigs[index].rig.counters)
        rigs[index].isHere = false
    }

    /// The rig's program starts: with no memory of its nonces.
    private func join(_ index: Int) {
        rigs[index].rig = SimulatedRig(rigs[index].rig.settings)
        rigs[index].isHere = true
        act(rig: index) { _, _, _ in }
    }
}
