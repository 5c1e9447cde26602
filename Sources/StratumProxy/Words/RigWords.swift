import EventLoop
import ProxyCore
import ProxyTerms

/// Rigs that come, go and are refused.
enum RigWords {
    static let suspect = "each share is proven before a pool sees it"

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

    /// What an address was refused, and the key that says how much it may have.
    static func refused(
        _ address: ClientAddress, _ limit: AddressLimit, count: Int, _ bounds: AddressBounds
    ) -> String {
        let connections = Quantity.count(count, "connection")
        let logins = Quantity.count(count, "login")
        switch limit {
        case .rigs:
            return
                "refused \(connections) from \(address): it has \(bounds.rigs) already (limits.rigs-per-address; raise it if "
                + "many rigs share that address)"
        case .connectionRate:
            return
                "refused \(connections) from \(address): more than \(Quantity.plain(bounds.connectionsPerSecond)) a second "
                + "(limits.connections-per-second)"
        case .loginRate:
            return "refused \(logins) from \(address): more than \(Quantity.plain(bounds.loginsPerSecond)) a second "
                + "(limits.logins-per-second)"
        case .withoutShare:
            return
                "closed \(Quantity.count(count, "rig")) from \(address): more than \(bounds.rigsWithoutShare) have not found a "
                + "share in 10 minutes (limits.rigs-without-share)"
        case .guesses:
            return "refused \(logins) with a wrong password from \(address): set the rig's \"pass\" to access-password"
        }
    }

    static func tlsIsOff(connections count: Int, _ last: ClientAddress?) -> String {
        "refused \(Quantity.count(count, "connection")) with TLS, which is off here"
            + "\(last.map { " (the last from \($0))" } ?? ""): set \"tls\" to false in the rig's pool, or take "
            + "\"tls\": false out of the proxy's configuration"
    }

    /// Logins since the last line.
    static func otherMiners(logins count: Int, _ last: ClientAddress) -> String {
        "refused \(Quantity.count(count, "login")), the last from \(last): "
            + "its miner doesn't mine what the pools ask for (Monero: rx/0, rx/2 after its fork)"
    }

    /// A rig as the log names it; nil where it has gone and is forgotten.
    static func rig(_ name: String?, _ address: ClientAddress) -> String {
        guard let name else { return "a rig that has left" }
        return "rig \(Sanitizer.printable(name)) (\(address))"
    }

    /// A rig that is cut off wants to come in; `logins` of such rigs since the last line.
    static func knocked(
        _ name: String, _ address: ClientAddress, seconds: Int, _ offence: RigOffence, logins count: Int
    ) -> String {
        "refused \(count == 1 ? "a login" : "\(count) logins") of rigs that are cut off, the last of \(rig(name, address)): "
            + "\(Quantity.duration(Double(seconds))) to go, \(offence.text)"
    }

    static func strangers(connections count: Int, _ last: ClientAddress) -> String {
        "closed \(Quantity.count(count, "connection")) without a login, the last from \(last): "
            + "no Stratum (a browser, a scanner, or \"tls\" on one side only?)"
    }

    /// The first share of a rig that came to that.
    static func refused(_ name: String, _ address: ClientAddress, _ outcome: RigCounts.Outcome) -> String {
        "\(rig(name, address)): share refused: \(outcome.cause)"
    }

    /// What came to nothing of a rig's shares since it was last told.
    static func refused(_ name: String, _ address: ClientAddress, _ counts: RigCounts) -> String {
        "\(rig(name, address)): in the last minute \(counts.refusalText)"
    }

    static func refused(shares: UInt64, ofFurther rigs: Int) -> String {
        "in the last minute also \(shares) shares of \(Quantity.count(rigs, "further rig")) refused or lost"
    }

    /// A rig whose miner doesn't heed the nonce byte that it is given.
    static func ignoresRange(
        _ name: String, _ address: ClientAddress, _ upstream: Upstream, getsOwnConnection: Bool
    ) -> String {
        "\(rig(name, address)) ignores its nonce range on \(upstream.name) (byte 42 of the blob, \"nicehash\"): "
            + (getsOwnConnection
                ? "it gets its own pool connection with all nonces"
                : "its shares are refused. Update the miner, or set \"nicehash\": true there")
    }

    static func noncesUsedUp(_ name: String, _ address: ClientAddress, _ upstream: Upstream) -> String {
        "\(rig(name, address)) has searched nearly all nonces of \(upstream.name)'s job, and there are no others for it until the "
            + "next one: it is too fast for one connection. Let it be several rigs, or name it in \"exclusive\""
    }

    static func cutOff(_ name: String, _ address: ClientAddress, seconds: Int, _ offence: RigOffence) -> String {
        "\(rig(name, address)) is cut off for \(Quantity.duration(Double(seconds))): \(offence.text)"
    }

    static func unstable(_ name: String, _ address: ClientAddress, wrong: Int, of: Int) -> String {
        "\(rig(name, address)): \(wrong) of its last \(of) shares were wrong: unstable? "
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

    static func dropped(_ address: ClientAddress, _ reason: RigClosing) -> String {
        "connection from \(address) dropped before login: \(reason.text)"
    }

    /// Connections that were refused for a cause which was told before.
    static func more(_ count: Int, _ last: ClientAddress?, _ cause: String) -> String {
        "refused \(Quantity.count(count, "more connection"))\(last.map { ", the last from \($0)" } ?? ""): \(cause)"
    }

    /// A login that found no place, once of each address and cause.
    static func turnedAway(_ address: ClientAddress, _ reason: RigClosing) -> String {
        "refused a login from \(address): \(reason.text)"
    }

    static func frontProxy(_ name: String, sharesConnection: Bool) -> String {
        "rig \(Sanitizer.printable(name)) is an xmrig-proxy "
            + (sharesConnection
                ? "in nicehash mode: it gets its own pool connection"
                : "in simple mode: it mines like any other rig")
    }

    /// `usesOther`: the other upstream is used, too.
    static func notSent(_ name: String, to upstream: Upstream, usesOther: Bool) -> String {
        "rig \(Sanitizer.printable(name)) \(usesOther ? "mines \(upstream.other.name) only" : "can't mine on \(upstream.name)"): "
            + "it needs all 4 nonce bytes, \(upstream.name) leaves 3. "
            + "For an xmrig-proxy set \"mode\": \"simple\" there, or connect its rigs here directly"
    }

    static func notMined(_ name: String, _ upstream: Upstream, algorithm: String) -> String {
        "rig \(Sanitizer.printable(name)) mines \(upstream.other.name) only: \(upstream.name)'s jobs are \(algorithm), which its miner "
            + "doesn't list: update it"
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
