import ProxyTerms

/// One rig as it stands, for status displays.
public struct RigSnapshot: Equatable, Sendable {
    /// How far its shares are believed.
    public enum Trust: String, Equatable, Sendable {
        /// No share of it was proven yet, or nothing is proven here.
        case unproven
        case proven
        /// Each of its shares is proven before a pool sees it.
        case suspect
    }

    /// Its name.
    public var name: String
    /// Where it connects from.
    public var address: ClientAddress
    /// Where it mines; nil while it waits for its first job.
    public var upstream: Upstream?
    /// Its hashrate over 15 minutes, as far as it counts.
    public var rate: Rate
    /// How far it is believed.
    public var trust: Trust
    /// What its shares came to.
    public var counts: RigCounts
    /// Seconds since its last good share; nil before.
    public var secondsSinceShare: Double?
    /// Seconds since its last refused share; nil where none was.
    public var secondsSinceRefusal: Double?
}

extension ProxyCore {
    /// The rigs that are logged in, at most so many, those with the most refused shares first.
    public func rigs(most: Int, now: Instant) -> [RigSnapshot] {
        var list: [RigSnapshot] = []
        for index in 0..<registry.rigs.extent where registry.rigs[index].life.phase.isServed {
            list.append(RigSnapshot(registry.rigs[index], now: now))
        }
        list.sort { ($1.counts.refusals, $0.name) < ($0.counts.refusals, $1.name) }
        return Array(list.prefix(most))
    }
}

extension RigSnapshot {
    fileprivate init(_ rig: RigRef, now: Instant) {
        let record = rig.tally.record
        func age(_ second: UInt32?) -> Double? {
            guard let second, second != 0 else { return nil }
            return Double(RigRegistry.seconds(now) &- second)
        }
        self.init(
            name: rig.profile.name, address: rig.life.address, upstream: rig.work.minesOn,
            rate: rig.tally.rate(at: now),
            trust: record?.trust.standing.shown ?? .unproven, counts: record?.counts ?? RigCounts(),
            secondsSinceShare: age(record?.counts.lastShareSecond),
            secondsSinceRefusal: age(record?.counts.lastRefusalSecond))
    }
}

extension RigTrust.Standing {
    fileprivate var shown: RigSnapshot.Trust {
        switch self {
        case .unproven: .unproven
        case .proven: .proven
        case .suspect: .suspect
        }
    }
}
