import ProxyCore
import ProxyTerms

/// Rigs that find no place at a pool which is up, and the key that opens more.
enum PlaceWords {
    /// Once of each cause.
    static func short(_ shortage: PlaceShortage) -> String {
        counts(shortage) + " at \(shortage.upstream.name): " + why(shortage)
            + (shortage.isRoomElsewhere
                ? ". They mine on \(shortage.upstream.other.name) all the time"
                : ". They are turned away after a while, so that their backup pools take over")
    }

    /// The same beside the upstream's other figures.
    static func status(_ shortage: PlaceShortage) -> String { counts(shortage) + " here: " + why(shortage) }

    /// `3 of 12 rigs find no place`.
    static func counts(_ shortage: PlaceShortage) -> String {
        "\(shortage.without) of \(Quantity.count(shortage.rigs, "rig")) \(shortage.without == 1 ? "finds" : "find") no place"
    }

    /// What keeps them from one, and the key that opens more.
    static func why(_ shortage: PlaceShortage) -> String {
        let section = shortage.upstream.key
        let lanes = shortage.maxLanes
        switch shortage.bound {
        case .lanes where shortage.poolOwnsByte:
            return
                "its pool owns the nonce byte, so each rig takes a connection; \(section).max-lanes is \(lanes): raise it to "
                + "\(shortage.rigs)"
        case .lanes:
            return "each takes a connection of its own; \(section).max-lanes is \(lanes): raise it"
        case .rigsPerLane, .wholeNonce, .unopened, .nonces:
            let own = shortage.exclusive
            let takers = own == 0 ? "" : ", and \(own) of them \(own == 1 ? "takes" : "take") a connection alone"
            let keys = shortage.rigsPerLane < 256 ? "rigs-per-lane, or \(section).max-lanes" : "\(section).max-lanes"
            return "\(Quantity.count(lanes, "connection")) (\(section).max-lanes) for up to "
                + "\(Quantity.count(shortage.rigsPerLane, "rig")) each (rigs-per-lane)\(takers): raise \(keys)"
        }
    }

    /// Why one rig has none.
    static func cause(_ bound: PlaceBound, at upstream: Upstream) -> String {
        switch bound {
        case .lanes: "no place at \(upstream.name): all connections are taken (\(upstream.key).max-lanes)"
        case .rigsPerLane:
            "no place at \(upstream.name): all connections are full (rigs-per-lane, \(upstream.key).max-lanes)"
        case .wholeNonce: "no place at \(upstream.name): its pool owns a nonce byte, and this miner needs all of them"
        case .unopened: "no place at \(upstream.name): no further connection could be made"
        case .nonces: "all nonces of \(upstream.name)'s job are handed out, and no other job came"
        }
    }
}
