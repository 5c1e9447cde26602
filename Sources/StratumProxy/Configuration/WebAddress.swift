import ProxyTerms

/// The beginning of an http or https address, such as `https://xmrvsbeast.com` or `http://10.0.0.2:3334/api`.
struct WebAddress: Equatable, Sendable, CustomStringConvertible {
    let isSecure: Bool
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    let host: String
    /// The address without the name and password that may stand in it: fit for a log.
    let description: String

    /// Nil for what is no such address, and for one with a query or a fragment, since paths are put behind it.
    init?(_ text: String) {
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://"),
            text.utf8.allSatisfy({ (0x21..<0x7F).contains($0) && !"?#\\\"<>".utf8.contains($0) })
        else { return nil }
        let rest = text.dropFirst(isSecure ? 8 : 7)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        guard let host = (try? Endpoint(place, defaultPort: isSecure ? 443 : 80))?.host else { return nil }
        self.isSecure = isSecure
        self.host = host
        description = "\(isSecure ? "https" : "http")://\(place)\(rest[slash...])"
    }
}
