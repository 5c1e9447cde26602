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
        "out of file descriptors, \(count) connections turned away: raise LimitNOFILE (systemd) or ulimit -n"
    }

    static func full(places: Int, refused count: Int) -> String {
        "all \(places) places for rigs are taken: \(count) connections without a login were turned away "
            + "(LimitNOFILE or ulimit -n bounds the places)"
    }

    static func wrongPassword(logins count: Int) -> String {
        let logins = count == 1 ? "a login" : "\(count) logins"
        return "\(logins) with a wrong password refused: a rig's \"pass\" is to be access-password"
    }

    static func otherMiners(logins count: Int) -> String {
        let logins = count == 1 ? "a login" : "\(count) logins"
        return "\(logins) refused: those miners don't offer rx/0 (Monero)"
    }

    static func joined(_ name: String, agent: String, isExclusive: Bool) -> String {
        "rig \(PeerText.printable(name)) logged in (\(PeerText.printable(agent, limit: 48)))"
            + (isExclusive ? ", with a lane of its own" : "")
    }

    static func left(_ name: String, _ reason: RigClosing) -> String {
        "rig \(PeerText.printable(name)) left: \(reason.text)"
    }

    static func dropped(_ reason: RigClosing) -> String {
        "connection dropped before login: \(reason.text)"
    }

    static func frontProxy(_ name: String, sharesConnection: Bool) -> String {
        "rig \(PeerText.printable(name)) is an xmrig-proxy "
            + (sharesConnection
                ? "whose rigs share one connection (mode nicehash): it gets a lane of its own"
                : "with a connection for each rig (mode simple): it takes part at XvB like any rig")
    }

    static func notSent(_ name: String, to upstream: Upstream) -> String {
        "rig \(PeerText.printable(name)) needs all four nonce bytes and \(upstream.name) keeps one for itself, so it "
            + "mines p2pool only. If it is an xmrig-proxy, \"mode\": \"simple\" there lets its rigs take part, and so "
            + "does pointing them here"
    }

    static let refusing = "no pool has work: logins are refused until one has, and the rigs' backup pools take over"

    static func servingAgain(refused count: Int) -> String {
        "there is work again: rigs are served; \(Quantity.count(count, "login")) refused meanwhile"
    }

    /// Behind a line before which others of its sort were not written.
    static func suppressed(_ count: Int) -> String {
        count > 0 ? ", after \(Quantity.count(count, "line")) like it left out" : ""
    }
}
