import ProxyTerms

/// Which rigs belong to the farm and are gone: those that had stayed for a while. Rigs of one name are one.
public struct RigAttendance {
    /// Seconds that a rig must have stayed for its leaving to be worth a word.
    public static let stay = 600.0
    /// Names that are kept in mind: they cost a stranger nothing.
    public static let most = 1_024

    private struct Rig {
        var connections: Int
        /// Since when it has one.
        var since: Instant
        /// It had stayed once.
        var belongs = false
    }

    private var rigs: [String: Rig] = [:]

    /// Nobody has come.
    public init() {}

    /// A rig that is there already when the watch begins.
    public mutating func found(_ name: String, since: Instant) {
        guard rigs.count < Self.most || rigs[name] != nil else { return }
        var rig = rigs[name] ?? Rig(connections: 0, since: since)
        rig.connections += 1
        rig.since = min(rig.since, since)
        rigs[name] = rig
    }

    /// A rig logged in. Whether it is one that was missed.
    public mutating func joined(_ name: String, now: Instant) -> Bool {
        guard var rig = rigs[name] else {
            if rigs.count >= Self.most { dropLongestAbsent() }
            if rigs.count < Self.most { rigs[name] = Rig(connections: 1, since: now) }
            return false
        }
        rig.connections += 1
        if rig.connections == 1 { rig.since = now }
        rigs[name] = rig
        return rig.belongs && rig.connections == 1
    }

    /// A connection of a rig ended. Whether the rig is missed now. `isMissed`: false where it was sent away.
    public mutating func left(_ name: String, isMissed: Bool, now: Instant) -> Bool {
        guard var rig = rigs[name] else { return false }
        rig.connections -= 1
        if now.seconds(since: rig.since) >= Self.stay { rig.belongs = true }
        guard rig.connections <= 0 else {
            rigs[name] = rig
            return false
        }
        rig.connections = 0
        guard rig.belongs, isMissed else {
            // A stranger, or one that was cut off: the next time it is new.
            rigs[name] = nil
            return false
        }
        rigs[name] = rig
        return true
    }

    private mutating func dropLongestAbsent() {
        let absent = rigs.filter { $0.value.connections == 0 }.min { $0.value.since < $1.value.since }
        if let absent { rigs[absent.key] = nil }
    }
}
