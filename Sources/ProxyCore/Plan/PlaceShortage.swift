import ProxyTerms

/// Why a rig finds no place at an upstream that is up.
public enum PlaceBound: Equatable, Sendable, CaseIterable {
    /// Each rig of its kind takes a connection, and there may be no more of them (`max-lanes`).
    case lanes
    /// As many rigs share each connection as may (`rigs-per-lane`), and there may be no more of them (`max-lanes`).
    case rigsPerLane
    /// It needs all four nonce bytes, and the pool owns one.
    case wholeNonce
    /// A further connection may be made, and could not be: the pool takes no more of them, or is lost just now.
    case unopened
    /// There is room, but all nonces of the job were handed out: it needs the next one.
    case nonces
}

/// Rigs that find no place at an upstream, and what keeps them from one.
public struct PlaceShortage: Equatable, Sendable {
    /// Where.
    public var upstream: Upstream
    /// `lanes` or `rigsPerLane`.
    public var bound: PlaceBound
    /// The pool owns byte 42, so that each rig takes a connection.
    public var poolOwnsByte: Bool
    /// Rigs that want a place there.
    public var rigs: Int
    /// Those of them that have none.
    public var without: Int
    /// Those of them that take a connection each wherever they are, since they need all nonces.
    public var exclusive: Int
    /// Connections that there may be.
    public var maxLanes: Int
    /// Rigs that may share one.
    public var rigsPerLane: Int
    /// The other upstream has room for rigs.
    public var isRoomElsewhere: Bool
}

/// Who was refused for want of a place: rigs that come back again and again are counted once.
struct TurnedAwayRigs {
    /// Seconds for which a refused login counts: xmrig comes back each few seconds, from its backup pool as well.
    static let remembered = 120.0
    private static let most = 1_024
    private var lastSeen: [Quarantine.Place: Instant] = [:]

    mutating func refused(_ rig: RigRef, now: Instant) {
        let key = Quarantine.Place(of: rig)
        if lastSeen.count >= Self.most { forgetOld(now: now) }
        guard lastSeen.count < Self.most || lastSeen[key] != nil else { return }
        lastSeen[key] = now
    }

    /// One of them has logged in.
    mutating func loggedIn(_ rig: RigRef) {
        guard !lastSeen.isEmpty else { return }
        lastSeen[Quarantine.Place(of: rig)] = nil
    }

    mutating func forgetOld(now: Instant) {
        lastSeen = lastSeen.filter { now.seconds(since: $0.value) < Self.remembered }
    }

    func count(now: Instant) -> Int {
        lastSeen.values.count { now.seconds(since: $0) < Self.remembered }
    }
}

extension LaneSet {
    /// What keeps one more rig from a place here; nil where there is room, or may be in a moment.
    func placeBound(fullNonceSpace: Bool) -> PlaceBound? {
        guard isUp else { return nil }
        if fullNonceSpace, isPoolByte { return .wholeNonce }
        guard laneWithRoom(fullNonceSpace: fullNonceSpace) == nil, !mayGrow else { return nil }
        return fullNonceSpace || isPoolByte ? .lanes : .rigsPerLane
    }

    /// Whether all lanes that may be open are, and ready.
    var isComplete: Bool {
        !mayGrow && lanes.allSatisfy { $0.map { !$0.isServing || $0.isReady || $0.isClosed } ?? true }
    }
}
