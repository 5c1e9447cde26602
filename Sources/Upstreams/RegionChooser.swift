import ProxyTerms

/// Which of several like nodes is the nearest, by round trips that are measured rarely.
///
/// A round is three round trips to each node, one at a time. What counts is the median of a node's last nine, so that no single
/// lucky or unlucky one decides. Another node goes before the leader only where it is a fifth and 10 ms nearer, or where the
/// leader answers no more.
public struct RegionChooser: Sendable {
    /// One node as it was measured.
    public struct Region: Equatable, Sendable {
        /// Its number.
        public let endpoint: Int
        /// The median of its round trips, ms; nil where it mostly did not answer, or was not measured yet.
        public let ping: Double?
    }

    /// Round trips to each node in a round.
    static let perRound = 3
    /// Round trips that count.
    static let most = 9
    /// Seconds between two of them.
    static let spacing = 1.0
    /// Seconds between two rounds, before up to a quarter is added or taken off: distances change rarely, and nodes serve many.
    static let roundSeconds = 4.0 * 3_600
    /// The same where no node answered: perhaps we have no network.
    static let retrySeconds = 600.0
    /// What another node's round trip may be of the leader's at most to go before it.
    static let nearer = 0.8
    /// By how many milliseconds it must be shorter as well.
    static let nearerBy = 10.0

    /// The nodes, the nearest first as far as that is settled; at first as they were listed.
    public private(set) var order: [Int]
    /// Round trips of each node, newest last; nil: no answer.
    private var samples: [Int: [Double?]] = [:]
    /// What is still to be measured in this round, and what is being measured.
    private var rest: [Int] = []
    private var underWay: Int?
    private var dueAt: Instant

    /// A chooser among `order`, which was the operator's, or the last one's.
    public init(_ order: [Int], now: Instant) {
        self.order = order
        dueAt = now
    }

    /// Goes on with other nodes: those that stay keep their place and what is known of them, a leader that stays leads.
    public mutating func change(to list: [Int], now: Instant) {
        let kept = order.filter(list.contains)
        order = kept + list.filter { !kept.contains($0) }
        samples = samples.filter { list.contains($0.key) }
        rest = rest.filter(list.contains)
        guard kept.count < list.count else { return }
        rest = round
        dueAt = now
    }

    /// Another node has the number `endpoint` from now on.
    public mutating func replaced(_ endpoint: Int) { samples[endpoint] = nil }

    /// The nodes in their order, with what was measured.
    public var regions: [Region] {
        order.map { Region(endpoint: $0, ping: median(of: $0, isLeader: $0 == order[0])) }
    }

    /// When `tick` has something to do at the latest.
    public var nextDeadline: Instant { underWay == nil ? dueAt : .never }

    /// Call at `nextDeadline`.
    /// - Returns: the node whose round trip is to be measured now; `measured` must be told what came of it.
    public mutating func tick(now: Instant) -> Int? {
        guard nextDeadline <= now else { return nil }
        if rest.isEmpty { rest = round }
        let endpoint = rest.removeFirst()
        underWay = endpoint
        return endpoint
    }

    /// A round trip took so many milliseconds, or was not to be had.
    /// - Returns: whether this was the last one of a round: `order` is settled anew.
    public mutating func measured(
        _ endpoint: Int, _ milliseconds: Double?, now: Instant, using generator: inout SeededGenerator
    ) -> Bool {
        guard underWay == endpoint else { return false }
        underWay = nil
        note(milliseconds, of: endpoint)
        guard rest.isEmpty else {
            dueAt = now.adding(seconds: Self.spacing)
            return false
        }
        let hasAny = order.contains { median(of: $0, isLeader: true) != nil }
        let pause = hasAny ? Self.roundSeconds : Self.retrySeconds
        dueAt = now.adding(seconds: pause * (0.75 + 0.5 * generator.unit()))
        if hasAny { settle() }
        return true
    }

    private var round: [Int] { (0..<Self.perRound).flatMap { _ in order } }

    private mutating func note(_ milliseconds: Double?, of endpoint: Int) {
        guard order.contains(endpoint) else { return }
        var known = samples[endpoint] ?? []
        if known.count == Self.most { known.removeFirst() }
        known.append(milliseconds)
        samples[endpoint] = known
    }

    private mutating func settle() {
        let leader = order[0]
        let others = order.dropFirst().map { Region(endpoint: $0, ping: median(of: $0, isLeader: false)) }
            .sorted { ($0.ping ?? .infinity, $0.endpoint) < ($1.ping ?? .infinity, $1.endpoint) }
        order = [leader] + others.map(\.endpoint)
        guard let best = others.first?.ping else { return }
        if let ping = median(of: leader, isLeader: true) {
            guard best <= ping * Self.nearer, best <= ping - Self.nearerBy else { return }
        }
        order.swapAt(0, 1)
    }

    /// The median; of two in the middle the one that leaves things as they are. What did not answer is farther than all others.
    private func median(of endpoint: Int, isLeader: Bool) -> Double? {
        guard let known = samples[endpoint], !known.isEmpty else { return nil }
        let sorted = known.map { $0 ?? .infinity }.sorted()
        let middle = sorted[isLeader ? (sorted.count - 1) / 2 : sorted.count / 2]
        return middle < .infinity ? middle : nil
    }
}
