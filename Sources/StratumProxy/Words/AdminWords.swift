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

    static func cantListen(_ address: Endpoint, _ cause: String, isStandard: Bool) -> String {
        "no page and no API: can't listen on \(address): \(cause). Another program has this port, or the proxy runs already (`ss "
            + "-ltnp` shows which): set another port in \"http\", or null for none"
            + (isStandard ? ". The proxy mines on without it" : "")
    }

    // MARK: Answers

    static let nothingThere = "Nothing is here. The page is at /, the API at /api/v1/state."
    static let readOnly = "This port can only be read: use GET."
    static let noToken = "Show the access token: Authorization: Bearer TOKEN."
    static let wrongToken = "This is not the access token of the configuration."

    static func otherHost(_ host: String?) -> String {
        "The proxy does not go by the name '\(Sanitizer.printable(host ?? "", limit: 64))'. Open it by its address, or put the "
            + "name in \"http\": { \"names\": [...] }."
    }
}
