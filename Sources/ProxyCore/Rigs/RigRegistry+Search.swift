import ProxyTerms

/// Rigs by what is known of them; each of these looks at many.
extension RigRegistry {
    /// Connections that are looked at for one of a given address.
    private static let mostLooks = 512

    /// The rig that is logged in under that name from that address. It looks at every rig.
    func find(_ place: Quarantine.Place) -> RigRef? {
        for index in 0..<rigs.extent {
            let rig = rigs[index]
            guard rig.life.phase.isServed, rig.life.address == place.address else { continue }
            if Quarantine.Place(of: rig) == place { return rig }
        }
        return nil
    }

    /// Whether a rig is logged in from that address that has proven a share, and none of it was wrong since. It looks at every rig.
    func hasProvenRig(at address: ClientAddress) -> Bool {
        for index in 0..<rigs.extent {
            let rig = rigs[index]
            guard rig.life.phase.isServed, rig.life.address == address else { continue }
            if rig.tally.record?.trust.standing == .proven { return true }
        }
        return false
    }

    /// The connection from `address` that has waited longest without a login, among those that have waited longest of all.
    func evictUnauthenticated(from address: ClientAddress) -> RigRef? {
        loginDue.first(Self.mostLooks) { mark in
            guard let rig = rigs.find(mark), rig.life.phase == .awaitingLogin else { return nil }
            return rig.life.address == address ? rig : nil
        }
    }

    /// Rigs that have been logged in for `seconds` and never found a share, where their address has more than so many of them: those
    /// over the number, the longest first.
    func withoutShare(mostPerAddress most: Int, for seconds: UInt32, now: Instant) -> [RigRef] {
        var found: [ClientAddress: [RigRef]] = [:]
        for index in 0..<rigs.extent {
            let rig = rigs[index]
            guard rig.life.phase.isServed, rig.isWithoutShare, rig.life.address != .unknown,
                UInt32(truncatingIfNeeded: now.milliseconds / 1000) &- rig.life.joinedSecond >= seconds
            else { continue }
            found[rig.life.address, default: []].append(rig)
        }
        return found.values.filter { $0.count > most }.flatMap { rigs in
            rigs.sorted { $0.life.joinedSecond < $1.life.joinedSecond }.prefix(rigs.count - most)
        }
    }
}

extension RigRef {
    /// Whether it has never sent a share that was good as far as could be seen here.
    var isWithoutShare: Bool { (tally.record?.counts.lastShareSecond ?? 0) == 0 }
}
