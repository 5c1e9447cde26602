import ProxyTerms
import SimulatedPeers

@testable import ProxyCore

// The network of a simulated world: what peers and core send, when it arrives, and how connections end.
extension SimulatedWorld {
    private func latency(_ link: SimulatedLink) -> Int64 { Int64.random(in: link.latency, using: &random) }

    func newLink(_ ends: SimulatedLink.Ends) -> SimulatedLink {
        let low = Int64.random(in: plan.latency, using: &random)
        let high = Int64.random(in: low...plan.latency.upperBound, using: &random)
        return SimulatedLink(ends, latency: low...high)
    }

    // MARK: Peers

    /// Lets a rig do something, and carries what it sends or decides.
    func act(rig index: Int, _ act: (inout SimulatedRig, Instant, inout [UInt8]) -> Void) {
        var output: [UInt8] = []
        act(&rigs[index].rig, now, &output)
        if !output.isEmpty, let link = rigs[index].link { send(output, on: link, toCore: true) }
        if rigs[index].rig.wantsClose {
            trace.add(.rig(index, "hangs up"), at: now)
            if let link = rigs[index].link { close(link, byCore: false) }
            rigs[index].rig.closed(now: now)
            rigs[index].link = nil
        }
        if rigs[index].isHere, rigs[index].rig.wantsConnection { connectRig(index) }
        rigs[index].due = rigs[index].rig.nextDeadline
        checkRig(index)
    }

    private func connectRig(_ index: Int) {
        guard
            let id = core.rigConnected(
                from: ClientAddress(ipv4: 0x0A01_0000 | UInt32(plan.isBehindOneAddress ? 0 : index)), now: now)
        else {
            rigs[index].rig.closed(now: now)
            return performEffects()
        }
        trace.add(.rig(index, "connects"), at: now)
        let link = newLink(.rig(index, id))
        rigs[index].link = link
        rigLinks[id] = link
        var output: [UInt8] = []
        rigs[index].rig.connected(now: now, to: &output)
        send(output, on: link, toCore: true)
        performEffects()
    }

    /// Lets a pool do something, and carries out what it wants.
    func act(pool index: Int, _ act: (inout SimulatedPool, Instant, inout [PoolEffect]) -> Void) {
        var effects: [PoolEffect] = []
        act(&pools[index].pool, now, &effects)
        for effect in effects {
            switch effect {
            case .send(let session, let bytes):
                if let link = pools[index].links[session] { send(bytes, on: link, toCore: true) }
            case .close(let session):
                if let link = pools[index].links.removeValue(forKey: session) { close(link, byCore: false) }
            }
        }
        pools[index].due = pools[index].pool.nextDeadline
        checkPool(index)
    }

    // MARK: Lanes

    /// The core's wish for a connection reaches the pool's host.
    func connect(_ lane: LaneID, endpoint: Int) {
        guard connecting.remove(lane) != nil else { return }
        let index = pools.firstIndex { $0.upstream == lane.upstream && $0.endpoint == endpoint } ?? 0
        guard let session = pools[index].pool.connect(address: "10.0.0.1", now: now) else {
            trace.add(.lane(lane, "refused"), at: now)
            core.laneClosed(lane, reason: "refused", now: now)
            return performEffects()
        }
        pools[index].due = pools[index].pool.nextDeadline
        trace.add(.lane(lane, "connected"), at: now)
        let link = newLink(.lane(lane, pool: index, session: session))
        laneLinks[lane] = link
        pools[index].links[session] = link
        core.laneConnected(lane, now: now)
        performEffects()
        if lane.upstream == .xvb { queue.add(.laneSecured(lane), at: now.adding(milliseconds: 2 * latency(link))) }
    }

    // MARK: Bytes

    func send(_ bytes: [UInt8], on link: SimulatedLink, toCore: Bool) {
        guard toCore ? link.isOpenAtPeer : link.isOpenAtCore else { return }
        let at = max(now.adding(milliseconds: latency(link)), link.frozenUntil)
        if toCore { link.toCore.append(bytes, arrivingAt: at) } else { link.toPeer.append(bytes, arrivingAt: at) }
        queue.add(.deliver(link, toCore: toCore), at: toCore ? link.toCore.lastAt : link.toPeer.lastAt)
    }

    func deliver(_ link: SimulatedLink, toCore: Bool) {
        if link.frozenUntil > now { return queue.add(.deliver(link, toCore: toCore), at: link.frozenUntil) }
        if toCore, link.isPausedAtCore, link.isOpenAtCore {
            return queue.add(.deliver(link, toCore: true), at: now.adding(milliseconds: 100))
        }
        let bytes =
            toCore ? link.toCore.take(now: now, using: &random) : link.toPeer.take(now: now, using: &random)
        let next = toCore ? link.toCore.nextAt : link.toPeer.nextAt
        if next != .never { queue.add(.deliver(link, toCore: toCore), at: max(next, now)) }
        guard !bytes.isEmpty, toCore ? link.isOpenAtCore : link.isOpenAtPeer else { return }
        switch (link.ends, toCore) {
        case (.rig(let index, let id), true):
            trace.add(.fromRig(index, bytes), at: now)
            bytes.withUnsafeBytes { core.rigReceived(id, $0, now: now) }
            performEffects()
        case (.rig(let index, _), false):
            guard rigs[index].link === link else { return }
            act(rig: index) { rig, now, output in rig.received(bytes, now: now, to: &output) }
        case (.lane(let id, _, _), true):
            trace.add(.fromLane(id, bytes), at: now)
            bytes.withUnsafeBytes { core.laneReceived(id, $0, now: now) }
            performEffects()
        case (.lane(_, let pool, let session), false):
            act(pool: pool) { pool, now, effects in pool.received(bytes, session: session, now: now, to: &effects) }
        }
    }

    // MARK: Ends

    /// One side closes; the other one gets what is under way, and then the end.
    func close(_ link: SimulatedLink, byCore: Bool) {
        if byCore { link.isOpenAtCore = false } else { link.isOpenAtPeer = false }
        let after = byCore ? link.toPeer.lastAt : link.toCore.lastAt
        let at = max(after.adding(milliseconds: 25), now.adding(milliseconds: latency(link)), link.frozenUntil)
        queue.add(.closeArrives(link, atCore: !byCore), at: at)
    }

    /// The connection breaks: what is under way is lost, and both sides learn of it at their own time.
    func reset(_ link: SimulatedLink) {
        link.toCore.removeAll()
        link.toPeer.removeAll()
        for atCore in [true, false] {
            queue.add(.closeArrives(link, atCore: atCore), at: now.adding(milliseconds: latency(link)))
        }
    }

    func closeArrives(_ link: SimulatedLink, atCore: Bool) {
        guard atCore ? link.isOpenAtCore : link.isOpenAtPeer else { return }
        if atCore { link.isOpenAtCore = false } else { link.isOpenAtPeer = false }
        // A reset tells the core's side once the peer's has gone; nothing is sent to either any more.
        switch (link.ends, atCore) {
        case (.rig(let index, let id), true):
            trace.add(.rig(index, "is gone for the core"), at: now)
            rigLinks[id] = nil
            core.rigClosed(id, now: now)
            performEffects()
        case (.rig(let index, _), false):
            guard rigs[index].link === link else { return }
            trace.add(.rig(index, "sees its connection close"), at: now)
            rigs[index].link = nil
            act(rig: index) { rig, now, _ in rig.closed(now: now) }
        case (.lane(let id, _, _), true):
            trace.add(.lane(id, "is gone for the core"), at: now)
            laneLinks[id] = nil
            core.laneClosed(id, reason: "connection reset", now: now)
            performEffects()
        case (.lane(_, let pool, let session), false):
            pools[pool].links[session] = nil
            act(pool: pool) { pool, _, _ in pool.disconnected(session: session) }
        }
    }

    // MARK: The core

    /// The prover: it knows each nonce's hash, and is sometimes too busy.
    private func prove(_ token: UInt32, _ claim: [UInt8]) {
        proofs += 1
        let blob = Array(claim[ShareClaim.headBytes...])
        let nonce = (0..<4).reduce(UInt32(0)) { $0 | UInt32(blob[ShareClaim.nonceOffset + $1]) << UInt32(8 * $1) }
        let isRight = SimulatedWork(blob: blob).result(of: nonce)
            .elementsEqual(claim[ShareClaim.hashBytes..<ShareClaim.headBytes])
        let isBusy = random.next() % 50 == 0
        let after = Int64(random.next() % 400)
        queue.add(
            .proved(token, isBusy ? .tooBusy : isRight ? .proven : .wrong), at: now.adding(milliseconds: after))
    }

    /// Does what the core wants, as the shell would.
    func performEffects() {
        let effects = core.effects
        core.effects.removeAll()
        for notice in effects.notices {
            trace.add(.notice(notice), at: now)
            notices.append(notice)
        }
        for effect in effects.list {
            switch effect {
            case .sendToRig(let id, let span):
                guard let link = rigLinks[id], link.isOpenAtCore, case .rig(let index, _) = link.ends else {
                    return fail("bytes for a rig connection that is over: \(id)")
                }
                let bytes = Array(effects.bytes[Int(span.start)..<Int(span.start + span.count)])
                trace.add(.toRig(index, bytes), at: now)
                send(bytes, on: link, toCore: false)
            case .closeRig(let id), .dropRig(let id):
                guard let link = rigLinks.removeValue(forKey: id), link.isOpenAtCore else {
                    return fail("close of a rig connection that is over: \(id)")
                }
                close(link, byCore: true)
                queue.add(.rigGone(id), at: now.adding(milliseconds: Int64(random.next() % 50)))
            case .pauseRig(let id): rigLinks[id]?.isPausedAtCore = true
            case .resumeRig(let id): rigLinks[id]?.isPausedAtCore = false
            case .openLane(let id, let endpoint):
                connecting.insert(id)
                let delay = Int64.random(in: plan.latency, using: &random) * 2
                queue.add(.laneConnect(id, endpoint: Int(endpoint)), at: now.adding(milliseconds: delay))
            case .sendToLane(let id, let span):
                guard let link = laneLinks[id], link.isOpenAtCore else {
                    return fail("bytes for a lane that is over: \(id)")
                }
                let bytes = Array(effects.bytes[Int(span.start)..<Int(span.start + span.count)])
                trace.add(.toLane(id, bytes), at: now)
                send(bytes, on: link, toCore: false)
            case .closeLane(let id):
                if connecting.remove(id) != nil { continue }
                guard let link = laneLinks.removeValue(forKey: id), link.isOpenAtCore else {
                    return fail("close of a lane that is over: \(id)")
                }
                close(link, byCore: true)
            case .proveFirst(let token, let span), .proveBeside(let token, let span):
                prove(token, Array(effects.bytes[Int(span.start)..<Int(span.start + span.count)]))
            case .measure(let upstream, let endpoint):
                let trip = Int64.random(in: plan.latency, using: &random) * 2
                queue.add(.roundTrip(upstream, endpoint: Int(endpoint), trip), at: now.adding(milliseconds: trip))
            case .stopped:
                hasStopped = true
            }
        }
    }
}
