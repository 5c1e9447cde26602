import EventLoop
import ProxyTerms

/// The admin port: where it is, and why it gives no answer.
enum AdminWords {
    // MARK: The log

    static func listening(at address: SocketAddress) -> String {
        // A browser can't open "every address".
        let host = address.host == "0.0.0.0" || address.host == "::" ? "ADDRESS-OF-THIS-MACHINE" : address.host
        return "the page is at http://\(Endpoint(host: host, port: address.port))/"
    }

    /// `goesOn`: the proxy mines on without it and tries again.
    static func cantListen(_ address: Endpoint, _ cause: String, goesOn: Bool) -> String {
        "no page and no API\(goesOn ? " for now" : ""): can't listen on \(address): \(cause). Another program has this port, or the "
            + "proxy runs already (`ss -ltnp` shows which): set another port in \"http\", or null for none"
            + (goesOn ? ". The proxy mines on without it, and tries again until the port is free" : "")
    }

    // MARK: check

    static func page(_ http: HTTPSettings?) -> String {
        guard let http else { return "none (\"http\" is off)" }
        return "http://\(http.address)/, for "
            + (http.token == nil ? "everybody on this machine" : "whoever shows the access token")
    }

    /// `holder` is nil where the kernel does not tell.
    static func taken(_ address: Endpoint, by holder: PortHolder?) -> String {
        let who =
            holder.map { "\($0.program) (process \($0.process))" }
            ?? "another program (`sudo ss -ltnp` shows which)"
        return "\(address) is in use by \(who): set another port in \"http\", or null for none"
    }

    // MARK: Probes

    static func withoutFigures(_ health: String) -> String { "p2pool's figures are \(health), so nothing goes to XvB" }

    static let isReady = "the proxy is ready"
    static func isAlive(_ reasons: [String]) -> String {
        "the proxy answers, but it is not ready: \(reasons.joined(separator: "; "))"
    }

    // MARK: Answers

    static let nothingThere = "Nothing is here. The page is at /, the API at /api/v1/state."
    static let readOnly = "This port can only be read: use GET."
    static let noToken = "Show the access token: Authorization: Bearer TOKEN."
    static let wrongToken = "This is not the access token of the configuration."

    static let tooManyReaders = "Too many readers hear the events already: try again later."
    static let badHashrate = "hashrate is to be a number of H/s, from 1 to 1e12."
    static let noFigures = "p2pool's figures are not known yet: try again later."
    static let noTime = "There is no time between from and to."
    static let busy = "Too many questions wait already: try again later."

    static func noRig(_ name: String) -> String {
        "No rig by the name '\(Sanitizer.printable(name))' is known: the names are at /1/workers."
    }

    /// In the place of a processor's name.
    static func brand(rigs: Int) -> String { Quantity.count(rigs, "rig") }

    static func badNumber(_ name: String) -> String { "\(name) is to be a whole number of seconds, from 0." }

    static func noHistory(_ cause: String) -> String { "There is no history to be read: \(cause)" }

    static func otherHost(_ host: String?) -> String {
        "The proxy does not go by the name '\(Sanitizer.printable(host ?? "", limit: 64))'. Open it by its address, or put the "
            + "name in \"http\": { \"names\": [...] }."
    }
}
