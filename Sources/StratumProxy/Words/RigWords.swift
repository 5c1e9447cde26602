import EventLoop
import ProxyCore
import ProxyTerms

/// Rigs that come, go and are refused.
enum RigWords {
    static func connected(from address: SocketAddress) -> String {
        "connection from \(address)"
    }

    static func disconnected(from address: SocketAddress?, _ reason: CloseReason) -> String {
        "connection from \(address.map { "\($0)" } ?? "?") ended: \(reason.text)"
    }

    static func outOfDescriptors(refused count: Int) -> String {
        "out of file descriptors: refused \(Quantity.count(count, "connection")); raise LimitNOFILE (systemd) or ulimit -n"
    }

    static func full(places: Int, refused count: Int) -> String {
        "refused \(Quantity.count(count, "connection")): all \(places) rig places are taken; raise LimitNOFILE (systemd) or "
            + "ulimit -n"
    }

    static func wrongPassword(logins count: Int) -> String {
        let logins = count == 1 ? "a login" : "\(count) logins"
        return "refused \(logins) with a wrong password: set the rig's \"pass\" to access-password"
    }

    static func otherMiners(logins count: Int) -> String {
        count == 1
            ? "refused a login: the miner doesn't support rx/0 (Monero)"
            : "refused \(count) logins: the miners don't support rx/0 (Monero)"
    }

    static func cutOff(logins count: Int) -> String {
        count == 1 ? "refused a login of a rig that is cut off" : "refused \(count) logins of rigs that are cut off"
    }

    static func cutOff(_ name: String, _ address: ClientAddress, seconds: Int, _ offence: RigOffence) -> String {
        "rig \(Sanitizer.printable(name)) (\(address)) is cut off for \(Quantity.duration(Double(seconds))): \(offence.text)"
    }

    static func unstable(_ name: String, _ address: ClientAddress, wrong: Int, of: Int) -> String {
        "rig \(Sanitizer.printable(name)) (\(address)): \(wrong) of its last \(of) shares were wrong: unstable? "
            + "(overclock, memory)"
    }

    static let proofUnavailable = "shares can't be proven: not enough memory (256 MiB); next try in 10 minutes"

    static func joined(_ name: String, agent: String, fullNonceSpace: Bool) -> String {
        "rig \(Sanitizer.printable(name)) logged in (\(Sanitizer.printable(agent, limit: 48)))"
            + (fullNonceSpace ? ", with its own pool connection" : "")
    }

    static func left(_ name: String, _ reason: RigClosing) -> String {
        "rig \(Sanitizer.printable(name)) left: \(reason.text)"
    }

    static func dropped(_ reason: RigClosing) -> String {
        "connection dropped before login: \(reason.text)"
    }

    static func frontProxy(_ name: String, sharesConnection: Bool) -> String {
        "rig \(Sanitizer.printable(name)) is an xmrig-proxy "
            + (sharesConnection
                ? "in nicehash mode: it gets its own pool connection"
                : "in simple mode: its rigs mine at XvB like any other")
    }

    static func notSent(_ name: String, to upstream: Upstream) -> String {
        "rig \(Sanitizer.printable(name)) mines \(upstream.other.name) only: it needs all 4 nonce bytes, \(upstream.name) leaves 3. "
            + "For an xmrig-proxy set \"mode\": \"simple\" there, or connect its rigs here directly"
    }

    static let refusing = "no pool has work: logins are refused until one has; the rigs' backup pools take over"

    static func servingAgain(refused count: Int) -> String {
        "work again: logins are accepted; \(count) \(count == 1 ? "was" : "were") refused"
    }

    /// Behind a line before which others of its sort were not written.
    static func suppressed(_ count: Int) -> String {
        count > 0 ? " (\(Quantity.count(count, "similar line")) suppressed)" : ""
    }
}
