import ProxyTerms

/// A rig that has gone, as it was.
struct DepartedRig {
    let id: RigID
    let name: String
    let address: ClientAddress
    let agent: String
    let counts: RigCounts
    /// nil where it never sent a share.
    var trust: RigTrust?
    /// When it went, seconds of the core's clock.
    let second: UInt32
    /// Why.
    let reason: RigClosing

    var place: Quarantine.Place { Quarantine.Place(address: address, name: name) }

    /// It found good shares and never a wrong one.
    var wasHonest: Bool { counts.good > 0 && trust?.wrongInAll == 0 }
}

/// Rigs that have gone, for a day: what their shares came to, and how far they are believed, so that a reconnect changes neither. Bounded;
/// rigs that never found a share don't take the places of those that did.
final class DepartedRigs {
    private static let seconds: UInt32 = 86_400
    static let most = (withShares: 768, without: 256)

    /// The newest so many of one sort.
    private struct Shelf {
        let capacity: Int
        /// Places by age, overwritten in turn; nil where the rig came back.
        private var order: [Quarantine.Place?] = []
        private var next = 0
        private(set) var rigs: [Quarantine.Place: (rig: DepartedRig, slot: Int)] = [:]

        init(capacity: Int) { self.capacity = capacity }

        mutating func put(_ rig: DepartedRig) {
            _ = take(rig.place)
            if order.count < capacity {
                order.append(rig.place)
                rigs[rig.place] = (rig, order.count - 1)
                return
            }
            if let oldest = order[next] { rigs[oldest] = nil }
            order[next] = rig.place
            rigs[rig.place] = (rig, next)
            next = (next + 1) % capacity
        }

        mutating func take(_ place: Quarantine.Place) -> DepartedRig? {
            guard let (rig, slot) = rigs.removeValue(forKey: place) else { return nil }
            order[slot] = nil
            return rig
        }

        /// - Returns: whether the rig had proven a share; nil where it isn't here.
        mutating func distrust(_ place: Quarantine.Place) -> Bool? {
            guard let trust = rigs[place]?.rig.trust else { return rigs[place].map { _ in false } }
            rigs[place]?.rig.trust?.distrust()
            return trust.standing == .proven
        }
    }

    private let registry: RigRegistry
    private var withShares = Shelf(capacity: most.withShares)
    private var without = Shelf(capacity: most.without)

    init(registry: RigRegistry) {
        self.registry = registry
    }

    /// No rig has left: the usual case costs a look at this.
    var isEmpty: Bool { withShares.rigs.isEmpty && without.rigs.isEmpty }
    var count: Int { withShares.rigs.count + without.rigs.count }

    /// A rig that was logged in is going.
    func left(_ rig: RigRef, _ reason: RigClosing) {
        let record = rig.tally.record
        let departed = DepartedRig(
            id: rig.id, name: rig.profile.name, address: rig.life.address, agent: registry.agent(of: rig),
            counts: record?.counts ?? RigCounts(), trust: record?.trust, second: registry.newestSecond, reason: reason)
        if departed.counts.lastShareSecond != 0 { withShares.put(departed) } else { without.put(departed) }
    }

    /// A rig of that name and address is back.
    /// - Returns: what it was, nil where that isn't known any more.
    func take(_ place: Quarantine.Place, now: Instant) -> DepartedRig? {
        guard let rig = withShares.take(place) ?? without.take(place) else { return nil }
        return isRemembered(rig, now) ? rig : nil
    }

    /// The rig that had that name in its life, and hasn't come back.
    func find(_ id: RigID) -> DepartedRig? {
        withShares.rigs.values.first { $0.rig.id == id }?.rig ?? without.rigs.values.first { $0.rig.id == id }?.rig
    }

    /// The rig of that name and address that hasn't come back.
    func find(_ place: Quarantine.Place) -> DepartedRig? {
        withShares.rigs[place]?.rig ?? without.rigs[place]?.rig
    }

    /// Whether the rig of that name and address was honest all along.
    func wasHonest(_ place: Quarantine.Place, now: Instant) -> Bool {
        withShares.rigs[place].map { isHonest($0.rig, now) } ?? false
    }

    /// Whether a rig of that address was honest all along, and hasn't come back.
    func hadHonest(at address: ClientAddress, now: Instant) -> Bool {
        withShares.rigs.values.contains { $0.rig.address == address && isHonest($0.rig, now) }
    }

    private func isHonest(_ rig: DepartedRig, _ now: Instant) -> Bool { rig.wasHonest && isRemembered(rig, now) }

    /// A share of a rig turns out to be wrong: it is believed nothing when it comes back.
    /// - Returns: whether it had proven a share.
    func distrust(_ place: Quarantine.Place) -> Bool {
        withShares.distrust(place) ?? without.distrust(place) ?? false
    }

    /// All that are remembered.
    func all(now: Instant) -> [DepartedRig] {
        (withShares.rigs.values.map(\.rig) + without.rigs.values.map(\.rig)).filter { isRemembered($0, now) }
    }

    private func isRemembered(_ rig: DepartedRig, _ now: Instant) -> Bool {
        RigRegistry.seconds(now) &- rig.second < Self.seconds
    }
}
