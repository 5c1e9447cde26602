import ProxyTerms
import Upstreams

/// How many lanes there are to be, and how each logs in.
final class LaneSizing {
    private let settings: CoreSettings
    private let registry: RigRegistry
    private let hashrate: FarmHashrate

    init(settings: CoreSettings, registry: RigRegistry, hashrate: FarmHashrate) {
        self.settings = settings
        self.registry = registry
        self.hashrate = hashrate
    }

    // MARK: Login

    /// How a session to an endpoint logs in: towards p2pool with a fixed difficulty, since its own decays on a lane that is quiet during the other upstream's slice
    /// (docs/invariants.md#rule-8).
    func session(
        to endpoint: Int, _ group: LaneSet, now: Instant
    ) -> (session: PoolSessionSettings, difficulty: UInt64) {
        let endpoint = group.settings.endpoints[endpoint]
        var user = endpoint.user
        var difficulty: UInt64 = 0
        if group.settings.profile.login == .nameAndDifficulty, !endpoint.user.contains("+") {
            difficulty = laneDifficulty(group, now: now)
            user = PoolLogin.p2pool(worker: endpoint.user, difficulty: difficulty)
        }
        var session = PoolSessionSettings(
            group.settings.profile, user: user, pass: endpoint.pass, agent: settings.agent, tls: endpoint.usesTLS,
            keepaliveSeconds: endpoint.keepaliveSeconds)
        if endpoint.socks5 != nil {
            // Tor builds its way at the first connection, to a hidden service with two of them.
            session.connectSeconds = 30
            session.handshakeSeconds = 20
        }
        return (session, difficulty)
    }

    /// Difficulty for about one share every ten seconds on a lane: the measured hashrate shared out over the lanes.
    func laneDifficulty(_ group: LaneSet, now: Instant) -> UInt64 {
        // Of the rigs that are connected, each over its own time: the whole farm's is known seconds after it came.
        let rate = hashrate.inputs(now: now)
        guard rate.total > 0, rate.error < 0.3 else {
            return max(settings.startLaneDifficulty, settings.leastLaneDifficulty)
        }
        let share = rate.total / Double(wantedLanes(group, spares: false)) * RigDifficulty.secondsPerShare
        return max(UInt64(min(share, 1e15)), settings.leastLaneDifficulty)
    }

    // MARK: Number

    /// Lanes that the rigs of now can use together, where byte 42 is ours: for their seats, for their shares.
    func lanesToShare(_ group: LaneSet) -> Int {
        let rigs = registry.ordinaryRigs
        let bySeats = (rigs + group.settings.rigsPerLane - 1) / group.settings.rigsPerLane
        return max(bySeats, min(group.demand.forLoad, rigs), 1)
    }

    /// Lanes that the rigs of now can use, spare ones included unless told.
    func wantedLanes(_ group: LaneSet, spares: Bool = true) -> Int {
        let wanted: Int
        switch group.byteOwner {
        case .unknown: return 1
        case .pool: wanted = registry.ordinaryRigs * (spares ? group.demand.perRig : 1)
        case .proxy:
            let shared = lanesToShare(group)
            wanted = (spares ? max(shared, group.demand.forSlots) : shared) + registry.exclusiveRigs
        }
        return min(max(wanted, 1), group.settings.maxLanes)
    }
}
