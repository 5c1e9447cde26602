import ProxyTerms

// Rigs are spread over the lanes that they share: by hashrate, since that is what finds p2pool's shares, and what sends submits.
extension ProxyCore {
    /// A lane with so much more than its part gives rigs away: less than that is noise.
    static let unevenLoad = 1.3
    /// Rigs moved at a time; each is sent a job.
    static let mostMoved = 256

    /// Moves rigs from lanes with much hashrate to lanes with little.
    func spread(on upstream: Upstream, now: Instant) {
        let group = lanes[upstream]
        guard group.poolOwnsByte == false, group.isUp else { return }
        var loads = loadOfLanes(group, now: now)
        guard loads.count > 1 else { return }
        let part = loads.reduce(0) { $0 + $1.load } / Double(loads.count)
        var moved = 0
        for from in loads.indices where loads[from].load > part * Self.unevenLoad {
            for (rig, weight) in loads[from].rigs where loads[from].load > part && moved < Self.mostMoved {
                guard let to = loads.indices.min(by: { loads[$0].load < loads[$1].load }),
                    loads[to].load + weight < loads[from].load,
                    change(rig, to: loads[to].lane, now: now)
                else { continue }
                loads[from].load -= weight
                loads[to].load += weight
                moved += 1
            }
        }
    }

    private struct LaneLoad {
        let lane: Lane
        var load = 0.0
        var rigs: [(rig: UInt32, weight: Double)] = []
    }

    /// The lanes that rigs share, with what their rigs' hashrates come to; a rig of which none is known counts as the others do.
    private func loadOfLanes(_ group: UpstreamLanes, now: Instant) -> [LaneLoad] {
        var loads: [LaneLoad] = []
        var known = 0.0
        var knownRigs = 0.0
        var inUse = 0
        for case let lane? in group.lanes
        where lane.isReady && !lane.isRetiring && !lane.isProbe && !lane.isWhole && !lane.poolOwnsByte {
            if lane.memberCount > 0 { inUse += 1 }
            var load = LaneLoad(lane: lane)
            for place in 0..<lane.seatCount {
                guard let rig = lane.member(at: place) else { continue }
                let hashrate = rigs[rig].pointee.meter?.rate(.minutes15, at: now).hashrate ?? 0
                known += hashrate
                if hashrate > 0 { knownRigs += 1 }
                load.rigs.append((rig, hashrate))
            }
            loads.append(load)
        }
        let usual = knownRigs > 0 ? known / knownRigs : 1
        for place in loads.indices {
            for rig in loads[place].rigs.indices {
                if loads[place].rigs[rig].weight <= 0 { loads[place].rigs[rig].weight = usual }
                loads[place].load += loads[place].rigs[rig].weight
            }
        }
        // Lanes beyond the shared ones stay free for rigs that need a lane of their own.
        var spare = loads.count - max(lanesToShare(group), inUse)
        loads.removeAll { load in
            guard spare > 0, load.rigs.isEmpty else { return false }
            spare -= 1
            return true
        }
        return loads
    }

    /// Gives a rig a seat on `lane` instead of its own, and a job where it mines there.
    private func change(_ index: UInt32, to lane: Lane, now: Instant) -> Bool {
        let rig = rigs[index]
        let group = lanes[lane.upstream]
        guard lane.memberCount < group.capacity(of: lane), let slot = freeSlot(on: lane) else { return false }
        unseat(rig, on: lane.upstream, now: now)
        lane.take(slot: slot, rig: index)
        group.seatedCount += 1
        rig.pointee.seats[lane.upstream] = Seat(lane: lane.index, slot: slot, isTaken: true)
        if rig.pointee.minesOn == lane.upstream {
            rig.pointee.minesOn = nil
            place(index, rig, now: now)
        }
        return true
    }
}
