import ProxyTerms
import StratumCodec

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

    /// That it has left.
    public struct Departure: Equatable, Sendable {
        /// How long ago.
        public var secondsAgo: Double
        /// Why.
        public var reason: RigClosing
    }

    /// That it may not log in for now.
    public struct Cut: Equatable, Sendable {
        /// For so many seconds more.
        public var seconds: Int
        /// What for.
        public var offence: RigOffence
    }

    /// Its name.
    public var name: String
    /// Where it connects from.
    public var address: ClientAddress
    /// Its program, as it says.
    public var agent: String
    /// Where it mines; nil while it waits for its first job.
    public var upstream: Upstream?
    /// Its hashrate over 15 minutes, as far as it counts.
    public var rate: Rate
    /// Its hashrate in each window of `RateWindow.allCases`; empty where it has left, or has found nothing.
    public var rates: [Rate] = []
    /// Its work by its own difficulty since it connected, hashes.
    public var work = 0.0
    /// The difficulties of its best accepted shares since it connected, the highest first; ten at most.
    public var bestShares: [UInt64] = []
    /// The difficulty of its job; nil where it has left.
    public var difficulty: UInt64?
    /// Its connection; nil where it has left.
    public var id: RigID?
    /// Seconds since it connected; nil where it has left.
    public var connectedSeconds: Double?
    /// How far it is believed.
    public var trust: Trust
    /// It has connections to pools of its own, with all of the nonce.
    public var fullNonceSpace = false
    /// What its shares came to.
    public var counts: RigCounts
    /// Seconds since its last good share; nil before.
    public var secondsSinceShare: Double?
    /// Seconds since its last refused share; nil where none was.
    public var secondsSinceRefusal: Double?
    /// nil while it is connected.
    public var departure: Departure?
    /// nil where it may log in.
    public var cut: Cut?
}

extension ProxyCore {
    /// The rigs that are logged in, or left within a day, at most so many, those with the most refused shares first.
    public func rigs(most: Int, now: Instant) -> [RigSnapshot] {
        var list: [RigSnapshot] = []
        for index in 0..<registry.rigs.extent where registry.rigs[index].life.phase.isServed {
            let rig = registry.rigs[index]
            list.append(RigSnapshot(rig, agent: registry.agent(of: rig), now: now))
        }
        for rig in departed.all(now: now) {
            list.append(RigSnapshot(rig, cut: warden.cut(of: rig.place, now: now), now: now))
        }
        list.sort { ($1.counts.refusals, $0.name) < ($0.counts.refusals, $1.name) }
        return Array(list.prefix(most))
    }
}

extension RigSnapshot {
    fileprivate init(_ rig: RigRef, agent: String, now: Instant) {
        let record = rig.tally.record
        let counts = record?.counts ?? RigCounts()
        self.init(
            name: rig.profile.name, address: rig.life.address, agent: agent, upstream: rig.work.minesOn,
            rate: rig.tally.rate(at: now), rates: RateWindow.allCases.map { record?.meter.rate($0, at: now) ?? .none },
            work: record?.meter.total ?? 0, bestShares: record?.best.difficulties ?? [],
            difficulty: Target.difficulty(rig.tally.difficulty.target), id: rig.id,
            connectedSeconds: max(0, Double(now.milliseconds) / 1_000 - Double(rig.life.joinedSecond)),
            trust: record?.trust.standing.shown ?? .unproven,
            fullNonceSpace: rig.life.needsFullNonceSpace, counts: counts,
            secondsSinceShare: Self.age(counts.lastShareSecond, now),
            secondsSinceRefusal: Self.age(counts.lastRefusalSecond, now))
    }

    fileprivate init(_ rig: DepartedRig, cut: (seconds: Int, offence: RigOffence)?, now: Instant) {
        self.init(
            name: rig.name, address: rig.address, agent: rig.agent, upstream: nil,
            rate: .none, trust: rig.trust?.standing.shown ?? .unproven,
            counts: rig.counts, secondsSinceShare: Self.age(rig.counts.lastShareSecond, now),
            secondsSinceRefusal: Self.age(rig.counts.lastRefusalSecond, now),
            departure: Departure(secondsAgo: Self.age(rig.second, now) ?? 0, reason: rig.reason),
            cut: cut.map { Cut(seconds: $0.seconds, offence: $0.offence) })
    }

    private static func age(_ second: UInt32, _ now: Instant) -> Double? {
        second == 0 ? nil : Double(RigRegistry.seconds(now) &- second)
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
